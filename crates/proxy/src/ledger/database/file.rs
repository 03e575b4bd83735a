//! The file of a SQLite database: names and e-mail addresses of buyers are in it, and other users of the machine read
//! none of them.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;

/// What SQLite writes beside its file: it gives them the file's mode, but leaves what is there as it is.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Makes the file of a SQLite database readable for its owner only, before SQLite opens it; any other address is left
/// alone.
///
/// A file that is not there is created, unless the address forbids it. One that is there keeps what it grants to its
/// group, for those who make backups, and nothing to others.
pub(in crate::ledger) fn private_file(url: &str) -> Result<(), sqlx::Error> {
    if !is_file(url) {
        return Ok(());
    }
    let options = SqliteConnectOptions::from_str(url)?;
    let path = options.get_filename();
    if !path.exists() && !forbids_creation(url) {
        create(path)?;
    }
    close_to_others(path);
    for suffix in BESIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        close_to_others(Path::new(&name));
    }
    Ok(())
}

/// A file that is in use, as it was when it was opened. On some systems it can be removed all the same; what is written
/// to it then is nobody's.
#[derive(Debug)]
pub(in crate::ledger) struct OpenFile {
    path: PathBuf,
    identity: Identity,
}

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = ();

impl OpenFile {
    /// The file at an address; `None` for a database that has none.
    pub(in crate::ledger) fn at(url: &str) -> Result<Option<Self>, sqlx::Error> {
        if !is_file(url) {
            return Ok(None);
        }
        let path = SqliteConnectOptions::from_str(url)?.get_filename().to_path_buf();
        Ok(identity(&path).map(|identity| Self { path, identity }))
    }

    /// Whether it is still there, and still the same.
    pub(in crate::ledger) fn is_there(&self) -> bool {
        identity(&self.path).as_ref() == Some(&self.identity)
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Elsewhere a file that is open stays.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    path.exists().then_some(())
}

fn is_file(url: &str) -> bool {
    let is_in_memory = url.contains(":memory:") || parameters(url).any(|parameter| parameter == "mode=memory");
    url.starts_with("sqlite:") && !is_in_memory
}

fn forbids_creation(url: &str) -> bool {
    parameters(url).any(|parameter| parameter == "mode=ro" || parameter == "mode=rw")
}

fn parameters(url: &str) -> impl Iterator<Item = &str> {
    url.split_once('?').map_or("", |(_, query)| query).split('&')
}

fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Takes from others what a file grants them. One that is another user's cannot be changed, and is told of.
#[cfg(unix)]
fn close_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(file) = std::fs::metadata(path) else { return };
    let mode = file.permissions().mode();
    if mode & 0o007 == 0 {
        return;
    }
    let private = std::fs::Permissions::from_mode(mode & 0o770);
    if let Err(error) = std::fs::set_permissions(path, private) {
        tracing::warn!(%error, file = %path.display(), "other users of this machine can read what buyers told");
    }
}

/// Elsewhere a file has the rights of the folder it is in.
#[cfg(not(unix))]
fn close_to_others(_: &Path) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use sqlx::AnyPool;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn create() -> Self {
            let folder = std::env::temp_dir().join(format!("creem-checkout-private-{}", uuid::Uuid::new_v4()));
            std::fs::create_dir(&folder).unwrap();
            Self(folder)
        }

        fn url(&self, parameters: &str) -> String {
            format!("sqlite://{}{parameters}", self.0.join("a?b.db").display().to_string().replace('?', "%3f"))
        }

        /// What is in the folder, with its mode, sorted.
        fn modes(&self) -> Vec<(String, u32)> {
            let files = std::fs::read_dir(&self.0).unwrap().map(Result::unwrap);
            let mode = |file: &std::fs::DirEntry| file.metadata().unwrap().permissions().mode() & 0o777;
            let mut modes: Vec<_> = files.map(|f| (f.file_name().into_string().unwrap(), mode(&f))).collect();
            modes.sort();
            modes
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// Writes as the ledger does, and answers what then lies in the folder.
    async fn modes_in_use(folder: &Folder) -> Vec<(String, u32)> {
        sqlx::any::install_default_drivers();
        let pool = AnyPool::connect(&folder.url("?mode=rwc")).await.unwrap();
        for sql in ["PRAGMA journal_mode = WAL", "CREATE TABLE IF NOT EXISTS buyers (email TEXT)"] {
            sqlx::query(sql).execute(&pool).await.unwrap();
        }
        let modes = folder.modes();
        pool.close().await;
        modes
    }

    fn all(mode: u32) -> Vec<(String, u32)> {
        ["a?b.db", "a?b.db-shm", "a?b.db-wal"].map(|name| (name.to_owned(), mode)).to_vec()
    }

    // The database was created with the mode of any file, so that every user of the machine could read it.
    #[tokio::test]
    async fn nobody_else_reads_the_database_and_what_lies_beside_it() {
        let folder = Folder::create();
        private_file(&folder.url("")).unwrap();
        assert_eq!(modes_in_use(&folder).await, all(0o600));
    }

    #[tokio::test]
    async fn a_database_that_others_could_read_is_closed_to_them_and_stays_open_to_its_group() {
        let folder = Folder::create();
        for (name, _) in all(0) {
            std::fs::write(folder.0.join(&name), b"").unwrap();
            std::fs::set_permissions(folder.0.join(&name), std::fs::Permissions::from_mode(0o644)).unwrap();
        }
        private_file(&folder.url("?cache=private")).unwrap();
        assert_eq!(folder.modes(), all(0o640));
        assert_eq!(modes_in_use(&folder).await, all(0o640));
    }

    #[test]
    fn only_files_that_may_be_created_are() {
        let folder = Folder::create();
        let forbidden = [folder.url("?mode=ro"), folder.url("?cache=private&mode=rw"), folder.url("?mode=memory")];
        let others = ["sqlite::memory:", "sqlite://:memory:", "postgres://user@host/name"];
        for url in forbidden.iter().map(String::as_str).chain(others) {
            private_file(url).unwrap();
        }
        assert_eq!(folder.modes(), []);
        let nowhere = format!("sqlite://{}/none/at.db", folder.0.display());
        assert!(private_file(&nowhere).is_err(), "a folder that is not there is said");
        assert!(private_file("sqlite://a.db?mode=odd").is_err());
    }
}
