//! Commissions: what a payment earns the affiliate who brought it.

use serde_json::{Value, json};

use super::billing::{Bill, Receipt};
use crate::entity::{Affiliate, Commission, Currency, Mode};
use crate::world::World;

/// What an affiliate earns of a payment, per cent; at Creem the merchant's program says how much.
const COMMISSION_PERCENT: i64 = 20;

impl World {
    /// Notes what a payment earns the affiliate who brought it.
    pub(crate) fn earn(&mut self, bill: &Bill<'_>, receipt: &Receipt, affiliate_id: &str) {
        let amount = (bill.price.subtotal - bill.price.discount) * COMMISSION_PERCENT / 100;
        let commission = Commission {
            id: self.ids.next("com_"),
            affiliate_id: affiliate_id.to_owned(),
            amount,
            currency: bill.product.currency,
            sale: receipt.transaction_id.clone(),
            created_at: self.now(),
        };
        self.partners.commissions.push(commission);
    }

    /// An affiliate as Creem shows it, with what they earned in the currency they earned most in.
    pub(crate) fn affiliate_json(&self, affiliate: &Affiliate) -> Value {
        let own: Vec<&Commission> = self.partners.earned(&affiliate.id).collect();
        let in_currency = |currency: Currency| -> i64 {
            own.iter().filter(|commission| commission.currency == currency).map(|commission| commission.amount).sum()
        };
        let [usd, eur] = [Currency::Usd, Currency::Eur].map(|currency| (in_currency(currency), currency.code()));
        let (earnings, currency) = if eur.0 > usd.0 { eur } else { usd };
        json!({
            "id": affiliate.id, "object": "affiliate", "email": affiliate.email, "name": affiliate.name,
            "status": "active", "referral_code": affiliate.referral_code,
            "referral_link": self.referral_link(&affiliate.referral_code), "clicks": 0, "conversions": own.len(),
            "earnings": earnings, "currency": currency, "mode": Mode::Test,
        })
    }
}
