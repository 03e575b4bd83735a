//! Customer credits, and what their movements tell: granted, used, bought anew, used up.

use serde_json::{Value, json};

use crate::clock::iso;
use crate::entity::{AccountStatus, CreditAccount, CreditEntry, CreditTransaction, Product, STORE_ID, Side};
use crate::webhooks::Draft;
use crate::world::World;
use crate::world::ledger::{LedgerError, Posted, Posting};

/// The account a customer has without being given one.
pub(crate) const BUCKET: &str = "default";

/// What a balance counts.
pub(crate) const UNIT: &str = "credits";

impl World {
    /// Opens an account for a customer, with credits from the beginning where an amount is given.
    pub(crate) fn open_account(&mut self, customer_id: &str, name: &str, unit_label: &str, first: i128) -> String {
        let (id, now) = (self.ids.next("cca_"), self.now());
        self.ledger.accounts.push(CreditAccount {
            id: id.clone(),
            customer_id: customer_id.to_owned(),
            name: name.to_owned(),
            unit_label: unit_label.to_owned(),
            status: AccountStatus::Active,
            balance: 0,
            auto_recharge: None,
            created_at: now,
            updated_at: now,
        });
        if first > 0 {
            let posting =
                Posting::with_store(&id, Side::Credit, first, "initial_balance", &format!("initial_balance:{id}"));
            self.post_credits(posting).expect("a new account takes credits");
        }
        id
    }

    /// The account of a customer with this name.
    pub(crate) fn account_named(&self, customer_id: &str, name: &str) -> Option<&CreditAccount> {
        self.ledger.accounts.of(customer_id).find(|known| known.name == name)
    }

    /// A customer's first account, opened when it is first needed; none for a customer there is not.
    pub(crate) fn wallet(&mut self, customer_id: &str) -> Option<String> {
        self.customers.get(customer_id)?;
        let known = self.account_named(customer_id, BUCKET).map(|account| account.id.clone());
        Some(known.unwrap_or_else(|| self.open_account(customer_id, BUCKET, UNIT, 0)))
    }

    /// Posts to the books, buys what is missing where that is arranged, and tells what happened.
    pub(crate) fn post_credits(&mut self, posting: Posting) -> Result<CreditTransaction, LedgerError> {
        let now = self.now();
        let posted = match self.ledger.post(posting.clone(), now, &mut self.ids) {
            Err(LedgerError::Insufficient) if self.recharge(&posting) => {
                self.ledger.post(posting, now, &mut self.ids)?
            }
            other => other?,
        };
        if let Posted::Now(transaction) = &posted {
            let told = transaction.entries.iter().filter_map(|entry| self.movement(entry, &transaction.reference));
            let told = told.collect();
            self.publish(told);
        }
        Ok(posted.transaction().clone())
    }

    /// Grants the credits that come with a product, for each unit that an order paid for. An account at rest gets none.
    pub(crate) fn grant_credits_with(&mut self, product: &Product, units: i64, customer_id: &str, order_id: &str) {
        for feature in &product.features {
            let Some(grant) = &feature.customer_credits else { continue };
            let amount = grant.amount.parse().unwrap_or(0_i128) * i128::from(units);
            if amount <= 0 {
                continue;
            }
            let bucket = grant.bucket_name.as_deref().unwrap_or(BUCKET);
            let known = self.account_named(customer_id, bucket).map(|account| account.id.clone());
            let unit = grant.unit_label.as_deref().unwrap_or(UNIT);
            let account_id = known.unwrap_or_else(|| self.open_account(customer_id, bucket, unit, 0));
            let key = format!("grant:{order_id}:{}", feature.id);
            if let Err(error) =
                self.post_credits(Posting::with_store(&account_id, Side::Credit, amount, order_id, &key))
            {
                tracing::debug!(account_id, %error, "credits that came with a product were not granted");
            }
        }
    }

    /// Uses credits, and tells where there are not enough of them.
    pub(crate) fn consume_credits(&mut self, account_id: &str, amount: i128) -> Result<(), LedgerError> {
        let key = self.ids.next("sandbox_");
        let posting = Posting::with_store(account_id, Side::Debit, amount, &key, &key);
        match self.post_credits(posting) {
            Err(LedgerError::Insufficient) => {
                let account = self.ledger.accounts.get(account_id).ok_or(LedgerError::NoAccount)?;
                let object = json!({
                    "id": format!("credits-exhausted:{STORE_ID}:{}:{}:none", account.customer_id, account.name),
                    "object": "customer_credits_exhaustion", "customer_id": account.customer_id,
                    "bucket_name": account.name, "unit_label": account.unit_label,
                    "shortfall_minor_units": (amount - account.balance).to_string(), "occurred_at": iso(self.now()),
                });
                self.publish(vec![Draft::new("customer_credits.exhausted", object)]);
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Buys credits for the accounts that a posting finds empty; false where that is not arranged.
    fn recharge(&mut self, posting: &Posting) -> bool {
        let mut bought = false;
        for (account_id, _, _) in posting.entries.iter().filter(|(_, side, _)| *side == Side::Debit) {
            let Some(account) = self.ledger.accounts.get(account_id) else { continue };
            let Some(amount) = account.auto_recharge else { continue };
            let reference = format!("recharge:{}:{}", account.customer_id, account.name);
            let object = json!({
                "id": self.ids.next("cct_"), "object": "customer_credits_auto_recharge",
                "customer_id": account.customer_id, "bucket_name": account.name, "unit_label": account.unit_label,
                "amount_minor_units": amount.to_string(), "currency": "USD",
                "charge_reference": self.ids.next("pay_"), "reference": reference,
            });
            self.publish(vec![Draft::new("credits.auto_recharged", object)]);
            let key = self.ids.next("recharge_");
            bought |=
                self.post_credits(Posting::with_store(account_id, Side::Credit, amount, &reference, &key)).is_ok();
        }
        bought
    }

    /// What a movement of a customer's account tells; nothing for the store's own.
    fn movement(&self, entry: &CreditEntry, reference: &str) -> Option<Draft> {
        let account = self.ledger.accounts.get(&entry.account_id)?;
        let (kind, object) = match entry.side {
            Side::Credit => ("credits.granted", "customer_credits_grant"),
            Side::Debit => ("credits.consumed", "customer_credits_consumption"),
        };
        let told: Value = json!({
            "id": entry.transaction_id, "object": object, "customer_id": account.customer_id,
            "account_id": account.id, "bucket_name": account.name, "unit_label": account.unit_label,
            "amount_minor_units": entry.amount.to_string(), "balance_after_minor_units": account.balance.to_string(),
            "reference": reference, "occurred_at": iso(entry.created_at),
        });
        Some(Draft::new(kind, told))
    }
}
