//! What stands in an element of another site: the inside of the page's mount point, with its words, its data and its
//! sheet, all addresses absolute.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use checkout_app::text::Text;
use sha2::{Digest as _, Sha256, Sha384};
use url::Url;

use super::assets::Shell;
use super::rewrite::{data_block, mode_notice};
use super::{View, escaped};
use crate::text::hex::hex;

/// The script that defines the element: `src/embed.js` without its comments.
const LOADER: &str = include_str!(concat!(env!("OUT_DIR"), "/embed.js"));
/// The same as Brotli compresses it.
const LOADER_COMPRESSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/embed.js.br"));

/// That script for a browser that reads these encodings, with the one it comes in.
pub(crate) fn loader(accepted: &HeaderMap) -> (Option<HeaderValue>, &'static [u8]) {
    let accepted = accepted.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut encodings = accepted.flat_map(|value| value.split(',')).map(str::trim);
    // Whoever can, says so without a weight.
    match encodings.any(|encoding| encoding == "br") {
        true => (Some(HeaderValue::from_static("br")), LOADER_COMPRESSED),
        false => (None, LOADER.as_bytes()),
    }
}

/// Its name by its content, such as `embed-0123456789abcdef.js`.
pub(crate) fn loader_name() -> String {
    format!("embed-{}.js", hex(&Sha256::digest(LOADER)[..8]))
}

/// The lines that put the checkout of this public address into a site: the form fetched at once, the script by its
/// content's name, with its integrity, and an element with its link.
#[must_use]
pub fn snippet(public_url: &Url) -> String {
    let name = loader_name();
    let integrity = STANDARD.encode(Sha384::digest(LOADER));
    format!(
        r#"<link rel="preload" as="fetch" href="{public_url}embed?product=prod_…&locale=en&theme=light" crossorigin>
<script type="module" src="{public_url}{name}" crossorigin integrity="sha384-{integrity}"></script>

<creem-checkout product="prod_…" locale="en" theme="light">
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
    // Browsers heed no font of a sheet in a shadow root: the loader makes it known to the page around.
    let font = manner.font_file.as_ref().map(|font| font.rule(base).replace('"', "&quot;"));
    let font = font.map(|rule| format!(r#" data-font="{rule}""#)).unwrap_or_default();
    // Writing to a String cannot fail.
    let _ = write!(
        html,
        r#"<style>{sheet}</style><div class="embedded" part="checkout" lang="{}" dir="{direction}" data-theme="{scheme}" data-protocol="{PROTOCOL}" data-app-js="{base}{}" data-app-wasm="{base}{}"{font}>"#,
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
#[path = "../../build/loader.rs"]
mod loader_source;

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
    fn the_loader_speaks_this_protocol_and_has_no_comments() {
        assert!(LOADER.contains(&format!("[data-protocol='{PROTOCOL}']")), "{LOADER}");
        assert!(!LOADER.contains("// ") && !LOADER.contains("/**"), "{LOADER}");
    }
}
