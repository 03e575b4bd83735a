//! Ids like Creem's, a prefix and 22 base-62 characters, but the same ones on every run.
//!
//! Nothing here is secret or hard to guess: a sandbox's ids are made to be written into tests.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Length of an id after its prefix.
const LENGTH: usize = 22;

/// A stream of deterministic values (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    seed: u64,
    state: u64,
}

impl Ids {
    /// The stream that belongs to a seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// Whether none was given yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.state == self.seed
    }

    /// The next id, such as `ch_` and 22 characters.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        let characters = (0..LENGTH).map(|_| char::from(ALPHABET[self.below(ALPHABET.len())]));
        let mut id = String::with_capacity(prefix.len() + LENGTH);
        id.push_str(prefix);
        id.extend(characters);
        id
    }

    /// The next trace id, in the form of a version 4 UUID.
    pub(crate) fn next_trace(&mut self) -> String {
        let (high, low) = (self.value(), self.value());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }

    /// The next number below `bound`, which is not zero. Its slight unevenness does not matter here.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a length fits 64 bits");
        usize::try_from(self.value() % bound).expect("below a usize")
    }

    fn value(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let (mut one, mut other) = (Ids::seeded(7), Ids::seeded(7));
        let ids: Vec<String> = (0..50).map(|_| one.next("ch_")).collect();
        assert!(ids.iter().all(|id| *id == other.next("ch_") && id.len() == 25));
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_trace_id_looks_like_a_uuid() {
        let trace = Ids::seeded(7).next_trace();
        assert_eq!(trace.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
