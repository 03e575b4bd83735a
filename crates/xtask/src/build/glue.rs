//! Short names between the app's WebAssembly and the JavaScript around it, and no comments in either script.
//!
//! wasm-bindgen names each of some hundred and fifty imports after what it does and after a hash: 16 digits that do not
//! compress, once in each of the two files. Nobody else reads them.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use wasmparser::{ExportSectionReader, ExternalKind, ImportSectionReader, Parser, Payload, TypeRef};

use super::places;

/// The words of the script that stand for long names, and those for the short ones.
type Names = BTreeMap<String, String>;

/// Shortens the names in the built page, where each file is then named by what is in it, and its integrity with it.
///
/// # Errors
/// When a file cannot be read or written, or the WebAssembly is not as wasm-bindgen makes it.
pub(crate) fn shorten(dist: &Path) -> Result<()> {
    let index = dist.join("index.html");
    let mut page = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let [wasm, app, boot] = [("app-", ".wasm"), ("app-", ".js"), ("boot-", ".js")].map(|names| file(dist, names));
    let (wasm, app, boot) = (wasm?, app?, boot?);
    let (module, names) = renamed(&fs::read(&wasm)?)?;
    replace(&mut page, &wasm, &places::blanked(&module)?)?;
    replace(&mut page, &app, squeezed(&pruned(&reworded(&fs::read_to_string(&app)?, &names))).as_bytes())?;
    replace(&mut page, &boot, squeezed(&fs::read_to_string(&boot)?).as_bytes())?;
    fs::write(&index, page)?;
    Ok(())
}

/// The one file whose name begins and ends like this.
fn file(dist: &Path, (start, end): (&str, &str)) -> Result<PathBuf> {
    let entries = fs::read_dir(dist).with_context(|| format!("cannot read {}", dist.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(start) && name.ends_with(end) {
            found.push(dist.join(&*name));
        }
    }
    match <[PathBuf; 1]>::try_from(found) {
        Ok([file]) => Ok(file),
        Err(found) => bail!("the page has {} files {start}…{end}", found.len()),
    }
}

/// Puts other bytes in a file's place, and other words into the page for its name and its integrity.
fn replace(page: &mut String, file: &Path, bytes: &[u8]) -> Result<()> {
    let integrity = |bytes: &[u8]| format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)));
    let before = fs::read(file)?;
    if before == bytes {
        return Ok(());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (start, rest) = name.split_once('-').context("a file of the page without a hash")?;
    let end = rest.trim_start_matches(|letter: char| letter.is_ascii_hexdigit());
    let mut hash = DefaultHasher::new();
    bytes.hash(&mut hash);
    let new_name = format!("{start}-{:016x}{end}", hash.finish());
    ensure!(page.contains(&integrity(&before)), "the page does not say the integrity of {name}");
    *page = page.replace(&integrity(&before), &integrity(bytes)).replace(&name, &new_name);
    fs::write(file.with_file_name(new_name), bytes)?;
    fs::remove_file(file)?;
    Ok(())
}

/// The module with a short name for each import, for the module that these come from, and for each export that only
/// wasm-bindgen's JavaScript calls; without what it says of how it was made.
fn renamed(module: &[u8]) -> Result<(Vec<u8>, Names)> {
    let mut written = module.get(..8).context("no WebAssembly")?.to_vec();
    let mut names = Names::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else { continue };
        let content = if let Payload::CustomSection(_) = payload {
            continue;
        } else if let Payload::ImportSection(section) = payload {
            imports(section, &mut names)?
        } else if let Payload::ExportSection(section) = payload {
            exports(section, &mut names)?
        } else {
            module[range].to_vec()
        };
        written.push(id);
        number(content.len(), &mut written);
        written.extend(content);
    }
    Ok((written, names))
}

fn imports(section: ImportSectionReader<'_>, names: &mut Names) -> Result<Vec<u8>> {
    let imports = section.into_imports().collect::<Result<Vec<_>, _>>()?;
    let mut content = Vec::new();
    number(imports.len(), &mut content);
    for (position, import) in imports.into_iter().enumerate() {
        let TypeRef::Func(function) = import.ty else { bail!("{} is no function", import.name) };
        for (name, short) in [(import.module, "g".to_owned()), (import.name, letters(position))] {
            text(&short, &mut content);
            names.insert(name.to_owned(), short);
        }
        content.push(0);
        number(usize::try_from(function)?, &mut content);
    }
    Ok(content)
}

fn exports(section: ExportSectionReader<'_>, names: &mut Names) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    number(usize::try_from(section.count())?, &mut content);
    for (position, export) in section.into_iter().enumerate() {
        let export = export?;
        let kind = match export.kind {
            ExternalKind::Func => 0,
            ExternalKind::Table => 1,
            ExternalKind::Memory => 2,
            ExternalKind::Global => 3,
            other @ (ExternalKind::Tag | ExternalKind::FuncExact) => bail!("{} is a {other:?}", export.name),
        };
        if export.name.starts_with("__") {
            let short = letters(position);
            text(&short, &mut content);
            names.insert(["wasm.", export.name].concat(), ["wasm.", &short].concat());
        } else {
            text(export.name, &mut content);
        }
        content.push(kind);
        number(usize::try_from(export.index)?, &mut content);
    }
    Ok(content)
}

/// `a`, `b` … `z`, `ba`.
fn letters(position: usize) -> String {
    let last = char::from(b"abcdefghijklmnopqrstuvwxyz"[position % 26]);
    let before = if position < 26 { String::new() } else { letters(position / 26) };
    format!("{before}{last}")
}

fn text(text: &str, written: &mut Vec<u8>) {
    number(text.len(), written);
    written.extend(text.as_bytes());
}

/// A whole number as WebAssembly writes it (LEB128).
fn number(number: usize, written: &mut Vec<u8>) {
    let low = (number % 128) as u8;
    if number < 128 {
        written.push(low);
    } else {
        written.push(low | 128);
        self::number(number / 128, written);
    }
}

/// The script with other words for some.
fn reworded(script: &str, names: &Names) -> String {
    let is_of_a_word = |letter: char| letter.is_ascii_alphanumeric() || "_$./".contains(letter);
    let mut written = String::new();
    let mut rest = script;
    while let Some(start) = rest.find(is_of_a_word) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|letter| !is_of_a_word(letter)).unwrap_or(from.len()));
        written.push_str(between);
        written.push_str(names.get(word).map_or(word, String::as_str));
        rest = after;
    }
    written.push_str(rest);
    written
}

/// The script without what only panics would tell, and without the way to start that is not taken.
fn pruned(script: &str) -> String {
    let script = without(script, "debugString", "const debugString = String;");
    without(&script, "initSync", "").replace("export { initSync, ", "export { ")
}

/// The script with something else in the place of one of its own functions.
fn without(script: &str, function: &str, instead: &str) -> String {
    let Some((before, from)) = script.split_once(&format!("\nfunction {function}(")) else { return script.to_owned() };
    let (_, after) = from.split_once("\n}\n").unwrap_or((from, ""));
    [before, "\n", instead, "\n", after].concat()
}

/// The script without comments on lines of their own and without indentation.
fn squeezed(script: &str) -> String {
    let is_code = |line: &&str| !line.is_empty() && !["//", "/*", "*"].iter().any(|start| line.starts_with(start));
    let lines = script.lines().map(str::trim).filter(is_code);
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Imports `env.long_name`, and exports `__inner` and `mount`, both of which are it.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x11\x01\x03env\x09long_name\0\0\x07\x13\x02\
        \x07__inner\0\0\x05mount\0\0\x00\x06\x04made!";

    #[test]
    fn both_sides_know_each_other_by_short_names() {
        let (module, names) = renamed(MODULE).expect("a module");
        let expected: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01g\x01a\0\0\x07\x0d\x02\
            \x01a\0\0\x05mount\0\0";
        assert_eq!(module, expected);
        let script = "return { \"env\": { long_name: function() { wasm.__inner(wasm.mount); } } };";
        assert_eq!(reworded(script, &names), "return { \"g\": { a: function() { wasm.a(wasm.mount); } } };");
        assert_eq!(renamed(&module).expect("a module").0, module, "a second time changes nothing");
    }

    #[test]
    fn what_is_never_called_is_left_out() {
        let script = "a();\nfunction initSync(b) {\n  {\n  }\n}\nfunction c() {\n}\nexport { initSync, c };\n";
        assert_eq!(pruned(script), "a();\n\nfunction c() {\n}\nexport { c };\n");
    }

    #[test]
    fn what_is_no_code_is_left_out() {
        assert_eq!(
            squeezed("// Why.\nlet a = 1; // one\n\n  /**\n   * b\n   */\n  b();\n"),
            "let a = 1; // one\nb();\n"
        );
        assert_eq!(
            (letters(0), letters(25), letters(26), letters(52)),
            ("a".into(), "z".into(), "ba".into(), "ca".into())
        );
    }

    #[test]
    fn the_page_names_the_files_by_what_is_in_them_and_says_their_integrity() {
        let dist = tempfile::tempdir().expect("a folder");
        let integrity = |text: &str| format!("sha384-{}", STANDARD.encode(Sha384::digest(text)));
        let file = dist.path().join("boot-0123456789abcdef.js");
        fs::write(&file, "// Why.\nb();\n").expect("written");
        let mut page = format!("./boot-0123456789abcdef.js {}", integrity("// Why.\nb();\n"));
        replace(&mut page, &file, b"b();\n").expect("replaced");
        let (name, said) = page.split_once(' ').expect("both");
        assert_eq!(fs::read_to_string(dist.path().join(name)).expect("a file"), "b();\n");
        assert_eq!((said, file.exists()), (integrity("b();\n").as_str(), false));
    }
}
