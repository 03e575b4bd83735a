//! Who shares in a sale: the recipients of a split, and affiliates with their commissions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::collection::Identified;
use super::{Currency, Mode, STORE_ID};

/// How payments are shared.
#[derive(Clone, Debug)]
pub(crate) struct Split {
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) kind: SplitKind,
    /// The store or the product.
    pub(crate) type_reference: String,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) removed: bool,
    pub(crate) created_at: Timestamp,
}

/// Which payments are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SplitKind {
    Store,
    Product,
}

/// Who gets a share.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    pub(crate) kind: RecipientKind,
    pub(crate) reference: String,
    /// Per cent.
    pub(crate) amount: f64,
}

/// What kind of recipient it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RecipientKind {
    /// A store, at once.
    Store,
    /// Somebody who has yet to accept.
    Email,
}

impl Split {
    /// As Creem shows it. One with recipients who have yet to accept is not active.
    pub(crate) fn json(&self) -> Value {
        let enabled = self.recipients.iter().all(|recipient| recipient.kind == RecipientKind::Store);
        json!({
            "id": self.id, "object": "split", "store_id": STORE_ID, "description": self.description,
            "type": self.kind, "type_reference": self.type_reference, "enabled": enabled && !self.removed,
            "recipients": self.recipients.iter().map(Recipient::json).collect::<Vec<_>>(),
            "created_at": self.created_at.as_millisecond(), "mode": Mode::Test,
        })
    }
}

impl Recipient {
    fn json(&self) -> Value {
        let mut json = json!({
            "type": "percentage", "recipient_type": self.kind, "recipient_reference": self.reference,
            "amount": self.amount, "enabled": self.kind == RecipientKind::Store,
        });
        if self.kind == RecipientKind::Email {
            json["recipient_reference"] = json!(masked(&self.reference));
            json["invite_status"] = json!("pending");
        }
        json
    }
}

/// An e-mail address of which only the beginning and the host are told.
fn masked(email: &str) -> String {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    format!("{}***@{host}", name.chars().next().unwrap_or('*'))
}

/// Somebody who brings buyers.
#[derive(Clone, Debug)]
pub(crate) struct Affiliate {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) referral_code: String,
}

/// An invitation to become an affiliate.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
}

/// What a sale earned an affiliate.
#[derive(Clone, Debug)]
pub(crate) struct Commission {
    pub(crate) id: String,
    pub(crate) affiliate_id: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    /// The transaction of the sale.
    pub(crate) sale: String,
    pub(crate) created_at: Timestamp,
}

impl Invite {
    /// As Creem shows it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "affiliate_invite", "email": self.email, "name": self.name, "status": "pending",
            "created_at": self.created_at.as_millisecond(), "mode": Mode::Test,
        })
    }
}

impl Commission {
    /// As Creem shows it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "commission", "affiliate": self.affiliate_id, "amount": self.amount,
            "currency": self.currency, "status": "pending", "sale": self.sale,
            "created_at": self.created_at.as_millisecond(), "mode": Mode::Test,
        })
    }
}

impl Identified for Split {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Affiliate {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Invite {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Commission {
    fn id(&self) -> &str {
        &self.id
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_invited_address_is_never_told_in_full() {
        assert_eq!(super::masked("ada@example.com"), "a***@example.com");
        assert_eq!(super::masked(""), "****@");
    }
}
