//! The page, its status screen, and the files beside it.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use url::{Url, form_urlencoded};
use wire::{CustomField, ErrorCode, PageData, Product, Returned};

use crate::error::{Failure, ProxyError};
use crate::forms::Form;
use crate::intents::Intent;
use crate::page::{Manner, Place, Screen, View};
use crate::proxy::App;
use crate::theme::Theme;
use crate::trace::TraceId;

/// How long the status page may take to be right at first paint; later is the app's turn.
const VERIFY_AT_MOST: Duration = Duration::from_secs(2);

/// The checkout page; the status screen when the address is a returned one.
pub(crate) async fn checkout(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProxyError> {
    let query = query.unwrap_or_default();
    if let Some(returned) = Returned::parse(&query) {
        return status_screen(&app, &returned, &trace_id, &headers).await;
    }
    let form = Form::linked(&query, &app.sites);
    let intent = intent_of(&app, &form);
    let (products, error) = products_or_why(&app).await;
    let questions = form.custom_fields();
    let error = intent.as_ref().err().or(questions.as_ref().err()).or(error.as_ref());
    let manner = app.pages.manner(&form.hidden, &headers);
    let kept = if form.is_about_a_buyer() { "private, no-store" } else { "no-cache" };
    let shown = Shown { form, intent: intent.as_ref().ok(), error, place: Place::Root, manner: &manner };
    let page = checkout_page(&app, products, shown, &trace_id)?;
    let caching = [(header::CACHE_CONTROL, kept), (header::VARY, "accept-language")];
    Ok((caching, [(header::CONTENT_LANGUAGE, manner.language.code)], Html(page)).into_response())
}

/// The status screen; the checkout page when the address is no returned one.
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    Extension(trace_id): Extension<TraceId>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProxyError> {
    match Returned::parse(query.as_deref().unwrap_or_default()) {
        Some(returned) => status_screen(&app, &returned, &trace_id, &headers).await,
        None => Ok(redirect("./", query.as_deref())),
    }
}

/// The style sheet of the tokens in the query; what a link could not set is left out, as on the page.
pub(crate) async fn theme(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let mut theme = Theme::default();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        theme.set_by_link(&name, &value, &app.config.page.theme);
    }
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, theme.css()).into_response()
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
    form: Form,
    error: ProxyError,
    trace_id: &TraceId,
    headers: &HeaderMap,
) -> Result<Response, ProxyError> {
    let (products, _) = products_or_why(app).await;
    let intent = intent_of(app, &form).ok();
    let manner = app.pages.manner(&form.hidden, headers);
    let intent = intent.as_ref();
    let shown = Shown { form, intent, error: Some(&error), place: Place::BelowApi, manner: &manner };
    let Ok(page) = checkout_page(app, products, shown, trace_id) else { return Err(error) };
    let status = match error.status() {
        keeps @ (StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) => keeps,
        keeps if keeps.is_server_error() => keeps,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = (status, Html(page)).into_response();
    error.complete_head(response.headers_mut());
    response.extensions_mut().insert(Failure::Shown(error));
    Ok(response)
}

/// The file beside the page; hashed ones never change.
pub(crate) async fn asset(State(app): State<Arc<App>>, request: Request) -> Result<Response, ProxyError> {
    let never_changes = is_hashed(request.uri().path());
    let mut response = app.pages.file(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return Err(super::nothing_here());
    }
    let caching = if never_changes { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    Ok(response)
}

async fn status_screen(
    app: &App,
    returned: &Returned,
    trace_id: &TraceId,
    headers: &HeaderMap,
) -> Result<Response, ProxyError> {
    let verified = tokio::time::timeout(VERIFY_AT_MOST, app.payments.shown_to(returned))
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
        shop_url: shop_url(app),
        ..PageData::default()
    };
    let asked: Vec<_> = form_urlencoded::parse(returned.query.as_bytes()).into_owned().collect();
    let manner = app.pages.manner(&asked, headers);
    let screen = Screen::Status(returned);
    let page = app.pages.render(&View { data: &data, screen, place: Place::Root, manner: &manner })?;
    let mut response = Html(page).into_response();
    if let Some(error) = error {
        response.extensions_mut().insert(Failure::Shown(error));
    }
    Ok(response)
}

fn shop_url(app: &App) -> Option<String> {
    app.config.page.shop_url.as_ref().map(Url::to_string)
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

/// What the checkout page shows besides the products.
struct Shown<'a> {
    form: Form,
    intent: Option<&'a Option<Intent>>,
    error: Option<&'a ProxyError>,
    place: Place,
    manner: &'a Manner<'a>,
}

fn checkout_page(
    app: &App,
    mut products: Vec<Product>,
    shown: Shown<'_>,
    trace_id: &TraceId,
) -> Result<String, ProxyError> {
    let Shown { mut form, intent, error, place, manner } = shown;
    let intent = intent.and_then(Option::as_ref);
    let mut questions = form.custom_fields().unwrap_or_default();
    if let Some(intent) = intent {
        let fixed = intent.fields();
        form.show_fixed(fixed);
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
        error: error.map(|error| error.detail(&trace_id.0)),
        shop_url: shop_url(app),
        ..PageData::default()
    };
    app.pages.render(&View { data: &data, screen: Screen::Checkout { hidden: &form.hidden }, place, manner })
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
