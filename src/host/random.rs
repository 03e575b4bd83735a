//! Keys that nobody can guess.

use super::page::window;

/// 128 random bits as 32 hexadecimal digits.
///
/// Not `crypto.randomUUID`, which browsers offer to secure pages only: a test shop on a plain address sells too.
#[must_use]
pub fn key() -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut bytes = [0; 16];
    let crypto = window().crypto().expect("every browser with WebAssembly has it");
    crypto.get_random_values_with_u8_array(&mut bytes).expect("16 bytes are below every quota");
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
