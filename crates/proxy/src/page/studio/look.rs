//! The look that is tried: its fields, its lines, and whether it can be read.

use maud::{Markup, html};
use url::form_urlencoded;

use super::Asked;
use super::parts::{copied, field, result, text};
use crate::page::theme::{COMMON_FONTS, NAMES, Pair, Theme};

/// Looks to begin with: a name, and its tokens.
const EXAMPLES: [(&str, &[(&str, &str)]); 4] = [
    ("Indigo", &[("accent", "#5e6ad2"), ("radius", "6"), ("font", "Inter")]),
    (
        "Editorial",
        &[
            ("accent", "#b4532a"),
            ("surface", "#fffaf3"),
            ("text", "#2b1d14"),
            ("radius", "0"),
            ("font", "Georgia, serif"),
        ],
    ),
    ("Candy", &[("accent", "#ff3d8b"), ("surface", "#fff0f7"), ("radius", "24")]),
    ("Night", &[("accent", "#c8ff00"), ("surface", "#0b0b0f"), ("text", "#ffffff")]),
];

/// The look that the form asks for, and what of it cannot be.
pub(super) struct Tried {
    theme: Theme,
    problems: Vec<(&'static str, String)>,
}

impl Tried {
    pub(super) fn read(asked: &Asked) -> Self {
        let mut tried = Self { theme: Theme::default(), problems: Vec::new() };
        for (name, value) in asked.said(&NAMES) {
            if let Err(what) = tried.theme.put(name, value) {
                tried.problems.push((name, what));
            }
        }
        tried
    }

    fn problem(&self, name: &str) -> Option<String> {
        self.problems.iter().find(|(known, _)| *known == name).map(|(_, what)| format!("It {what}."))
    }

    /// What to write into the file.
    pub(super) fn lines(&self) -> Markup {
        let tokens = self.theme.tokens();
        let lines = tokens.iter().map(|(name, value)| match value.parse::<u8>() {
            Ok(number) => format!("\n{name} = {number}"),
            Err(_) => format!("\n{name} = \"{value}\""),
        });
        let lines = ["[theme]".to_owned()].into_iter().chain(lines).collect::<String>();
        let content = html! {
            @if tokens.is_empty() { p { "Nothing: the page has its own look." } }
            @else { (copied(&lines, "the lines")) }
        };
        result("lines", "For checkout.toml", &content)
    }

    /// How well it can be read.
    pub(super) fn contrasts(&self) -> Markup {
        let content = html! {
            table {
                thead { tr { th scope="col" { "What" } th scope="col" { "Light" } th scope="col" { "Dark" } } }
                tbody {
                    @for (what, pairs) in self.theme.pairs() {
                        tr { th scope="row" { (what) } @for pair in pairs { td { (sample(pair)) (format!("{:.1}", pair.contrast())) } } }
                    }
                }
            }
            @for (name, given, shown) in self.theme.moved() {
                p { "Your " (name) " #" (given) " is shown as #" (shown) ", because nobody could read the page otherwise." }
            }
        };
        result("contrasts", "Contrast", &content)
    }
}

/// Two letters in these colours.
fn sample(Pair { upper, lower }: Pair) -> Markup {
    html! {
        svg viewBox="0 0 32 20" aria-hidden="true" {
            rect width="32" height="20" rx="4" fill={ "#" (lower) } {}
            text x="16" y="15" text-anchor="middle" font-size="13" fill={ "#" (upper) } { "Aa" }
        }
    }
}

/// The fields of the look.
pub(super) fn fields(asked: &Asked, tried: &Tried) -> Markup {
    let own = Theme::default();
    let page = own.pairs().map(|(_, [light, _])| light).collect::<Vec<_>>();
    let colours = [
        ("accent", "Accent", page[2].lower, "Fills the button, exactly as it is."),
        ("surface", "Surface", page[0].lower, "What cards and fields are made of."),
        ("text", "Text", page[0].upper, ""),
    ];
    html! {
        fieldset {
            legend { "Look" }
            p class="examples" {
                "Begin with: "
                @for (name, tokens) in EXAMPLES {
                    a href={ "studio?" (form_urlencoded::Serializer::new(String::new()).extend_pairs(tokens).finish()) } { (name) } " "
                }
            }
            @for (name, label, shown, hint) in colours {
                @let control = html! {
                    input type="color" hidden data-of=(name) data-page={ "#" (shown) } aria-label={ (label) ", picked" };
                    (text(name, asked.get(name), &format!("#{shown}"), None))
                };
                (field(name, label, &control, hint, tried.problem(name).as_deref()))
            }
            @let radius = text("radius", asked.get("radius"), "10", None);
            (field("radius", "Radius", &radius, "Pixels, 0 to 24.", tried.problem("radius").as_deref()))
            @let font = html! {
                (text("font", asked.get("font"), "the system’s", Some("fonts")))
                datalist id="fonts" { @for font in COMMON_FONTS { option value=(font) {} } }
            };
            (field("font", "Fonts", &font, "With a comma between two. Only common ones are previewed.", tried.problem("font").as_deref()))
        }
    }
}
