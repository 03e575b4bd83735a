//! Files of the merchant's that are served from our own origin, under names that change with their content.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::text::hex::hex;

/// How much of its hash a file's address carries, as the build writes it: sixteen digits.
const HASH_BYTES: usize = 8;

/// Reads a file; of one that is too large no more than shows it.
pub(crate) fn read(path: &Path, at_most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(at_most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| crate::text::files::unreadable(&error))?;
    Ok(bytes)
}

/// Refuses what is too large.
pub(crate) fn fits(bytes: &[u8], at_most: usize) -> Result<(), String> {
    if bytes.len() > at_most { Err(format!("is larger than {} KiB", at_most / 1024)) } else { Ok(()) }
}

/// Where a file is, below the public address.
pub(crate) fn address(kind: &str, bytes: &[u8], ending: &str) -> String {
    format!("shop/{kind}-{}.{ending}", hex(&Sha256::digest(bytes)[..HASH_BYTES]))
}
