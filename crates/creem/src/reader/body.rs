//! The text of a body, with what JavaScript writes and JSON libraries or databases reject replaced.

use std::borrow::Cow;

/// The mark that some writers put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Stands for what is no character.
const REPLACEMENT: &str = "\u{FFFD}";

/// The text of a body: without a byte order mark, and with U+FFFD for invalid UTF-8, for surrogates without their
/// other half (`"\ud83d"`, from an emoji cut in two) and for NUL, which no database keeps in a text.
pub(crate) fn text(body: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body));
    if text.contains("\\u") { Cow::Owned(with_characters_only(&text)) } else { text }
}

fn with_characters_only(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('\\') {
        let (before, escape) = rest.split_at(start);
        let (len, kept) = match unit(escape) {
            Some(0xD800..=0xDBFF) if matches!(unit(&escape[6..]), Some(0xDC00..=0xDFFF)) => (12, &escape[..12]),
            Some(0 | 0xD800..=0xDFFF) => (6, REPLACEMENT),
            Some(_) => (6, &escape[..6]),
            // Another escape: whatever follows the backslash belongs to it, a second backslash above all.
            None => {
                let len = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
                (len, &escape[..len])
            }
        };
        clean.push_str(before);
        clean.push_str(kept);
        rest = &escape[len..];
    }
    clean.push_str(rest);
    clean
}

/// The UTF-16 unit of a `\uXXXX` that the text starts with.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_character_is_replaced_and_everything_else_stays() {
        for (sent, read) in [
            (&br#""\ud83d\ude00""#[..], "\"\\ud83d\\ude00\""),
            (br#""\ud83d""#, "\"\u{FFFD}\""),
            (br#""\uDE00x""#, "\"\u{FFFD}x\""),
            (br#""\ud83d\ud83d\ude00""#, "\"\u{FFFD}\\ud83d\\ude00\""),
            (br#""\ud83d\n\ude00""#, "\"\u{FFFD}\\n\u{FFFD}\""),
            (br#""\\ud83d\u00e9""#, r#""\\ud83d\u00e9""#),
            (br#""a\u0000b""#, "\"a\u{FFFD}b\""),
            (br#""\ud8""#, r#""\ud8""#),
            (br#""\u+12f""#, r#""\u+12f""#),
            (b"\"\xff\"", "\"\u{FFFD}\""),
            (b"\xEF\xBB\xBF{}", "{}"),
            ("\"\\u00e9\\é\"".as_bytes(), "\"\\u00e9\\é\""),
            (br#""\u0041\"#, r#""\u0041\"#),
        ] {
            assert_eq!(text(sent), read, "{}", String::from_utf8_lossy(sent));
        }
    }
}
