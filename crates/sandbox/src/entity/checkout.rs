//! Checkout sessions: what the merchant asked for, what the buyer has typed, and what became of it.

use jiff::Timestamp;
use serde_json::Value;

use super::CustomField;
use super::card::{Decline, charge};
use super::collection::Identified;

/// A session.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    pub(crate) id: String,
    pub(crate) product_id: String,
    pub(crate) request_id: Option<String>,
    pub(crate) units: i64,
    /// Per unit, instead of the product's price.
    pub(crate) custom_price: Option<i64>,
    pub(crate) discount_id: Option<String>,
    /// Who brought the buyer.
    pub(crate) affiliate_id: Option<String>,
    pub(crate) custom_fields: Vec<CustomField>,
    /// As sent; the product's default is looked up when it is needed.
    pub(crate) success_url: Option<String>,
    pub(crate) metadata: Option<Value>,
    /// The customer named at creation.
    pub(crate) customer_id: Option<String>,
    /// The e-mail came with the session, and the buyer cannot change it.
    pub(crate) email_locked: bool,
    pub(crate) buyer: Buyer,
    /// What the buyer's card will say, once they gave it to the card's frame.
    pub(crate) card: Option<HeldCard>,
    pub(crate) step: Step,
    pub(crate) state: CheckoutState,
    pub(crate) created_at: Timestamp,
    /// What became of it, in order.
    pub(crate) moments: Vec<(Timestamp, Moment)>,
}

/// Something in the life of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The buyer saw the payment page.
    PageSeen,
    /// They did not pay.
    Declined(Decline),
    Paid,
    Expired,
    /// The buyer was led back to the merchant.
    SentBack,
}

/// Most moments of one session; a card can be declined as often as one likes.
const MAX_MOMENTS: usize = 100;

impl Checkout {
    /// Notes a moment; of seeing a page only the first time.
    pub(crate) fn note(&mut self, at: Timestamp, moment: Moment) {
        let once = matches!(moment, Moment::PageSeen | Moment::SentBack);
        let again = once && self.moments.iter().any(|(_, known)| *known == moment);
        if !again && self.moments.len() < MAX_MOMENTS {
            self.moments.push((at, moment));
        }
    }

    /// Answers with test data what nobody has answered yet.
    pub(crate) fn fill_in(&mut self) {
        let buyer = &mut self.buyer;
        for (place, answer) in [
            (&mut buyer.email, "buyer@example.com"),
            (&mut buyer.name, "Ada Buyer"),
            (&mut buyer.country, "US"),
            (&mut buyer.address_line1, "1 Main St"),
            (&mut buyer.city, "Reno"),
            (&mut buyer.postal_code, "89501"),
            (&mut buyer.state, "NV"),
            (&mut buyer.card_holder, "Ada Buyer"),
        ] {
            if place.is_empty() {
                answer.clone_into(place);
            }
        }
        self.custom_fields.iter_mut().for_each(CustomField::fill_in);
    }
}

impl Identified for Checkout {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Where a session is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CheckoutState {
    /// It can be paid.
    Pending,
    /// Its 24 hours are over.
    Expired,
    /// It is paid.
    Completed(Paid),
}

impl CheckoutState {
    /// Creem's word for it.
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Expired => "expired",
            Self::Completed(_) => "completed",
        }
    }
}

/// What a paid session became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(crate) order_id: String,
    pub(crate) customer_id: String,
    pub(crate) subscription_id: Option<String>,
}

/// Where the buyer is on the payment page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// E-mail, name, country, the merchant's questions.
    #[default]
    Details,
    /// The billing address, where the country needs one.
    Address,
    /// The card.
    Card,
}

/// A card as the payment provider keeps it for the page: enough to recognise it, not enough to use it.
#[derive(Clone, Debug)]
pub(crate) struct HeldCard {
    /// What it says when it is charged.
    pub(crate) answer: Result<(), Decline>,
    /// Its number's last digits.
    pub(crate) last_four: String,
}

impl HeldCard {
    /// The card with this number.
    pub(crate) fn of(number: &str) -> Self {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        Self { answer: charge(number), last_four: digits[digits.len().saturating_sub(4)..].to_owned() }
    }
}

/// What the buyer has said. Card data is never kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buyer {
    pub(crate) email: String,
    pub(crate) name: String,
    /// ISO 3166 alpha-2.
    pub(crate) country: String,
    pub(crate) address_line1: String,
    pub(crate) city: String,
    pub(crate) postal_code: String,
    pub(crate) state: String,
    /// The name on the card.
    pub(crate) card_holder: String,
}
