//! Where the buyer goes after paying, signed: today's way, and the others a merchant may have to meet.

use creem::ApiKey;
use creem::return_url;
use url::Url;

use crate::entity::{Checkout, CheckoutState};
use crate::world::World;
use crate::world::switches::ReturnSignature;

impl World {
    /// `success_url`, its own query kept, then Creem's parameters, signed. `None` while the session is not paid, or when
    /// neither it nor the product names an address.
    pub(crate) fn return_url(&self, checkout: &Checkout, key: &ApiKey) -> Option<Url> {
        let CheckoutState::Completed(paid) = &checkout.state else { return None };
        let default = self.product_of(checkout).default_success_url.as_deref();
        let mut url = Url::parse(checkout.success_url.as_deref().or(default)?).ok()?;
        let pairs: Vec<(&str, &str)> = [
            ("request_id", checkout.request_id.as_deref()),
            ("checkout_id", Some(checkout.id.as_str())),
            ("order_id", Some(paid.order_id.as_str())),
            ("customer_id", Some(paid.customer_id.as_str())),
            ("subscription_id", paid.subscription_id.as_deref()),
            ("product_id", Some(checkout.product_id.as_str())),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect();
        let signature = self.signature(&url, &pairs, key);
        url.query_pairs_mut().extend_pairs(pairs).append_pair("signature", &signature);
        Some(url)
    }

    /// Where the merchant of a session is: the front page of the address that the buyer would have returned to.
    pub(crate) fn merchant_of(&self, checkout: &Checkout) -> Option<String> {
        let default = self.product_of(checkout).default_success_url.as_deref();
        let url = Url::parse(checkout.success_url.as_deref().or(default)?).ok()?;
        url.has_host().then(|| [&url.origin().ascii_serialization(), "/"].concat())
    }

    fn signature(&self, url: &Url, pairs: &[(&str, &str)], key: &ApiKey) -> String {
        match self.switches.return_signature {
            ReturnSignature::Current => return_url::sign(pairs.iter().copied(), key),
            ReturnSignature::OwnQuery => {
                let own: Vec<(String, String)> = url.query_pairs().into_owned().collect();
                let own = own.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                return_url::sign(own.chain(pairs.iter().copied()), key)
            }
            ReturnSignature::Hmac => {
                let mut sorted = pairs.to_vec();
                sorted.sort_unstable();
                let text: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
                creem::webhook::sign(crate::API_KEY, text.join("&").as_bytes())
            }
            ReturnSignature::Tampered => "0".repeat(64),
        }
    }
}
