//! Which characters cannot be seen and which are letters: keyboards, pasted text and mail programs add the former.
//!
//! Ranges instead of Unicode's own tables: those would weigh kilobytes in the page.

/// Characters that take no room: marks of direction, joiners, fillers, selectors of a variant, tags.
const INVISIBLE: [(char, char); 16] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Where beyond ASCII the letters are, with the marks that belong to them.
const LETTERS: [(char, char); 11] = [
    ('\u{c0}', '\u{d6}'),
    ('\u{d8}', '\u{f6}'),
    ('\u{f8}', '\u{167f}'),
    ('\u{1681}', '\u{1fff}'),
    ('\u{2c00}', '\u{2dff}'),
    ('\u{3005}', '\u{3007}'),
    ('\u{3041}', '\u{30fa}'),
    ('\u{30fc}', '\u{31ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{d7ff}'),
    ('\u{f900}', '\u{fdcf}'),
];

fn is_in(ranges: &[(char, char)], c: char) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// Whether nothing of it is seen, not even room.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    is_in(&INVISIBLE, c)
}

/// Whether it is white space of any kind, a control character, or cannot be seen.
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_invisible(c)
}

/// Whether it is a letter or a digit of some script; no sign, no punctuation, and nothing in double width.
#[must_use]
pub fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || (is_in(&LETTERS, c) && !is_invisible(c))
}

/// How many characters a text has.
///
/// Counted by bytes: `chars().count()` is made for long texts, and weighs half a kilobyte in the page.
#[must_use]
pub fn count(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xc0 != 0x80).count()
}

/// The text without the white space and the invisible characters around it.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    // A pasted address or code often brings marks along that nobody sees; they made it another one.
    #[test]
    fn what_cannot_be_seen_is_taken_off_at_both_ends() {
        for around in [
            " ",
            "\u{a0}",
            "\u{3000}",
            "\t\r\n",
            "\u{200b}",
            "\u{200f}",
            "\u{202a}",
            "\u{2064}",
            "\u{2069}",
            "\u{feff}",
            "\u{ad}",
            "\u{180e}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{85}",
            "\u{2028}",
            "\u{61c}",
            "\u{e0041}",
        ] {
            let text = [around, "a b", around, around].concat();
            assert_eq!(trimmed(&text), "a b", "{around:?}");
        }
        assert_eq!(trimmed("\u{200b} \u{feff}"), "");
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        for text in ["", "a", "é", "語の", "🎉a\u{300}"] {
            assert_eq!(count(text), text.chars().count(), "{text}");
        }
    }

    #[test]
    fn letters_of_every_script_are_letters_and_signs_are_none() {
        for letter in "aZ9éßøжאب你語한テ々๙أनாა".chars() {
            assert!(is_letter(letter), "{letter}");
        }
        for other in "\u{200b}\u{ad}\u{34f}\u{3164}’“–—…€™×÷¡§ａ５。、「・ﾠ🎉\u{2800}\u{1680}\u{fe0f}\u{fffd} ".chars()
        {
            assert!(!is_letter(other), "{other:?}");
        }
    }
}
