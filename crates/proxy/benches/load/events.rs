//! Signed webhooks, as they go over the wire.

use serde_json::json;

/// The product they are about.
pub(crate) const LIFETIME: &str = "prod_SandboxLifetime0000001";

/// `checkout.completed` of a session of its own, as large as Creem's: the body.
pub(crate) fn completed(n: usize) -> String {
    json!({
        "id": event_id(n), "eventType": "checkout.completed", "created_at": 1_767_225_600_000_i64 + n as i64,
        "object": {
            "id": checkout_id(n), "object": "checkout", "mode": "test", "status": "completed",
            "request_id": format!("order_{n}"), "units": 1, "success_url": "https://shop.example/thanks",
            "product": {"id": LIFETIME, "name": "Lifetime licence", "price": 1999, "currency": "USD"},
            "order": {
                "id": format!("ord_{n}"), "customer": format!("cust_{n}"), "product": LIFETIME, "amount": 1999,
                "sub_total": 1999, "tax_amount": 0, "amount_due": 1999, "amount_paid": 1999, "currency": "USD",
                "status": "paid", "type": "onetime"
            },
            "customer": {"id": format!("cust_{n}"), "email": format!("buyer{n}@example.com"), "name": "Ada Lovelace"},
            "metadata": {"plan": "lifetime", "n": n}
        }
    })
    .to_string()
}

/// Its `id`.
pub(crate) fn event_id(n: usize) -> String {
    format!("evt_{n:016}")
}

/// Its session's `id`.
pub(crate) fn checkout_id(n: usize) -> String {
    format!("ch_{n:016}")
}

/// A delivery of a body, signed.
pub(crate) fn delivery(body: &str) -> Vec<u8> {
    let signature = creem::webhook::sign(sandbox::WEBHOOK_SECRET, body.as_bytes());
    crate::http::post("/webhooks/creem", &format!("creem-signature: {signature}\r\n"), body.as_bytes())
}
