//! What else than a journey's own shop brings the page to buyers: `trunk serve`, nginx with what our guide says to it,
//! and `cargo xtask start` itself.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::sync::Mutex;
use url::Url;

use crate::Shop;
use crate::browser::target_folder;
use crate::process::Process;
use crate::shop::root;

/// How long a host may take until it answers. Trunk builds the page first, of which the code is compiled already.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Ports that the system gives to nobody who asks for any.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

/// Held while Trunk builds: two of them would write to the same folder of cargo's.
static TRUNK: Mutex<()> = Mutex::const_new(());

/// A host that answers until it is dropped.
pub struct Host {
    /// Where buyers find it; ends with a slash.
    pub url: Url,
    _process: Process,
    _folder: TempDir,
}

impl Host {
    /// An address for one that is still to be started. Trunk and nginx want a number, so they cannot take any port.
    ///
    /// # Errors
    /// When every port is taken.
    pub fn address() -> Result<Url> {
        // Two journeys at once, or two runs, begin at different ones.
        static GIVEN: AtomicU32 = AtomicU32::new(0);
        for _ in PORTS {
            let number = std::process::id() + GIVEN.fetch_add(1, Ordering::Relaxed);
            let port = PORTS.start + u16::try_from(number % u32::from(PORTS.end - PORTS.start))?;
            if TcpListener::bind(("127.0.0.1", port)).is_ok() {
                return Ok(Url::parse(&format!("http://127.0.0.1:{port}/"))?);
            }
        }
        bail!("every port from {} to {} is taken", PORTS.start, PORTS.end)
    }

    /// Starts `trunk serve` with `Trunk.toml`, only beside this shop instead of one at the usual port, and with a
    /// folder of its own for what it builds.
    ///
    /// # Errors
    /// When Trunk is missing or does not serve.
    pub async fn trunk_serve(shop: &Shop) -> Result<Self> {
        let _alone = TRUNK.lock().await;
        let (url, folder) = (Self::address()?, TempDir::new()?);
        let root = root().canonicalize()?;
        let config = fs::read_to_string(root.join("Trunk.toml"))?;
        let config: Vec<String> = config.lines().map(|line| watching(line, &root)).collect();
        let target = format!("target = {:?}", root.join("index.html"));
        let config = replaced(&config.join("\n"), "target = \"index.html\"", &target)?;
        let config = replaced(&config, "http://127.0.0.1:8080/", shop.app.as_str())?;
        let file = folder.path().join("Trunk.toml");
        fs::write(&file, config)?;
        let mut command = Command::new("trunk");
        // The release build is the one that was made for the other journeys.
        command.args(["serve", "--release", "--port", &port(&url)?, "--dist"]).arg(folder.path().join("dist"));
        command.arg("--config").arg(file).env_remove("NO_COLOR");
        Self::answering(url, Process::start(&mut command)?, folder).await
    }

    /// Starts nginx at this address as a host of plain files: with the guide's server, the built page and this shop.
    ///
    /// # Errors
    /// When nginx is missing or does not serve.
    pub async fn nginx(url: Url, shop: &Shop) -> Result<Self> {
        let dist = root().join("dist").canonicalize()?;
        let server =
            replaced(&guides_server("The page from a static host")?, "/srv/checkout/dist", &dist.to_string_lossy())?;
        Self::nginx_with(url, shop, &server).await
    }

    /// Starts nginx at this address in front of this shop, below a path of another site: with the guide's server, only
    /// that it writes ports to the addresses of buyers, as some load balancers do.
    ///
    /// # Errors
    /// When nginx is missing or does not serve.
    pub async fn nginx_in_front(url: Url, shop: &Shop) -> Result<Self> {
        let server = guides_server("Behind a web server")?;
        let server = replaced(&server, "X-Forwarded-For $remote_addr;", "X-Forwarded-For $remote_addr:$remote_port;")?;
        Self::nginx_with(url, shop, &server).await
    }

    async fn nginx_with(url: Url, shop: &Shop, server: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let server = replaced(server, "listen 80;", &format!("listen 127.0.0.1:{};", port(&url)?))?;
        let server =
            replaced(&server, "http://127.0.0.1:8080;", &format!("{};", shop.app.as_str().trim_end_matches('/')))?;
        let file = folder.path().join("nginx.conf");
        fs::write(&file, around(&server, folder.path()))?;
        // Debian keeps it where only root's `PATH` leads.
        let path = [std::env::var("PATH").unwrap_or_default(), "/usr/sbin".to_owned()].join(":");
        let mut command = Command::new("nginx");
        command.env("PATH", path).arg("-p").arg(folder.path()).arg("-c").arg(file).args(["-e", "stderr"]);
        Self::answering(url, Process::start(&mut command)?, folder).await
    }

    /// Runs `cargo xtask start` where nothing is on `PATH` but Rust and what builds the page, and nobody is root.
    ///
    /// It serves the page that was built for the other journeys; what it builds itself goes into a folder of its own.
    ///
    /// # Errors
    /// When it does not serve.
    pub async fn started_by_somebody() -> Result<Self> {
        let _alone = TRUNK.lock().await;
        let (url, sandbox, folder) = (Self::address()?, Self::address()?, TempDir::new()?);
        let programs = folder.path().join("bin");
        fs::create_dir(&programs)?;
        for name in ["cargo", "rustc", "rustup", "trunk", "wasm-bindgen"] {
            let path = std::env::var_os("PATH").context("a PATH")?;
            let mut places = std::env::split_paths(&path).map(|place| place.join(name));
            if let Some(program) = places.find(|place| place.is_file()) {
                std::os::unix::fs::symlink(program, programs.join(name))?;
            }
        }
        let kept = ["HOME", "CARGO_HOME", "CARGO_TARGET_DIR", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"];
        let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut command = Command::new(target_folder().join("debug/xtask"));
        command.args(["start", "--port", &port(&url)?, "--sandbox-port", &port(&sandbox)?]);
        command.env_clear().envs(kept).env("PATH", &programs).env("TRUNK_BUILD_DIST", folder.path().join("dist"));
        Self::answering(url, Process::start(&mut command)?, folder).await
    }

    pub(crate) async fn answering(url: Url, mut process: Process, folder: TempDir) -> Result<Self> {
        let begin = Instant::now();
        while reqwest::get(url.clone()).await.is_err() {
            ensure!(!process.has_ended()?, "it ended before it answered at {url}");
            if begin.elapsed() > START_LIMIT {
                bail!("nothing answers at {url}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        Ok(Self { url, _process: process, _folder: folder })
    }
}

fn port(url: &Url) -> Result<String> {
    Ok(url.port().context("a port")?.to_string())
}

/// A line of `Trunk.toml` for a file that lies elsewhere: what is not watched is meant from the repository's root. The
/// other journeys' page is not watched either.
fn watching(line: &str, root: &Path) -> String {
    let Some(list) = line.strip_prefix("ignore = ") else { return line.to_owned() };
    let names = list.split('"').skip(1).step_by(2).chain(["dist"]);
    format!("ignore = {:?}", names.map(|name| root.join(name)).collect::<Vec<_>>())
}

/// The server that `docs/operation.md` gives nginx under a heading.
fn guides_server(heading: &str) -> Result<String> {
    let guide = fs::read_to_string(root().join("docs/operation.md"))?;
    let section = guide.split(&format!("\n## {heading}\n")).nth(1).context("the guide's section")?;
    let server = section.split("```nginx\n").nth(1).and_then(|rest| rest.split("```").next());
    server.map(str::to_owned).context("the guide's server")
}

/// The text with our own value in place of an example, which must be there.
fn replaced(text: &str, example: &str, own: &str) -> Result<String> {
    ensure!(text.contains(example), "no {example} in:\n{text}");
    Ok(text.replace(example, own))
}

/// A whole configuration around one server: one process in the foreground, which writes into this folder alone.
fn around(server: &str, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log stderr;
        events {{}}
        http {{
            include /etc/nginx/mime.types;
            access_log off;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
            uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
            {server}
        }}"
    )
}
