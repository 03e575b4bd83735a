//! Money that goes back: refunds and disputes. (Creem: webhooks, section 12.4.)

use serde_json::value::RawValue;

use crate::Reference;
use crate::reader::value::{self, Fault};
use crate::reader::{Entity, Object, Unreadable, ok_or_warn};

/// A refund. Names at least one of checkout, order and subscription.
#[derive(Clone, Debug)]
pub struct Refund {
    /// `ref_…`.
    pub id: Option<String>,
    /// Where it stands.
    pub status: RefundStatus,
    /// Minor units of `currency`.
    pub amount: Option<i64>,
    /// ISO 4217 code, in upper case.
    pub currency: Option<String>,
    /// The session that was paid; for a renewal the one that began the subscription.
    pub checkout: Option<Reference>,
    /// The order whose money goes back.
    pub order: Option<Reference>,
    /// The subscription the order belongs to.
    pub subscription: Option<Reference>,
}

impl Refund {
    /// Whether the money went back.
    #[must_use]
    pub fn took_effect(&self) -> bool {
        matches!(self.status, RefundStatus::Absent | RefundStatus::Succeeded)
    }
}

impl Entity for Refund {
    const NAME: &'static str = "refund";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        let Paid { checkout, order, subscription } = Paid::from_object(object)?;
        Ok(Self {
            id: object.optional("id", value::id),
            status: RefundStatus::from_object(object),
            amount: object.optional("refund_amount", value::whole),
            currency: object.optional("refund_currency", value::currency),
            checkout,
            order,
            subscription,
        })
    }
}

/// Where a refund stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundStatus {
    /// The money went back.
    Succeeded,
    /// It is on its way.
    Pending,
    /// Somebody has to act first.
    RequiresAction,
    /// It stays.
    Failed,
    /// It stays, because the refund was taken back.
    Canceled,
    /// Not said.
    Absent,
    /// A word of the future; empty when there was none to read.
    Unknown(String),
}

impl RefundStatus {
    /// A status that cannot be read is not an absent one, because that would count as success.
    fn from_object(object: &Object<'_>) -> Self {
        let status = ok_or_warn(object.term("status", Self::from_raw));
        status.map_or(Self::Unknown(String::new()), |status| status.unwrap_or(Self::Absent))
    }

    fn from_raw(raw: &RawValue) -> Result<Option<Self>, Fault> {
        Ok(value::word(raw)?.map(|word| match word.replace(['_', '-'], "").as_str() {
            "succeeded" => Self::Succeeded,
            "pending" => Self::Pending,
            "requiresaction" => Self::RequiresAction,
            "failed" => Self::Failed,
            "canceled" | "cancelled" => Self::Canceled,
            _ => Self::Unknown(word),
        }))
    }
}

/// A dispute. Names at least one of checkout, order and subscription.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// `disp_…`.
    pub id: Option<String>,
    /// Where it stands, in lower case; Creem names no words for it.
    pub status: Option<String>,
    /// Minor units of `currency`.
    pub amount: Option<i64>,
    /// ISO 4217 code, in upper case.
    pub currency: Option<String>,
    /// The session that was paid; for a renewal the one that began the subscription.
    pub checkout: Option<Reference>,
    /// The order whose money is asked back.
    pub order: Option<Reference>,
    /// The subscription the order belongs to.
    pub subscription: Option<Reference>,
}

impl Dispute {
    /// Whether the money is asked back, or is lost: not when the dispute was won or withdrawn.
    #[must_use]
    pub fn took_effect(&self) -> bool {
        !matches!(self.status.as_deref(), Some("won" | "canceled" | "cancelled" | "withdrawn"))
    }
}

impl Entity for Dispute {
    const NAME: &'static str = "dispute";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        let Paid { checkout, order, subscription } = Paid::from_object(object)?;
        Ok(Self {
            id: object.optional("id", value::id),
            status: object.optional("status", value::word),
            amount: object.optional("amount", value::whole),
            currency: object.optional("currency", value::currency),
            checkout,
            order,
            subscription,
        })
    }
}

/// The payment that a refund or dispute is about.
struct Paid {
    checkout: Option<Reference>,
    order: Option<Reference>,
    subscription: Option<Reference>,
}

impl Paid {
    fn from_object(object: &Object<'_>) -> Result<Self, Unreadable> {
        let transaction = object.object("transaction");
        let either = |name| object.named(name).or_else(|| transaction.as_ref()?.named(name));
        let paid =
            Self { checkout: object.named("checkout"), order: either("order"), subscription: either("subscription") };
        match paid {
            Self { checkout: None, order: None, subscription: None } => {
                Err(object.unreadable("order", "is missing, and so are checkout and subscription"))
            }
            paid => Ok(paid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader;

    fn refund(fields: &str) -> Refund {
        reader::entity(format!(r#"{{"order":"ord_1"{fields}}}"#).as_bytes()).expect("readable")
    }

    #[test]
    fn only_a_refund_that_succeeded_took_effect() {
        for (status, expected, took_effect) in [
            (r#","status":"succeeded""#, RefundStatus::Succeeded, true),
            (r#","status":"SUCCEEDED""#, RefundStatus::Succeeded, true),
            ("", RefundStatus::Absent, true),
            (r#","status":null"#, RefundStatus::Absent, true),
            (r#","status":"pending""#, RefundStatus::Pending, false),
            (r#","status":"requiresAction""#, RefundStatus::RequiresAction, false),
            (r#","status":"requires_action""#, RefundStatus::RequiresAction, false),
            (r#","status":"failed""#, RefundStatus::Failed, false),
            (r#","status":"canceled""#, RefundStatus::Canceled, false),
            (r#","status":"in_review""#, RefundStatus::Unknown("in_review".to_owned()), false),
            (r#","status":{"code":"failed"}"#, RefundStatus::Unknown(String::new()), false),
        ] {
            let refund = refund(status);
            assert_eq!((&refund.status, refund.took_effect()), (&expected, took_effect), "{status}");
        }
    }

    #[test]
    fn a_dispute_that_was_won_or_withdrawn_has_no_effect() {
        for (status, took_effect) in
            [("won", false), ("Canceled", false), ("withdrawn", false), ("lost", true), ("open", true), ("", true)]
        {
            let body = format!(r#"{{"order":"ord_1","status":"{status}"}}"#);
            let dispute: Dispute = reader::entity(body.as_bytes()).expect("readable");
            assert_eq!(dispute.took_effect(), took_effect, "{status}");
        }
    }

    #[test]
    fn a_payment_is_named_by_string_object_or_transaction() {
        let id = |reference: Option<&Reference>| reference.map(|reference| reference.id().to_owned());
        let named = refund(
            r#","checkout":{"id":"ch_1","request_id":"order_7"},"transaction":{"order":"ord_2","subscription":"sub_2"}"#,
        );
        assert_eq!(id(named.order.as_ref()).as_deref(), Some("ord_1"), "what is named directly counts");
        assert_eq!(id(named.subscription.as_ref()).as_deref(), Some("sub_2"));
        assert_eq!(named.checkout.and_then(|checkout| checkout.text("request_id")).as_deref(), Some("order_7"));
        let body = br#"{"id":"ref_1","order":[],"transaction":{"order":{"id":"ord_3"},"subscription":null}}"#;
        let by_transaction: Refund = reader::entity(body).expect("readable");
        assert_eq!(id(by_transaction.order.as_ref()).as_deref(), Some("ord_3"));
        assert!(by_transaction.subscription.is_none());
    }
}
