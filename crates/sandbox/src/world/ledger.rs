//! The books of customer credits: what may be posted to them, and what undoes it. Its events are in `credits`.

use std::collections::HashMap;

use jiff::Timestamp;

use super::ids::Ids;
use crate::entity::collection::Collection;
use crate::entity::{AccountStatus, CreditAccount, CreditEntry, CreditTransaction, SYSTEM_ACCOUNT, Side};

/// Why the books stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error("Account not found")]
    NoAccount,
    #[error("Transaction not found")]
    NoTransaction,
    #[error("Account is frozen")]
    Frozen,
    #[error("Account is closed")]
    Closed,
    #[error("Account is not frozen")]
    NotFrozen,
    #[error("Insufficient balance")]
    Insufficient,
    #[error("Total debits must equal total credits")]
    Unbalanced,
    #[error("Transaction has already been reversed")]
    Reversed,
    #[error("Idempotency key has already been used for another transaction")]
    KeyReused,
}

/// What is to be posted.
#[derive(Clone, Debug)]
pub(crate) struct Posting {
    pub(crate) reference: String,
    pub(crate) idempotency_key: String,
    /// Account, side and amount of each entry.
    pub(crate) entries: Vec<(String, Side, i128)>,
}

/// What came of a posting.
#[derive(Clone, Debug)]
pub(crate) enum Posted {
    /// It is in the books now.
    Now(CreditTransaction),
    /// It was before; the same key stands for the same transaction.
    Before(CreditTransaction),
}

/// Accounts and transactions of a store.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) accounts: Collection<CreditAccount>,
    pub(crate) transactions: Collection<CreditTransaction>,
    /// Transactions by their idempotency keys.
    keys: HashMap<String, String>,
    /// Reversed transactions, with what reversed them.
    reversals: HashMap<String, String>,
}

impl Posting {
    /// Credits that come from the store, or go to it.
    pub(crate) fn with_store(account_id: &str, side: Side, amount: i128, reference: &str, key: &str) -> Self {
        Self {
            reference: reference.to_owned(),
            idempotency_key: key.to_owned(),
            entries: vec![(account_id.to_owned(), side, amount), (SYSTEM_ACCOUNT.to_owned(), side.opposite(), amount)],
        }
    }
}

impl Posted {
    /// The transaction, whenever it was posted.
    pub(crate) fn transaction(&self) -> &CreditTransaction {
        match self {
            Self::Now(transaction) | Self::Before(transaction) => transaction,
        }
    }
}

impl Ledger {
    /// Posts entries: all of them, or none.
    pub(crate) fn post(&mut self, posting: Posting, now: Timestamp, ids: &mut Ids) -> Result<Posted, LedgerError> {
        if let Some(before) = self.keys.get(&posting.idempotency_key).and_then(|id| self.transactions.get(id)) {
            let same = before.entries.iter().map(|entry| (entry.account_id.clone(), entry.side, entry.amount));
            let is_same = same.eq(posting.entries) && before.reference == posting.reference;
            return if is_same { Ok(Posted::Before(before.clone())) } else { Err(LedgerError::KeyReused) };
        }
        let moves = self.moves(&posting.entries)?;
        if moves.iter().any(|(id, change)| *change < 0 && self.balance(id) + change < 0) {
            return Err(LedgerError::Insufficient);
        }
        Ok(Posted::Now(self.write(posting, None, now, ids)))
    }

    /// Undoes a transaction, whatever became of the credits meanwhile. `within` is an account it has to concern.
    pub(crate) fn reverse(
        &mut self,
        id: &str,
        within: Option<&str>,
        now: Timestamp,
        ids: &mut Ids,
    ) -> Result<CreditTransaction, LedgerError> {
        let original = self.transactions.get(id).ok_or(LedgerError::NoTransaction)?.clone();
        if within.is_some_and(|account| original.entries.iter().all(|entry| entry.account_id != account)) {
            return Err(LedgerError::NoTransaction);
        }
        if self.reversals.contains_key(id) {
            return Err(LedgerError::Reversed);
        }
        let opposite = |entry: &CreditEntry| (entry.account_id.clone(), entry.side.opposite(), entry.amount);
        let posting = Posting {
            reference: original.reference.clone(),
            idempotency_key: format!("reversal:{id}"),
            entries: original.entries.iter().map(opposite).collect(),
        };
        self.moves(&posting.entries)?;
        let reversal = self.write(posting, Some(id.to_owned()), now, ids);
        self.reversals.insert(id.to_owned(), reversal.id.clone());
        Ok(reversal)
    }

    /// What entries do to each account, once it is sure that they may.
    fn moves(&self, entries: &[(String, Side, i128)]) -> Result<Vec<(String, i128)>, LedgerError> {
        if entries.iter().map(|(_, side, amount)| side.signed(*amount)).sum::<i128>() != 0 {
            return Err(LedgerError::Unbalanced);
        }
        let mut moves: Vec<(String, i128)> = Vec::new();
        for (account_id, side, amount) in entries.iter().filter(|(id, ..)| id != SYSTEM_ACCOUNT) {
            match self.accounts.get(account_id).ok_or(LedgerError::NoAccount)?.status {
                AccountStatus::Active => {}
                AccountStatus::Frozen => return Err(LedgerError::Frozen),
                AccountStatus::Closed => return Err(LedgerError::Closed),
            }
            match moves.iter_mut().find(|(known, _)| known == account_id) {
                Some((_, change)) => *change += side.signed(*amount),
                None => moves.push((account_id.clone(), side.signed(*amount))),
            }
        }
        Ok(moves)
    }

    fn write(&mut self, posting: Posting, of: Option<String>, now: Timestamp, ids: &mut Ids) -> CreditTransaction {
        let id = ids.next("cct_");
        let mut entries = Vec::with_capacity(posting.entries.len());
        for (account_id, side, amount) in posting.entries {
            if let Some(account) = self.accounts.get_mut(&account_id) {
                account.balance += side.signed(amount);
                account.updated_at = now;
            }
            entries.push(CreditEntry {
                id: ids.next("cce_"),
                transaction_id: id.clone(),
                account_id,
                side,
                amount,
                created_at: now,
            });
        }
        let transaction = CreditTransaction {
            id: id.clone(),
            reference: posting.reference,
            idempotency_key: posting.idempotency_key.clone(),
            reversal_of: of,
            entries,
            created_at: now,
        };
        self.keys.insert(posting.idempotency_key, id);
        self.transactions.push(transaction.clone());
        transaction
    }

    fn balance(&self, account_id: &str) -> i128 {
        self.accounts.get(account_id).map_or(0, |account| account.balance)
    }

    /// The entries of an account, oldest first.
    pub(crate) fn entries_of<'a>(&'a self, account_id: &'a str) -> impl Iterator<Item = &'a CreditEntry> {
        self.transactions.iter().flat_map(|known| &known.entries).filter(move |entry| entry.account_id == account_id)
    }

    /// What an account had at an instant.
    pub(crate) fn balance_at(&self, account_id: &str, at: Timestamp) -> i128 {
        let until = self.entries_of(account_id).take_while(|entry| entry.created_at <= at);
        until.map(|entry| entry.side.signed(entry.amount)).sum()
    }

    /// Freezes an account.
    pub(crate) fn freeze(&mut self, id: &str, now: Timestamp) -> Result<&CreditAccount, LedgerError> {
        self.turn(id, AccountStatus::Frozen, now, |status| match status {
            AccountStatus::Active => Ok(()),
            AccountStatus::Frozen => Err(LedgerError::Frozen),
            AccountStatus::Closed => Err(LedgerError::Closed),
        })
    }

    /// Lets a frozen account be used again.
    pub(crate) fn unfreeze(&mut self, id: &str, now: Timestamp) -> Result<&CreditAccount, LedgerError> {
        self.turn(id, AccountStatus::Active, now, |status| match status {
            AccountStatus::Frozen => Ok(()),
            AccountStatus::Active => Err(LedgerError::NotFrozen),
            AccountStatus::Closed => Err(LedgerError::Closed),
        })
    }

    /// Closes an account for good.
    pub(crate) fn close(&mut self, id: &str, now: Timestamp) -> Result<&CreditAccount, LedgerError> {
        self.turn(id, AccountStatus::Closed, now, |status| match status {
            AccountStatus::Active | AccountStatus::Frozen => Ok(()),
            AccountStatus::Closed => Err(LedgerError::Closed),
        })
    }

    fn turn(
        &mut self,
        id: &str,
        to: AccountStatus,
        now: Timestamp,
        may: impl FnOnce(AccountStatus) -> Result<(), LedgerError>,
    ) -> Result<&CreditAccount, LedgerError> {
        let account = self.accounts.get_mut(id).ok_or(LedgerError::NoAccount)?;
        may(account.status)?;
        account.status = to;
        account.updated_at = now;
        Ok(account)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is granted, used and taken back, a balance is the sum of its entries, and what is used was there.
        #[test]
        fn balances_are_the_sums_of_their_entries(moves in proptest::collection::vec((any::<bool>(), 1..1000_i128, any::<bool>()), 0..40)) {
            let (mut ledger, mut ids, now) = (Ledger::default(), Ids::seeded(1), Timestamp::UNIX_EPOCH);
            ledger.accounts.push(CreditAccount {
                id: "cca_1".to_owned(), customer_id: "cust_1".to_owned(), name: "default".to_owned(),
                unit_label: "credits".to_owned(), status: AccountStatus::Active, balance: 0, auto_recharge: None,
                created_at: now, updated_at: now,
            });
            for (place, (credit, amount, undone)) in moves.into_iter().enumerate() {
                let side = if credit { Side::Credit } else { Side::Debit };
                let had = ledger.balance("cca_1");
                let key = format!("key_{place}");
                let posting = Posting::with_store("cca_1", side, amount, "r", &key);
                match ledger.post(posting.clone(), now, &mut ids) {
                    Ok(posted) => {
                        prop_assert_eq!(ledger.balance("cca_1"), had + side.signed(amount));
                        let again = ledger.post(posting, now, &mut ids).expect("the same again");
                        prop_assert_eq!(&again.transaction().id, &posted.transaction().id);
                        prop_assert!(matches!(again, Posted::Before(_)));
                        if undone {
                            let id = posted.transaction().id.clone();
                            ledger.reverse(&id, Some("cca_1"), now, &mut ids).expect("a reversal");
                            prop_assert_eq!(ledger.balance("cca_1"), had);
                            prop_assert_eq!(ledger.reverse(&id, None, now, &mut ids).err(), Some(LedgerError::Reversed));
                        }
                    }
                    Err(error) => {
                        prop_assert!(error == LedgerError::Insufficient && !credit && had < amount);
                        prop_assert_eq!(ledger.balance("cca_1"), had);
                    }
                }
            }
            prop_assert_eq!(ledger.balance_at("cca_1", now), ledger.balance("cca_1"));
        }
    }
}
