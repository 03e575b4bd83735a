//! What a container is made of: the files that `deploy/Containerfile` copies, and that file itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::packages::Missing;
use crate::run::root;

/// Where systems keep whom they believe, the first that is there.
const AUTHORITIES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// Where the binary looks for them.
const IN_THE_IMAGE: &str = "etc/ssl/certs/ca-certificates.crt";

/// Lays out `image/` and the Containerfile in a folder that has the binary already.
pub(crate) fn lay_out(folder: &Path) -> Result<()> {
    let image = folder.join("image");
    // Payments are kept there; it has to be there to belong to who runs it.
    fs::create_dir_all(image.join("data"))?;
    let authorities = authorities()?;
    let put = |from: &Path, to: &str| -> Result<()> {
        let to = image.join(to);
        fs::create_dir_all(to.parent().context("a file stands in a folder")?)?;
        fs::copy(from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        Ok(())
    };
    put(&folder.join("creem-checkout"), "creem-checkout")?;
    put(&authorities, IN_THE_IMAGE)?;
    put(&folder.join("THIRD-PARTY-LICENSES.txt"), "licenses/THIRD-PARTY-LICENSES.txt")?;
    for ours in ["LICENSE", "LICENSE-MIT", "LICENSE-APACHE"] {
        put(&root().join(ours), &format!("licenses/{ours}"))?;
    }
    fs::copy(root().join("deploy/Containerfile"), folder.join("Containerfile"))?;
    Ok(())
}

/// Without them nobody's certificate could be verified, also Creem's.
fn authorities() -> Result<PathBuf> {
    let found = AUTHORITIES.into_iter().map(PathBuf::from).find(|file| file.is_file());
    let what = "the certificates of the authorities that are believed (a container has none of its own)";
    found.ok_or_else(|| Missing::new(what, "sudo apt-get install --yes ca-certificates").into())
}
