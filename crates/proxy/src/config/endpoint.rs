//! The merchant's endpoint: where changes of payments go, and how they are signed (Standard Webhooks).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;
use url::Url;

use super::origins::is_loopback;

/// What the secrets of Standard Webhooks begin with.
const SECRET_PREFIX: &str = "whsec_";

/// Bytes of such a secret.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Where changes go, and with what they are signed.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(crate) url: Url,
    key: SecretSlice<u8>,
}

impl Endpoint {
    /// An endpoint with its secret, `whsec_` and 24 to 64 bytes in base64; `None` when the secret is none.
    #[must_use]
    pub fn new(url: Url, secret: &str) -> Option<Self> {
        let key = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
        SECRET_BYTES.contains(&key.len()).then(|| Self { url, key: key.into() })
    }

    /// Whether buyers' data would leave this machine unencrypted.
    pub(crate) fn is_in_the_clear(&self) -> bool {
        self.url.scheme() == "http" && !is_loopback(&self.url)
    }

    /// The signature of a message that is sent at a moment, in seconds since 1970.
    pub(crate) fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose_secret()).expect("a key may have any length");
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(secret: &str) -> Option<Endpoint> {
        Endpoint::new("https://shop.example/hooks".parse().expect("a URL"), secret)
    }

    /// The example of the specification.
    #[test]
    fn a_message_is_signed_as_the_specification_signs_it() {
        let endpoint = endpoint("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signature = endpoint.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_of_the_standards_shape_and_not_shown() {
        for none in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ", "whsec_not base64 at all, but long enough"] {
            assert!(endpoint(none).is_none(), "{none}");
        }
        let shown = format!("{:?}", endpoint("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        assert!(!shown.contains("MfKQ"), "{shown}");
    }
}
