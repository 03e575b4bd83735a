//! The built page inside the binary, so that one file is the whole checkout.
//!
//! It is unpacked into a private temporary folder at start and served from there, so that there is one way to serve.

use std::io;

use include_dir::{Dir, include_dir};
use proxy::Config;
use tempfile::TempDir;

static PAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../dist");

/// Unpacks the page and points the configuration to it. The folder goes when the value is dropped.
pub(crate) fn unpack(config: &mut Config) -> io::Result<TempDir> {
    let folder = TempDir::with_prefix("creem-checkout-")?;
    PAGE.extract(folder.path())?;
    config.assets = folder.path().to_path_buf();
    Ok(folder)
}
