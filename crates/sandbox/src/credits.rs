//! Customer credits, as far as their events go: one balance per customer, moved by a control. The calls of Creem's
//! ledger are not here.

use serde_json::{Value, json};

use crate::clock::iso;
use crate::webhooks::Draft;
use crate::world::World;

/// The only account a customer has here.
const BUCKET: &str = "default";

/// What the balance counts.
const UNIT: &str = "credits";

/// One customer's credits.
#[derive(Clone, Debug)]
pub(crate) struct Wallet {
    account_id: String,
    balance: u64,
    /// How much is bought when it does not suffice.
    pub(crate) auto_recharge: Option<u64>,
}

impl World {
    /// The wallet of a customer, made when it is first needed; none for a customer there is not.
    pub(crate) fn wallet(&mut self, customer_id: &str) -> Option<&mut Wallet> {
        self.customers.get(customer_id)?;
        if !self.wallets.contains_key(customer_id) {
            let wallet = Wallet { account_id: self.ids.next("cca_"), balance: 0, auto_recharge: None };
            self.wallets.insert(customer_id.to_owned(), wallet);
        }
        self.wallets.get_mut(customer_id)
    }

    /// How many credits a customer has.
    pub(crate) fn credits(&self, customer_id: &str) -> u64 {
        self.wallets.get(customer_id).map_or(0, |wallet| wallet.balance)
    }

    /// Gives credits.
    pub(crate) fn grant_credits(&mut self, customer_id: &str, amount: u64) {
        let Some(wallet) = self.wallet(customer_id) else { return };
        wallet.balance = wallet.balance.saturating_add(amount);
        let entry = self.entry(customer_id, "customer_credits_grant", amount);
        self.publish(vec![Draft::new("credits.granted", entry)]);
    }

    /// Uses credits: all that are asked for, after a recharge if there is to be one, or none.
    pub(crate) fn consume_credits(&mut self, customer_id: &str, amount: u64) {
        let Some(wallet) = self.wallet(customer_id) else { return };
        if let Some(recharge) = wallet.auto_recharge.filter(|_| wallet.balance < amount) {
            wallet.balance = wallet.balance.saturating_add(recharge);
            self.tell_recharge(customer_id, recharge);
        }
        let balance = self.credits(customer_id);
        let Some(left) = balance.checked_sub(amount) else {
            let object = json!({
                "id": format!("credits-exhausted:{customer_id}:{BUCKET}"), "object": "customer_credits_exhaustion",
                "customer_id": customer_id, "bucket_name": BUCKET, "unit_label": UNIT,
                "shortfall_minor_units": (amount - balance).to_string(), "occurred_at": iso(self.now()),
            });
            return self.publish(vec![Draft::new("customer_credits.exhausted", object)]);
        };
        if let Some(wallet) = self.wallet(customer_id) {
            wallet.balance = left;
        }
        let entry = self.entry(customer_id, "customer_credits_consumption", amount);
        self.publish(vec![Draft::new("credits.consumed", entry)]);
    }

    fn tell_recharge(&mut self, customer_id: &str, amount: u64) {
        let object = json!({
            "id": self.ids.next("cct_"), "object": "customer_credits_auto_recharge", "customer_id": customer_id,
            "bucket_name": BUCKET, "unit_label": UNIT, "amount_minor_units": amount.to_string(), "currency": "USD",
            "charge_reference": self.ids.next("pay_"), "reference": format!("recharge:{customer_id}:{BUCKET}"),
        });
        self.publish(vec![Draft::new("credits.auto_recharged", object)]);
    }

    /// A movement and the balance after it. Amounts are text, because they may be larger than JSON's numbers.
    fn entry(&mut self, customer_id: &str, object: &str, amount: u64) -> Value {
        let (id, reference, now) = (self.ids.next("cct_"), self.ids.next("sandbox_"), iso(self.now()));
        let wallet = self.wallets.get(customer_id);
        json!({
            "id": id, "object": object, "customer_id": customer_id,
            "account_id": wallet.map(|wallet| wallet.account_id.as_str()), "bucket_name": BUCKET, "unit_label": UNIT,
            "amount_minor_units": amount.to_string(),
            "balance_after_minor_units": wallet.map_or(0, |wallet| wallet.balance).to_string(),
            "reference": reference, "occurred_at": now,
        })
    }
}
