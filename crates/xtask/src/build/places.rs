//! Blanks the places in the sources that panics would tell: the page has nowhere to tell them.
//!
//! A place is a file's path, its length, a line and a column. The compiler leaves them out on a nightly toolchain alone.

use std::ops::Range;

use anyhow::{Result, bail};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// How many bytes a place takes: four words.
const PLACE: usize = 16;

/// Constants of the module: where in memory they begin, and which bytes of the module they are.
struct Constants {
    address: usize,
    bytes: Range<usize>,
}

/// The module without places: what they were is zeros, and so are their paths.
///
/// # Errors
/// When the module's constants are laid out in an unknown way.
pub(crate) fn blanked(module: &[u8]) -> Result<Vec<u8>> {
    let all = constants(module)?;
    let mut written = module.to_vec();
    for Constants { address, bytes } in &all {
        let mut at = bytes.start + address.wrapping_neg() % 4;
        while at + PLACE <= bytes.end {
            match path(module, &all, at) {
                Some(path) => {
                    written[at..at + PLACE].fill(0);
                    written[path].fill(0);
                    at += PLACE;
                }
                None => at += 4,
            }
        }
    }
    Ok(written)
}

fn constants(module: &[u8]) -> Result<Vec<Constants>> {
    let mut all = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::DataSection(section) = payload? else { continue };
        for segment in section {
            let segment = segment?;
            let DataKind::Active { memory_index: 0, offset_expr } = segment.kind else { bail!("constants elsewhere") };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                bail!("constants whose address is computed")
            };
            let bytes = segment.range.end - segment.data.len()..segment.range.end;
            all.push(Constants { address: usize::try_from(value)?, bytes });
        }
    }
    Ok(all)
}

/// Which bytes are the path of the place that stands at a position, if one does.
fn path(module: &[u8], all: &[Constants], at: usize) -> Option<Range<usize>> {
    let word = |position: usize| {
        let bytes = module.get(at + 4 * position..at + 4 * position + 4)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let (address, length, line, column) = (word(0)?, word(1)?, word(2)?, word(3)?);
    if !(4..400).contains(&length) || !(1..100_000).contains(&line) || !(1..1_000).contains(&column) {
        return None;
    }
    let inside = all.iter().find(|constants| {
        constants.address <= address && address + length <= constants.address + constants.bytes.len()
    })?;
    let start = inside.bytes.start + address - inside.address;
    let path = start..start + length;
    let text = module.get(path.clone())?;
    (text.ends_with(b".rs") && text.iter().all(u8::is_ascii_graphic)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_path_are_blanked_and_nothing_else() {
        let section = |words: [u32; 4]| {
            let words: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            let data = [b"a/b.rs said".as_slice(), &[0], &words].concat();
            let segment = [&[0, 0x41, 8, 0x0b, 28], data.as_slice()].concat();
            [b"\0asm\x01\0\0\0\x0b\x22\x01".as_slice(), &segment].concat()
        };
        let blank = |words| blanked(&section(words)).expect("a module");
        let place = blank([8, 6, 12, 5]);
        assert!(place.ends_with(&[[0; 6].as_slice(), b" said\0", &[0; 16]].concat()), "{place:?}");
        for other in [[8, 5, 12, 5], [8, 6, 0, 5], [8, 6, 12, 0], [900, 6, 12, 5]] {
            assert_eq!(blank(other), section(other), "{other:?} is no place");
        }
    }
}
