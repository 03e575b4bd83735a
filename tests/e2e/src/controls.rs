//! A hand at the controls: faults of Creem, payments without a browser, and what a merchant's server signs.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::Shop;

/// The secret a merchant's server signs intents with.
pub const INTENT_SECRET: &str = "intent-secret-of-the-journeys-0001";

/// How far ahead a signed intent ends.
const INTENT_LIFE: Duration = Duration::from_secs(3600);

/// An open session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The merchant's reference.
    pub request_id: String,
    /// Creem's name for it.
    pub checkout_id: String,
}

impl Shop {
    /// Makes calls to Creem fail until [`Shop::mend`]; the fault is the sandbox's own, without `times`.
    ///
    /// # Errors
    /// When the sandbox refuses the fault.
    pub async fn fail(&self, method: &str, path: &str, mut fault: Value) -> Result<()> {
        fault["method"] = method.into();
        fault["path"] = path.into();
        fault["times"] = 1000.into();
        self.ask_sandbox("_sandbox/faults", fault).await.map(drop)
    }

    /// Ends every fault.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn mend(&self) -> Result<()> {
        let faults = self.sandbox.join("_sandbox/faults")?;
        self.http.delete(faults).send().await?.error_for_status()?;
        Ok(())
    }

    /// Holds webhooks back, or lets them go.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn hold_webhooks(&self, hold: bool) -> Result<()> {
        self.ask_sandbox("_sandbox/deliveries", json!({ "pause": hold })).await.map(drop)
    }

    /// Opens a session at the proxy, as another page or the merchant's server would.
    ///
    /// # Errors
    /// When the proxy refuses.
    pub async fn open_session(&self, body: Value) -> Result<Session> {
        let call = self.http.post(self.app.join("api/checkouts")?).json(&body);
        let created: Value = call.send().await?.error_for_status()?.json().await?;
        let text = |name: &str| created[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
        Ok(Session { request_id: text("request_id")?, checkout_id: text("checkout_id")? })
    }

    /// Pays a session at Creem; answers the address the buyer returns to.
    ///
    /// # Errors
    /// When it cannot be paid.
    pub async fn pay(&self, checkout_id: &str) -> Result<String> {
        let paid = self.ask_sandbox(&format!("_sandbox/checkouts/{checkout_id}/pay"), json!({})).await?;
        Ok(paid["return_url"].as_str().context("a return address")?.to_owned())
    }

    /// Gives the money of the latest payment back: `refund` or `dispute`.
    ///
    /// # Errors
    /// When nothing was paid, or the money went back already.
    pub async fn give_back(&self, how: &str) -> Result<()> {
        let paid = self.latest("checkout.completed").await?;
        let transaction = paid["order"]["transaction"].as_str().context("a transaction")?;
        self.ask_sandbox(&format!("_sandbox/transactions/{transaction}/{how}"), json!({})).await.map(drop)
    }

    /// The status page of a session, as its tidied address names it.
    #[must_use]
    pub fn status_of(&self, session: &Session) -> String {
        let Session { request_id, checkout_id } = session;
        format!("{}status?request_id={request_id}&checkout_id={checkout_id}", self.app)
    }

    /// The sessions Creem opened, oldest first, each as it was asked for.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn opened(&self) -> Result<Vec<Value>> {
        let is_opened = |request: &Value| request["answer"]["id"].as_str().is_some_and(|id| id.starts_with("ch_"));
        let asked = self.creations().await?.into_iter().filter(is_opened);
        Ok(asked.map(|mut request| request["body"].take()).collect())
    }

    /// What Creem was asked to open, also when it did not.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn creations(&self) -> Result<Vec<Value>> {
        let url = self.sandbox.join("_sandbox/requests")?;
        let requests: Vec<Value> = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let is_creation = |request: &Value| request["method"] == "POST" && request["path"] == "/v1/checkouts";
        Ok(requests.into_iter().filter(is_creation).collect())
    }
}

/// A signed intent that fixes these fields.
///
/// # Errors
/// When `fields` is no object, or the clock stands before 1970.
pub fn intent(mut fields: Value) -> Result<String> {
    ensure!(fields.is_object(), "the fields of a session");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    fields["iat"] = now.as_secs().into();
    fields["exp"] = (now + INTENT_LIFE).as_secs().into();
    let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(json!({ "alg": "HS256", "typ": "JWT" })), part(fields));
    let digits = creem::webhook::sign(INTENT_SECRET, signed.as_bytes());
    let bytes = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16));
    let signature: Vec<u8> = bytes.collect::<Result<_, _>>()?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
