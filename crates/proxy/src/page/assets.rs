//! The files of the built page: in a folder, or in memory. Both are read in the same way, so that they are served with
//! the same headers: compressed copies, ranges, and nothing again that the browser has.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use lol_html::{RewriteStrSettings, element, rewrite_str};
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
    Folder { folder: PathBuf, read: Mutex<Option<(SystemTime, Arc<Shell>)>>, files: ServeDir },
    Memory { shell: Option<Arc<Shell>>, files: ServeDir<DefaultServeDirFallback, Memory> },
}

impl Served {
    pub(super) fn new(assets: &Assets) -> Self {
        match assets {
            Assets::Folder(folder) => Self::folder(folder),
            Assets::Memory(memory) => {
                let text = |path: &Path| {
                    let bytes = memory.file(path).ok_or(ErrorKind::NotFound)?;
                    std::str::from_utf8(bytes).map(str::to_owned).map_err(io::Error::other)
                };
                let shell = Shell::read(text).ok().map(Arc::new);
                let files = ServeDir::with_backend("", memory.clone());
                Self::Memory { shell, files: as_built(files) }
            }
        }
    }

    fn folder(folder: &Path) -> Self {
        if !folder.join(SHELL).is_file() {
            tracing::warn!(
                folder = %folder.display(),
                "there is no index.html, so there is no page: build it with `trunk build --release`, or run \
                 `cargo xtask start`; the API works without"
            );
        }
        Self::Folder { folder: folder.to_owned(), read: Mutex::default(), files: as_built(ServeDir::new(folder)) }
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
    pub(super) fn shell(&self) -> Result<Arc<Shell>, ProxyError> {
        let (folder, read) = match self {
            Self::Folder { folder, read, .. } => (folder, read),
            Self::Memory { shell, .. } => return shell.clone().ok_or_else(not_built),
        };
        let missing = |error: io::Error| not_built().because(error);
        let built = std::fs::metadata(folder.join(SHELL)).and_then(|file| file.modified()).map_err(missing)?;
        let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, shell)) = &*read
            && *at == built
        {
            return Ok(Arc::clone(shell));
        }
        let shell = Arc::new(Shell::read(|path| std::fs::read_to_string(folder.join(path))).map_err(missing)?);
        *read = Some((built, Arc::clone(&shell)));
        Ok(shell)
    }
}

/// The page before anything is filled in, and its style sheets taken out of their files: inside the page they cost no
/// round trip of their own.
pub(super) struct Shell {
    pub(super) html: String,
    pub(super) sheet: String,
    /// Where the app's script is, below the page's address.
    pub(super) app_js: String,
    /// Where its WebAssembly is.
    pub(super) app_wasm: String,
}

impl Shell {
    /// Reads the page and the sheets it links to, in their order, with what reads a file beside it.
    fn read(text: impl Fn(&Path) -> io::Result<String>) -> io::Result<Self> {
        let (mut sheet, mut unread) = (String::new(), None);
        let (mut app_js, mut app_wasm) = (String::new(), String::new());
        let taken = element!("link[rel=stylesheet][href]", |link| {
            let address = link.get_attribute("href").unwrap_or_default();
            match text(Path::new(address.trim_start_matches("./"))) {
                Ok(text) => sheet.push_str(&text),
                Err(error) => unread = Some(error),
            }
            link.remove();
            Ok(())
        });
        let named = element!("meta[name]", |meta| {
            let address = meta.get_attribute("content").unwrap_or_default().trim_start_matches("./").to_owned();
            match meta.get_attribute("name").as_deref() {
                Some("app-js") => app_js = address,
                Some("app-wasm") => app_wasm = address,
                Some(_) | None => {}
            }
            Ok(())
        });
        let settings =
            RewriteStrSettings::new().append_element_content_handler(taken).append_element_content_handler(named);
        let html = rewrite_str(&text(Path::new(SHELL))?, settings).map_err(io::Error::other)?;
        match unread {
            Some(error) => Err(error),
            None => Ok(Self { html, sheet, app_js, app_wasm }),
        }
    }
}

fn as_built<F, B: tower_http::services::fs::Backend>(files: ServeDir<F, B>) -> ServeDir<F, B> {
    files.append_index_html_on_directories(false).precompressed_br().precompressed_gzip()
}

fn not_built() -> ProxyError {
    let message = "the page is not built: run `trunk build --release` or `cargo xtask start`";
    ProxyError::new(ErrorCode::NotFound, message)
}
