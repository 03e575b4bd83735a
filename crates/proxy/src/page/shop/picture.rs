//! The merchant's picture files: read once, known by what is in them, and served from our own origin.

use std::path::Path;

use axum::body::Bytes;
use lol_html::{RewriteStrSettings, element, rewrite_str};

use super::file;

/// The largest file of a picture; a logo has a tenth of it.
const MAX_BYTES: usize = 256 * 1024;

/// A picture that a browser can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    bytes: Bytes,
    format: Format,
    size: Size,
    address: String,
}

/// A picture's own width and height, of which only the ratio counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
    WebP,
    Ico,
    Jpeg,
}

impl Format {
    fn ending_and_media_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Png => ("png", "image/png"),
            Self::Svg => ("svg", "image/svg+xml"),
            Self::WebP => ("webp", "image/webp"),
            Self::Ico => ("ico", "image/x-icon"),
            Self::Jpeg => ("jpg", "image/jpeg"),
        }
    }
}

impl Picture {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::parse(file::read(path, MAX_BYTES)?)
    }

    /// Takes a file for what its content says it is, whatever its name.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(bytes: impl Into<Bytes>) -> Result<Self, String> {
        let bytes = bytes.into();
        file::fits(&bytes, MAX_BYTES)?;
        let format = format_of(&bytes).ok_or("is neither PNG, SVG, WebP, ICO nor JPEG")?;
        let size = match format {
            Format::Png => png_size(&bytes),
            Format::Svg => svg_size(&bytes),
            Format::WebP => webp_size(&bytes),
            Format::Ico => ico_size(&bytes),
            Format::Jpeg => jpeg_size(&bytes),
        };
        let size = size.filter(|size| size.width > 0 && size.height > 0).ok_or(match format {
            Format::Svg => "says no size: its <svg> needs a viewBox, or width and height",
            Format::Png | Format::WebP | Format::Ico | Format::Jpeg => "is cut off or damaged: it says no size",
        })?;
        let address = file::address("picture", &bytes, format.ending_and_media_type().0);
        Ok(Self { bytes, format, size, address })
    }

    /// Where it is, below the public address: a name that changes with the content.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    pub(crate) fn media_type(&self) -> &'static str {
        self.format.ending_and_media_type().1
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }
}

fn format_of(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Format::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Format::Jpeg)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Format::WebP)
    } else if bytes.starts_with(&[0, 0, 1, 0]) {
        Some(Format::Ico)
    } else {
        let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
        let is_document = ["<svg", "<?xml", "<!--", "<!DOCTYPE svg"].iter().any(|start| text.starts_with(start));
        (is_document && text.contains("<svg")).then_some(Format::Svg)
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

fn png_size(bytes: &[u8]) -> Option<Size> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    let of = |at| number(bytes, at).map(u32::from_be_bytes);
    Some(Size { width: of(16)?, height: of(20)? })
}

/// Of the first picture in it; a zero is 256.
fn ico_size(bytes: &[u8]) -> Option<Size> {
    let of = |at| bytes.get(at).map(|side| if *side == 0 { 256 } else { u32::from(*side) });
    Some(Size { width: of(6)?, height: of(7)? })
}

fn webp_size(bytes: &[u8]) -> Option<Size> {
    let two = |at| number(bytes, at).map(|side| u32::from(u16::from_le_bytes(side) & 0x3fff));
    let three = |at| number::<3>(bytes, at).map(|[low, middle, high]| u32::from_le_bytes([low, middle, high, 0]) + 1);
    match bytes.get(12..16)? {
        b"VP8 " => Some(Size { width: two(26)?, height: two(28)? }),
        b"VP8L" => {
            let both = u32::from_le_bytes(number(bytes, 21)?);
            Some(Size { width: (both & 0x3fff) + 1, height: ((both >> 14) & 0x3fff) + 1 })
        }
        b"VP8X" => Some(Size { width: three(24)?, height: three(27)? }),
        _ => None,
    }
}

/// Of the frame's header, to which the lengths of the segments before it lead.
fn jpeg_size(bytes: &[u8]) -> Option<Size> {
    let two = |at| number(bytes, at).map(u16::from_be_bytes);
    let mut at = 2;
    loop {
        let [0xff, marker] = number(bytes, at)? else { return None };
        match marker {
            // A filling byte.
            0xff => at += 1,
            // A frame of any kind; the three between them are tables.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                return Some(Size { width: two(at + 7)?.into(), height: two(at + 5)?.into() });
            }
            _ => at += 2 + usize::from(two(at + 2)?.max(2)),
        }
    }
}

/// Of the root: its `viewBox`, else its width and height.
fn svg_size(bytes: &[u8]) -> Option<Size> {
    let (mut size, mut is_read) = (None, false);
    let root = element!("svg", |root| {
        if !std::mem::replace(&mut is_read, true) {
            let view_box = root.get_attribute("viewBox").and_then(|view_box| {
                let numbers = view_box.split([' ', ',', '\n', '\t', '\r']).filter(|number| !number.is_empty());
                let [_, _, width, height] = numbers.collect::<Vec<_>>().try_into().ok()?;
                Some((width.to_owned(), height.to_owned()))
            });
            let sides = view_box.or_else(|| Some((root.get_attribute("width")?, root.get_attribute("height")?)));
            size = sides.and_then(|(width, height)| ratio(length(&width)?, length(&height)?));
        }
        Ok(())
    });
    let settings = RewriteStrSettings::new().append_element_content_handler(root);
    rewrite_str(std::str::from_utf8(bytes).ok()?, settings).ok()?;
    size
}

/// A length without its unit; a share of nothing is none.
fn length(text: &str) -> Option<f64> {
    let number = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    number.parse().ok().filter(|length: &f64| length.is_finite() && *length > 0.0)
}

/// Whole numbers of about this ratio.
fn ratio(width: f64, height: f64) -> Option<Size> {
    let larger = 1000.0 / width.max(height);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let side = |length: f64| (length * larger).round() as u32;
    Some(Size { width: side(width), height: side(height) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(bytes: &[u8]) -> Option<(u32, u32)> {
        Picture::parse(bytes.to_vec()).ok().map(|picture| (picture.size.width, picture.size.height))
    }

    #[test]
    fn each_format_is_known_by_its_content_and_says_its_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x2c\0\0\0\x64";
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x11\x08\0\x64\x01\x2c";
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x2c\x01\x64\0";
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x2b\xc1\x18\0";
        let extended = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x2b\x01\0\x63\0\0";
        for bytes in [&png[..], jpeg, lossy, lossless, extended] {
            assert_eq!(size(bytes), Some((300, 100)), "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(size(&[0, 0, 1, 0, 1, 0, 0, 32]), Some((256, 32)));
    }

    #[test]
    fn a_drawing_says_its_ratio_by_its_view_box_or_its_sides() {
        for svg in [
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" width="9"/>"#,
            "\u{feff}<?xml version=\"1.0\"?>\n<!-- by hand -->\n<svg width='12mm' height='4mm'><svg viewBox='0 0 1 1'/></svg>",
            "<svg viewBox=\"-1,-1,\n 0.3 .1\"></svg>",
        ] {
            assert_eq!(size(svg.as_bytes()), Some((1000, 333)), "{svg}");
        }
        for sizeless in ["<svg/>", "<svg width='100%' height='100%'/>", "<svg viewBox='0 0 0 9'/>"] {
            let what = Picture::parse(sizeless.to_owned()).expect_err(sizeless);
            assert!(what.contains("viewBox"), "{what}");
        }
    }

    #[test]
    fn anything_else_is_no_picture() {
        for other in [&b"GIF89a"[..], b"<html><svg></html>", b"", b"\xff\xfe<svg>", b"%PDF-1.7"] {
            let what = Picture::parse(other.to_vec()).expect_err("no picture");
            assert!(what.contains("neither PNG"), "{what}");
        }
        for damaged in [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff\xe0\xff\xff", b"RIFF\0\0\0\0WEBP", &[0, 0, 1, 0]] {
            let what = Picture::parse(damaged.to_vec()).expect_err("damaged");
            assert!(what.contains("damaged"), "{what}");
        }
        let mut large = b"<svg viewBox='0 0 1 1'/>".to_vec();
        large.resize(MAX_BYTES + 1, b' ');
        assert_eq!(Picture::parse(large).expect_err("too large"), "is larger than 256 KiB");
    }

    #[test]
    fn the_address_changes_with_the_content() {
        let one = Picture::parse("<svg viewBox='0 0 1 1'/>").expect("a picture");
        let other = Picture::parse("<svg viewBox='0 0 1 2'/>").expect("a picture");
        assert_ne!(one.address(), other.address());
        assert!(one.address().starts_with("shop/picture-") && one.address().ends_with(".svg"), "{}", one.address());
    }
}
