//! How the page looks: the handful of tokens that a merchant or a link may set, and the style sheet made of them.
//!
//! The sheet only sets the page's own custom properties, and only to values made here: whatever is asked for, text
//! stays readable on what it stands on, in the light and in the dark.

mod colour;
mod contrast;
mod font;
mod font_file;

use std::fmt::Write;
use std::sync::LazyLock;

pub(crate) use colour::Colour;
pub(crate) use contrast::Pair;
pub(crate) use font::OF_LINKS as COMMON_FONTS;
pub use font_file::FontFile;

/// The roundest corners that may be asked for, in CSS pixels.
const MAX_RADIUS_PX: u8 = 24;

/// The contrast of text and of what surrounds a field, by WCAG 2.2 (1.4.3 and 1.4.11).
const TEXT_CONTRAST: f64 = 4.5;
const EDGE_CONTRAST: f64 = 3.0;

/// The tokens.
pub(crate) const NAMES: [&str; 5] = ["accent", "surface", "text", "radius", "font"];

/// What a token of this name can be, for whoever set it to something else.
fn rule_of(name: &str) -> &'static str {
    match name {
        "accent" | "surface" | "text" => "a colour is written #rgb or #rrggbb",
        "radius" => "a radius is a whole number of pixels, 0 to 24",
        "font" => "fonts are named with letters from A to Z, digits, spaces and hyphens, with a comma between two",
        _ => "there are accent, surface, text, radius and font, with a semicolon between two",
    }
}

/// What is set of the look; the rest stays as the page has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    accent: Option<Colour>,
    surface: Option<Colour>,
    text: Option<Colour>,
    radius_px: Option<u8>,
    fonts: Vec<String>,
    /// The merchant's own font, before all others.
    font_file: Option<FontFile>,
}

impl Theme {
    /// Reads `accent=#7c3aed; radius=4px; font=Inter, Georgia`.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::default().with(text)
    }

    /// The same with these tokens over its own.
    pub(crate) fn with(mut self, text: &str) -> Result<Self, String> {
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            if !self.set(name.trim(), value.trim()) {
                return Err(format!("{part:?} sets nothing, because {}", rule_of(name.trim())));
            }
        }
        Ok(self)
    }

    /// Sets one token, or says why it cannot be this.
    pub(crate) fn put(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.set(name, value).then_some(()).ok_or_else(|| format!("cannot be {value:?}, because {}", rule_of(name)))
    }

    /// Sets a token; `false`, and nothing set, when it is none or the value is none it can have.
    fn set(&mut self, name: &str, value: &str) -> bool {
        let set = |place: &mut Option<Colour>| {
            let colour = Colour::parse(value);
            *place = colour.or(*place);
            colour.is_some()
        };
        match name {
            "accent" => set(&mut self.accent),
            "surface" => set(&mut self.surface),
            "text" => set(&mut self.text),
            "radius" => {
                let radius = value.strip_suffix("px").unwrap_or(value).parse().ok();
                let radius = radius.filter(|radius| *radius <= MAX_RADIUS_PX);
                self.radius_px = radius.or(self.radius_px);
                radius.is_some()
            }
            "font" => {
                let fonts = font::parse(value);
                let is_set = fonts.is_some();
                self.fonts = fonts.unwrap_or_else(|| std::mem::take(&mut self.fonts));
                is_set
            }
            _ => false,
        }
    }

    /// Sets a token for a link, which may choose only among fonts that can be read: those of a list, and the merchant's
    /// own. Anything else is left as it is.
    pub(crate) fn set_by_link(&mut self, name: &str, value: &str, own: &Self) {
        let is_known = |font: &String| font::is_readable(font) || own.fonts.contains(font);
        if name != "font" || font::parse(value).is_some_and(|fonts| fonts.iter().all(is_known)) {
            self.set(name, value);
            if name == "font" {
                self.font_file = None;
            }
        }
    }

    /// Takes a file as the font before all others.
    #[must_use]
    pub fn with_font_file(self, file: FontFile) -> Self {
        Self { font_file: Some(file), ..self }
    }

    /// What is set, by name, as it can be written anywhere.
    pub(crate) fn tokens(&self) -> Vec<(&'static str, String)> {
        let colour = |colour: Option<Colour>| colour.map(|colour| format!("#{colour}"));
        let values = [
            colour(self.accent),
            colour(self.surface),
            colour(self.text),
            self.radius_px.map(|radius| radius.to_string()),
            Some(self.fonts.join(", ")).filter(|fonts| !fonts.is_empty()),
        ];
        NAMES.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The merchant's own font.
    pub(crate) fn font_file(&self) -> Option<&FontFile> {
        self.font_file.as_ref()
    }

    /// The style sheet; empty when nothing is set.
    pub(crate) fn css(&self) -> String {
        let mut css = String::new();
        if *self == Self::default() {
            return css;
        }
        let [light, dark] = &*LOOKS;
        rule(&mut css, ":root", &self.shape());
        let colours = |look: &Look| -> Vec<_> {
            self.colours(look).into_iter().map(|(name, colour)| (name, format!("#{colour}"))).collect()
        };
        rule(&mut css, ":root", &colours(light));
        // What the browser draws by itself, such as scroll bars and what it fills in, on the page and in an element.
        if self.surface.is_some_and(|surface| surface.opposite() == Colour::WHITE) {
            css.push_str(":root,\n.embedded[data-theme] {\n  color-scheme: dark;\n}\n");
        }
        let dark = colours(dark);
        // Paper is light, as in the page's own sheets.
        css.push_str("@media screen {\n");
        rule(&mut css, "[data-theme=\"dark\"]", &dark);
        css.push_str("}\n@media screen and (prefers-color-scheme: dark) {\n");
        rule(&mut css, ":root:not([data-theme=\"light\"])", &dark);
        css.push_str("}\n");
        css
    }

    fn shape(&self) -> Vec<(&'static str, String)> {
        let mut set = Vec::new();
        if let Some(radius) = self.radius_px.map(f64::from) {
            for (name, part) in [("radius-small", 0.6), ("radius", 1.0), ("radius-large", 1.4)] {
                set.push((name, format!("{:.1}px", radius * part)));
            }
        }
        if self.font_file.is_some() || !self.fonts.is_empty() {
            let own = self.font_file.as_ref().map(|file| format!("\"{}\", ", file.family()));
            set.push(("font", own.unwrap_or_default() + &font::css(&self.fonts)));
        }
        set
    }

    fn colours(&self, look: &Look) -> Vec<(&'static str, Colour)> {
        let mut set = Vec::new();
        let surface = self.surface.map_or(look.surface, |surface| surface.mixed(Colour::BLACK, look.dimmed));
        // Neither black nor white could be read on what is in the middle.
        let surface = surface.readable_on(&[surface.opposite()], 12.0);
        let recoloured = self.surface.is_some() || self.text.is_some();
        // As it was given: the text on it is what follows, black or white.
        let accent = self.accent.unwrap_or(look.accent);
        let on_accent = accent.opposite();
        let chosen = surface.mixed(accent, 0.05);
        let ink = self.text.unwrap_or(look.ink).readable_on(&[surface, chosen], look.ink_contrast);
        let page = if recoloured { surface.mixed(Colour::BLACK, look.shade) } else { look.page };
        let grounds = [surface, page, chosen];
        if recoloured {
            let (praise, alarm) = (surface.mixed(look.good, 0.1), surface.mixed(look.bad, 0.08));
            let noticed = surface.mixed(look.notice, 0.14);
            set.extend([
                ("surface", surface),
                ("page", page),
                ("ink", ink),
                ("ink-muted", ink.mixed(surface, 0.3).readable_on(&grounds, TEXT_CONTRAST)),
                ("line", ink.mixed(surface, 0.86)),
                ("line-strong", ink.mixed(surface, 0.5).readable_on(&grounds, EDGE_CONTRAST)),
                ("good", look.good.readable_on(&[surface, page, chosen, praise], TEXT_CONTRAST)),
                ("good-surface", praise),
                ("bad", look.bad.readable_on(&[surface, page, chosen, alarm], TEXT_CONTRAST)),
                ("bad-surface", alarm),
                ("bad-line", surface.mixed(look.bad, 0.35)),
                ("notice", look.notice.readable_on(&[noticed], TEXT_CONTRAST)),
                ("notice-surface", noticed),
            ]);
        }
        if self.accent.is_some() || recoloured {
            set.extend([
                ("surface-chosen", chosen),
                ("accent", accent),
                ("accent-hover", accent.mixed(on_accent.opposite(), 0.15)),
                ("on-accent", on_accent),
                ("accent-text", accent.readable_on(&grounds, TEXT_CONTRAST)),
            ]);
        }
        set
    }
}

/// The page's own values, from which the rest is derived where something is set.
struct Look {
    /// The rule in which they stand.
    block: &'static str,
    surface: Colour,
    page: Colour,
    ink: Colour,
    accent: Colour,
    good: Colour,
    bad: Colour,
    notice: Colour,
    /// How far a surface that is asked for is taken towards black.
    dimmed: f64,
    /// How much darker than a surface the page around it is.
    shade: f64,
    /// How clear text is at least. Light text on dark looks fainter than it measures.
    ink_contrast: f64,
}

/// Where the page's own values stand.
const TOKENS: &str = include_str!("../../../../style/tokens.css");

/// The light look and the dark one.
static LOOKS: LazyLock<[Look; 2]> = LazyLock::new(|| {
    let (light, dark) = TOKENS.split_once("[data-theme=\"dark\"]").expect("a dark look");
    [Look::read(light, 0.0, 0.04, 7.0), Look::read(dark, 0.88, 0.3, 12.0)]
});

impl Look {
    fn read(block: &'static str, dimmed: f64, shade: f64, ink_contrast: f64) -> Self {
        let colour = |name: &str| token(block, name);
        Self {
            block,
            surface: colour("surface"),
            page: colour("page"),
            ink: colour("ink"),
            accent: colour("accent"),
            good: colour("good"),
            bad: colour("bad"),
            notice: colour("notice"),
            dimmed,
            shade,
            ink_contrast,
        }
    }

    fn token(&self, name: &str) -> Colour {
        token(self.block, name)
    }
}

fn token(block: &str, name: &str) -> Colour {
    let value = block.split_once(&format!("--{name}: ")).and_then(|(_, rest)| rest.split(';').next());
    value.and_then(Colour::parse).unwrap_or_else(|| panic!("tokens.css has no colour --{name}"))
}

fn rule(css: &mut String, selector: &str, set: &[(&'static str, String)]) {
    if set.is_empty() {
        return;
    }
    let lines = set.iter().fold(String::new(), |mut lines, (name, value)| {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "  --{name}: {value};");
        lines
    });
    css.push_str(&format!("{selector} {{\n{lines}}}\n"));
}

#[cfg(test)]
mod tests;
