//! Calls to Creem: within the budget, and counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use creem::{ApiError, Checkout, Client, CreateCheckout, Discount, Product};

use crate::Config;
use crate::limits::Budget;
use crate::telemetry;

/// The way to Creem. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    client: Client,
    budget: Arc<Budget>,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    /// Creem failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// It was not made: we have asked as much as we may for now.
    #[error("the budget of calls to Creem is used up for {} s; see CHECKOUT_LIMIT_UPSTREAM", .0.as_secs() + 1)]
    OverBudget(Duration),
}

impl Upstream {
    pub(crate) fn new(config: &Config) -> Result<Self, ApiError> {
        let client = Client::new(config.api_key.clone(), config.creem_url.clone())?;
        Ok(Self { client, budget: Arc::new(Budget::new(&config.limits, &config.clock)) })
    }

    pub(crate) async fn create_checkout(&self, body: &CreateCheckout) -> Result<Checkout, UpstreamError> {
        self.call("create_checkout", self.client.create_checkout(body)).await
    }

    pub(crate) async fn checkout(&self, checkout_id: &str) -> Result<Checkout, UpstreamError> {
        self.call("checkout", self.client.checkout(checkout_id)).await
    }

    pub(crate) async fn products(&self) -> Result<Vec<Product>, UpstreamError> {
        self.call("products", self.client.products()).await
    }

    pub(crate) async fn discount(&self, code: &str) -> Result<Discount, UpstreamError> {
        self.call("discount", self.client.discount(code)).await
    }

    async fn call<T>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, UpstreamError> {
        self.budget.take().map_err(UpstreamError::OverBudget)?;
        let started = Instant::now();
        let result = call.await;
        telemetry::upstream(operation, outcome(&result), started.elapsed());
        Ok(result?)
    }
}

fn outcome<T>(result: &Result<T, ApiError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(ApiError::NotFound { .. }) => "not_found",
        Err(ApiError::Key { .. }) => "key_refused",
        Err(ApiError::Refused { .. }) => "refused",
        Err(ApiError::Unavailable { .. }) => "unavailable",
        Err(ApiError::Timeout) => "timeout",
        Err(ApiError::Unreadable { .. }) => "unreadable",
    }
}
