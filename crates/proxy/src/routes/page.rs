//! The page, its status screen, and the files beside it.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use url::Url;
use wire::link::{LeftOut, Parameter};
use wire::{CustomField, ErrorCode, Link, PageData, Product, Returned};

use super::FOR_EVER;
use super::receipts::Proof;
use crate::checkout::forms::Form;
use crate::checkout::intents::Intent;
use crate::error::{Failure, ProxyError};
use crate::http::trace::TraceId;
use crate::page::{self, Manner, Page, Place, Screen, View};
use crate::state::App;
use crate::text::log::sanitized;

/// How long the status page may take to be right at first paint; later is the app's turn.
const VERIFY_AT_MOST: Duration = Duration::from_secs(2);

/// The checkout page; the status screen when the address is a returned one.
pub(crate) async fn checkout(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProxyError> {
    show(&app, &query.unwrap_or_default(), Place::Root, &trace_id, &headers).await
}

/// What an element in another site's page shows for its attributes.
pub(crate) async fn embedded(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProxyError> {
    let place = Place::Elsewhere(app.config.public_url.as_str());
    show(&app, &query.unwrap_or_default(), place, &trace_id, &headers).await
}

/// The screen that a query asks for.
async fn show(
    app: &App,
    query: &str,
    place: Place<'_>,
    trace_id: &TraceId,
    headers: &HeaderMap,
) -> Result<Response, ProxyError> {
    if let Some(returned) = Returned::parse(query) {
        return status_screen(app, &returned, place, trace_id, headers).await;
    }
    let mut link = Link::parse(query);
    let intent = intent_of(app, link.get(Parameter::Intent));
    if let Ok(Some(intent)) = &intent {
        link.forget(&intent.locked());
    }
    tell_left_out(&link, trace_id);
    let mut form = Form::linked(&link);
    if let Ok(Some(intent)) = &intent {
        form.show_fixed(intent.fields());
    }
    // Before the products, so that younger ones are never kept as older ones.
    let keep = app.kept.while_as_now().await;
    let products = products(app).await;
    let fault = intent.as_ref().err().cloned().or_else(|| {
        let products = products.as_ref().ok().map(Vec::as_slice);
        form.can_be_sold(&app.sites, products).err()
    });
    let (products, unknown) = match products {
        Ok(products) => (products, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let error = fault.as_ref().or(unknown.as_ref());
    let manner = app.pages.manner(&form.hidden, headers, app.clock.now());
    let is_everyones = !form.is_about_a_buyer();
    let caching = if is_everyones { "no-cache" } else { "private, no-store" };
    let keep = keep.filter(|_| is_everyones && error.is_none() && link.left_out.is_empty() && app.pages.never_change());
    let shown = Shown { form, intent: intent.as_ref().ok(), error, place, manner: &manner };
    let page = checkout_page(app, products, shown, trace_id)?;
    let headers = [
        (header::CACHE_CONTROL, caching),
        (header::VARY, "accept-language"),
        (header::CONTENT_LANGUAGE, manner.language.code),
    ];
    let mut response = (keep.map(Extension), headers, page).into_response();
    if let Some(fault) = fault {
        response.extensions_mut().insert(Failure::Shown(fault));
    }
    Ok(response)
}

/// Tells the merchant, in one line, what a link's sale goes without.
fn tell_left_out(link: &Link, trace_id: &TraceId) {
    let entries = link.left_out.iter().map(|LeftOut { key, why }| format!("metadata[{key}]: {why}"));
    let left_out = entries.collect::<Vec<_>>().join("; ");
    if !left_out.is_empty() {
        let (left_out, trace_id) = (sanitized(left_out), &trace_id.0);
        tracing::warn!(trace_id, left_out, "metadata of a link does not fit; its sale goes without it");
    }
}

/// The status screen; the checkout page when the address is no returned one.
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProxyError> {
    match Returned::parse(query.as_deref().unwrap_or_default()) {
        Some(returned) => status_screen(&app, &returned, Place::Root, &trace_id, &headers).await,
        None => Ok(redirect("./", query.as_deref())),
    }
}

/// What defines the element, under a name that stays.
pub(crate) async fn loader(headers: HeaderMap) -> Response {
    script(&headers, "public, max-age=600")
}

/// The same under the name of its content.
pub(crate) async fn named_loader(headers: HeaderMap) -> Response {
    script(&headers, FOR_EVER)
}

/// Every site may read it: one that is not allowed is told so by it.
fn script(headers: &HeaderMap, caching: &'static str) -> Response {
    let (encoding, script) = page::loader(headers);
    let about = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, caching),
        (header::VARY, "accept-encoding"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    let mut response = (about, script).into_response();
    response.headers_mut().extend(encoding.map(|encoding| (header::CONTENT_ENCODING, encoding)));
    response
}

/// Sends to the page under its one address.
pub(crate) async fn to_checkout(RawQuery(query): RawQuery) -> Response {
    redirect("./", query.as_deref())
}

/// Sends to the status page under its one address; a `success_url` is easily written with a slash too many.
pub(crate) async fn to_status(RawQuery(query): RawQuery) -> Response {
    redirect("../status", query.as_deref())
}

/// Sends on with everything the address asks for, because it may be a buyer who comes back from paying.
///
/// `path` is relative, so that it stays on this origin whatever stands before us. Never for good: a browser would
/// remember it beyond the day on which the merchant moves the page.
pub(crate) fn redirect(path: &str, query: Option<&str>) -> Response {
    let address = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Redirect::temporary(&address).into_response()
}

/// The plain form again, with what was typed and what is wrong with it; where there is no page, the error alone.
pub(super) async fn form_again(
    app: &App,
    mut form: Form,
    error: ProxyError,
    trace_id: &TraceId,
    headers: &HeaderMap,
) -> Result<Response, ProxyError> {
    let products = products(app).await.unwrap_or_default();
    let intent = intent_of(app, form.intent()).ok();
    if let Some(Some(intent)) = &intent {
        form.show_fixed(intent.fields());
    }
    let manner = app.pages.manner(&form.hidden, headers, app.clock.now());
    let intent = intent.as_ref();
    let shown = Shown { form, intent, error: Some(&error), place: Place::BelowApi, manner: &manner };
    let Ok(page) = checkout_page(app, products, shown, trace_id) else { return Err(error) };
    let status = match error.status() {
        keeps @ (StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) => keeps,
        keeps if keeps.is_server_error() => keeps,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = (status, page).into_response();
    error.complete_head(response.headers_mut());
    response.extensions_mut().insert(Failure::Shown(error));
    Ok(response)
}

async fn status_screen(
    app: &App,
    returned: &Returned,
    place: Place<'_>,
    trace_id: &TraceId,
    headers: &HeaderMap,
) -> Result<Response, ProxyError> {
    let verified = tokio::time::timeout(VERIFY_AT_MOST, app.payments.shown_to(returned))
        .await
        .unwrap_or_else(|_| Err(ProxyError::new(ErrorCode::UpstreamTimeout, "Creem did not answer in time")));
    let proof = if returned.is_signed() { Proof::Signature } else { Proof::Ids };
    let (payment, error) = match verified {
        Ok(payment) => (Some(app.with_receipt(payment, proof).await), None),
        Err(error) => (None, Some(error)),
    };
    let data = PageData {
        mode: app.config.mode,
        error: error.as_ref().map(|error| error.detail(&trace_id.0)),
        payment,
        shop_url: shop_url(app),
        ..PageData::default()
    };
    let asked = asked(&returned.query);
    let manner = app.pages.manner(&asked, headers, app.clock.now());
    let screen = Screen::Status(returned);
    let page = app.pages.render(&View { data: &data, screen, place, manner: &manner })?;
    let mut response = page.into_response();
    if let Some(error) = error {
        response.extensions_mut().insert(Failure::Shown(error));
    }
    Ok(response)
}

/// What the address of a page without a form asks for, as that of the form is read.
pub(super) fn asked(query: &str) -> Vec<(String, String)> {
    Form::linked(&Link::parse(query)).hidden
}

/// Where the merchant's shop is.
pub(super) fn shop_url(app: &App) -> Option<String> {
    app.config.page.shop.url.as_ref().map(Url::to_string)
}

/// The products, or why there are none; an empty shop is told to the merchant.
async fn products(app: &App) -> Result<Vec<Product>, ProxyError> {
    let products = app.catalog.products().await.map(|products| products.to_vec());
    app.empty_shop.shown(products.as_ref().is_ok_and(|products| !products.is_empty()), products.as_ref().err());
    products
}

/// The intent that a link or a form travels with; an error also when one is needed and there is none.
fn intent_of(app: &App, token: Option<&str>) -> Result<Option<Intent>, ProxyError> {
    match token {
        Some(token) => app.intents.read(token, app.clock.now()).map(Some),
        None => app.intents.may_be_absent().map(|()| None),
    }
}

/// What the checkout page shows besides the products.
struct Shown<'a> {
    form: Form,
    intent: Option<&'a Option<Intent>>,
    error: Option<&'a ProxyError>,
    place: Place<'a>,
    manner: &'a Manner<'a>,
}

fn checkout_page(
    app: &App,
    mut products: Vec<Product>,
    shown: Shown<'_>,
    trace_id: &TraceId,
) -> Result<Page, ProxyError> {
    let Shown { form, intent, error, place, manner } = shown;
    let intent = intent.and_then(Option::as_ref);
    let mut questions = form.custom_fields().unwrap_or_default();
    if let Some(intent) = intent {
        let fixed = intent.fields();
        if !fixed.custom_fields.is_empty() {
            questions.clone_from(&fixed.custom_fields);
        }
        products.retain(|product| fixed.product_id.is_empty() || fixed.product_id == product.id.as_str());
    }
    let data = PageData {
        mode: app.config.mode,
        products,
        locked: intent.map(Intent::locked).unwrap_or_default(),
        values: form.values,
        custom_fields: questions.iter().map(CustomField::from).collect(),
        consent: app.config.page.shop.consent(),
        no_codes: app.config.page.shop.no_codes,
        error: error.map(|error| error.detail(&trace_id.0)),
        shop_url: shop_url(app),
        ..PageData::default()
    };
    app.pages.render(&View { data: &data, screen: Screen::Checkout { hidden: &form.hidden }, place, manner })
}
