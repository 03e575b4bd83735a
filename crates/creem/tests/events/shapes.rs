//! Events in the shapes that Creem publishes, with ids and values of our own.

use serde_json::{Value, json};

pub(crate) const CHECKOUT: &str = "ch_0TestCheckout";
pub(crate) const ORDER: &str = "ord_0TestOrder";
pub(crate) const PRODUCT: &str = "prod_0TestProduct";
pub(crate) const SUBSCRIPTION: &str = "sub_0TestSubscription";

fn event(event_type: &str, object: Value) -> Value {
    json!({"id": "evt_0TestEvent", "eventType": event_type, "created_at": 1_790_000_000_123_i64, "object": object})
}

fn order(kind: &str) -> Value {
    json!({
        "object": "order", "id": ORDER, "customer": "cust_0TestCustomer", "product": PRODUCT, "amount": 2400,
        "currency": "EUR", "sub_total": 2400, "tax_amount": 504, "discount_amount": 600, "amount_due": 2304,
        "amount_paid": 2304, "status": "paid", "type": kind, "transaction": "tran_0Test", "mode": "test",
        "created_at": "2026-09-21T13:33:20.123Z", "updated_at": "2026-09-21T13:33:20.123Z"
    })
}

fn customer() -> Value {
    json!({
        "id": "cust_0TestCustomer", "object": "customer", "email": "grace@example.org", "name": "Grace",
        "metadata": null, "country": "FI", "created_at": "2026-09-21T13:30:00Z", "mode": "test"
    })
}

fn subscription() -> Value {
    json!({
        "id": SUBSCRIPTION, "object": "subscription", "product": PRODUCT, "customer": "cust_0TestCustomer",
        "collection_method": "charge_automatically", "status": "active", "canceled_at": null,
        "current_period_end_date": "2026-10-21T13:33:20Z", "metadata": {"seat": "b4"}, "mode": "test"
    })
}

fn transaction() -> Value {
    json!({
        "id": "tran_0Test", "object": "transaction", "amount": 2400, "amount_paid": 2304, "currency": "EUR",
        "type": "invoice", "tax_country": "FI", "status": "refunded", "refunded_amount": 2304, "order": ORDER,
        "subscription": SUBSCRIPTION, "customer": null, "period_start": 1_790_000_000_000_i64, "mode": "test"
    })
}

/// A session that was paid, of a subscription, with everything that may be there.
pub(crate) fn completed() -> Value {
    event(
        "checkout.completed",
        json!({
            "id": CHECKOUT, "object": "checkout", "request_id": "order_2002", "order": order("recurring"),
            "product": {
                "id": PRODUCT, "object": "product", "name": "Seats", "description": "", "price": 1200,
                "currency": "EUR", "billing_type": "recurring", "billing_period": "every-month", "mode": "test"
            },
            "units": 2, "success_url": "https://shop.example/done", "customer": customer(),
            "subscription": subscription(),
            "custom_fields": [{"key": "team", "type": "text", "label": "Team", "text": {"value": "A"}}],
            "discount": {"id": "dis_0Test", "discountCode": "AUTUMN", "type": "percentage", "amount": 20},
            "license_keys": [{"id": "lk_0Test", "key": "AAAAA-BBBBB", "status": "inactive"}],
            "feature": [], "status": "completed", "metadata": {"seat": "b4", "tags": [1, {"deep": null}]},
            "mode": "test"
        }),
    )
}

/// A refund that names its payment in every way.
pub(crate) fn refunded() -> Value {
    event(
        "refund.created",
        json!({
            "id": "ref_0Test", "object": "refund", "status": "succeeded", "refund_amount": 2304,
            "refund_currency": "EUR", "reason": "requested_by_customer", "transaction": transaction(),
            "subscription": subscription(),
            "checkout": {"id": CHECKOUT, "object": "checkout", "request_id": "order_2002", "status": "completed"},
            "order": order("recurring"), "customer": customer(), "created_at": 1_790_000_100_000_i64, "mode": "test"
        }),
    )
}

/// A dispute, of a one-time payment.
pub(crate) fn disputed() -> Value {
    event(
        "dispute.created",
        json!({
            "id": "disp_0Test", "object": "dispute", "amount": 2304, "currency": "EUR",
            "transaction": transaction(), "order": order("onetime"), "customer": customer(),
            "created_at": 1_790_000_200_000_i64, "mode": "test"
        }),
    )
}
