//! The merchant's own font: a file that is read once, looked into, and served from our own origin.

use std::path::Path;

use axum::body::Bytes;

use crate::page::shop::file;

/// The largest file of a font: one of a whole alphabet in every weight. It comes with the page's first load.
const MAX_BYTES: usize = 512 * 1024;

/// What a file begins with, by WOFF2's section 4: this, and then how long it is, at these bytes.
const SIGNATURE: &[u8] = b"wOF2";
const LENGTH_AT: usize = 8;
const TABLES_AT: usize = 12;
const DIRECTORY_AT: usize = 48;

/// Tables of WOFF2's section 5.1, by their number.
const GLYF: u8 = 10;
const LOCA: u8 = 11;
const FVAR: u8 = 47;
/// The number of a table whose name is written out.
const OTHER: u8 = 63;

/// A font that browsers can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFile {
    bytes: Bytes,
    address: String,
    /// Whether it has every weight in it, and not one alone.
    is_variable: bool,
}

impl FontFile {
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
        if !bytes.starts_with(SIGNATURE) {
            return Err("is no WOFF2 font".to_owned());
        }
        let is_whole = number(&bytes, LENGTH_AT).map(u32::from_be_bytes) == u32::try_from(bytes.len()).ok();
        let tables = tables(&bytes).filter(|tables| is_whole && !tables.is_empty());
        let tables = tables.ok_or("is cut off or damaged")?;
        let address = file::address("font", &bytes, "woff2");
        Ok(Self { bytes, address, is_variable: tables.contains(&FVAR) })
    }

    /// Where it is, below the public address: a name that changes with the content.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// What style sheets call it: a name that no font of a system or of another site's page has.
    pub(super) fn family(&self) -> &str {
        self.address.trim_start_matches("shop/").trim_end_matches(".woff2")
    }

    /// The rule by which a browser knows it, in a page that is so far from the public address.
    ///
    /// Shown only if it is there when the first words are, so that nothing moves when it comes: until then and where it
    /// comes too late the fonts behind it count.
    pub(crate) fn rule(&self, base: &str) -> String {
        let Self { address, is_variable, .. } = self;
        let weights = if *is_variable { "font-weight:1 1000;" } else { "" };
        format!(
            "@font-face{{font-family:\"{}\";src:url(\"{base}{address}\") format(\"woff2\");{weights}font-display:optional}}",
            self.family()
        )
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

/// The numbers of the tables in it; `None` when they cannot be read.
fn tables(bytes: &[u8]) -> Option<Vec<u8>> {
    let count = number(bytes, TABLES_AT).map(u16::from_be_bytes)?;
    let mut rest = bytes.get(DIRECTORY_AT..)?;
    (0..count).map(|_| table(&mut rest)).collect()
}

/// Reads one entry of the directory.
fn table(rest: &mut &[u8]) -> Option<u8> {
    let (flags, after) = rest.split_first()?;
    *rest = after;
    let (table, transformation) = (flags & OTHER, flags >> 6);
    if table == OTHER {
        *rest = rest.get(4..)?;
    }
    skip_length(rest)?;
    // Of these two the number of what nothing was done to is 3, of all others 0.
    let untouched = if [GLYF, LOCA].contains(&table) { 3 } else { 0 };
    if transformation != untouched {
        skip_length(rest)?;
    }
    Some(table)
}

/// Seven bits in each byte, and at most five bytes; the last one has no eighth bit.
fn skip_length(rest: &mut &[u8]) -> Option<()> {
    let bytes = rest.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    *rest = &rest[bytes..];
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with these entries in its directory.
    fn font(entries: &[&[u8]]) -> Vec<u8> {
        let mut bytes = [SIGNATURE, &[0; 44]].concat();
        bytes[13] = u8::try_from(entries.len()).expect("few");
        bytes.extend(entries.concat());
        let length = u32::try_from(bytes.len()).expect("short").to_be_bytes();
        bytes[8..12].copy_from_slice(&length);
        bytes
    }

    /// A table of each kind: with two lengths, with one, of two bytes, with its name.
    const STATIC: [&[u8]; 4] =
        [&[GLYF, 9, 8], &[LOCA | 0xc0, 1], &[1, 0x81, 0x02], &[OTHER, b'T', b'e', b's', b't', 1]];

    #[test]
    fn a_font_says_whether_it_has_every_weight() {
        let one = FontFile::parse(font(&STATIC)).expect("a font");
        assert!(!one.rule("").contains("font-weight"), "browsers make the bold of it themselves: {}", one.rule(""));
        let all = FontFile::parse(font(&[&STATIC[..], &[&[FVAR, 7]]].concat())).expect("a font");
        assert!(all.rule("").contains("font-weight:1 1000;"), "{}", all.rule(""));
    }

    #[test]
    fn its_rule_leads_to_the_address_that_changes_with_the_content() {
        let one = FontFile::parse(font(&STATIC)).expect("a font");
        let other = FontFile::parse(font(&STATIC[..3])).expect("a font");
        assert_ne!(one.address(), other.address());
        assert!(one.rule("../").contains(&format!("url(\"../{}\")", one.address())), "{}", one.rule("../"));
        assert!(one.address().starts_with("shop/font-") && one.address().ends_with(".woff2"), "{}", one.address());
    }

    #[test]
    fn anything_else_is_no_font() {
        for other in [&b"wOFF\0\x01\0\0"[..], b"\0\x01\0\0", b"OTTO", b"<html>", b""] {
            assert_eq!(FontFile::parse(other.to_vec()).expect_err("no font"), "is no WOFF2 font");
        }
        let whole = font(&STATIC);
        let mut endless = font(&[&[1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]]);
        for damaged in [&whole[..whole.len() - 1], &whole[..20], &font(&[]), &font(&[&[OTHER, b'T']]), &endless] {
            assert_eq!(FontFile::parse(damaged.to_vec()).expect_err("damaged"), "is cut off or damaged");
        }
        endless.resize(MAX_BYTES + 1, 0);
        assert_eq!(FontFile::parse(endless).expect_err("too large"), "is larger than 512 KiB");
    }
}
