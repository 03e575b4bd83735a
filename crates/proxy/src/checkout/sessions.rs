//! Opening a checkout session: the browser is not trusted, and nothing is created unless everything fits.

mod checks;
mod refusal;

pub(crate) use checks::{custom_fields_fit, request_id};

use std::net::IpAddr;
use std::sync::Arc;

use creem::{ApiError, CreateCheckout, CreateCheckoutCustomer};
use url::Url;
use uuid::Uuid;
use wire::{
    CheckoutCreated, CheckoutId, CheckoutRequest, Currency, Email, ErrorCode, Field, PaymentStatus, ProductId,
    RequestId,
};

use super::idempotency::{AttemptKey, IdempotencyKey, KeyClaim, claim_or_wait};
use super::intents::{Asked, Intents, Signed};
use super::return_target;
use crate::Config;
use crate::catalog::Catalog;
use crate::catalog::quotes;
use crate::clock::Clock;
use crate::config::origins::is_loopback;
use crate::error::ProxyError;
use crate::http::sites::Sites;
use crate::ledger::{Claim, Facts, Ledger, Opened};
use crate::limits::{AttemptCost, Limits};
use crate::page::shop::ConsentKind;
use crate::payments::Payments;
use crate::telemetry;
use crate::upstream::Upstream;
use crate::upstream::budget::Purpose;
use refusal::Subject;

/// What opens sessions. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sessions {
    upstream: Upstream,
    catalog: Catalog,
    ledger: Ledger,
    payments: Payments,
    sites: Arc<Sites>,
    limits: Arc<Limits>,
    intents: Intents,
    clock: Clock,
    /// Our own status page, for sessions that ask for no other.
    default_return: Url,
    creem_url: Option<Url>,
    /// Whether no session is opened for a buyer who has not accepted the terms.
    needs_consent: bool,
}

/// What may be sent to Creem.
struct Checked {
    body: CreateCheckout,
    request_id: RequestId,
    /// Of the product.
    currency: Currency,
}

impl Sessions {
    pub(crate) fn new(
        upstream: Upstream,
        catalog: Catalog,
        ledger: Ledger,
        payments: Payments,
        sites: Arc<Sites>,
        limits: Arc<Limits>,
        config: &Config,
    ) -> Self {
        let default_return = config.public_url.join(wire::routes::STATUS).expect("a web address can be joined to");
        let (clock, creem_url) = (config.clock.clone(), config.creem_url.clone());
        let intents = Intents::new(config);
        let needs_consent = config.page.shop.consent == ConsentKind::Required;
        Self {
            upstream,
            catalog,
            ledger,
            payments,
            sites,
            limits,
            intents,
            clock,
            default_return,
            creem_url,
            needs_consent,
        }
    }

    /// Opens a session for a client, once for each key.
    pub(crate) async fn open(
        &self,
        key: Option<IdempotencyKey>,
        request: CheckoutRequest,
        client: IpAddr,
    ) -> Result<CheckoutCreated, ProxyError> {
        // On its own, so that a caller who hangs up does not leave a session that nobody knows of.
        let sessions = self.clone();
        let work = tokio::spawn(async move {
            let asked = sessions.intents.apply(request, sessions.clock.now())?;
            match key {
                Some(key) => sessions.open_once(&AttemptKey::new(&key, client, &asked)?, &asked, client).await,
                None => sessions.open_now(&asked, client).await,
            }
        });
        work.await.unwrap_or_else(|error| Err(ProxyError::internal(error)))
    }

    /// Opens a session that nobody asks for again.
    async fn open_now(&self, asked: &Asked, client: IpAddr) -> Result<CheckoutCreated, ProxyError> {
        self.limits.creation(client)?;
        let checked = self.allowed(asked, client).await?;
        // A ledger that cannot keep the session must not let it be opened.
        self.ledger.is_sound().await?;
        let (facts, created) = self.create(checked, asked.signed).await?;
        self.ledger.learn(facts).await?;
        telemetry::session_opened();
        Ok(created)
    }

    async fn open_once(
        &self,
        attempt: &AttemptKey,
        asked: &Asked,
        client: IpAddr,
    ) -> Result<CheckoutCreated, ProxyError> {
        let known = attempt.known(&self.ledger).await?;
        // Another body under the same key is another attempt: codes could be guessed with it.
        let mut cost = self.limits.attempt(client, attempt.with_hash(), known.is_some())?;
        let checked = match cost.is_paid() {
            // Nothing is written for those who may not, or for what cannot be sent.
            true => Some(self.allowed(asked, client).await?),
            false => None,
        };
        let mut outcome = claim_or_wait(&self.ledger, attempt, known).await?;
        if let KeyClaim::Completed(created) = &outcome
            && !self.payments.can_be_paid(created).await
        {
            // What has just been learned of the session sets the attempt free.
            outcome = claim_or_wait(&self.ledger, attempt, None).await?;
        }
        match outcome {
            KeyClaim::Completed(created) => Ok(created),
            KeyClaim::Owned(claim) => {
                let opened = self.create_for(&mut cost, checked, asked, client).await;
                self.finish(claim, opened).await
            }
        }
    }

    /// Makes the session of an attempt, when it is paid for and what is asked for is in order.
    async fn create_for(
        &self,
        cost: &mut AttemptCost<'_>,
        checked: Option<Checked>,
        asked: &Asked,
        client: IpAddr,
    ) -> Result<(Facts, CheckoutCreated), ProxyError> {
        cost.pay()?;
        let checked = match checked {
            Some(checked) => checked,
            None => self.allowed(asked, client).await?,
        };
        self.create(checked, asked.signed).await
    }

    /// Keeps what became of a turn: a session for everyone who sends the attempt again, a failure for nobody.
    async fn finish(
        &self,
        claim: Claim,
        opened: Result<(Facts, CheckoutCreated), ProxyError>,
    ) -> Result<CheckoutCreated, ProxyError> {
        match opened {
            Ok((facts, created)) => {
                let answer = serde_json::to_string(&created).map_err(ProxyError::internal)?;
                self.ledger.opened(claim, facts, answer).await?;
                telemetry::session_opened();
                Ok(created)
            }
            Err(error) => {
                self.ledger.give_up(claim).await?;
                Err(error)
            }
        }
    }

    /// What is sent to Creem, when everything fits and this client may open one more under its reference.
    async fn allowed(&self, asked: &Asked, client: IpAddr) -> Result<Checked, ProxyError> {
        let checked = self.checked(&asked.request).await?;
        if asked.signed == Signed::Not && asked.request.request_id.is_some() {
            self.limits.reference(client, &checked.request_id)?;
        }
        Ok(checked)
    }

    async fn create(&self, checked: Checked, signed: Signed) -> Result<(Facts, CheckoutCreated), ProxyError> {
        let Checked { body, request_id, currency } = checked;
        let checkout = match self.upstream.create_checkout(&body).await {
            Ok(checkout) => checkout,
            Err(error) => return Err(self.not_made(&error, &body).await),
        };
        let unusable =
            |what| ProxyError::new(ErrorCode::UpstreamRefused, "Creem's session cannot be used").because(what);
        let checkout_id = CheckoutId::parse(&checkout.id).map_err(|_| unusable("its id is malformed"))?;
        let product_id = ProductId::parse(&body.product_id).map_err(ProxyError::internal)?;
        let checkout_url = checkout.checkout_url.filter(|url| self.is_payment_page(url));
        let checkout_url = checkout_url.ok_or_else(|| unusable("it has no address a buyer may be sent to"))?;
        let opened = Opened {
            product_id: product_id.clone(),
            units: body.units.unwrap_or(1),
            discount_code: body.discount_code,
            currency,
            intent: signed == Signed::Sale,
        };
        let metadata = body.metadata.map(|metadata| serde_json::Value::Object(metadata).to_string());
        let facts = Facts {
            request_id: Some(request_id.clone()),
            product_id: Some(product_id),
            metadata,
            opened: Some(opened),
            ..Facts::new(checkout_id.clone(), PaymentStatus::Pending, self.clock.now_ms())
        };
        Ok((facts, CheckoutCreated { request_id, checkout_id, checkout_url }))
    }

    /// What becomes of a session that Creem did not make: what it names is said, and no longer believed as it was.
    async fn not_made(&self, error: &ApiError, asked: &CreateCheckout) -> ProxyError {
        let Some(subject) = Subject::of(error, asked) else { return error.into() };
        match (subject, &asked.discount_code) {
            (Subject::Discount(_), Some(code)) => self.catalog.forget_discount(code).await,
            (Subject::Product, _) => self.catalog.renew().await,
            (_, _) => {}
        }
        subject.refused(error)
    }

    /// What is sent to Creem, when everything fits.
    async fn checked(&self, request: &CheckoutRequest) -> Result<Checked, ProxyError> {
        if request.product_id.is_empty() {
            return Err(ProxyError::new(ErrorCode::ProductRequired, "product_id is missing").in_field(Field::Product));
        }
        custom_fields_fit(&request.custom_fields)?;
        let custom_fields = request.custom_fields.iter().map(serde_json::to_value);
        let custom_fields = custom_fields.collect::<Result<_, _>>().map_err(ProxyError::internal)?;
        let product = self.catalog.product(&request.product_id).await?;
        quotes::subtotal(&product, request.units.unwrap_or(1))?;
        let email = match request.customer.as_ref().and_then(|customer| customer.email.as_deref()) {
            Some(text) => Some(Email::parse(text).map_err(|error| {
                ProxyError::new(ErrorCode::EmailInvalid, error.to_string()).in_field("customer.email")
            })?),
            None => None,
        };
        let request_id = match &request.request_id {
            Some(text) => request_id(text)?,
            None => made_request_id(),
        };
        let success_url = match &request.success_url {
            Some(text) => return_target::checked(text, &self.sites)?,
            None => self.default_return.clone(),
        };
        let mut metadata = request.metadata.clone();
        if request.consent == Some(true) {
            metadata.get_or_insert_default().insert("consent".to_owned(), self.clock.now().to_string().into());
        } else if self.needs_consent {
            let message = "the buyer has to accept the terms: send consent with true once they have";
            return Err(ProxyError::new(ErrorCode::ConsentRequired, message).in_field(Field::Consent));
        }
        if let Some(metadata) = &metadata {
            checks::metadata(metadata)?;
        }
        if let Some(code) = &request.affiliate_code {
            checks::affiliate_code(code)?;
        }
        let discount_code = self.applying_code(request, &product).await?;
        let body = CreateCheckout {
            product_id: product.id.as_str().to_owned(),
            request_id: Some(request_id.as_str().to_owned()),
            units: request.units,
            discount_code,
            affiliate_code: request.affiliate_code.clone(),
            customer: email.map(|email| CreateCheckoutCustomer { email: email.as_str().to_owned() }),
            success_url: Some(success_url.into()),
            metadata,
            custom_fields,
        };
        Ok(Checked { body, request_id, currency: product.currency })
    }

    /// The code in the merchant's spelling; one that does not apply is refused, so that nobody pays more than they
    /// thought.
    async fn applying_code(
        &self,
        request: &CheckoutRequest,
        product: &wire::Product,
    ) -> Result<Option<String>, ProxyError> {
        let units = request.units.unwrap_or(1);
        let code = request.discount_code.as_deref();
        let quote = quotes::quote(&self.catalog, Purpose::Create, product, units, code, self.clock.now()).await?;
        quote.discount.map(checks::applied).transpose()
    }

    /// Whether a buyer may be sent there: encrypted, or on this machine, or the Creem that was configured.
    fn is_payment_page(&self, text: &str) -> bool {
        let Ok(url) = Url::parse(text) else { return false };
        let configured = || self.creem_url.as_ref().is_some_and(|creem| creem.origin() == url.origin());
        match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url) || configured(),
            _ => false,
        }
    }
}

fn made_request_id() -> RequestId {
    RequestId::parse(&format!("req_{}", Uuid::now_v7().simple())).expect("a UUID has only plain characters")
}
