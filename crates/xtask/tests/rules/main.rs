//! The rules of ARCHITECTURE.md that can be read from the sources.

mod rooms;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rooms::Graph;

/// Files past this many lines of code ask to be two.
const MOST_LINES: usize = 300;

/// A level with more entries than this asks for a room.
const MOST_ENTRIES: usize = 20;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder whose name ends so.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no {ending}");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("readable text")
}

/// The names of the packages one of ours is built from.
fn built_from(package: &str) -> Vec<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["tree", "--package", package, "--target", "wasm32-unknown-unknown"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .expect("cargo tree runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn used_only_in(word: &str, folder: &str) {
    for path in files("src", ".rs") {
        let inside = path.starts_with(root().join(folder));
        assert!(inside || !read(&path).contains(word), "{} uses {word}, which belongs to {folder}", path.display());
    }
}

#[test]
fn the_app_is_built_without_creem_and_without_weight() {
    let packages = built_from("creem-checkout");
    for unwanted in ["creem", "proxy", "sandbox", "tokio", "reqwest", "hyper", "sqlx", "chrono"] {
        assert!(!packages.iter().any(|package| package == unwanted), "the app is built from {unwanted}");
    }
}

#[test]
fn wire_is_built_from_serde_alone() {
    let allowed = ["wire", "serde", "serde_core", "serde_derive", "serde_json", "itoa", "memchr", "ryu", "zmij"];
    let allowed = [&allowed[..], &["indexmap", "equivalent", "hashbrown"], &MACROS].concat();
    for package in built_from("wire") {
        assert!(allowed.contains(&package.as_str()), "wire is built from {package}");
    }
}

/// What `serde_derive` runs on at compile time.
const MACROS: [&str; 4] = ["proc-macro2", "quote", "syn", "unicode-ident"];

#[test]
fn each_door_has_one_room() {
    used_only_in("web_sys", "src/host");
    used_only_in("gloo_net", "src/api");
}

#[test]
fn the_page_has_no_inline_script_or_style() {
    let page = read(&root().join("index.html"));
    for (position, _) in page.match_indices("<script") {
        let tag = page[position..].split('>').next().unwrap_or_default();
        assert!(tag.contains("src=") || tag.contains("application/json"), "inline script: {tag}");
    }
    assert!(!page.contains("<style") && !page.contains(" style="), "inline style");
    for handler in [" onclick=", " onload=", " onsubmit=", " onerror=", "javascript:"] {
        assert!(!page.contains(handler), "inline handler {handler}");
    }
}

/// The part of a source before its tests.
fn without_tests(path: &Path) -> String {
    let text = read(path);
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// A path, a header or a field that is written out twice is one that can be changed in one of two places.
#[test]
fn paths_and_fields_are_named_in_wire_alone() {
    let names = |file: &str| -> Vec<String> {
        let text = without_tests(&root().join("crates/wire/src").join(file));
        let quoted = text.split('"').skip(1).step_by(2).map(str::to_owned);
        // A shorter word means other things elsewhere as well.
        quoted.filter(|name| name.contains(['/', '_', '-']) && !name.contains(':')).collect()
    };
    let (fields, links, routes) = (names("form.rs"), names("link.rs"), names("routes.rs"));
    assert!(fields.len() == 2 && links.len() >= 3 && routes.len() >= 6, "{fields:?} {links:?} {routes:?}");
    let free = |path: &Path, names: &[String]| {
        let text = without_tests(path);
        for name in names {
            let written = [format!("\"{name}\""), format!("\"/{name}\"")].iter().any(|quoted| text.contains(quoted));
            assert!(!written, "{} writes {name:?}, which crates/wire names", path.display());
        }
    };
    for path in ["src", "crates/proxy/src"].into_iter().flat_map(|folder| files(folder, ".rs")) {
        if !path.ends_with("tests.rs") {
            free(&path, &routes);
        }
    }
    for path in files("src/components", ".rs").into_iter().chain(files("crates/proxy/src", "forms.rs")) {
        free(&path, &[fields.clone(), links.clone()].concat());
    }
    free(&root().join("src/form/order.rs"), &[fields, links].concat());
}

/// The form stood in the shell, in the proxy, in the app and twice in tests, and no two of them were the same.
#[test]
fn what_a_buyer_sees_is_written_once() {
    for shell in ["index.html", "crates/proxy/tests/fixtures/dist/index.html"] {
        let shell = read(&root().join(shell));
        for part in ["<form", "<input", "<fieldset", "<button", "<label"] {
            assert!(!shell.contains(part), "{part} in the shell");
        }
    }
    for path in files("crates/proxy", ".rs").into_iter().chain(files("tests/web", ".rs")) {
        assert!(!read(&path).contains("<form "), "{} draws a form", path.display());
    }
}

/// What the shell says before the proxy or the app says it in another language.
#[test]
fn the_shell_says_what_the_app_says() {
    let table = read(&root().join("src/text/table.rs"));
    let shell = read(&root().join("index.html"));
    let body = shell.split_once("<body>").expect("a body").1;
    let texts = body.split('>').filter_map(|piece| piece.split('<').next()).map(str::trim);
    let needs_scripts = body.split_once("<noscript>").and_then(|(_, rest)| rest.split_once("</noscript>"));
    for text in texts.filter(|text| !text.is_empty()) {
        let is_known = table.contains(&format!("\"{text}\""));
        assert!(is_known || needs_scripts.is_some_and(|(inside, _)| inside.contains(text)), "nothing says {text:?}");
    }
}

/// A language stood in four lists, and one that was missing from the last was never found.
#[test]
fn the_folder_is_the_only_list_of_languages() {
    let languages: Vec<String> = files("languages", ".json")
        .iter()
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert!(languages.len() > 20, "{languages:?}");
    let code = [files("src", ".rs"), files("src", ".js"), files("crates/proxy/src", ".rs"), files("tests/e2e", ".rs")];
    for path in code.iter().flatten().chain(&[root().join("index.html"), root().join("Trunk.toml")]) {
        let text = read(path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let named = languages.iter().filter(|language| code.contains(&format!("\"{language}\"")));
        assert!(named.count() < LISTED, "{} lists languages", path.display());
    }
}

/// So many languages in one file are a list; a test may try a few.
const LISTED: usize = 6;

/// The sentences of errors and states stood in the contract, and only the app said them.
#[test]
fn wire_has_no_sentences() {
    for path in files("crates/wire/src", ".rs") {
        let text = read(&path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.contains("#[error(")) {
            let literal = line.split('"').nth(1).unwrap_or_default();
            let is_sentence = literal.starts_with(char::is_uppercase) && literal.contains(' ');
            assert!(!is_sentence, "{} says {literal:?}", path.display());
        }
    }
}

#[test]
fn no_file_asks_to_be_two() {
    for folder in ["src", "crates/wire/src", "crates/creem/src", "crates/proxy/src", "crates/sandbox/src"] {
        for path in files(folder, ".rs") {
            let text = read(&path);
            // Tests stand at a file's end, and are not what makes it hard to find the line to change.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
            assert!(lines <= MOST_LINES, "{} has {lines} lines of code", path.display());
        }
    }
}

/// Fifty-four modules stood side by side in the proxy and forty in the sandbox: their names led nobody to a line. A module
/// and the folder of its children are one entry.
#[test]
fn no_level_asks_for_a_room() {
    let mut levels: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for path in ["src", "crates", "tests"].into_iter().flat_map(|folder| files(folder, ".rs")) {
        let level = path.parent().expect("a folder");
        let entries = || fs::read_dir(level).expect("a folder").map(|entry| entry.expect("an entry").path());
        levels.entry(level.to_owned()).or_insert_with(|| entries().map(|path| path.with_extension("")).collect());
    }
    for (level, entries) in levels {
        let count = entries.len();
        assert!(count <= MOST_ENTRIES, "{} has {count} entries, of at most {MOST_ENTRIES}", level.display());
    }
}

#[test]
fn nothing_names_a_registry_or_a_machine() {
    let lock = read(&root().join("Cargo.lock"));
    let sources = lock.lines().filter(|line| line.starts_with("source = "));
    for source in sources {
        assert!(source.contains("github.com/rust-lang/crates.io-index"), "{source}");
    }
}

/// Folders in which the paths begin that a text names.
const ROOTS: [&str; 9] = ["crates/", "deploy/", "docs/", "languages/", "npm/", "patches/", "src/", "style/", "tests/"];

/// The recipes sent people to files that had moved.
#[test]
fn paths_that_the_docs_name_are_there() {
    let texts = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"].map(|name| root().join(name));
    let mut named = 0;
    for text in files("docs", ".md").iter().chain(&texts) {
        // What stands between two backticks is every second piece.
        for path in read(text).split('`').skip(1).step_by(2) {
            let is_path = ROOTS.iter().any(|root| path.starts_with(root)) && !path.contains(['<', '*', ' ', '{']);
            if is_path {
                named += 1;
                assert!(root().join(path).exists(), "{} names {path}", text.display());
            }
        }
    }
    assert!(named > 50, "only {named} paths are named");
}

/// `trunk serve` in a fresh clone ended at once, because a folder that was not to be watched did not exist yet.
#[test]
fn trunk_leaves_unwatched_only_what_a_fresh_clone_has() {
    let config = read(&root().join("Trunk.toml"));
    let list = config.lines().find_map(|line| line.strip_prefix("ignore = ")).expect("a list");
    let names: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    let built: Vec<String> = read(&root().join(".gitignore")).lines().map(|line| line.replace('/', "")).collect();
    assert!(names.contains(&"docs") && built.contains(&"target".to_owned()), "{names:?}, {built:?}");
    for name in names {
        assert!(root().join(name).is_dir() && !built.contains(&name.to_owned()), "{name} is not in a fresh clone");
    }
}

/// Thirty modules of the proxy led to one another, and fourteen of the sandbox: none could be read by itself.
#[test]
fn modules_take_from_each_other_one_way() {
    let crates = fs::read_dir(root().join("crates")).expect("a folder").map(|entry| {
        let name = entry.expect("an entry").file_name();
        format!("crates/{}/src", name.to_string_lossy())
    });
    let mut circles = Vec::new();
    for folder in crates.chain(["src".to_owned()]) {
        let texts: Vec<_> = files(&folder, ".rs").into_iter().map(|path| (read(&path), path)).collect();
        let source = root().join(&folder);
        let graph = Graph::of(
            texts.iter().map(|(text, path)| (path.strip_prefix(&source).expect("a file of the folder"), text.as_str())),
        );
        circles.extend(graph.circles().iter().map(|circle| format!("{folder}: a circle in {circle}")));
    }
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}
