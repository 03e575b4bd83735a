//! Reading the guides: their fenced blocks, and which files have any.

use std::fs;
use std::path::{Path, PathBuf};

/// The guides whose snippets are taken by a test in this folder.
const TRIED: [&str; 11] = [
    "README.md",
    "crates/sandbox/README.md",
    "docs/embed.md",
    "docs/fulfil.md",
    "docs/going-live.md",
    "docs/intents.md",
    "docs/links.md",
    "docs/operation.md",
    "docs/payments.md",
    "docs/shop.md",
    "npm/README.md",
];

/// Its only block is a picture of letters.
const WITH_A_DIAGRAM: &str = "ARCHITECTURE.md";

/// What a reader would run or paste.
#[derive(Debug)]
pub(crate) struct Snippet {
    /// The word behind the fence; empty when there is none.
    pub(crate) language: String,
    pub(crate) code: String,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn text(guide: &str) -> String {
    fs::read_to_string(root().join(guide)).expect("a guide")
}

/// All snippets of a guide, which must be as many as its test knows.
pub(crate) fn snippets<const COUNT: usize>(guide: &str) -> [Snippet; COUNT] {
    let all = fenced(&text(guide));
    let count = all.len();
    all.try_into().unwrap_or_else(|_| panic!("{guide} has {count} snippets, and its test tries {COUNT}"))
}

fn fenced(markdown: &str) -> Vec<Snippet> {
    let mut found = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let code = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            found.push(Snippet { language: language.to_owned(), code });
        }
    }
    found
}

impl Snippet {
    /// The code with a reader's own value in place of the guide's, which must be there.
    pub(crate) fn with(&self, example: &str, own: &str) -> Self {
        assert!(self.code.contains(example), "no {example} in:\n{}", self.code);
        Self { language: self.language.clone(), code: self.code.replace(example, own) }
    }
}

/// Markdown files of the repository, without what is built or installed.
fn markdown_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let ours = !name.starts_with('.') && !["target", "dist", "node_modules"].contains(&name.as_ref());
            if path.is_dir() && ours {
                folders.push(path);
            } else if name.ends_with(".md") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_guide_with_snippets_is_tried() {
    for path in markdown_files() {
        let guide = path.strip_prefix(root()).expect("a file of ours").to_string_lossy().into_owned();
        let has_snippets = !fenced(&text(&guide)).is_empty();
        let is_tried = TRIED.contains(&guide.as_str()) || guide == WITH_A_DIAGRAM;
        assert!(!has_snippets || is_tried, "nothing tries the snippets of {guide}");
    }
}
