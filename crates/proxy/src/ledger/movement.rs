//! Money that went back, or that a bank asks back.

use wire::{Currency, PaymentStatus};

/// A refund or a dispute, by whatever payment it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Movement {
    /// The same for every event about it.
    pub(crate) id: String,
    pub(crate) kind: MovementKind,
    /// Whether it moves money: a refund that failed or still waits does not.
    pub(crate) counts: bool,
    /// In minor units; absent when it is not said, and then it is all of it.
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) checkout_id: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
    /// When it came about at Creem, in milliseconds since 1970.
    pub(crate) changed_at: i64,
}

/// Which way money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MovementKind {
    Refund,
    Dispute,
    /// Everything that went back of an order so far, by Creem's own account: what single refunds add up to, too.
    RefundedTotal,
}

impl MovementKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Dispute => "dispute",
            Self::RefundedTotal => "refunded_total",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Refund, Self::Dispute, Self::RefundedTotal].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What all movements of one payment make of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) refunded_amount: i64,
    /// What it became, and when.
    pub(super) moved: Option<(PaymentStatus, i64)>,
}

impl Movement {
    /// Whether this says more than what is known of the same movement: the newest word, and of two at once the one that
    /// moves money.
    pub(super) fn replaces(&self, known: &Self) -> bool {
        (self.changed_at, self.counts) > (known.changed_at, known.counts)
    }
}

/// Adds up what went back of a charge.
pub(super) fn outcome<'a>(
    movements: impl Iterator<Item = &'a Movement>,
    charged: Option<i64>,
    currency: Option<Currency>,
) -> Outcome {
    let (mut refunded, mut total, mut is_all, mut refunded_at) = (0_i64, 0_i64, false, None);
    let mut disputed_at = None;
    for movement in movements.filter(|movement| movement.counts) {
        let changed_at = Some(movement.changed_at);
        if movement.kind == MovementKind::Dispute {
            disputed_at = disputed_at.max(changed_at);
            continue;
        }
        let same_money = movement.currency.is_none() || currency.is_none() || movement.currency == currency;
        match movement.amount.filter(|amount| *amount >= 0) {
            // Another currency cannot be compared, so it is never taken for all of it.
            Some(_) if !same_money => continue,
            Some(amount) if movement.kind == MovementKind::RefundedTotal => total = total.max(amount),
            Some(amount) => refunded = refunded.saturating_add(amount),
            None => is_all = true,
        }
        refunded_at = refunded_at.max(changed_at);
    }
    refunded = refunded.max(total);
    is_all |= charged.is_none_or(|charged| refunded >= charged) && refunded > 0;
    if is_all {
        refunded = refunded.max(charged.unwrap_or_default());
    }
    let refunded_at = refunded_at.filter(|_| is_all);
    let moved = match (refunded_at, disputed_at) {
        (Some(refunded_at), Some(disputed_at)) if refunded_at > disputed_at => {
            Some((PaymentStatus::Refunded, refunded_at))
        }
        (_, Some(disputed_at)) => Some((PaymentStatus::Disputed, disputed_at)),
        (Some(refunded_at), None) => Some((PaymentStatus::Refunded, refunded_at)),
        (None, None) => None,
    };
    Outcome { refunded_amount: refunded, moved }
}
