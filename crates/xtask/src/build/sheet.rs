//! One style sheet for the built page: Trunk leaves a file for each component.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// How Trunk links to a sheet.
const LINK: &str = r#"<link rel="stylesheet" href="./"#;

/// Joins the sheets that the page links to, in their order, into one whose name carries its hash.
///
/// # Errors
/// When the page links to no sheet, or a file cannot be read or written.
pub(crate) fn join(dist: &Path) -> Result<()> {
    let index = dist.join("index.html");
    let page = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let mut pieces = page.split(LINK);
    let before = pieces.next().unwrap_or_default();
    let (mut sheet, mut sources, mut after) = (String::new(), Vec::new(), String::new());
    for piece in pieces {
        let (source, rest) = piece.split_once('"').context("a link to a sheet does not end")?;
        let (_, rest) = rest.split_once('>').context("a link to a sheet does not end")?;
        let source = dist.join(source);
        let text = fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
        sheet.push_str(&squeezed(&text));
        sources.push(source);
        after.push_str(if after.is_empty() { rest } else { rest.trim_start() });
    }
    ensure!(!sources.is_empty(), "{} links to no style sheet", index.display());
    let mut hash = DefaultHasher::new();
    sheet.hash(&mut hash);
    let name = format!("checkout-{:016x}.css", hash.finish());
    let joined = dist.join(&name);
    fs::write(&joined, sheet)?;
    fs::write(&index, format!("{before}{LINK}{name}\">{after}"))?;
    for source in sources.iter().filter(|source| **source != joined) {
        fs::remove_file(source)?;
    }
    Ok(())
}

/// The sheet without comments, indentation and the ends of its lines. Compression does the rest: what a minifier takes
/// off besides is less than a hundred bytes on the wire.
fn squeezed(sheet: &str) -> String {
    let mut kept = String::new();
    let mut rest = sheet;
    while let Some((code, comment)) = rest.split_once("/*") {
        kept.push_str(code);
        rest = comment.split_once("*/").map_or("", |(_, code)| code);
    }
    kept.push_str(rest);
    let mut lines = String::new();
    for line in kept.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !lines.is_empty() && !lines.ends_with(['{', '}', ';', ',']) {
            lines.push(' ');
        }
        lines.push_str(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_links_to_one_sheet_with_all_rules_in_their_order() {
        let dist = tempfile::tempdir().expect("a folder");
        let page = "<head>\n  <link rel=\"stylesheet\" href=\"./a-1.css\" data-integrity=\"none\"/>\n  \
                    <link rel=\"stylesheet\" href=\"./b-2.css\"/>\n  <meta>\n</head>";
        fs::write(dist.path().join("index.html"), page).expect("written");
        fs::write(dist.path().join("a-1.css"), "/* Why. */\n.a :is(b,\n  i) {\n  margin: 0\n    auto;\n}\n")
            .expect("written");
        fs::write(dist.path().join("b-2.css"), ".b {\n}\n").expect("written");
        for _ in 0..2 {
            join(dist.path()).expect("joined");
            let page = fs::read_to_string(dist.path().join("index.html")).expect("a page");
            let (_, name) = page.split_once(LINK).expect("a link");
            let (name, rest) = name.split_once('"').expect("a name");
            assert_eq!(rest, ">\n  <meta>\n</head>");
            let sheet = fs::read_to_string(dist.path().join(name)).expect("a sheet");
            assert_eq!(sheet, ".a :is(b,i) {margin: 0 auto;}.b {}");
            assert_eq!(fs::read_dir(dist.path()).expect("a folder").count(), 2);
        }
    }
}
