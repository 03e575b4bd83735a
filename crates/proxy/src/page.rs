//! The built page: the shell on disk, completed for each request.
//!
//! What the page looks like is the app's; here is only what fills its hooks.

mod counts;
mod fragments;
mod language;
mod manner;
mod rewrite;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use tower::ServiceExt;
use tower_http::services::ServeDir;
use wire::{ErrorCode, PageData, Returned};

pub use language::OwnSentences;
pub(crate) use manner::{Manner, is_manner, passed_on};

use crate::config::PageConfig;
use crate::error::ProxyError;
use crate::theme::Theme;
use language::Languages;

/// What one answer shows.
pub(crate) struct View<'a> {
    pub(crate) data: &'a PageData,
    pub(crate) screen: Screen<'a>,
    pub(crate) place: Place,
    pub(crate) manner: &'a Manner<'a>,
}

/// Which of the two screens.
pub(crate) enum Screen<'a> {
    /// The form.
    Checkout {
        /// What travels with it unseen.
        hidden: &'a [(String, String)],
    },
    /// What became of a payment.
    Status(&'a Returned),
}

/// Under which address the page comes, because its own addresses are relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the root of the public address.
    Root,
    /// In answer to `api/checkouts`.
    BelowApi,
}

/// The pages and the files beside them.
pub(crate) struct Pages {
    shell: PathBuf,
    read: Mutex<Option<(SystemTime, Arc<str>)>>,
    files: ServeDir,
    languages: Languages,
    theme: Theme,
}

impl Pages {
    pub(crate) fn new(folder: &Path, page: &PageConfig) -> Self {
        let shell = folder.join("index.html");
        if !shell.is_file() {
            tracing::warn!(
                folder = %folder.display(),
                "there is no index.html, so there is no page: build it with `trunk build --release`, or run \
                 `cargo xtask start`; the API works without"
            );
        }
        let files =
            ServeDir::new(folder).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
        let languages = Languages::new(&page.sentences);
        Self { shell, read: Mutex::default(), files, languages, theme: page.theme.clone() }
    }

    /// How a buyer with this link and this browser gets the page.
    pub(crate) fn manner(&self, asked: &[(String, String)], headers: &HeaderMap) -> Manner<'_> {
        Manner::new(&self.languages, &self.theme, asked, headers)
    }

    /// The page, completed.
    pub(crate) fn render(&self, view: &View<'_>) -> Result<String, ProxyError> {
        rewrite::complete(&self.shell()?, view)
            .map_err(|error| ProxyError::internal(format_args!("the page cannot be completed: {error}")))
    }

    /// A file of the folder, as it is.
    pub(crate) async fn file(&self, request: Request) -> Result<Response, ProxyError> {
        match self.files.clone().oneshot(request).await {
            Ok(response) => Ok(response.map(Body::new)),
            Err(never) => match never {},
        }
    }

    /// The shell, read again when it was built again.
    fn shell(&self) -> Result<Arc<str>, ProxyError> {
        let missing = |error: std::io::Error| {
            let message = "the page is not built: run `trunk build --release` or `cargo xtask start`";
            ProxyError::new(ErrorCode::NotFound, message).because(error)
        };
        let built = std::fs::metadata(&self.shell).and_then(|file| file.modified()).map_err(missing)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, shell)) = &*read
            && *at == built
        {
            return Ok(Arc::clone(shell));
        }
        let shell: Arc<str> = std::fs::read_to_string(&self.shell).map_err(missing)?.into();
        *read = Some((built, Arc::clone(&shell)));
        Ok(shell)
    }
}
