//! The package for npm, for pages that are built: `npm/` with its version, the element's types and the licences.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::run::{root, target};

/// What belongs to the package and stands elsewhere in the repository.
const FROM_ELSEWHERE: [&str; 4] = ["src/creem-checkout.d.ts", "LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// Where the manifest begins, and so gets the version that everything here has.
const BEGIN: &str = "{\n";

/// Puts the package together anew, and answers its folder.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn package() -> Result<PathBuf> {
    let (sources, folder) = (root().join("npm"), target().join("npm"));
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let own = fs::read_dir(&sources)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    for file in own.into_iter().chain(FROM_ELSEWHERE.map(|file| root().join(file))) {
        let name = file.file_name().with_context(|| format!("{} has no name", file.display()))?;
        fs::copy(&file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let manifest = folder.join("package.json");
    let written = fs::read_to_string(&manifest)?;
    ensure!(written.starts_with(BEGIN), "{} does not begin as expected", manifest.display());
    let version = format!("{BEGIN}  \"version\": \"{}\",\n", env!("CARGO_PKG_VERSION"));
    fs::write(&manifest, written.replacen(BEGIN, &version, 1))?;
    Ok(folder)
}
