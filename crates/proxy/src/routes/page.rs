//! The page, its status screen, and the files beside it.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use wire::{ErrorCode, PageData, Payment, Product, Returned};

use crate::error::{Failure, ProxyError};
use crate::forms::Form;
use crate::intents::Intent;
use crate::page::{Place, Screen, View};
use crate::proxy::App;
use crate::trace::TraceId;

/// How long the status page may take to be right at first paint; later is the app's turn.
const VERIFY_AT_MOST: Duration = Duration::from_secs(4);

/// The checkout page; the status screen when the address is a returned one.
pub(crate) async fn checkout(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    RawQuery(query): RawQuery,
) -> Result<Response, ProxyError> {
    let query = query.unwrap_or_default();
    if let Some(returned) = Returned::parse(&query) {
        return status_screen(&app, &returned, &trace_id).await;
    }
    let form = Form::linked(&query, &app.sites);
    let intent = intent_of(&app, &form);
    let (products, error) = products_or_why(&app).await;
    let error = intent.as_ref().err().or(error.as_ref());
    let page = checkout_page(&app, products, form, intent.as_ref().ok(), error, &trace_id, Place::Root)?;
    Ok(([(header::CACHE_CONTROL, "no-cache")], Html(page)).into_response())
}

/// The status screen; the checkout page when the address is no returned one.
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    RawQuery(query): RawQuery,
) -> Result<Response, ProxyError> {
    match Returned::parse(&query.unwrap_or_default()) {
        Some(returned) => status_screen(&app, &returned, &trace_id).await,
        None => Ok(to_checkout().await.into_response()),
    }
}

/// Sends to the page under its one address.
pub(crate) async fn to_checkout() -> Redirect {
    Redirect::to("./")
}

/// The plain form again, with what was typed and what is wrong with it.
pub(super) async fn form_again(
    app: &App,
    form: Form,
    error: ProxyError,
    trace_id: &TraceId,
) -> Result<Response, ProxyError> {
    let (products, _) = products_or_why(app).await;
    let intent = intent_of(app, &form).ok();
    let page = checkout_page(app, products, form, intent.as_ref(), Some(&error), trace_id, Place::BelowApi)?;
    let keeps_its_status = error.status().is_server_error() || error.status() == StatusCode::TOO_MANY_REQUESTS;
    let status = if keeps_its_status { error.status() } else { StatusCode::BAD_REQUEST };
    let mut response = (status, Html(page)).into_response();
    error.complete_head(response.headers_mut());
    response.extensions_mut().insert(Failure::Shown(error));
    Ok(response)
}

/// The file beside the page; hashed ones never change.
pub(crate) async fn asset(State(app): State<Arc<App>>, request: Request) -> Result<Response, ProxyError> {
    let never_changes = is_hashed(request.uri().path());
    let mut response = app.pages.file(request).await?;
    if response.status() == StatusCode::NOT_FOUND {
        return Err(ProxyError::new(ErrorCode::NotFound, "there is nothing at this address"));
    }
    let caching = if never_changes { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    Ok(response)
}

async fn status_screen(app: &App, returned: &Returned, trace_id: &TraceId) -> Result<Response, ProxyError> {
    let verified = tokio::time::timeout(VERIFY_AT_MOST, verify(app, returned))
        .await
        .unwrap_or_else(|_| Err(ProxyError::new(ErrorCode::UpstreamTimeout, "Creem did not answer in time")));
    let (payment, error) = match verified {
        Ok(payment) => (Some(payment), None),
        Err(error) => (None, Some(error)),
    };
    let data = PageData {
        mode: app.config.mode,
        error: error.as_ref().map(|error| error.detail(&trace_id.0)),
        payment,
        ..PageData::default()
    };
    let page = app.pages.render(&View { data: &data, screen: Screen::Status(returned), place: Place::Root })?;
    let mut response = Html(page).into_response();
    if let Some(error) = error {
        response.extensions_mut().insert(Failure::Shown(error));
    }
    Ok(response)
}

/// Verifies a returned address by its signature, or, when it was tidied, by its pair of ids.
async fn verify(app: &App, returned: &Returned) -> Result<Payment, ProxyError> {
    match (returned.is_signed(), &returned.request_id, &returned.checkout_id) {
        (true, _, _) => app.payments.returned(&returned.query).await,
        (false, Some(request_id), Some(checkout_id)) => app.payments.of(request_id, checkout_id).await,
        (false, _, _) => Err(ProxyError::new(ErrorCode::PaymentUnknown, "the address names no payment")),
    }
}

/// Without products the page still comes, and says why.
async fn products_or_why(app: &App) -> (Vec<Product>, Option<ProxyError>) {
    match app.catalog.products().await {
        Ok(products) => (products.to_vec(), None),
        Err(error) => (Vec::new(), Some(error)),
    }
}

/// The intent a form travels with; an error also when one is needed and there is none.
fn intent_of(app: &App, form: &Form) -> Result<Option<Intent>, ProxyError> {
    match form.intent() {
        Some(token) => app.intents.read(token, app.clock.now()).map(Some),
        None => app.intents.may_be_absent().map(|()| None),
    }
}

fn checkout_page(
    app: &App,
    mut products: Vec<Product>,
    mut form: Form,
    intent: Option<&Option<Intent>>,
    error: Option<&ProxyError>,
    trace_id: &TraceId,
    place: Place,
) -> Result<String, ProxyError> {
    let intent = intent.and_then(Option::as_ref);
    if let Some(intent) = intent {
        let fixed = intent.fields();
        form.show_fixed(fixed);
        products.retain(|product| fixed.product_id.is_empty() || fixed.product_id == product.id.as_str());
    }
    let data = PageData {
        mode: app.config.mode,
        products,
        locked: intent.map(Intent::locked).unwrap_or_default(),
        values: form.values,
        error: error.map(|error| error.detail(&trace_id.0)),
        payment: None,
    };
    app.pages.render(&View { data: &data, screen: Screen::Checkout { hidden: &form.hidden }, place })
}

/// Whether a file's name carries a hash of its content, as the build writes it: `app-f123456789abcdef.css`. Trunk leaves
/// zeros at the front out, so that one hash in sixteen is shorter.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches("_bg");
    let hash = stem.rsplit('-').next().unwrap_or_default();
    stem.len() > hash.len() && (12..=16).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_files_never_change() {
        for hashed in
            ["/app-f123456789abcdef.css", "/app-123456789abcdef.js", "/x/checkout-app-f123456789abcdef_bg.wasm"]
        {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in ["/embed.js", "/0123456789abcdef.css", "/app-0123.css", "/index.html", "/"] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
