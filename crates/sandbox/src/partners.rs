//! Splits and affiliates: who has a share in what is sold. Money is not divided here; what is earned is told.

use crate::entity::{Affiliate, Commission, Invite, Split};
use crate::shelf::Shelf;

/// The code of the affiliate a sandbox starts with.
pub const AFFILIATE_CODE: &str = "PARTNER";

/// Splits, affiliates, invitations and commissions of a store.
#[derive(Debug)]
pub(crate) struct Partners {
    pub(crate) splits: Shelf<Split>,
    pub(crate) affiliates: Shelf<Affiliate>,
    pub(crate) invites: Shelf<Invite>,
    pub(crate) commissions: Shelf<Commission>,
}

impl Default for Partners {
    /// One active affiliate.
    fn default() -> Self {
        let partner = Affiliate {
            id: "aff_SandboxPartner00000001".to_owned(),
            email: "partner@example.com".to_owned(),
            name: Some("Partner".to_owned()),
            referral_code: AFFILIATE_CODE.to_owned(),
        };
        Self {
            splits: Shelf::default(),
            affiliates: std::iter::once(partner).collect(),
            invites: Shelf::default(),
            commissions: Shelf::default(),
        }
    }
}

impl Partners {
    /// The affiliate with this code.
    pub(crate) fn with_code(&self, code: &str) -> Option<&Affiliate> {
        self.affiliates.iter().find(|affiliate| affiliate.referral_code == code)
    }

    /// What an affiliate has earned, oldest first.
    pub(crate) fn earned<'a>(&'a self, affiliate_id: &'a str) -> impl Iterator<Item = &'a Commission> {
        self.commissions.iter().filter(move |commission| commission.affiliate_id == affiliate_id)
    }
}
