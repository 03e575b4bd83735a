//! `creem-checkout trigger`: an event of any type, as Creem would send it, for a receiver that is to be tried.

use clap::Args;
use clap::builder::PossibleValuesParser;
use creem::webhook::EVENT_TYPES;
use proxy::Problem;
use proxy::config::{given, is_loopback, public_address};
use sandbox::Sale;
use url::Url;
use uuid::Uuid;
use wire::{ProductId, RequestId};

use super::delivery;
use super::serve::{Stopped, failed};

/// Where a checkout is that was told nothing.
const HERE: &str = "http://127.0.0.1:8080/";

/// What was set for `creem-checkout trigger`.
#[derive(Args)]
pub(crate) struct TriggerSettings {
    /// The type of the event
    #[arg(value_name = "EVENT", value_parser = PossibleValuesParser::new(EVENT_TYPES))]
    event: String,
    /// Where to send it; the checkout's own webhook address when absent
    #[arg(long, value_name = "URL")]
    to: Option<Url>,
    /// Your reference on the sale that it tells of. The same one is the same sale: a refund is of what was paid before
    #[arg(long, value_name = "REFERENCE")]
    request_id: Option<RequestId>,
    /// The product that was sold; the sandbox's monthly one when absent
    #[arg(long, value_name = "ID")]
    product: Option<ProductId>,
    /// Secret that signs it; towards this machine the sandbox's when absent; prefer the variable
    #[arg(long, env = "CREEM_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// Where browsers reach the checkout
    #[arg(long, env = "CHECKOUT_PUBLIC_URL", value_name = "URL", default_value = HERE)]
    public_url: String,
}

/// Makes an event, sends it, and says what was answered.
pub(crate) async fn send(settings: TriggerSettings) -> Result<(), Stopped> {
    let to = match settings.to {
        Some(to) => to,
        None => {
            let ours = public_address(&settings.public_url, HERE).map_err(Stopped::Misconfigured)?;
            ours.join("webhooks/creem").map_err(failed)?
        }
    };
    let secret = match given(settings.webhook_secret.as_deref()) {
        Some(secret) => secret,
        None if is_loopback(&to) => sandbox::WEBHOOK_SECRET,
        None => return Err(Stopped::Misconfigured(vec![no_secret(&to)])),
    };
    let request_id = settings.request_id.map_or_else(|| format!("trigger_{}", Uuid::now_v7().simple()), String::from);
    let sale = Sale { request_id, product_id: settings.product.map(String::from) };
    let event = sale.event(&settings.event).ok_or_else(|| Stopped::Failed(format!("no event {}", settings.event)))?;
    println!("{} {} of test mode, reference {}", settings.event, event.id, sale.request_id);
    delivery::send(&to, secret, event.body).await
}

fn no_secret(to: &Url) -> Problem {
    Problem {
        place: "CREEM_WEBHOOK_SECRET".into(),
        what: format!("not set, and {to} is not on this machine"),
        cure: "give the secret that the receiver knows".to_owned(),
    }
}
