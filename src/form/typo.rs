//! A guess at what was meant when an e-mail's domain is one slip away from a common one.
//!
//! It is only offered: an address is never changed, and never refused, because of it.

use wire::characters::trimmed;

/// Domains that most mistyped addresses were meant for, long enough that one slip is not another real one.
const MEANT: [&str; 12] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "protonmail.com",
    "proton.me",
    "hotmail.co.uk",
    "yahoo.co.uk",
    "live.com",
    "gmx.net",
];

/// Real domains that look like slips of the above.
const REAL: [&str; 8] =
    ["mail.com", "ymail.com", "email.com", "gmx.de", "gmx.at", "hotmail.co", "yahoo.co", "outlook.co"];

/// The address that was probably meant, if the domain looks like a slip.
#[must_use]
pub fn meant(email: &str) -> Option<String> {
    let (name, domain) = trimmed(email).rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    if name.is_empty() || MEANT.contains(&domain.as_str()) || REAL.contains(&domain.as_str()) {
        return None;
    }
    let meant = MEANT.into_iter().find(|meant| is_one_slip(domain.as_bytes(), meant.as_bytes()))?;
    Some([name, "@", meant].concat())
}

/// Whether one letter was left out, added, changed, or swapped with its neighbour.
fn is_one_slip(typed: &[u8], meant: &[u8]) -> bool {
    let start = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (typed, meant) = (&typed[start..], &meant[start..]);
    let swapped = || {
        typed.len() == meant.len()
            && typed.len() > 1
            && typed[0] == meant[1]
            && typed[1] == meant[0]
            && typed[2..] == meant[2..]
    };
    let rest = |text: &'_ [u8]| text.get(1..).unwrap_or_default().to_vec();
    typed == rest(meant) || meant == rest(typed) || (rest(typed) == rest(meant) && !typed.is_empty()) || swapped()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_noticed() {
        for (typed, expected) in [
            ("ada@gmial.com", "ada@gmail.com"),
            ("ada@gmail.con", "ada@gmail.com"),
            ("ada@gmail.co", "ada@gmail.com"),
            ("ada@gmaill.com", "ada@gmail.com"),
            ("Ada@Hotmal.com ", "Ada@hotmail.com"),
            ("ada@outlok.com", "ada@outlook.com"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(expected), "{typed}");
        }
    }

    #[test]
    fn real_and_strange_domains_are_left_alone() {
        for typed in
            ["ada@gmail.com", "ada@mail.com", "ada@example.com", "ada@gmx.de", "@gmial.com", "ada", "ada@", "ada@ml.co"]
        {
            assert_eq!(meant(typed), None, "{typed}");
        }
    }
}
