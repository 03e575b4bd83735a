//! What comes with the binary and is made from its own settings: pages for `man`, completions for shells.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_complete::Shell;

/// What was set for `creem-checkout papers`.
#[derive(Args)]
pub(crate) struct PapersSettings {
    /// The folder to write them into
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}

/// Writes them below a folder.
pub(crate) fn write(command: &Command, folder: &Path) -> io::Result<()> {
    let (man, completions) = (folder.join("man"), folder.join("completions"));
    std::fs::create_dir_all(&man)?;
    std::fs::create_dir_all(&completions)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        clap_complete::generate_to(shell, &mut command.clone(), command.get_name(), &completions)?;
    }
    clap_mangen::generate_to(command.clone(), &man)
}
