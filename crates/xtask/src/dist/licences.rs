//! The licences of what is inside, with the texts that its authors put beside their sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::inside::Inside;

/// How the files begin that say under what something may be used.
const NAMES: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

/// Between one text and the next.
const LINE: &str = "================================================================================";

/// All of it as one text: first who, then each text once.
pub(crate) fn text(inside: &[Inside]) -> Result<String> {
    let others: Vec<&Inside> = inside.iter().filter(|package| !package.is_ours).collect();
    let mut said = String::from("creem-checkout is built with the packages below, each under its own licence.\n\n");
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in &others {
        let Inside { name, version, .. } = package;
        let license = package.license.as_deref().unwrap_or("see its text");
        let source = package.repository.as_deref().unwrap_or_default();
        let texts_of_it = beside(&package.folder)?;
        let without = if texts_of_it.is_empty() { " (no text comes with it)" } else { "" };
        said.push_str(&format!("{name} {version}: {license}{without} {source}\n"));
        for text in texts_of_it {
            texts.entry(text).or_default().push(format!("{name} {version}"));
        }
    }
    let mut texts: Vec<(Vec<String>, String)> = texts.into_iter().map(|(text, of)| (of, text)).collect();
    texts.sort();
    for (of, text) in texts {
        said.push_str(&format!("\n{LINE}\n{}\n{LINE}\n\n{text}\n", of.join(", ")));
    }
    Ok(said)
}

/// The texts that lie beside a package's sources, without what only differs by its line ends.
fn beside(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let is_code = name.ends_with(".rs") || name.ends_with(".toml");
        if path.is_file() && !is_code && NAMES.iter().any(|beginning| name.starts_with(beginning)) {
            let text = String::from_utf8_lossy(&fs::read(path)?).replace("\r\n", "\n");
            texts.push(text.trim().to_owned());
        }
    }
    texts.sort();
    texts.dedup();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::super::inside::list;
    use super::*;

    #[test]
    fn everybody_is_named_and_their_texts_are_there_once() {
        let inside = list(&format!("{}-unknown-linux-gnu", std::env::consts::ARCH)).expect("a list");
        let text = text(&inside).expect("a text");
        for package in inside.iter().filter(|package| !package.is_ours) {
            assert!(text.contains(&format!("{} {}: ", package.name, package.version)), "{} is not named", package.name);
        }
        assert!(!text.contains("\nproxy "), "what is ours is under our own licence");
        let serde = inside.iter().find(|package| package.name == "serde_core").expect("serde");
        let of_it = beside(&serde.folder).expect("texts");
        assert_eq!(of_it.len(), 2, "MIT and Apache");
        let texts: Vec<&str> = text.split(LINE).skip(2).step_by(2).map(str::trim).collect();
        let times = |wanted: &str| texts.iter().filter(|text| **text == wanted).count();
        assert!(of_it.iter().all(|one| times(one) == 1), "each of serde's texts stands there once");
        let without = text.lines().filter(|line| line.contains("no text comes with it")).count();
        assert!(without * 10 < inside.len(), "{without} of {} have none", inside.len());
    }
}
