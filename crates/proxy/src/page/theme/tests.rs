//! Tokens are read, and whatever they ask for, text stays readable.

use proptest::prelude::*;

use super::*;

#[test]
fn tokens_are_read_and_anything_else_is_not() {
    let theme = Theme::parse("accent=#7c3aed; radius=4px; font=Inter, Source Sans 3;").expect("a theme");
    assert_eq!((theme.accent, theme.radius_px), (Some(Colour::new(0x7c, 0x3a, 0xed)), Some(4)));
    assert_eq!(theme.fonts, ["Inter", "Source Sans 3"]);
    for bad in ["accent=red", "accent=#12", "radius=25px", "radius=-1", "font=a\"b", "font=url(x)", "font=", "size=3"] {
        assert!(Theme::parse(bad).is_err(), "{bad}");
    }
}

// `font=Wingdings` in a stranger's link made the shop's page one that nobody could read.
#[test]
fn a_link_chooses_among_fonts_that_can_be_read_and_the_merchant_among_all() {
    let own = Theme::parse("font=House Grotesk, Georgia").expect("a theme");
    let linked = |value: &str| {
        let mut theme = own.clone();
        theme.set_by_link("font", value, &own);
        theme.fonts.join(",")
    };
    assert_eq!(linked("verdana, Serif"), "verdana,Serif");
    assert_eq!(linked("House Grotesk"), "House Grotesk");
    for unreadable in ["Wingdings", "Georgia, Wingdings", "Zapf Dingbats", "Symbol"] {
        assert_eq!(linked(unreadable), "House Grotesk,Georgia", "{unreadable}");
    }
}

#[test]
fn the_sheet_sets_what_is_asked_for_and_nothing_else() {
    assert_eq!(Theme::default().css(), "");
    let css = Theme::parse("radius=6").expect("a theme").css();
    assert!(css.contains("--radius: 6.0px") && !css.contains("--accent") && !css.contains("--surface"), "{css}");
    let css = Theme::parse("accent=#7c3aed").expect("a theme").css();
    assert!(css.contains("--accent: #7c3aed;\n  --accent-hover") && !css.contains("--ink"), "{css}");
}

// Scroll bars and boxes of a dark shop were white.
#[test]
fn what_the_browser_draws_is_dark_where_the_surface_is() {
    let css = |tokens: &str| Theme::parse(tokens).expect("a theme").css();
    assert!(css("surface=#0b0b0f").contains("  color-scheme: dark;"));
    assert!(!css("surface=#fffaf3; accent=#000").contains("  color-scheme: dark;"));
}

// A yellow button was olive, because one colour was both the button's and that of words on white.
#[test]
fn a_button_has_the_accent_as_it_was_given_and_words_one_that_can_be_read() {
    for (accent, on_accent) in [("ffe500", "000000"), ("ff3d8b", "000000"), ("5e6ad2", "ffffff"), ("000000", "ffffff")]
    {
        let css = Theme::parse(&format!("accent=#{accent}")).expect("a theme").css();
        assert_eq!(css.matches(&format!("--accent: #{accent};")).count(), 3, "{css}");
        assert!(css.contains(&format!("--on-accent: #{on_accent};")), "{css}");
    }
    let css = Theme::parse("accent=#ffe500").expect("a theme").css();
    assert!(!css.contains("--accent-text: #ffe500;\n}\n@media"), "{css}");
}

fn any_colour() -> impl Strategy<Value = Option<Colour>> {
    proptest::option::of(any::<[u8; 3]>().prop_map(|[r, g, b]| Colour::new(r, g, b)))
}

proptest! {
    #[test]
    fn text_is_readable_whatever_is_asked_for(accent in any_colour(), surface in any_colour(), text in any_colour()) {
        let theme = Theme { accent, surface, text, ..Theme::default() };
        for look in &*LOOKS {
            let set = theme.colours(look);
            let of = |name: &str| {
                set.iter().find(|(known, _)| *known == name).map(|(_, colour)| *colour)
            };
            for (upper, lower, least) in [
                ("ink", "surface", look.ink_contrast), ("ink", "page", 4.5), ("ink", "surface-chosen", 4.5),
                ("ink-muted", "surface", 4.5), ("ink-muted", "page", 4.5), ("ink-muted", "surface-chosen", 4.5),
                ("accent-text", "surface", 4.5), ("accent-text", "page", 4.5), ("good", "surface-chosen", 4.5),
                ("good", "good-surface", 4.5),
                ("on-accent", "accent", 4.5), ("on-accent", "accent-hover", 4.5), ("line-strong", "surface", 3.0),
                ("bad", "surface", 4.5), ("bad", "bad-surface", 4.5), ("notice", "notice-surface", 4.5),
            ] {
                if let (Some(one), Some(other)) = (of(upper), of(lower)) {
                    prop_assert!(one.contrast(other) >= least, "{upper} {one} on {lower} {other}");
                }
            }
        }
    }
}
