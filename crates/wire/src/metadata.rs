//! Bounds of `metadata`. Creem documents none; these keep every webhook and row small.

/// Most keys of one object.
pub const MAX_KEYS: usize = 50;

/// Longest key, in characters.
pub const MAX_KEY_CHARS: usize = 40;

/// Longest text, in characters.
pub const MAX_TEXT_CHARS: usize = 500;

/// Most levels, the outer object counted.
pub const MAX_DEPTH: usize = 3;

/// Most bytes of the whole as JSON.
pub const MAX_BYTES: usize = 8 * 1024;
