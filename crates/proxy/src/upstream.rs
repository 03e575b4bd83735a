//! Calls to Creem: within the budget, and counted.

pub(crate) mod budget;

use std::sync::Arc;
use std::time::Instant;

use creem::{ApiError, Checkout, Client, CreateCheckout, Discount, Product, Transactions};

use crate::Config;
use crate::telemetry;
use budget::{Budget, Purpose, Spending};

/// The way to Creem. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    client: Client,
    budget: Arc<Budget>,
}

impl Upstream {
    pub(crate) fn new(config: &Config) -> Result<Self, ApiError> {
        let client = Client::new(config.api_key.clone(), config.creem_url.clone())?;
        let budget = Arc::new(Budget::new(config.limits.upstream, &config.clock));
        Ok(Self { client, budget })
    }

    /// A client whose every request, repetitions included, is taken from the share of its purpose.
    fn client(&self, purpose: Purpose) -> Client {
        self.client.clone().within(Arc::new(Spending { budget: Arc::clone(&self.budget), purpose }))
    }

    pub(crate) async fn create_checkout(&self, body: &CreateCheckout) -> Result<Checkout, ApiError> {
        let client = self.client(Purpose::Create);
        self.call("create_checkout", client.create_checkout(body)).await
    }

    pub(crate) async fn checkout(&self, purpose: Purpose, checkout_id: &str) -> Result<Checkout, ApiError> {
        let client = self.client(purpose);
        self.call("checkout", client.checkout(checkout_id)).await
    }

    pub(crate) async fn products(&self) -> Result<Vec<Product>, ApiError> {
        let client = self.client(Purpose::Products);
        let list = async {
            self.budget.take_share(Purpose::Products).map_err(|wait| ApiError::OverBudget { wait })?;
            client.products().await
        };
        self.call("products", list).await
    }

    pub(crate) async fn discount(&self, purpose: Purpose, code: &str) -> Result<Discount, ApiError> {
        let client = self.client(purpose);
        self.call("discount", client.discount(code)).await
    }

    pub(crate) async fn discount_codes(&self, purpose: Purpose, most_pages: u32) -> Result<Vec<String>, ApiError> {
        let client = self.client(purpose);
        self.call("discount_codes", client.discount_codes(most_pages)).await
    }

    pub(crate) async fn transactions(&self, page_number: u32) -> Result<Transactions, ApiError> {
        let client = self.client(Purpose::Reconcile);
        self.call("transactions", client.transactions(page_number)).await
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
