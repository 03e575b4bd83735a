//! WordPress as Debian has it, on PHP's own web server, with a database server of its own: all of it in a folder that goes
//! with it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use url::Url;

use crate::Host;
use crate::example::run;
use crate::process::Process;
use crate::shop::root;

/// Where Debian puts it.
const INSTALLED: &str = "/usr/share/wordpress";

/// How long the database server may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Its settings. Nothing is fetched from elsewhere, and what PHP warns of is in the page.
const CONFIG: &str = "<?php
    define( 'DB_NAME', 'wordpress' );
    define( 'DB_USER', 'root' );
    define( 'DB_PASSWORD', '' );
    define( 'DB_HOST', 'localhost:SOCKET' );
    define( 'WP_HOME', 'ADDRESS' );
    define( 'WP_SITEURL', WP_HOME );
    define( 'WP_HTTP_BLOCK_EXTERNAL', true );
    define( 'DISABLE_WP_CRON', true );
    $table_prefix = 'wp_';
    defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
    require_once ABSPATH . 'wp-settings.php';
";

/// A blog with the plugin of the examples, not active yet, and two posts. It ends when it is dropped.
pub struct WordPress {
    /// Where it is; ends with a slash. `grace` is its administrator, with the password `correct horse`.
    pub url: Url,
    /// Where the posts are.
    pub posts: Vec<Url>,
    // Ends first, because its files lie in the other's folder.
    _database: Process,
    _web_server: Host,
}

impl WordPress {
    /// Installs one with these two posts, by a program for PHP.
    ///
    /// # Errors
    /// When it is not on this machine, or does not start.
    pub async fn open(program: &Path, posts: [&str; 2]) -> Result<Self> {
        let (url, folder) = (Host::address()?, TempDir::new()?);
        let (site, data, socket) =
            (folder.path().join("site"), folder.path().join("data"), folder.path().join("socket"));
        run(Command::new("cp").args(["--recursive", "--dereference", INSTALLED]).arg(&site))
            .context("WordPress; `cargo xtask test` installs it")?;
        let config = CONFIG.replace("SOCKET", &socket.to_string_lossy());
        fs::write(site.join("wp-config.php"), config.replace("ADDRESS", url.as_str().trim_end_matches('/')))?;
        let plugin = root().join("docs/examples/wordpress/creem-checkout.php");
        fs::copy(plugin, site.join("wp-content/plugins/creem-checkout.php"))?;
        // Browsers ask for it, and PHP's server does not ask WordPress for files.
        fs::write(site.join("favicon.ico"), "")?;
        fs::create_dir(&data)?;
        let database = Process::start(&mut database(&data, &socket))?;
        listening(&socket).await?;
        let mut php = Command::new("php");
        let output = php.arg(program).args([&site, &socket]).args(posts).output()?;
        let numbers = String::from_utf8(output.stdout)?;
        if !output.status.success() {
            bail!("WordPress cannot be installed: {numbers}");
        }
        let posts = numbers.lines().map(|number| Ok(url.join(&format!("?p={number}"))?)).collect::<Result<_>>()?;
        let address = url.authority().to_owned();
        let mut server = Command::new("php");
        server.args(["-d", "display_errors=1", "-S", &address, "-t"]).arg(&site);
        let web_server = Host::answering(url.clone(), Process::start(&mut server)?, folder).await?;
        Ok(Self { url, posts, _database: database, _web_server: web_server })
    }
}

/// The server on an empty folder, where nobody needs a password: nothing but this machine's files leads to it.
fn database(data: &Path, socket: &Path) -> Command {
    // Debian keeps it where only root's `PATH` leads.
    let path = [std::env::var("PATH").unwrap_or_default(), "/usr/sbin".to_owned()].join(":");
    let mut command = Command::new("mariadbd");
    command.args(["--no-defaults", "--skip-networking", "--skip-grant-tables", "--user=root"]).env("PATH", path);
    // Nobody misses what a crash would lose.
    command.args(["--skip-innodb", "--default-storage-engine=MyISAM"]);
    command.arg(format!("--datadir={}", data.display())).arg(format!("--socket={}", socket.display()));
    command
}

async fn listening(socket: &Path) -> Result<()> {
    let begin = std::time::Instant::now();
    while tokio::net::UnixStream::connect(socket).await.is_err() {
        if begin.elapsed() > START_LIMIT {
            bail!("MariaDB does not listen at {}", socket.display());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
