//! The e-mail rule, gentle on purpose: the mailbox decides what exists, we only catch slips.

use std::fmt;

/// An e-mail address that passed the gentle check, trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailError {
    /// Nothing was typed.
    Empty,
    /// It has no `@`, or nothing before or after it.
    Incomplete,
    /// White space, a second `@`, a control character, or a domain that cannot be one.
    Malformed,
    /// Longer than the 254 characters a mailbox can have.
    TooLong,
}

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "e-mail is required",
            Self::Incomplete => "e-mail needs a name, an @ and a domain",
            Self::Malformed => "e-mail is not an address",
            Self::TooLong => "e-mail is longer than 254 characters",
        })
    }
}

impl std::error::Error for EmailError {}

impl Email {
    /// Reads an address, without the white space around it.
    ///
    /// # Errors
    /// [`EmailError`], which the person typing can mend.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > 254 {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Incomplete)?;
        if local.is_empty() || domain.is_empty() {
            return Err(EmailError::Incomplete);
        }
        if !is_local_part(local) || !is_domain(domain) {
            return Err(if domain.contains('.') { EmailError::Malformed } else { EmailError::Incomplete });
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local_part(local: &str) -> bool {
    let odd = |c| {
        matches!(
            c,
            '\0'..=' ' | '\u{7f}' | '\u{a0}' | '@' | ',' | ';' | ':' | '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\\'
        )
    };
    local.len() <= 64 && !local.split('.').any(str::is_empty) && !local.chars().any(odd)
}

fn is_domain(domain: &str) -> bool {
    let mut labels = 0;
    for label in domain.split('.') {
        let well_formed = !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c >= '\u{a1}');
        if !well_formed {
            return false;
        }
        labels += 1;
    }
    labels >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_addresses_pass() {
        for address in ["ada@example.com", " ada+shop@mail.example.co.uk ", "o'neil@example.ie", "jörg@müller.example"]
        {
            assert!(Email::parse(address).is_ok(), "{address}");
        }
        assert_eq!(Email::parse(" ada@example.com ").map(|email| email.0), Ok("ada@example.com".to_owned()));
    }

    #[test]
    fn slips_are_named() {
        assert_eq!(Email::parse("  "), Err(EmailError::Empty));
        for incomplete in ["ada", "ada@", "@example.com", "ada@example"] {
            assert_eq!(Email::parse(incomplete), Err(EmailError::Incomplete), "{incomplete}");
        }
        for malformed in
            ["a da@example.com", "a@b@example.com", "ada@example..com", "ada@-example.com", "a..b@c.de", ".a@b.de"]
        {
            assert_eq!(Email::parse(malformed), Err(EmailError::Malformed), "{malformed}");
        }
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(250))), Err(EmailError::TooLong));
    }
}
