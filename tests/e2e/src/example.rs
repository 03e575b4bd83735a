//! What stands in `docs/examples/`, as its readers have it: with their own addresses, built by the frameworks' own tools,
//! with the package as npm packs it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::browser::target_folder;
use crate::shop::root;
use crate::{Shop, Site};

/// A copy of a folder of examples.
pub struct Example {
    /// Where it can be changed and built. The packages of npm are found from here.
    folder: PathBuf,
    around: TempDir,
}

impl Example {
    /// The text of one file, with this shop and site in place of what every example has.
    ///
    /// # Errors
    /// When it cannot be read, or is about no product.
    pub fn text(name: &str, shop: &Shop, site: &Site, product: &str) -> Result<String> {
        let path = root().join("docs/examples").join(name);
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok(with_own(&text, shop, site, product))
    }

    /// Copies a folder, with this shop and site in place of what every example has.
    ///
    /// # Errors
    /// When a file cannot be read or written, or the packages are not there.
    pub fn copy(name: &str, shop: &Shop, site: &Site, product: &str) -> Result<Self> {
        let around = TempDir::new()?;
        let folder = around.path().join(name);
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules");
        ensure!(installed.is_dir(), "npm's packages are not installed; `cargo xtask test` installs them");
        symlink(installed, around.path().join("node_modules"))?;
        copy_below(&root().join("docs/examples").join(name), &folder, &|text| with_own(text, shop, site, product))?;
        Ok(Self { folder, around })
    }

    /// Installs the package as npm packs it, without a registry.
    ///
    /// # Errors
    /// When the package was not put together, or npm does not accept it.
    pub fn with_package(self) -> Result<Self> {
        let package = target_folder().join("npm").canonicalize();
        let package = package.context("target/npm is not there; `cargo xtask test` puts it together")?;
        let installed = self.folder.join("node_modules/creem-checkout");
        fs::create_dir_all(&installed)?;
        let around = self.around.path();
        run(Command::new("npm").arg("pack").arg(package).current_dir(around))?;
        let packed = around.join(format!("creem-checkout-{}.tgz", env!("CARGO_PKG_VERSION")));
        run(Command::new("tar").arg("-xf").arg(packed).args(["--strip-components=1", "-C"]).arg(installed))?;
        Ok(self)
    }

    /// Builds it by a program of npm's packages, and answers where the built page is.
    ///
    /// # Errors
    /// When the program fails.
    pub fn built_by(&self, program: &str) -> Result<PathBuf> {
        let program = self.around.path().join("node_modules/.bin").join(program);
        run(Command::new(program).arg("build").current_dir(&self.folder).env("ASTRO_TELEMETRY_DISABLED", "1"))?;
        Ok(self.folder.join("dist"))
    }
}

/// A text with somebody's own values.
fn with_own(text: &str, shop: &Shop, site: &Site, product: &str) -> String {
    let text = text.replace("https://pay.example/", shop.app.as_str());
    text.replace("https://shop.example/", site.url.as_str()).replace("prod_1", product)
}

fn copy_below(from: &Path, to: &Path, change: &impl Fn(&str) -> String) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_below(&entry.path(), &to, change)?;
        } else {
            fs::write(to, change(&fs::read_to_string(entry.path())?))?;
        }
    }
    Ok(())
}

/// Runs a program to its end, which must be a good one.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot run {:?}", command.get_program()))?;
    let said = || [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    if output.status.success() { Ok(()) } else { bail!("{:?}: {}", command.get_program(), said()) }
}
