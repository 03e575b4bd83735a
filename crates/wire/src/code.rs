//! Discount codes as people type and paste them.

use crate::characters::{is_blank, is_invisible};

/// A code without what cannot be seen in it and around it: what is asked about, shown and sent.
///
/// The two characters that emoji are made of stay inside; a merchant's code may have them.
#[must_use]
pub fn typed(text: &str) -> String {
    let is_seen = |c: &char| !is_blank(*c) || c.is_whitespace() || matches!(c, '\u{200d}' | '\u{fe0f}');
    let seen: String = text.chars().filter(is_seen).collect();
    seen.trim().to_owned()
}

/// The ways in which the merchant may have written a [`typed`] code, the likeliest first and each once.
///
/// Keyboards and text around a code change it: double-width letters, quotation marks, a full stop, blanks, dashes. A
/// code may also be written like that, so what was typed comes first.
#[must_use]
pub fn spellings(typed: &str) -> Vec<String> {
    let mut plain: String = typed.chars().filter(|c| !is_invisible(*c)).map(as_on_a_keyboard).collect();
    plain = plain.trim_start_matches(is_around).trim_end_matches(|c| is_around(c) || is_stop(c)).to_owned();
    let joined: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    let mut spellings: Vec<String> = Vec::new();
    for spelling in [typed.to_owned(), plain, joined] {
        for spelling in [spelling.to_uppercase(), spelling] {
            if !spelling.is_empty() && !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
    }
    spellings
}

/// The character of an English keyboard that this one stands for.
fn as_on_a_keyboard(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).expect("double-width forms stand in ASCII's order")
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}'..='\u{201b}' | '´' | '`' => '\'',
        '\u{201c}'..='\u{201f}' | '«' | '»' | '‹' | '›' | '「' | '」' | '『' | '』' => '"',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn is_around(c: char) -> bool {
    c == '"' || c == '\'' || c.is_whitespace()
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | ',' | '。')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_seen_is_taken_out() {
        for written in [" SAVE25\t", "SA\u{200b}VE25", "\u{feff}SAVE25\u{200e}", "SAVE\u{ad}25", "\u{a0}SAVE25\u{3000}"]
        {
            assert_eq!(typed(written), "SAVE25", "{written:?}");
        }
        assert_eq!(typed("10❤\u{fe0f}"), "10❤\u{fe0f}", "the merchant's own code has it");
        assert_eq!(typed("50% OFF"), "50% OFF");
    }

    // Each of these was told "There is no such code".
    #[test]
    fn a_code_is_found_as_keyboards_and_messages_write_it() {
        for written in [
            "SAVE25",
            "save25",
            "ＳＡＶＥ２５",
            "ｓａｖｅ２５",
            "“SAVE25”",
            "\"SAVE25\"",
            "'SAVE25'",
            "«SAVE25»",
            "« SAVE25 »",
            "「SAVE25」",
            "SAVE25.",
            "SAVE25。",
            "“SAVE25.”",
            "“SAVE25”.",
            "SAVE 25",
            "S A V E 2 5",
            "SAVE\u{a0}25",
            "SAVE25\u{200d}",
            "‹SAVE25›",
            "‘SAVE25’",
            "´SAVE25`",
        ] {
            assert!(spellings(&typed(written)).contains(&"SAVE25".to_owned()), "{written}");
        }
        assert!(spellings("SAVE–25").contains(&"SAVE-25".to_owned()));
        assert!(spellings("50%\u{a0}OFF").contains(&"50% OFF".to_owned()));
    }

    #[test]
    fn a_plain_code_has_two_spellings_and_an_odd_one_is_tried_as_it_is_first() {
        assert_eq!(spellings("SAVE25"), ["SAVE25"]);
        assert_eq!(spellings("Save25"), ["SAVE25", "Save25"]);
        assert_eq!(spellings("50% OFF"), ["50% OFF", "50%OFF"]);
        assert_eq!(spellings("“A B.”"), ["“A B.”", "A B", "AB"]);
        assert_eq!(spellings("..."), ["..."]);
        assert_eq!(spellings(""), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_tried_as_it_is_and_seldom(text in any::<String>()) {
            let typed = typed(&text);
            let spellings = spellings(&typed);
            prop_assert!(spellings.len() <= 6);
            prop_assert!(typed.is_empty() || spellings[..2.min(spellings.len())].contains(&typed));
        }
    }
}
