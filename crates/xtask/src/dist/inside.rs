//! Whose code is in the binary and in the page inside it, as cargo resolved it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::run::{cargo, root};

/// A package whose code is inside.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Whether it is of this repository.
    pub(crate) is_ours: bool,
    /// As an SPDX expression.
    pub(crate) license: Option<String>,
    pub(crate) repository: Option<String>,
    /// Where its sources are.
    pub(crate) folder: PathBuf,
    /// SHA-256 of what the registry has of it.
    pub(crate) checksum: Option<String>,
    /// What it uses itself, by [`Inside::purl`].
    pub(crate) uses: BTreeSet<String>,
}

impl Inside {
    /// The name by which the world knows it.
    pub(crate) fn purl(&self) -> String {
        purl(&self.name, &self.version)
    }
}

fn purl(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{version}")
}

/// What cargo tells of a workspace.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

/// The page's target.
const PAGE: &str = "wasm32-unknown-unknown";

/// Everything inside a binary of a target, by name.
pub(crate) fn list(target: &str) -> Result<Vec<Inside>> {
    let mut names = resolved(&["--package", "proxy", "--features", "embed-page"], target)?;
    names.extend(resolved(&["--package", "creem-checkout"], PAGE)?);
    let checksums = checksums(&fs::read_to_string(root().join("Cargo.lock"))?);
    let mut inside = BTreeMap::new();
    for target in [target, PAGE] {
        let metadata = metadata(target)?;
        let known: BTreeMap<&str, &Package> =
            metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let is_inside = |package: &Package| names.contains(&(package.name.clone(), package.version.clone()));
        for node in &metadata.resolve.nodes {
            let package = known.get(node.id.as_str()).context("cargo names a package that it does not list")?;
            if !is_inside(package) {
                continue;
            }
            let runs = |used: &&Dependency| used.dep_kinds.iter().any(|kind| kind.kind.is_none());
            let uses = node.deps.iter().filter(runs).filter_map(|used| known.get(used.pkg.as_str()));
            let uses = uses.filter(|used| is_inside(used)).map(|used| purl(&used.name, &used.version));
            let key = (package.name.clone(), package.version.clone());
            let one = inside.entry(key.clone()).or_insert_with(|| read(package, checksums.get(&key).cloned()));
            one.uses.extend(uses);
        }
    }
    if let Some((name, version)) = names.iter().find(|name| !inside.contains_key(*name)) {
        bail!("cargo builds with {name} {version} and does not list it");
    }
    Ok(inside.into_values().collect())
}

fn read(package: &Package, checksum: Option<String>) -> Inside {
    Inside {
        name: package.name.clone(),
        version: package.version.clone(),
        is_ours: package.source.is_none(),
        // What was written before SPDX had expressions.
        license: package.license.as_ref().map(|license| license.replace('/', " OR ").replace("  ", " ")),
        repository: package.repository.clone(),
        folder: package.manifest_path.parent().map(PathBuf::from).unwrap_or_default(),
        checksum,
        uses: BTreeSet::new(),
    }
}

/// Names and versions of what a package is built from, without what only runs while it is built.
fn resolved(package: &[&str], target: &str) -> Result<BTreeSet<(String, String)>> {
    let mut tree = cargo(&["tree", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
    let output = tree.args(package).args(["--target", target]).output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(name_and_version).collect())
}

/// Of a line such as `serde v1.0.2` or `wire v0.1.0 (/somewhere) (*)`.
fn name_and_version(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ');
    Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
}

fn metadata(target: &str) -> Result<Metadata> {
    let output = cargo(&["metadata", "--format-version", "1", "--filter-platform", target]).output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("cargo's metadata cannot be read")
}

/// The checksums of a lock file, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'));
        line.map(str::to_owned)
    };
    let blocks = lock.split("[[package]]").skip(1);
    blocks
        .filter_map(|block| Some(((value(block, "name")?, value(block, "version")?), value(block, "checksum")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_inside_and_what_tests_and_builds_is_not() {
        let inside = list(&format!("{}-unknown-linux-gnu", std::env::consts::ARCH)).expect("a list");
        let find = |name: &str| inside.iter().find(|package| package.name == name);
        for name in ["proxy", "sandbox", "axum", "sqlx-postgres", "leptos", "gloo-net", "include_dir"] {
            assert!(find(name).is_some(), "{name} is inside");
        }
        for name in ["xtask", "proptest", "thirtyfour", "serde_derive", "anyhow-tests"] {
            assert!(find(name).is_none(), "{name} is not inside");
        }
        let axum = find("axum").expect("axum");
        assert!(axum.checksum.as_ref().is_some_and(|checksum| checksum.len() == 64) && !axum.is_ours, "{axum:?}");
        assert!(axum.license.is_some() && axum.folder.is_dir(), "{axum:?}");
        assert!(find("proxy").is_some_and(|proxy| proxy.is_ours && proxy.uses.contains(&axum.purl())));
    }

    #[test]
    fn a_line_of_the_tree_is_a_name_and_a_version() {
        let read = |line| name_and_version(line).map(|(name, version)| format!("{name} {version}"));
        assert_eq!(read("serde v1.0.2").as_deref(), Some("serde 1.0.2"));
        assert_eq!(read("wire v0.1.0 (/checkout/crates/wire) (*)").as_deref(), Some("wire 0.1.0"));
        assert_eq!(read(""), None);
    }
}
