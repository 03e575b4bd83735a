//! The features of a product that the API can manage: grants of credits.

use serde::Deserialize;

use crate::api::credits::required_amount;
use crate::api::request::body::Fields;
use crate::entity::{CREDITS_FEATURE, CreditGrant, Feature};
use crate::world::ids::Ids;

/// Most credit features of one product; Creem publishes no number.
const MAX_FEATURES: usize = 20;

/// The one type that can be managed.
#[derive(Deserialize)]
enum Managed {
    #[serde(rename = "customerCredits")]
    CustomerCredits,
}

/// A product's features after a change. What is sent is the complete set of its credit features, and one with an id is
/// changed in place; the others stay, and all do when nothing is sent.
pub(super) fn features(fields: &Fields<'_>, before: Vec<Feature>) -> Vec<Feature> {
    let Some(items) = fields.children("features", 0..=MAX_FEATURES) else { return before };
    let wanted: Vec<Feature> = items.iter().filter_map(|item| feature(item, &before)).collect();
    let others = before.into_iter().filter(|feature| feature.kind != CREDITS_FEATURE);
    others.chain(wanted).collect()
}

fn feature(fields: &Fields<'_>, before: &[Feature]) -> Option<Feature> {
    fields.only(&["id", "type", "description", "customer_credits"]);
    let id = fields.string("id");
    let known = |id: &String| before.iter().find(|feature| feature.id == *id && feature.kind == CREDITS_FEATURE);
    let old = id.as_ref().and_then(known);
    if id.is_some() && old.is_none() {
        fields.problem("id must be the id of a credit feature of this product");
    }
    let managed: Option<Managed> = fields.required_choice("type");
    let description = fields.required_string("description");
    fields.require("customer_credits", "must be an object");
    let stored = old.and_then(|feature| feature.customer_credits.as_ref());
    let granted = fields.child("customer_credits").and_then(|fields| grant(&fields, stored));
    let Managed::CustomerCredits = managed?;
    Some(Feature {
        id: id.unwrap_or_default(),
        kind: CREDITS_FEATURE.to_owned(),
        description: description?,
        activation_limit: None,
        customer_credits: Some(granted?),
    })
}

fn grant(fields: &Fields<'_>, stored: Option<&CreditGrant>) -> Option<CreditGrant> {
    fields.only(&["amount", "unit_label", "bucket_name"]);
    let amount = required_amount(fields, "amount");
    let bucket = fields.string("bucket_name");
    if bucket.as_ref().is_some_and(|bucket| bucket.trim().is_empty()) {
        fields.problem("bucket_name must not be blank");
    }
    // Left out it stays, null takes it away.
    let kept = stored.and_then(|grant| grant.bucket_name.clone()).filter(|_| !fields.is_null("bucket_name"));
    let unit_label = fields.string("unit_label");
    Some(CreditGrant { amount: amount?.to_string(), unit_label, bucket_name: bucket.or(kept) })
}

/// Gives ids to the features that are new.
pub(super) fn identify(features: &mut [Feature], ids: &mut Ids) {
    for feature in features.iter_mut().filter(|feature| feature.id.is_empty()) {
        feature.id = ids.next("feat_");
    }
}
