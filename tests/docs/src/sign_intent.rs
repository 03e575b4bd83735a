//! The program in Rust of `docs/intents.md`, word for word; a test compares them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("CHECKOUT_INTENT_SECRET")?;
    let in_an_hour = SystemTime::now().duration_since(UNIX_EPOCH)? + Duration::from_secs(3600);
    let mut claims = json!({ "product_id": "prod_SandboxTeamSeats000001", "units": 3, "request_id": "order_1001" });
    claims["exp"] = in_an_hour.as_secs().into();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(signed.as_bytes());
    println!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
    Ok(())
}
