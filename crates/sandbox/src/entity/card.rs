//! The test cards: which numbers pay and how the others fail. Both sets that Creem has published.

/// Why a card did not pay, as the buyer reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Decline {
    #[error("Your card was declined. Try another card.")]
    Declined,
    #[error("Your card has insufficient funds. Try another card.")]
    InsufficientFunds,
    #[error("Your card's security code is incorrect. Check it and try again.")]
    WrongCvc,
    #[error("Your card has expired. Try another card.")]
    Expired,
    #[error("Enter your card first.")]
    Missing,
    #[error("This is not a test card, and real cards do not work here. Use 4111 1111 1111 1111.")]
    NotATestCard,
}

impl Decline {
    /// The same in a word or two.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::InsufficientFunds => "insufficient funds",
            Self::WrongCvc => "wrong security code",
            Self::Expired => "expired",
            Self::Missing => "missing",
            Self::NotATestCard => "not a test card",
        }
    }

    /// The same for programs.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Declined => "card_declined",
            Self::InsufficientFunds => "insufficient_funds",
            Self::WrongCvc => "incorrect_cvc",
            Self::Expired => "expired_card",
            Self::Missing => "missing_card",
            Self::NotATestCard => "not_a_test_card",
        }
    }
}

/// A card, and what it says.
pub(crate) type TestCard = (&'static str, Result<(), Decline>);

/// Every test card: the set of 2026, then the older one.
pub(crate) const TEST_CARDS: [TestCard; 9] = [
    ("4111111111111111", Ok(())),
    ("4507990000000028", Err(Decline::Declined)),
    ("4507990000000010", Err(Decline::InsufficientFunds)),
    ("4507990000000044", Err(Decline::WrongCvc)),
    ("4242424242424242", Ok(())),
    ("4000000000000002", Err(Decline::Declined)),
    ("4000000000009995", Err(Decline::InsufficientFunds)),
    ("4000000000000127", Err(Decline::WrongCvc)),
    ("4000000000000069", Err(Decline::Expired)),
];

/// The card that pays, for whoever names none.
pub(crate) const GOOD_CARD: &str = TEST_CARDS[0].0;

/// What a card says when it is charged. Spaces and dashes in the number do not matter.
pub(crate) fn charge(number: &str) -> Result<(), Decline> {
    let digits: String = number.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
    let known = TEST_CARDS.iter().find(|(known, _)| *known == digits);
    known.map_or(Err(Decline::NotATestCard), |(_, says)| *says)
}
