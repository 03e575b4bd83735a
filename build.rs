//! Lists the languages: the folder `languages/` is the list.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo says where")).join("languages");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(&folder).expect("the folder of the languages");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    files.sort();
    let pairs: String = files
        .iter()
        .map(|file| {
            let code = file.file_stem().expect("a file has a name").to_string_lossy();
            format!("({code:?}, include_str!({file:?})),\n")
        })
        .collect();
    let list = Path::new(&env::var("OUT_DIR").expect("cargo says where to")).join("languages.rs");
    fs::write(list, format!("&[{pairs}]")).expect("the list is written");
}
