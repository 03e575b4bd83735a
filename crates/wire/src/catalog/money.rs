//! Amounts of money: whole minor units with their currency.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code: three upper-case letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// The text is not three upper-case letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyError;

impl fmt::Display for CurrencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is three upper-case letters")
    }
}

impl std::error::Error for CurrencyError {}

impl Currency {
    /// Reads a currency code.
    ///
    /// # Errors
    /// [`CurrencyError`] for anything but three upper-case ASCII letters.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| CurrencyError)?;
        if letters.iter().all(u8::is_ascii_uppercase) { Ok(Self(letters)) } else { Err(CurrencyError) }
    }

    /// The code, such as `USD`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many digits the minor unit has: 2 for cents, 0 for yen, 3 for fils (ISO 4217). What circulates is another
    /// matter: nobody pays with half a dinar of Serbia, and it is still charged.
    #[must_use]
    pub fn minor_digits(&self) -> u32 {
        let is_in = |codes: &[u8]| codes.chunks_exact(3).any(|code| code == self.0);
        if is_in(b"BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF") {
            0
        } else if is_in(b"BHDIQDJODKWDLYDOMRTND") {
            3
        } else if is_in(b"CLFUYW") {
            4
        } else {
            2
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = CurrencyError;

    fn try_from(text: String) -> Result<Self, CurrencyError> {
        Self::parse(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount in the currency's minor unit (cents for USD, yen for JPY).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Whole minor units.
    pub amount_minor: i64,
    /// What they are units of.
    pub currency: Currency,
}

impl Money {
    /// The amount in nobody's own notation, such as `USD 19.99`, for where the reader's is not known.
    #[must_use]
    pub fn plain(&self) -> String {
        let digits = self.currency.minor_digits() as usize;
        let sign = if self.amount_minor < 0 { "−" } else { "" };
        // By hand: what `format!` does to numbers would weigh half a kilobyte in the page.
        let amount = self.amount_minor.unsigned_abs().to_string();
        let zeros: String = (amount.len()..=digits).map(|_| '0').collect();
        let amount = zeros + &amount;
        let (whole, fraction) = amount.split_at_checked(amount.len() - digits).unwrap_or_default();
        let point = if digits == 0 { "" } else { "." };
        [self.currency.as_str(), " ", sign, whole, point, fraction].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_amounts_follow_the_minor_unit() {
        let plain =
            |amount_minor, code| Money { amount_minor, currency: Currency::parse(code).expect("a currency") }.plain();
        assert_eq!(plain(1999, "USD"), "USD 19.99");
        assert_eq!(plain(5, "EUR"), "EUR 0.05");
        assert_eq!(plain(0, "EUR"), "EUR 0.00");
        assert_eq!(plain(-1999, "USD"), "USD −19.99");
        assert_eq!(plain(1200, "JPY"), "JPY 1200");
        assert_eq!(plain(1234, "KWD"), "KWD 1.234");
    }

    #[test]
    fn a_currency_has_the_digits_of_its_minor_unit() {
        let digits = |code: &str| Currency::parse(code).expect("a currency").minor_digits();
        for (of, codes) in [
            (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
            (2, "USD EUR RSD HUF LBP IDR COP ALL MGA SOS IRR IQZ"),
            (3, "BHD IQD JOD KWD LYD OMR TND"),
            (4, "CLF UYW"),
        ] {
            for code in codes.split(' ') {
                assert_eq!(digits(code), of, "{code}");
            }
        }
    }

    #[test]
    fn a_currency_is_three_upper_case_letters() {
        assert!(Currency::parse("usd").is_err());
        assert!(Currency::parse("US").is_err());
        assert!(Currency::parse("ÜSD").is_err());
    }

    #[test]
    fn a_currency_is_sent_as_its_code() {
        let currency = Currency::parse("EUR").expect("a currency");
        assert_eq!(serde_json::to_value(currency).expect("JSON"), "EUR");
        assert_eq!(CurrencyError.to_string(), "a currency is three upper-case letters");
    }
}
