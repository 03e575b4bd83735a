//! Whom the store works with: endpoints of webhooks, recipients of splits, affiliates; and moderation.

use creem::webhook::EVENT_TYPES;

use super::TEST;
use super::shape::{Entity, Shape, flag, instant, integer, list, number, one, one_of, text, word};
use crate::entity::{Currency, DeliveryMode, EndpointStatus, RecipientKind, SplitKind};

pub(in crate::api) static WEBHOOK: Entity = Entity {
    name: "Webhook",
    fields: &[
        text("id"),
        word("mode", TEST),
        word("object", &["webhook"]),
        text("store_id"),
        text("name").or_null(),
        text("url"),
        one_of::<DeliveryMode>("delivery_mode"),
        one_of::<EndpointStatus>("status"),
        list("events", &Shape::Words(&EVENT_TYPES)),
        // Told when it is made, and then only where it is asked for.
        text("secret").or_absent(),
    ],
};

pub(in crate::api) static WEBHOOK_SECRET: Entity = Entity { name: "WebhookSecret", fields: &[text("secret")] };

pub(in crate::api) static PENDING_EVENTS: Entity =
    Entity { name: "PendingEvents", fields: &[list("items", &Shape::One(&PENDING_EVENT))] };

static PENDING_EVENT: Entity = Entity {
    name: "PendingEvent",
    fields: &[
        text("id"),
        word("object", &["webhook_event"]),
        word("event_type", &EVENT_TYPES),
        instant("created_at"),
        text("body"),
        one("headers", &PENDING_HEADERS),
    ],
};

static PENDING_HEADERS: Entity =
    Entity { name: "PendingHeaders", fields: &[text("content-type"), text(creem::webhook::SIGNATURE_HEADER)] };

pub(in crate::api) static ACKNOWLEDGED: Entity = Entity {
    name: "AcknowledgedEvent",
    fields: &[text("id"), word("object", &["webhook_event_ack"]), flag("success")],
};

pub(in crate::api) static SPLIT: Entity = Entity {
    name: "Split",
    fields: &[
        text("id"),
        word("object", &["split"]),
        text("store_id"),
        text("description").or_null(),
        one_of::<SplitKind>("type"),
        text("type_reference"),
        flag("enabled"),
        list("recipients", &Shape::One(&RECIPIENT)),
        integer("created_at"),
        word("mode", TEST),
    ],
};

static RECIPIENT: Entity = Entity {
    name: "SplitRecipient",
    fields: &[
        word("type", &["percentage"]),
        one_of::<RecipientKind>("recipient_type"),
        text("recipient_reference"),
        number("amount"),
        flag("enabled"),
        word("invite_status", &["pending"]).or_absent(),
    ],
};

pub(in crate::api) static AFFILIATE: Entity = Entity {
    name: "Affiliate",
    fields: &[
        text("id"),
        word("object", &["affiliate"]),
        text("email"),
        text("name").or_null(),
        word("status", &["active"]),
        text("referral_code"),
        text("referral_link"),
        integer("clicks"),
        integer("conversions"),
        integer("earnings"),
        one_of::<Currency>("currency"),
        word("mode", TEST),
    ],
};

pub(in crate::api) static INVITE: Entity = Entity {
    name: "AffiliateInvite",
    fields: &[
        text("id"),
        word("object", &["affiliate_invite"]),
        text("email"),
        text("name"),
        word("status", &["pending"]),
        integer("created_at"),
        word("mode", TEST),
    ],
};

pub(in crate::api) static COMMISSION: Entity = Entity {
    name: "Commission",
    fields: &[
        text("id"),
        word("object", &["commission"]),
        text("affiliate"),
        integer("amount"),
        one_of::<Currency>("currency"),
        word("status", &["pending"]),
        text("sale"),
        integer("created_at"),
        word("mode", TEST),
    ],
};

pub(in crate::api) static MODERATION: Entity = Entity {
    name: "Moderation",
    fields: &[
        text("id"),
        word("object", &["moderation_result"]),
        text("prompt"),
        word("decision", &["allow", "flag", "deny"]),
        one("usage", &MODERATION_USAGE),
        text("external_id").or_absent(),
    ],
};

static MODERATION_USAGE: Entity = Entity { name: "ModerationUsage", fields: &[number("units")] };
