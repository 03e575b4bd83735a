//! Language tags, also as operating systems and old programs write them.

use crate::characters::trimmed;

/// Codes that were replaced, and the ones browsers know.
const REPLACED: [(&str, &str); 6] =
    [("iw", "he"), ("in", "id"), ("ji", "yi"), ("mo", "ro"), ("no", "nb"), ("tl", "fil")];

/// A tag of language, script and region that every browser takes: `de-DE` for `de_DE.UTF-8`, `he` for `iw`.
///
/// `None` when it names no language, as `C` and `POSIX` do. What says more than the three is left out.
#[must_use]
pub fn tag(text: &str) -> Option<String> {
    let mut tag = String::new();
    for c in trimmed(text).chars() {
        if c == '.' || c == '@' {
            break;
        }
        tag.push(if c == '_' { '-' } else { c });
    }
    let mut subtags = tag.split('-');
    let mut kept = subtags.next().filter(|subtag| is_alphabetic(subtag, 2) || is_alphabetic(subtag, 3))?.to_owned();
    kept.make_ascii_lowercase();
    if let Some((_, current)) = REPLACED.iter().find(|(replaced, _)| *replaced == kept) {
        (*current).clone_into(&mut kept);
    }
    for subtag in subtags {
        let is_region =
            is_alphabetic(subtag, 2) || (subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_digit()));
        let is_script = is_alphabetic(subtag, 4) && !kept.contains('-');
        if !is_region && !is_script {
            break;
        }
        kept.push('-');
        kept.extend(subtag.chars().map(|c| if is_region { c.to_ascii_uppercase() } else { c }));
        if is_region {
            break;
        }
    }
    Some(kept)
}

/// The language of a tag.
#[must_use]
pub fn language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// Whether it is Chinese in the traditional script, which readers of the simplified one do not take for theirs.
#[must_use]
pub fn is_traditional_chinese(tag: &str) -> bool {
    let says = |subtag: &str| tag.split('-').any(|said| said == subtag);
    language(tag) == "zh" && (says("Hant") || !says("Hans") && ["TW", "HK", "MO"].into_iter().any(says))
}

fn is_alphabetic(subtag: &str, length: usize) -> bool {
    subtag.len() == length && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // These gave an English page with amounts like "EUR 9.00", and `iw` one with Hebrew amounts.
    #[test]
    fn a_language_is_understood_as_systems_and_old_programs_write_it() {
        for (written, expected) in [
            ("de", "de"),
            ("de_DE", "de-DE"),
            ("DE-de", "de-DE"),
            ("pt_BR", "pt-BR"),
            ("fr_FR@euro", "fr-FR"),
            ("zh_CN.UTF-8", "zh-CN"),
            ("zh_Hant_tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("iw", "he"),
            ("iw_IL", "he-IL"),
            ("in", "id"),
            ("ji", "yi"),
            ("no_NO", "nb-NO"),
            ("en-US@posix", "en-US"),
            ("en_US_POSIX", "en-US"),
            ("ar-EG-u-nu-latn", "ar-EG"),
            ("de-DE-DE", "de-DE"),
            (" de\u{200e}", "de"),
            ("de__AT", "de"),
        ] {
            assert_eq!(tag(written).as_deref(), Some(expected), "{written}");
        }
        for nothing in ["", "C", "C.UTF-8", "POSIX", "english", "*", "_DE", "d1", "@", "日本"] {
            assert_eq!(tag(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_language_of_a_tag_is_its_first_part() {
        assert_eq!((language("pt-BR"), language("de"), language("")), ("pt", "de", ""));
    }

    #[test]
    fn chinese_is_written_in_two_scripts() {
        for traditional in ["zh-TW", "zh-HK", "zh-Hant", "zh-Hant-CN"] {
            assert!(is_traditional_chinese(traditional), "{traditional}");
        }
        for other in ["zh", "zh-CN", "zh-SG", "zh-Hans-HK", "ja", "en-HK"] {
            assert!(!is_traditional_chinese(other), "{other}");
        }
    }

    proptest! {
        /// What is no well-formed tag makes `Intl` throw.
        #[test]
        fn every_tag_is_well_formed_and_its_own_tag(text in "[A-Za-z0-9_@. -]{0,20}|\\PC{0,8}") {
            if let Some(first) = tag(&text) {
                prop_assert!(first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
                prop_assert!(!first.ends_with('-'));
                let again = tag(&first);
                prop_assert_eq!(again.as_deref(), Some(&*first));
            }
        }
    }
}
