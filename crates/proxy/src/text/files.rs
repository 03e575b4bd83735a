//! Why a file of the merchant's cannot be read, in words.

use std::io::{Error, ErrorKind};

/// What the system says most often, and what that means.
const IN_WORDS: [(ErrorKind, &str); 4] = [
    (ErrorKind::NotFound, "there is no such file"),
    (ErrorKind::PermissionDenied, "it may not be read by the user who runs this"),
    (ErrorKind::IsADirectory, "it is a folder"),
    (ErrorKind::InvalidData, "it is not text in UTF-8"),
];

/// What is wrong with a file that was named, without the system's numbers.
#[must_use]
pub fn unreadable(error: &Error) -> String {
    let known = IN_WORDS.into_iter().find(|(kind, _)| *kind == error.kind());
    known.map_or_else(|| error.to_string(), |(_, words)| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    // "No such file or directory (os error 2)" was all that was said of a logo.
    #[test]
    fn what_is_wrong_with_a_file_is_said_in_words() {
        let folder = env!("CARGO_MANIFEST_DIR");
        let said = |path: &str| unreadable(&std::fs::read_to_string(path).expect_err(path));
        assert_eq!(said("/no/such/file"), "there is no such file");
        assert_eq!(said(folder), "it is a folder");
        assert_eq!(said(&format!("{folder}/../../docs/checkout.png")), "it is not text in UTF-8");
    }
}
