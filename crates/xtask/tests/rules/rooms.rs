//! The import graph of a crate: which of its modules take something from which.
//!
//! It is read from the paths in the tokens, also of macros: those that begin with `crate`, `super` or `self`, and those
//! that begin with a module's own child. What `cfg(test)` guards does not count. An arrow runs between two children of
//! the same module; what a module and its own children take from each other is no arrow, because the parent is their
//! door. A name that a module passes on with `use` belongs to where it comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A module's path below the root of its crate, which is empty.
type Module = Vec<String>;

/// What stands in one module's file.
#[derive(Default)]
struct Source {
    paths: Vec<Vec<String>>,
    /// What a `use` makes known here, by its name here.
    known: BTreeMap<String, Vec<String>>,
    /// The children that are there for tests alone.
    only_for_tests: Vec<String>,
}

/// The arrows of a crate: from whom to whom, and a path that says so, by the module whose children they are.
pub(crate) struct Graph(BTreeMap<Module, BTreeMap<(String, String), String>>);

impl Graph {
    /// Of the files of one crate, by their paths below its `src`.
    pub(crate) fn of<'a>(files: impl IntoIterator<Item = (&'a Path, &'a str)>) -> Self {
        let mut sources: BTreeMap<Module, Source> = BTreeMap::new();
        for (path, text) in files {
            let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            sources.entry(module_of(path)).or_default().read(tokens);
        }
        let only_for_tests: Vec<Module> = sources
            .iter()
            .flat_map(|(module, source)| source.only_for_tests.iter().map(|child| below(module, child)))
            .collect();
        sources.retain(|module, _| !only_for_tests.iter().any(|tests| module.starts_with(tests)));

        let mut arrows: BTreeMap<Module, BTreeMap<(String, String), String>> = BTreeMap::new();
        for (module, source) in &sources {
            for path in source.paths.iter().chain(source.known.values()) {
                let Some(target) = resolved(&sources, module, path, 0) else { continue };
                let shared = module.iter().zip(&target).take_while(|(one, other)| one == other).count();
                if let (Some(from), Some(to)) = (module.get(shared), target.get(shared)) {
                    let said = format!("{} says {}", module.join("::"), path.join("::"));
                    arrows
                        .entry(target[..shared].to_vec())
                        .or_default()
                        .entry((from.clone(), to.clone()))
                        .or_insert(said);
                }
            }
        }
        Self(arrows)
    }

    /// The circles: the modules that reach each other, and the arrows between them.
    pub(crate) fn circles(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (module, arrows) in &self.0 {
            let modules: BTreeSet<&String> = arrows.keys().map(|(from, _)| from).collect();
            let reached: BTreeMap<_, _> = modules.iter().map(|from| (from.as_str(), reached(arrows, from))).collect();
            let leads = |from: &str, to: &str| reached.get(from).is_some_and(|ahead| ahead.contains(to));
            let circles: BTreeSet<Vec<&String>> = modules
                .iter()
                .map(|one| modules.iter().copied().filter(|other| leads(one, other) && leads(other, one)).collect())
                .collect();
            for circle in circles.iter().filter(|circle| !circle.is_empty()) {
                let inside = |(from, to): &(String, String)| circle.contains(&from) && circle.contains(&to);
                let names: Vec<_> = circle.iter().map(|name| name.as_str()).collect();
                let said = arrows.iter().filter(|(arrow, _)| inside(arrow)).map(|(_, said)| format!("\n  {said}"));
                found.push(format!("{}: {}{}", module.join("::"), names.join(" "), said.collect::<String>()));
            }
        }
        found
    }
}

/// Whom a module leads to, over any number of arrows.
fn reached(arrows: &BTreeMap<(String, String), String>, from: &str) -> BTreeSet<String> {
    let (mut found, mut ahead) = (BTreeSet::new(), vec![from]);
    while let Some(here) = ahead.pop() {
        let next = arrows.keys().filter(|(from, _)| from == here).map(|(_, to)| to.as_str());
        ahead.extend(next.filter(|to| found.insert((*to).to_owned())));
    }
    found
}

/// The module in a file; `lib.rs` and `main.rs` are both the root.
fn module_of(path: &Path) -> Module {
    let mut module: Module = path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let is_root = module.len() == 1 && module.last().is_some_and(|last| last == "lib" || last == "main");
    if is_root || module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

fn below(module: &[String], child: &str) -> Module {
    [module, &[child.to_owned()]].concat()
}

/// The module in which what a path names is defined; none where the path leads out of the crate.
fn resolved(sources: &BTreeMap<Module, Source>, from: &[String], path: &[String], depth: usize) -> Option<Module> {
    let mut rest = path;
    let mut here = from.to_vec();
    match path.first()?.as_str() {
        "crate" => (here, rest) = (Module::new(), &path[1..]),
        "self" | "super" => {
            while let Some(("self" | "super", after)) = rest.split_first().map(|(first, after)| (first.as_str(), after))
            {
                if rest[0] == "super" {
                    here.pop()?;
                }
                rest = after;
            }
        }
        child if sources.contains_key(&below(from, child)) => {}
        _ => return None,
    }
    while let Some((first, after)) = rest.split_first() {
        let child = below(&here, first);
        if !sources.contains_key(&child) {
            break;
        }
        (here, rest) = (child, after);
    }
    let passed_on = rest.first().and_then(|name| sources.get(&here)?.known.get(name));
    match passed_on {
        // A name may be passed on a few times, and may be the one of the very module that it was asked from.
        Some(path) if depth < 8 => resolved(sources, &here, path, depth + 1).or(Some(here)),
        Some(_) | None => Some(here),
    }
}

impl Source {
    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = &tokens.into_iter().collect::<Vec<_>>()[..];
        let mut follows_use = false;
        while let Some((first, mut rest)) = tokens.split_first() {
            let uses = std::mem::take(&mut follows_use);
            match first {
                TokenTree::Punct(mark) if mark.as_char() == '#' && rest.first().is_some_and(guards_tests) => {
                    rest = self.skip_item(&rest[1..]);
                }
                // What goes on behind a type or a call, and is no beginning: `<T>::name`.
                TokenTree::Punct(_) => {
                    if let Some([TokenTree::Ident(_), after @ ..]) = behind_colons(tokens) {
                        rest = after;
                    }
                }
                TokenTree::Ident(word) if word == "use" => follows_use = true,
                TokenTree::Ident(_) => {
                    let found;
                    (found, rest) = paths(tokens);
                    if uses {
                        self.known.extend(found);
                    } else {
                        self.paths.extend(found.into_iter().map(|(_, path)| path).filter(|path| path.len() > 1));
                    }
                }
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Literal(_) => {}
            }
            tokens = rest;
        }
    }

    /// What stands behind an item that is there for tests alone.
    fn skip_item<'a>(&mut self, tokens: &'a [TokenTree]) -> &'a [TokenTree] {
        let ends = |token: &TokenTree| match token {
            TokenTree::Punct(mark) => mark.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        let length = tokens.iter().position(ends).map_or(tokens.len(), |last| last + 1);
        let (item, rest) = tokens.split_at(length);
        let mut words = item.iter().map(ToString::to_string).skip_while(|word| word != "mod").skip(1);
        self.only_for_tests.extend(words.next());
        rest
    }
}

/// Whether this is `[cfg(test)]` or `[cfg(all(test, …))]`.
fn guards_tests(attribute: &TokenTree) -> bool {
    let text: String = attribute.to_string().split_whitespace().collect();
    text.starts_with("[cfg(test)") || text.starts_with("[cfg(all(test,")
}

/// The paths that begin with this token, each with the name that it has from here on, and what stands behind them. There
/// are several where braces are.
fn paths(tokens: &[TokenTree]) -> (Vec<(String, Vec<String>)>, &[TokenTree]) {
    let Some((TokenTree::Ident(first), mut rest)) = tokens.split_first() else { return (Vec::new(), tokens) };
    let mut path = vec![first.to_string()];
    while let Some(after) = behind_colons(rest) {
        match after.first() {
            Some(TokenTree::Ident(next)) => path.push(next.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                let parts = inner.split(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ','));
                let found = parts.flat_map(|part| paths(part).0);
                return (found.map(|(name, part)| joined(&path, name, part)).collect(), &after[1..]);
            }
            Some(_) | None => break,
        }
        rest = &after[1..];
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if let [TokenTree::Ident(word), TokenTree::Ident(other), ..] = rest
        && word == "as"
    {
        (name, rest) = (other.to_string(), &rest[2..]);
    }
    (vec![(name, path)], rest)
}

/// A path in braces behind the one before them; `self` there is that one.
fn joined(before: &[String], name: String, part: Vec<String>) -> (String, Vec<String>) {
    if part != ["self"] {
        return (name, [before, &part].concat());
    }
    let name = if name == "self" { before.last().cloned().unwrap_or_default() } else { name };
    (name, before.to_vec())
}

fn behind_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(one), TokenTree::Punct(other), rest @ ..]
            if one.as_char() == ':' && other.as_char() == ':' && one.spacing() == Spacing::Joint =>
        {
            Some(rest)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let graph = Graph::of(files.iter().map(|(path, text)| (Path::new(*path), *text)));
        graph.0.values().flat_map(|arrows| arrows.keys()).map(|(from, to)| format!("{from} {to}")).collect()
    }

    #[test]
    fn arrows_are_read_from_uses_paths_and_macros() {
        let others = [("b.rs", ""), ("c/mod.rs", ""), ("c/d.rs", ""), ("main.rs", "mod a; mod b; mod c;")];
        for (text, expected) in [
            ("use crate::b::B;", "a b"),
            ("use crate::{std, c::{self, d::D as Other}};", "a c"),
            ("fn f(b: &crate::b::B) -> Vec<u8> {}", "a b"),
            ("fn f() { println!(\"{}\", super::c::text()) }", "a c"),
            ("pub(super) use super::b as renamed;", "a b"),
            ("// use crate::b;\nconst A: &str = \"crate::b::B\"; fn f() { <T>::b::g() }", ""),
            ("#[cfg(test)]\nmod tests { use crate::b::B; }", ""),
            ("#[cfg(all(test, unix))]\nuse crate::b::B;", ""),
            ("#[cfg(not(test))]\nuse crate::b::B;", "a b"),
        ] {
            let files = [&[("a.rs", text)], &others[..]].concat();
            assert_eq!(arrows(&files).join(", "), expected, "{text}");
        }
    }

    #[test]
    fn a_name_belongs_to_the_module_that_it_is_passed_on_from() {
        let door =
            [("lib.rs", "mod a; mod b; pub use b::Thing;"), ("b.rs", "pub use inner::Thing;"), ("b/inner.rs", "")];
        assert_eq!(arrows(&[&[("a.rs", "use crate::Thing;")], &door[..]].concat()), ["a b"]);
        let tests = [("b/tests.rs", "use crate::a::A;"), ("a.rs", ""), ("b.rs", "#[cfg(test)]\nmod tests;")];
        assert!(arrows(&tests).is_empty());
    }

    #[test]
    fn a_circle_is_found_at_its_depth_and_opened_by_one_arrow() {
        let files = [
            ("a/b.rs", "use super::c::C;"),
            ("a/c.rs", "use super::d::D;"),
            ("a/d.rs", "use crate::a::b::B;"),
            ("a.rs", "mod b; mod c; mod d; use b::B;"),
            ("e.rs", "use crate::a::A;"),
        ];
        let circles = |files: &[(&str, &str)]| {
            Graph::of(files.iter().map(|(path, text)| (Path::new(*path), *text))).circles().join("\n")
        };
        assert_eq!(
            circles(&files),
            "a: b c d\n  a::b says super::c::C\n  a::c says super::d::D\n  a::d says crate::a::b::B"
        );
        let opened = files.map(|(path, text)| (path, if path == "a/d.rs" { "" } else { text }));
        assert_eq!(circles(&opened), "");
    }
}
