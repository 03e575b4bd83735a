//! nginx, which serves the same bytes from files.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use url::Url;

use super::wrk::Answer;
use crate::Outcome;
use crate::child::free_address;
use crate::running::{Listening, started};

/// nginx as long as this is kept.
pub(crate) struct Nginx {
    pub(crate) url: Url,
    listening: Listening,
}

impl Nginx {
    /// Starts it with these answers at these paths.
    pub(crate) async fn start(folder: &Path, answers: &[(String, Answer)]) -> Outcome<Self> {
        let (address, url) = free_address();
        let mut locations = String::new();
        for (number, (path, Answer { kind, encoding, body })) in answers.iter().enumerate() {
            let file = folder.join(number.to_string());
            fs::write(&file, body)?;
            // A line for each page, as the checkout writes one, and none for files beside it.
            let log = if path.ends_with(".wasm") { "off" } else { "access.log" };
            locations.push_str(&format!(
                "location = {path} {{ access_log {log}; try_files /{number} =404; default_type \"{kind}\"; \
                 add_header Content-Encoding \"{encoding}\"; }}\n",
            ));
        }
        let settings = folder.join("nginx.conf");
        // One process without a master, so that it is ended with us and its time is counted whole. What it does best.
        fs::write(
            &settings,
            format!(
                "daemon off; master_process off; pid {pid}; error_log stderr;\n\
                 events {{ worker_connections 512; }}\n\
                 http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;\n\
                 open_file_cache max=100 inactive=60s; {temporary}\n\
                 server {{ listen {address}; root {root}; location = /healthz {{ return 200; }}\n{locations}}} }}\n",
                root = folder.display(),
                pid = folder.join("nginx.pid").display(),
                temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|name| format!("{name}_temp_path {};", folder.join(name).display()))
                    .join(" "),
            ),
        )?;
        let program = if Path::new("/usr/sbin/nginx").is_file() { "/usr/sbin/nginx" } else { "nginx" };
        let mut command = Command::new(program);
        command.arg("-c").arg(&settings).arg("-p").arg(folder).stderr(Stdio::null());
        let listening = started(&mut command, address, url.clone()).await;
        Ok(Self { url, listening })
    }

    pub(crate) fn id(&self) -> u32 {
        self.listening.id()
    }
}
