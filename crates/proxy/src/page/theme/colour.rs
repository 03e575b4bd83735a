//! Colours as a screen shows them, and whether one can be read on another.

use std::fmt;

/// An opaque colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour([u8; 3]);

impl Colour {
    pub(crate) const BLACK: Self = Self([0; 3]);
    pub(crate) const WHITE: Self = Self([255; 3]);

    #[cfg(test)]
    pub(crate) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#1a2b3c` or `#abc`, also without the `#`, which a link has to write as `%23`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        match digits.len() {
            6 => Some(Self([red, green, blue])),
            3 => Some(Self([green & 0xf, blue >> 4, blue & 0xf].map(|digit| digit * 0x11))),
            _ => None,
        }
    }

    /// `share` of the other colour, the rest of this one.
    pub(crate) fn mixed(self, other: Self, share: f64) -> Self {
        let mut mixed = self.0;
        for (own, theirs) in mixed.iter_mut().zip(other.0) {
            let value = f64::from(*own) * (1.0 - share) + f64::from(theirs) * share;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
            {
                *own = value.round() as u8;
            }
        }
        Self(mixed)
    }

    /// Black or white, whichever is easier to read on it; one of them always reaches 4.5.
    pub(crate) fn opposite(self) -> Self {
        if self.contrast(Self::BLACK) >= self.contrast(Self::WHITE) { Self::BLACK } else { Self::WHITE }
    }

    /// The nearest shade of it that has this contrast with all of these; black or white when no shade has.
    pub(crate) fn readable_on(self, grounds: &[Self], contrast: f64) -> Self {
        let end = match grounds {
            [first, ..] => first.opposite(),
            [] => return self,
        };
        let shades = (0..=20_u8).map(|step| self.mixed(end, f64::from(step) / 20.0));
        let mut readable = shades.filter(|shade| grounds.iter().all(|ground| shade.contrast(*ground) >= contrast));
        readable.next().unwrap_or(end)
    }

    /// The contrast of two colours by WCAG 2.2, from 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// Six digits, without the `#`.
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_both_spellings() {
        assert_eq!(Colour::parse("#7c3aed"), Some(Colour::new(0x7c, 0x3a, 0xed)));
        assert_eq!(Colour::parse("abc"), Colour::parse("#aabbcc"));
        for bad in ["", "#", "#abcd", "+12345", "red", "#gggggg", "rgb(0,0,0)"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 0.01);
        let grey = Colour::new(0x76, 0x76, 0x76);
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }
}
