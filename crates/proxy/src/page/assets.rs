//! The files of the built page: in a folder, or in memory. Both are read in the same way, so that they are served with
//! the same headers: compressed copies, ranges, and nothing again that the browser has.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use tower::ServiceExt;
use tower_http::services::ServeDir;
use tower_http::services::fs::DefaultServeDirFallback;
use wire::ErrorCode;

use super::memory::Memory;
use crate::error::ProxyError;

/// Completed for each request, and never served as it is.
const SHELL: &str = "index.html";

/// Where the files of the built page are.
#[derive(Clone, Debug)]
pub enum Assets {
    /// In a folder, which may be built again at any time.
    Folder(PathBuf),
    /// In memory, where nobody can remove them.
    Memory(Memory),
}

impl Assets {
    /// Files by their path below the page's address, each perhaps with compressed copies beside it (`.br`, `.gz`).
    pub fn in_memory(files: impl IntoIterator<Item = (PathBuf, &'static [u8])>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path, Bytes::from_static(bytes)));
        Self::Memory(Memory::new(files.collect()))
    }
}

impl From<PathBuf> for Assets {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

/// The files, ready to be served.
pub(super) enum Served {
    Folder { shell: PathBuf, read: Mutex<Option<(SystemTime, Arc<str>)>>, files: ServeDir },
    Memory { shell: Option<Arc<str>>, files: ServeDir<DefaultServeDirFallback, Memory> },
}

impl Served {
    pub(super) fn new(assets: &Assets) -> Self {
        match assets {
            Assets::Folder(folder) => Self::folder(folder),
            Assets::Memory(memory) => {
                let shell = memory.file(Path::new(SHELL)).and_then(|bytes| std::str::from_utf8(bytes).ok());
                let files = ServeDir::with_backend("", memory.clone());
                Self::Memory { shell: shell.map(Into::into), files: as_built(files) }
            }
        }
    }

    fn folder(folder: &Path) -> Self {
        let shell = folder.join(SHELL);
        if !shell.is_file() {
            tracing::warn!(
                folder = %folder.display(),
                "there is no index.html, so there is no page: build it with `trunk build --release`, or run \
                 `cargo xtask start`; the API works without"
            );
        }
        Self::Folder { shell, read: Mutex::default(), files: as_built(ServeDir::new(folder)) }
    }

    /// A file, as it is.
    pub(super) async fn file(&self, request: Request) -> Response {
        let answer = match self {
            Self::Folder { files, .. } => files.clone().oneshot(request).await,
            Self::Memory { files, .. } => files.clone().oneshot(request).await,
        };
        match answer {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }

    /// The shell; the one of a folder is read again when it was built again.
    pub(super) fn shell(&self) -> Result<Arc<str>, ProxyError> {
        let (path, read) = match self {
            Self::Folder { shell, read, .. } => (shell, read),
            Self::Memory { shell, .. } => return shell.clone().ok_or_else(not_built),
        };
        let missing = |error: std::io::Error| not_built().because(error);
        let built = std::fs::metadata(path).and_then(|file| file.modified()).map_err(missing)?;
        let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, shell)) = &*read
            && *at == built
        {
            return Ok(Arc::clone(shell));
        }
        let shell: Arc<str> = std::fs::read_to_string(path).map_err(missing)?.into();
        *read = Some((built, Arc::clone(&shell)));
        Ok(shell)
    }
}

fn as_built<F, B: tower_http::services::fs::Backend>(files: ServeDir<F, B>) -> ServeDir<F, B> {
    files.append_index_html_on_directories(false).precompressed_br().precompressed_gzip()
}

fn not_built() -> ProxyError {
    let message = "the page is not built: run `trunk build --release` or `cargo xtask start`";
    ProxyError::new(ErrorCode::NotFound, message)
}
