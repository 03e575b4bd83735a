//! Splits and affiliates: who has a share in what is sold. Money is not divided here; what is earned is told.

use crate::entity::collection::Collection;
use crate::entity::{Affiliate, Commission, Invite, Split};

/// The code of the affiliate a sandbox starts with.
pub const AFFILIATE_CODE: &str = "PARTNER";

/// Splits, affiliates, invitations and commissions of a store.
#[derive(Debug)]
pub(crate) struct Partners {
    pub(crate) splits: Collection<Split>,
    pub(crate) affiliates: Collection<Affiliate>,
    pub(crate) invites: Collection<Invite>,
    pub(crate) commissions: Collection<Commission>,
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
            splits: Collection::default(),
            affiliates: std::iter::once(partner).collect(),
            invites: Collection::default(),
            commissions: Collection::default(),
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
