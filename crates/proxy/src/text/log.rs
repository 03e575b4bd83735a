//! Text from outside, sanitized for a log line: short, on one line, without anybody's e-mail address.
//!
//! A line break in a message of Creem's would begin a line of its own, a long one would fill the disk, and a parser's
//! message repeats the value that it could not read. Record the result as a field's value, never as `%`.

use std::fmt::Display;

use serde_json::error::Category;

/// About how many bytes one text may have. Creem's longest known message has a fifth of them.
const MAX_BYTES: usize = 500;

/// What stands in the place of a word that may be an e-mail address.
const MASKED: &str = "(masked)";

/// A text from outside, shortened, escaped, and with e-mail addresses masked.
pub(crate) fn sanitized(text: impl Display) -> String {
    let text = text.to_string();
    let mut safe = String::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(is_between_words).unwrap_or(rest.len()));
        let mut after = after.chars();
        let is_address = word.contains('@') || word.contains("%40");
        for next in if is_address { MASKED } else { word }.chars().chain(after.next()) {
            if safe.len() >= MAX_BYTES {
                safe.push('…');
                return safe;
            }
            push_escaped(&mut safe, next);
        }
        rest = after.as_str();
    }
    safe
}

/// What a parser says, which may repeat a value it read: without everything between the first quote and the last.
pub(crate) fn without_values(text: impl Display) -> String {
    let text = text.to_string();
    match (text.find('"'), text.rfind('"')) {
        (Some(first), Some(last)) if first < last => sanitized(format_args!("{}…{}", &text[..=first], &text[last..])),
        (_, _) => sanitized(text),
    }
}

/// What is wrong with a JSON text, and where, without a word of it: serde's own messages repeat values.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Io => "it could not be read",
        Category::Syntax => "it is not JSON",
        Category::Data => "a value has the wrong type, or a field is missing or unknown",
        Category::Eof => "it ends too early",
    };
    match (error.line(), error.column()) {
        // A value that was in memory already has no lines.
        (0, _) => what.to_owned(),
        (line, column) => format!("{what} (line {line}, column {column})"),
    }
}

fn is_between_words(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "\"'`<>()[]{},;:|=&?!".contains(c)
}

/// Escapes what is not printed: line breaks, a terminal's commands, marks that turn the direction of the text.
fn push_escaped(safe: &mut String, c: char) {
    if c.is_ascii_graphic() || c == ' ' {
        safe.push(c);
    } else {
        safe.extend(c.escape_debug());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_creem_says_stays_readable() {
        let text = "Creem refuses the call (status 400): property cancel_url should not exist (trace 550e8400-e29b)";
        assert_eq!(sanitized(text), text);
        assert_eq!(sanitized("Grüße, „Ada“"), "Grüße, „Ada“");
    }

    #[test]
    fn a_line_cannot_be_forged() {
        let forged = "no\n2026-11-27T10:00:00Z ERROR proxy: forged\r\n\u{1b}[2J\u{202e}\u{2028}";
        assert_eq!(
            sanitized(forged),
            "no\\n2026-11-27T10:00:00Z ERROR proxy: forged\\r\\n\\u{1b}[2J\\u{202e}\\u{2028}"
        );
    }

    #[test]
    fn nobody_is_named() {
        for text in ["taken: ada@example.com", "\"ada@example.com\"", "mailto:ada%40example.com", "<ada.l+x@b.example>"]
        {
            let safe = sanitized(text);
            assert!(safe.contains(MASKED) && !safe.contains("ada"), "{safe}");
        }
    }

    #[test]
    fn a_parsers_message_is_told_without_the_value_it_repeats() {
        let error = serde_json::from_str::<u8>(r#""a \"name\" of somebody""#).expect_err("text is no number");
        assert!(error.to_string().contains("somebody"), "{error}");
        let told = without_values(&error);
        assert!(told.contains("expected u8") && !told.contains("somebody"), "{told}");
        assert!(!json_fault(&error).contains("somebody") && json_fault(&error).contains("line 1"));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_one_short_line(text in any::<String>(), times in 1_usize..200) {
            let safe = sanitized(text.repeat(times));
            prop_assert!(safe.chars().all(|c| !c.is_control()), "{safe:?}");
            // The last character may be an escaped one.
            prop_assert!(safe.len() <= MAX_BYTES + 16);
            prop_assert!(!safe.contains('@') && !safe.contains("%40"));
        }
    }
}
