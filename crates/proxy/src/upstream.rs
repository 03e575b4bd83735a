//! Calls to Creem: within the budget, and counted.

use std::sync::Arc;
use std::time::Instant;

use creem::{ApiError, Checkout, Client, CreateCheckout, Discount, Product};

use crate::Config;
use crate::limits::Budget;
use crate::telemetry;

/// The way to Creem. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    client: Client,
}

impl Upstream {
    pub(crate) fn new(config: &Config) -> Result<Self, ApiError> {
        let client = Client::new(config.api_key.clone(), config.creem_url.clone())?;
        Ok(Self { client: client.within(Arc::new(Budget::new(&config.limits, &config.clock))) })
    }

    pub(crate) async fn create_checkout(&self, body: &CreateCheckout) -> Result<Checkout, ApiError> {
        self.call("create_checkout", self.client.create_checkout(body)).await
    }

    pub(crate) async fn checkout(&self, checkout_id: &str) -> Result<Checkout, ApiError> {
        self.call("checkout", self.client.checkout(checkout_id)).await
    }

    pub(crate) async fn products(&self) -> Result<Vec<Product>, ApiError> {
        self.call("products", self.client.products()).await
    }

    pub(crate) async fn discount(&self, code: &str) -> Result<Discount, ApiError> {
        self.call("discount", self.client.discount(code)).await
    }

    async fn call<T>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        let started = Instant::now();
        let result = call.await;
        telemetry::upstream(operation, outcome(&result), started.elapsed());
        result
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
        Err(ApiError::OverBudget { .. }) => "over_budget",
        Err(ApiError::Unreadable { .. }) => "unreadable",
    }
}
