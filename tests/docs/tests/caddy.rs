//! Caddy with `deploy/Caddyfile`, in front of a checkout, with an authority of its own instead of the world's.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::guide::root;
use crate::shell::{Serving, Shell};

/// What our file serves, and what stands behind it.
const NAME: &str = "pay.example";
const UPSTREAM: &str = "127.0.0.1:8080";

/// Caddy, until it is dropped.
pub(crate) struct Caddy {
    folder: TempDir,
    _serving: Serving,
}

impl Caddy {
    /// Starts it for this name and port, in front of `upstream`, and waits until it has its certificates.
    pub(crate) fn start(name: &str, port: u16, upstream: &str) -> Self {
        let file = fs::read_to_string(root().join("deploy/Caddyfile")).expect("a file");
        let file = with(&file, &format!("{NAME} {{"), &format!("https://{name}:{port} {{\n\ttls internal"));
        let file = with(&file, UPSTREAM, upstream);
        let folder = TempDir::new().expect("a folder");
        let options = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n";
        fs::write(folder.path().join("Caddyfile"), format!("{options}{file}")).expect("written");
        let mut shell = Shell::open();
        for home in ["HOME", "XDG_DATA_HOME"] {
            shell.set(home, &folder.path().display().to_string());
        }
        let caddy = format!("caddy run --adapter caddyfile --config {}/Caddyfile", folder.path().display());
        let serving = shell.serve(&caddy);
        serving.until("serving initial configuration");
        Self { _serving: serving, folder }
    }

    /// The certificate of its authority.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("caddy/pki/authorities/local/root.crt")
    }

    /// The certificate by which that authority signs, which it sends with each of its certificates.
    pub(crate) fn intermediate(&self) -> PathBuf {
        self.authority().with_file_name("intermediate.crt")
    }
}

/// A text with our own value in place of an example, which must be there.
pub(crate) fn with(text: &str, example: &str, own: &str) -> String {
    assert!(text.contains(example), "no {example} in:\n{text}");
    text.replace(example, own)
}
