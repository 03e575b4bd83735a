//! How well a theme can be read, for whoever chooses one.

use super::{Colour, LOOKS, Look, Theme};

/// What stands on what, by the names of the page's custom properties.
const PAIRS: [(&str, &str, &str); 5] = [
    ("Text", "ink", "surface"),
    ("Lesser text", "ink-muted", "page"),
    ("Words on the button", "on-accent", "accent"),
    ("Links", "accent-text", "surface"),
    ("Edges of fields", "line-strong", "surface"),
];

/// A colour on another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) upper: Colour,
    pub(crate) lower: Colour,
}

impl Pair {
    /// The contrast by WCAG 2.2.
    pub(crate) fn contrast(self) -> f64 {
        self.upper.contrast(self.lower)
    }
}

impl Theme {
    /// What stands on what, in the light look and in the dark one.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'static str, [Pair; 2])> {
        let shown = LOOKS.each_ref().map(|look| Shown { look, set: self.colours(look) });
        PAIRS.into_iter().map(move |(what, upper, lower)| {
            (what, shown.each_ref().map(|shown| Pair { upper: shown.colour(upper), lower: shown.colour(lower) }))
        })
    }

    /// The colours that are not shown as they were given, in the light look: their name, as given, and as shown.
    pub(crate) fn moved(&self) -> impl Iterator<Item = (&'static str, Colour, Colour)> {
        let [light, _] = &*LOOKS;
        let shown = Shown { look: light, set: self.colours(light) };
        let given = [("surface", "surface", self.surface), ("text", "ink", self.text)];
        given.into_iter().filter_map(move |(name, property, given)| {
            let (given, shown) = (given?, shown.colour(property));
            (given != shown).then_some((name, given, shown))
        })
    }
}

/// The colours of one look.
struct Shown<'l> {
    look: &'l Look,
    set: Vec<(&'static str, Colour)>,
}

impl Shown<'_> {
    fn colour(&self, name: &str) -> Colour {
        let set = self.set.iter().find(|(known, _)| *known == name).map(|(_, colour)| *colour);
        set.unwrap_or_else(|| self.look.token(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_every_theme_can_be_read_in_both_looks() {
        for tokens in ["", "accent=#ffe500", "surface=#808080; text=#888", "accent=#c8ff00; surface=#0b0b0f; text=#fff"]
        {
            for (what, pairs) in Theme::parse(tokens).expect("a theme").pairs() {
                let least = if what == "Edges of fields" { 3.0 } else { 4.5 };
                assert!(pairs.iter().all(|pair| pair.contrast() >= least), "{tokens}: {what}: {pairs:?}");
            }
        }
    }

    #[test]
    fn what_had_to_be_moved_is_said() {
        let moved = |tokens: &str| {
            let moved = Theme::parse(tokens).expect("a theme");
            moved.moved().map(|(name, given, shown)| (name, given == shown)).collect::<Vec<_>>()
        };
        assert_eq!(moved("accent=#ffe500; surface=#fffaf3; text=#2b1d14"), []);
        assert_eq!(moved("surface=#808080; text=#999"), [("surface", false), ("text", false)]);
    }
}
