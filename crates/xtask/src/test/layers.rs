//! The layers of the tests: what each proves, what it needs, and what is built for it.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

use crate::build;
use crate::costs;
use crate::jobs::Job;
use crate::packages::{
    self, CHROMIUM, FIREFOX, LANGUAGES, NGINX, NODE, Need, PHP, PIP, POSTGRESQL, SURROUNDINGS, WEBKIT, WORDPRESS,
};
use crate::run::{cargo, target};
use crate::tools;

/// A layer of the tests, from the cheapest to the whole journeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layer {
    /// Parsing, money, signatures, the app's state; the sources' own rules
    Rules,
    /// The sandbox
    Sandbox,
    /// The proxy, on SQLite and PostgreSQL
    Proxy,
    /// Other people's packages as the sandbox's clients, and calls that nobody wrote
    Sdk,
    /// The guides' snippets
    Docs,
    /// Components in a browser
    Web,
    /// Whole journeys in Chromium, Firefox and WebKitGTK
    E2e,
}

impl Layer {
    /// All of them, in the order in which they run.
    pub(crate) const ALL: [Self; 7] =
        [Self::Rules, Self::Sandbox, Self::Proxy, Self::Sdk, Self::Docs, Self::Web, Self::E2e];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Sandbox => "sandbox",
            Self::Proxy => "proxy",
            Self::Sdk => "sdk",
            Self::Docs => "docs",
            Self::Web => "web",
            Self::E2e => "e2e",
        }
    }

    /// The layer of a package's native tests, by its folder in the repository.
    pub(crate) fn of_package(folder: &Path) -> Self {
        match folder.to_str() {
            Some("crates/sandbox") => Self::Sandbox,
            Some("crates/proxy") => Self::Proxy,
            Some("tests/docs") => Self::Docs,
            Some("tests/e2e") => Self::E2e,
            // Whatever is new, so that it is never left out.
            Some(_) | None => Self::Rules,
        }
    }

    /// What of the system it needs.
    pub(crate) fn needs(self) -> &'static [&'static Need] {
        match self {
            Self::Rules | Self::Sandbox => &[],
            Self::Proxy => &[&POSTGRESQL, &NGINX],
            Self::Sdk => &[&NODE, &PIP, &CHROMIUM],
            Self::Docs => &[&NODE, &LANGUAGES, &PHP, &PIP, &NGINX, &SURROUNDINGS, &CHROMIUM],
            Self::Web => &[&CHROMIUM],
            Self::E2e => &[&CHROMIUM, &FIREFOX, &WEBKIT, &NGINX, &NODE, &PHP, &WORDPRESS],
        }
    }

    /// The steps that bring its tools and what it is tried on.
    fn jobs(self) -> Result<Vec<Job>> {
        Ok(match self {
            Self::Rules | Self::Sandbox | Self::Proxy => Vec::new(),
            Self::Sdk => {
                let npm = tools::npm("npm-sdk", "tests/sdk", "Creem's own SDK and other packages for Creem");
                let pip = tools::pip("pip-sdk", "tests/sdk", "schemathesis, which makes calls, and creem for Python");
                npm.into_iter().chain(pip).collect()
            }
            Self::Docs => {
                let npm = tools::npm("npm-docs", "tests/docs", "jose and standardwebhooks, which the guides use");
                let pip = tools::pip("pip-docs", "tests/docs", "standardwebhooks, which the guides use");
                let mut jobs = tools::for_the_page()?;
                jobs.extend(build::page_jobs());
                jobs.extend(npm.into_iter().chain(pip));
                jobs
            }
            Self::Web => {
                let mut jobs = tools::for_components()?;
                let mut build = web();
                build.arg("--no-run");
                let is_new = !target().join("wasm32-unknown-unknown/debug").is_dir();
                let seconds = if is_new { costs::WEB_TESTS } else { costs::AGAIN };
                let build = Job::new("web-tests", "Compiling the components' tests", seconds, build);
                jobs.push(Job { after: &["wasm-target"], ..build });
                jobs
            }
            Self::E2e => {
                let mut jobs = tools::for_the_page()?;
                jobs.extend(build::page_jobs());
                jobs.extend(tools::for_firefox());
                jobs.extend(tools::npm(
                    "npm-e2e",
                    "tests/e2e",
                    "axe-core, which judges the page, and what builds the examples",
                ));
                jobs
            }
        })
    }

    /// The targets that cargo builds for it; all when it has no short list.
    fn targets(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Rules | Self::Sandbox | Self::Proxy => None,
            Self::Sdk | Self::Web => Some(&[]),
            Self::Docs => Some(&["--test", "guides"]),
            Self::E2e => Some(&["--test", "journeys"]),
        }
    }
}

/// Everything that these layers need, as steps to run side by side.
///
/// # Errors
/// [`packages::Missing`] on a machine where we may not install what is missing.
pub(crate) fn jobs(layers: &[Layer]) -> Result<Vec<Job>> {
    let needs: Vec<&Need> = layers.iter().flat_map(|layer| layer.needs()).copied().collect();
    let mut jobs: Vec<Job> = packages::job(&needs)?.into_iter().collect();
    if let Some(mut build) = native(layers) {
        build.arg("--no-run");
        let is_new = !target().join("debug/examples").is_dir();
        let seconds = if is_new { costs::TESTS } else { costs::AGAIN };
        jobs.push(Job::new("tests", "Compiling proxy, sandbox and the tests", seconds, build));
        if layers.contains(&Layer::Docs) || layers.contains(&Layer::E2e) {
            // The programs that are tried from outside. Named to `cargo test` they would be built as tests.
            let build = cargo(&["build", "--workspace", "--bin", "creem-checkout", "--bin", "xtask"]);
            jobs.push(Job { after: &["tests"], ..Job::new("programs", "Compiling the programs", costs::AGAIN, build) });
        }
    } else if layers.contains(&Layer::Sdk) {
        let build = cargo(&["build", "--workspace", "--example", "serve"]);
        jobs.push(Job::new("sandbox", "Compiling the sandbox", costs::PROXY / 2, build));
    }
    for job in layers.iter().map(|layer| layer.jobs()).collect::<Result<Vec<_>>>()?.into_iter().flatten() {
        if !jobs.iter().any(|known| known.name == job.name) {
            jobs.push(job);
        }
    }
    Ok(jobs)
}

/// The cargo command for the native tests of these layers; none where there are none.
///
/// Always the whole workspace's choice of features: any other would compile nearly every dependency once more.
pub(crate) fn native(layers: &[Layer]) -> Option<std::process::Command> {
    let mut test = cargo(&["test", "--workspace"]);
    let targets: Option<Vec<_>> = layers.iter().map(|layer| layer.targets()).collect();
    match targets {
        Some(targets) if targets.concat().is_empty() => return None,
        // Without a list cargo builds the sandbox's example too.
        Some(targets) if !layers.contains(&Layer::Sdk) => test.args(targets.concat()),
        Some(_) | None => &mut test,
    };
    Some(test)
}

/// The cargo command for the tests of components.
pub(crate) fn web() -> std::process::Command {
    cargo(&["test", "--target", "wasm32-unknown-unknown", "--features", "browser-tests", "--test", "web"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::root;

    #[test]
    fn every_native_layer_is_of_packages_that_exist() {
        for (folder, layer) in [
            ("crates/wire", Layer::Rules),
            ("crates/xtask", Layer::Rules),
            ("", Layer::Rules),
            ("crates/sandbox", Layer::Sandbox),
            ("crates/proxy", Layer::Proxy),
            ("tests/docs", Layer::Docs),
            ("tests/e2e", Layer::E2e),
        ] {
            assert!(root().join(folder).join("Cargo.toml").is_file(), "{folder} is no package");
            assert_eq!(Layer::of_package(Path::new(folder)), layer, "{folder}");
        }
    }

    #[test]
    fn a_layer_alone_is_built_without_the_others() {
        let built = |layers: &[Layer]| {
            let arguments =
                native(layers)?.get_args().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>();
            Some(arguments.join(" "))
        };
        assert_eq!(built(&[Layer::Web]), None);
        assert_eq!(built(&[Layer::Sdk]), None);
        assert_eq!(built(&[Layer::E2e]).as_deref(), Some("test --workspace --test journeys"));
        assert_eq!(built(&Layer::ALL).as_deref(), Some("test --workspace"));
    }
}
