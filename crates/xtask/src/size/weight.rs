//! What each crate weighs in the page's WebAssembly: a build that keeps the functions' names, added up by crate.
//!
//! A generic function counts for the crate that wrote it, not for the one whose types fill it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};

use crate::build;

/// How many crates get a line of their own.
const LINES: usize = 20;

/// Builds the page with names and prints the table.
///
/// # Errors
/// When the build fails or its WebAssembly cannot be read.
pub(crate) fn by_crate() -> Result<()> {
    let wasm = build::page_with_names()?;
    let module = fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let mut crates: Vec<(String, usize)> = add_up(&module)?.into_iter().collect();
    crates.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), name.clone()));
    let total: usize = crates.iter().map(|(_, bytes)| bytes).sum();
    println!("\n==> The WebAssembly, by what each crate's code weighs before compression");
    println!("    {:>9}  {:>5}  crate", "bytes", "share");
    let line = |name: &str, bytes: usize| {
        println!("    {bytes:>9}  {:>3}.{} %  {name}", bytes * 100 / total, bytes * 1000 / total % 10);
    };
    for (name, bytes) in crates.iter().take(LINES) {
        line(name, *bytes);
    }
    let rest = crates.iter().skip(LINES).map(|(_, bytes)| bytes).sum();
    line(&format!("{} others", crates.len().saturating_sub(LINES)), rest);
    line("in all", total);
    Ok(())
}

/// The bytes of functions by crate, and of the constants as `(data)`.
fn add_up(module: &[u8]) -> Result<BTreeMap<String, usize>> {
    let mut names = BTreeMap::new();
    let mut bodies = Vec::new();
    let mut imported = 0;
    let mut crates: BTreeMap<String, usize> = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ImportSection(section) = &payload {
            for import in section.clone().into_imports() {
                imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
            }
        } else if let Payload::CodeSectionEntry(body) = &payload {
            bodies.push(body.range().len());
        } else if let Payload::DataSection(section) = &payload {
            *crates.entry("(data)".to_owned()).or_default() += section.range().len();
        } else if let Payload::CustomSection(section) = &payload
            && let KnownCustom::Name(section) = section.as_known()
        {
            names = function_names(section)?;
        }
    }
    for (index, bytes) in bodies.into_iter().enumerate() {
        let name = names.get(&(imported + index)).copied().unwrap_or_default();
        *crates.entry(crate_of(name)).or_default() += bytes;
    }
    Ok(crates)
}

fn function_names(section: NameSectionReader<'_>) -> Result<BTreeMap<usize, &str>> {
    let mut names = BTreeMap::new();
    for subsection in section {
        if let Name::Function(functions) = subsection? {
            for function in functions {
                let function = function?;
                names.insert(usize::try_from(function.index)?, function.name);
            }
        }
    }
    Ok(names)
}

/// The crate in a function's name: where its path begins, or, for what a trait gives to every type, the trait's path.
fn crate_of(symbol: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let paths = name.split(" as ").map(|path| {
        let mut words = path.trim_start_matches(|letter: char| !letter.is_alphanumeric()).split(' ');
        words.find(|word| !["const", "dyn", "impl", "mut"].contains(word)).unwrap_or_default()
    });
    let mut crates = paths.filter_map(|path| path.split_once("::")).map(|(name, _)| name);
    crates
        .find(|name| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_'))
        .map_or_else(|| "(glue and names without a path)".to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::crate_of;

    #[test]
    fn a_function_counts_for_the_crate_that_wrote_it() {
        for (symbol, expected) in [
            ("_ZN12checkout_app8checkout8Checkout5press17h8717e366482af46aE", "checkout_app"),
            ("_RNvNtNtCsebHcaeoSrxy_3std6thread7current12init_current", "std"),
            ("_ZN61_$LT$wire..product..Product$u20$as$u20$core..clone..Clone$GT$5clone17h79886f4e491d81e5E", "wire"),
            ("_ZN53_$LT$T$u20$as$u20$tachys..view..any_view..IntoAny$GT$8into_any5build17h180a3527068b2624E", "tachys"),
            ("_RNvXs1g_NtCsgXGp5Oqx2Ny_4core3fmtReNtB6_5Debug3fmtCsebHcaeoSrxy_3std", "core"),
            ("__wbindgen_malloc", "(glue and names without a path)"),
        ] {
            assert_eq!(crate_of(symbol), expected, "{symbol}");
        }
    }
}
