//! The built page inside the binary, so that one file is the whole checkout.

use std::path::PathBuf;

use include_dir::{Dir, include_dir};
use proxy::Assets;

static PAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../dist");

/// Its files, served from memory: what is unpacked to a temporary folder is cleared away while we serve it.
pub(crate) fn page() -> Assets {
    let mut files = Vec::new();
    collect(&PAGE, &mut files);
    Assets::in_memory(files)
}

fn collect(folder: &Dir<'static>, files: &mut Vec<(PathBuf, &'static [u8])>) {
    files.extend(folder.files().map(|file| (file.path().to_path_buf(), file.contents())));
    folder.dirs().for_each(|folder| collect(folder, files));
}
