//! What stands in an element of another site: the inside of the page's mount point, with its words, its data and its
//! sheet, all addresses absolute.

use std::fmt::Write as _;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use checkout_app::text::Text;
use sha2::{Digest as _, Sha256, Sha384};
use url::Url;

use super::assets::Shell;
use super::rewrite::{data_block, mode_notice};
use super::{View, escaped};
use crate::text::hex::hex;

/// The script that defines the element, as a browser gets it: `src/embed.js` without its comments.
pub(super) struct Loader {
    pub(super) text: Bytes,
    pub(super) name: String,
}

impl Loader {
    pub(super) fn new() -> Self {
        let lines = include_str!("../../../../src/embed.js").lines().map(str::trim);
        let code = lines.filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/**"));
        // No text in it goes over a line, and after these no line has to end.
        let text = code.fold(String::new(), |code, line| {
            code + &squeezed(line) + if line.ends_with([';', '{', ',', '(']) { "" } else { "\n" }
        });
        let hash = hex(&Sha256::digest(&text)[..8]);
        Self { text: text.into(), name: format!("embed-{hash}.js") }
    }
}

/// A line of code with only those spaces outside of its texts that keep two words apart.
fn squeezed(line: &str) -> String {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '#');
    let mut kept = String::with_capacity(line.len());
    let mut within = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let parts = kept.ends_with(is_word) && letters.peek().is_some_and(|next| is_word(*next));
        if letter == ' ' && within.is_none() && !parts {
            continue;
        }
        if matches!(letter, '"' | '`') && within.is_none_or(|quote| quote == letter) {
            within = within.is_none().then_some(letter);
        }
        kept.push(letter);
    }
    kept
}

/// The lines that put the checkout of this public address into a site: the script by its content's name, with its
/// integrity, and an element with its link.
#[must_use]
pub fn snippet(public_url: &Url) -> String {
    let Loader { text, name } = Loader::new();
    let integrity = STANDARD.encode(Sha384::digest(&text));
    format!(
        r#"<script type="module" src="{public_url}{name}" crossorigin integrity="sha384-{integrity}"></script>

<creem-checkout product="prod_…">
  <a href="{public_url}?product=prod_…">Buy</a>
</creem-checkout>"#
    )
}

/// What the loader and this side must have in common; it stands in `src/embed.js` too.
const PROTOCOL: &str = "1";

/// How an element looks besides what the page has.
const SHEET: &str = include_str!("../../../../style/embed.css");

/// The fragment, `drawn` in its mount point.
pub(super) fn fragment(shell: &Shell, drawn: &str, base: &str, view: &View<'_>) -> String {
    let manner = view.manner;
    let language = manner.language;
    let mut html = String::new();
    let sheet = in_a_root(&[shell.sheet.as_str(), SHEET, &manner.theme_css].concat());
    let direction = language.direction.as_deref().unwrap_or("ltr");
    let scheme = manner.scheme.unwrap_or("light");
    // Writing to a String cannot fail.
    let _ = write!(
        html,
        r#"<style>{sheet}</style><div class="embedded" part="checkout" lang="{}" dir="{direction}" data-theme="{scheme}" data-protocol="{PROTOCOL}" data-app-js="{base}{}" data-app-wasm="{base}{}">"#,
        language.code, shell.app_js, shell.app_wasm
    );
    // Shown in a dialog alone.
    let _ = write!(
        html,
        r#"<button class="embedded__close" part="close" type="button" aria-label="{}">×</button>"#,
        escaped(language.say(Text::Close))
    );
    if let Some(notice) = mode_notice(view.data.mode) {
        let _ = write!(html, r#"<p class="mode-notice">{}</p>"#, escaped(language.say(notice)));
    }
    let _ = write!(
        html,
        r#"<div id="app">{drawn}</div><p class="embedded__merchant">{}</p></div><script type="application/json" id="page-data">{}</script><script type="application/json" id="sentences">{}</script>"#,
        escaped(language.say(Text::Merchant)),
        data_block(view),
        if language.has_words() { language.block() } else { String::new() },
    );
    html
}

/// What of the page's sheet follows the system. An element is light or dark as the text around it suggests.
const BY_SYSTEM: &str = r#":root:not([data-theme="light"])"#;

/// The sheet for a shadow root: what the page says of its root is said of the host, and sizes are those of the page
/// whatever the site makes of its own root's.
fn in_a_root(sheet: &str) -> String {
    let mut written = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(at) = rest.find("rem") {
        let (before, after) = rest.split_at(at);
        let digits = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let is_unit = !after[3..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        match before[digits..].parse::<f64>().ok().filter(|_| is_unit) {
            Some(rems) => {
                written.push_str(&before[..digits]);
                let _ = write!(written, "{}px", rems * 16.0);
            }
            None => written.push_str(&rest[..at + 3]),
        }
        rest = &after[3..];
    }
    written.push_str(rest);
    written.replace(BY_SYSTEM, ":not(*)").replace(":root", ":host")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_in_a_root_depends_on_nothing_of_the_site() {
        let sheet =
            ":root{--space:1.5rem;--premium:1}.a{margin:-.5rem 2rem;inset:calc(1rem + 2px)}@media(min-width:20rem){}";
        let expected =
            ":host{--space:24px;--premium:1}.a{margin:-8px 32px;inset:calc(16px + 2px)}@media(min-width:320px){}";
        assert_eq!(in_a_root(sheet), expected);
        assert_eq!(in_a_root(":root:not([data-theme=\"light\"]) .a{margin:0}"), ":not(*) .a{margin:0}");
    }

    #[test]
    fn only_spaces_that_part_nothing_are_left_out() {
        for (line, expected) in [
            ("const said = { a: 1 };", "const said={a:1};"),
            ("return `${a} b ${c}` + \"d `e\" + f;", "return`${a} b ${c}`+\"d `e\"+f;"),
            ("static #root = this.#end() ?? new Set();", "static #root=this.#end()??new Set();"),
        ] {
            assert_eq!(squeezed(line), expected);
        }
    }

    #[test]
    fn the_loader_speaks_this_protocol_and_has_no_comments() {
        let loader = Loader::new();
        let loader = std::str::from_utf8(&loader.text).expect("a script");
        assert!(loader.contains(&format!("const PROTOCOL=\"{PROTOCOL}\";")), "{loader}");
        assert!(!loader.contains("// ") && !loader.contains("/**"), "{loader}");
    }
}
