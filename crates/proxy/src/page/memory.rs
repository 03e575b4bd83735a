//! Files in memory, as the server of files reads them.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io::{self, Cursor, ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

/// Files by their path. Cheap to clone.
#[derive(Clone)]
pub struct Memory {
    files: Arc<HashMap<PathBuf, Bytes>>,
    /// When the process began: what a browser kept from another build may have the same size, and must not count as
    /// this one's.
    since: SystemTime,
}

impl Memory {
    pub(super) fn new(files: HashMap<PathBuf, Bytes>) -> Self {
        Self { files: Arc::new(files), since: SystemTime::now() }
    }

    pub(super) fn file(&self, path: &Path) -> Option<&Bytes> {
        // The server asks for `./app.js`.
        self.files.get(path.strip_prefix(".").unwrap_or(path))
    }

    fn opened(&self, path: &Path) -> io::Result<OpenFile> {
        let bytes = self.file(path).cloned().ok_or(ErrorKind::NotFound)?;
        Ok(OpenFile { read: Cursor::new(bytes), since: self.since })
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.files.keys()).finish()
    }
}

/// What is known of a file without reading it.
#[derive(Debug)]
pub struct About {
    bytes: usize,
    since: SystemTime,
}

impl Metadata for About {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(self.since)
    }

    fn len(&self) -> u64 {
        self.bytes.try_into().unwrap_or(u64::MAX)
    }
}

/// A file that is being read.
#[derive(Debug)]
pub struct OpenFile {
    read: Cursor<Bytes>,
    since: SystemTime,
}

impl OpenFile {
    fn about(&self) -> About {
        About { bytes: self.read.get_ref().len(), since: self.since }
    }
}

impl AsyncRead for OpenFile {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buf)
    }
}

impl AsyncSeek for OpenFile {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.read).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.read).poll_complete(cx)
    }
}

impl File for OpenFile {
    type Metadata = About;
    type MetadataFuture<'a> = Ready<io::Result<About>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.about()))
    }
}

impl Backend for Memory {
    type File = OpenFile;
    type Metadata = About;
    type OpenFuture = Ready<io::Result<OpenFile>>;
    type MetadataFuture = Ready<io::Result<About>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.opened(&path))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.opened(&path).map(|file| file.about()))
    }
}
