//! The API key: a secret whose prefix says which Creem it belongs to.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// Which of Creem's two environments a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// No real money moves.
    Test,
    /// Real money.
    Live,
}

impl Mode {
    /// The environment's address.
    #[must_use]
    pub fn base_url(self) -> &'static str {
        match self {
            Self::Test => "https://test-api.creem.io",
            Self::Live => "https://api.creem.io",
        }
    }
}

/// An API key. Never printed: `Debug` hides it, and there is no `Display`.
#[derive(Clone)]
pub struct ApiKey {
    secret: SecretString,
    mode: Mode,
}

/// The text is not one of Creem's API keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiKeyError;

impl fmt::Display for ApiKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an API key starts with creem_test_ (test) or creem_ (live), followed by letters and digits")
    }
}

impl std::error::Error for ApiKeyError {}

impl ApiKey {
    /// Reads a key; its prefix decides the mode (`creem_test_…` is test, any other `creem_…` is live).
    ///
    /// # Errors
    /// [`ApiKeyError`], without the text itself, when the prefix or a character is wrong.
    pub fn parse(text: &str) -> Result<Self, ApiKeyError> {
        let rest = text.strip_prefix("creem_").ok_or(ApiKeyError)?;
        let (mode, body) = match rest.strip_prefix("test_") {
            Some(body) => (Mode::Test, body),
            None => (Mode::Live, rest),
        };
        if body.is_empty() || !body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(ApiKeyError);
        }
        Ok(Self { secret: text.into(), mode })
    }

    /// Test or live.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }
}

impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        crate::signature::same(self.expose(), other.expose())
    }
}

impl Eq for ApiKey {}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({:?}, hidden)", self.mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_decides_the_mode() {
        assert_eq!(ApiKey::parse("creem_test_abc").map(|key| key.mode()), Ok(Mode::Test));
        assert_eq!(ApiKey::parse("creem_abc").map(|key| key.mode()), Ok(Mode::Live));
        assert_eq!(ApiKey::parse("creem_live_abc").map(|key| key.mode()), Ok(Mode::Live));
        for bad in ["", "creem_", "creem_test_", "sk_live_1", "creem_test_a b"] {
            assert!(ApiKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        let printed = format!("{:?}", ApiKey::parse("creem_test_abc").expect("a key"));
        assert_eq!(printed, "ApiKey(Test, hidden)");
    }

    #[test]
    fn a_key_is_the_same_only_to_the_last_character() {
        let key = ApiKey::parse("creem_test_abc");
        assert_eq!(key, ApiKey::parse("creem_test_abc"));
        assert_ne!(key, ApiKey::parse("creem_test_abd"));
    }

    #[test]
    fn a_test_key_never_reaches_the_environment_where_money_moves() {
        let base_url = |key| ApiKey::parse(key).expect("a key").mode().base_url();
        assert_eq!(base_url("creem_test_abc"), "https://test-api.creem.io");
        assert_eq!(base_url("creem_abc"), "https://api.creem.io");
    }

    #[test]
    fn the_error_says_what_a_key_looks_like_and_not_what_was_given() {
        let said = ApiKey::parse("sk_live_1").expect_err("no key").to_string();
        assert!(said.contains("creem_test_") && !said.contains("sk_live_1"), "{said}");
    }
}
