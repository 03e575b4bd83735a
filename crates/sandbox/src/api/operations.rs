//! The operations of the API: which method and path each has, and what it takes and answers. Whatever asks this of an
//! operation, the router, the check of queries, the document of the API or the README's table, asks it here.

pub(super) mod openapi;
mod spec;
pub(super) mod table;

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::handler::Handler;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post};

use super::request::query::{self, Param};
use crate::Sandbox;
use spec::Spec;

/// One operation.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) spec: Spec,
}

/// The operations, with what answers them.
#[derive(Default)]
pub(super) struct Operations {
    known: Vec<Operation>,
    router: Router<Sandbox>,
}

impl Operations {
    /// An operation that reads.
    pub(super) fn get<H, T>(self, path: &'static str, spec: Spec, handler: H) -> Self
    where
        H: Handler<T, Sandbox>,
        T: 'static,
    {
        self.with(Method::GET, path, spec, get(handler))
    }

    /// An operation that makes or does something.
    pub(super) fn post<H, T>(self, path: &'static str, spec: Spec, handler: H) -> Self
    where
        H: Handler<T, Sandbox>,
        T: 'static,
    {
        self.with(Method::POST, path, spec, post(handler))
    }

    /// An operation that changes something.
    pub(super) fn patch<H, T>(self, path: &'static str, spec: Spec, handler: H) -> Self
    where
        H: Handler<T, Sandbox>,
        T: 'static,
    {
        self.with(Method::PATCH, path, spec, patch(handler))
    }

    /// An operation that takes something away.
    pub(super) fn delete<H, T>(self, path: &'static str, spec: Spec, handler: H) -> Self
    where
        H: Handler<T, Sandbox>,
        T: 'static,
    {
        self.with(Method::DELETE, path, spec, delete(handler))
    }

    fn with(mut self, method: Method, path: &'static str, spec: Spec, route: MethodRouter<Sandbox>) -> Self {
        self.known.push(Operation { method, path, spec });
        Self { router: self.router.route(path, route), ..self }
    }

    /// What is known of them, and the router that answers them.
    pub(super) fn split(self) -> (Known, Router<Sandbox>) {
        (Known(self.known.into()), self.router)
    }
}

/// What is known of the operations; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Known(Arc<[Operation]>);

/// The address a request was sent to, where it is spelt otherwise than its operation's path.
#[derive(Clone, Debug)]
pub(super) struct Asked(pub(super) Uri);

impl Known {
    /// A request with the path of its operation: capitals do not matter in it, and neither does a slash at its end.
    pub(crate) fn canonical(&self, mut request: Request) -> Request {
        let asked = request.uri();
        let Some(path) = self.canonical_path(asked.path()).filter(|path| path != asked.path()) else { return request };
        let whole = match asked.query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let asked = asked.clone();
        let mut parts = asked.clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(whole).ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
            request.extensions_mut().insert(Asked(asked));
        }
        request
    }

    /// The path as the router knows it; `None` for paths outside the API.
    fn canonical_path(&self, path: &str) -> Option<String> {
        let path = path.strip_prefix('/')?;
        let given: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
        given.first().filter(|first| first.eq_ignore_ascii_case("v1"))?;
        let fits = |template: &&str| {
            let known: Vec<&str> = template.split('/').skip(1).collect();
            let fits = |(known, given): (&&str, &&str)| known.starts_with('{') || known.eq_ignore_ascii_case(given);
            known.len() == given.len() && known.iter().zip(&given).all(fits)
        };
        // A word of a path goes before a parameter in its place.
        let best = self.0.iter().map(|known| known.path).filter(fits).min_by_key(|path| path.matches('{').count());
        let template: Vec<&str> = best.unwrap_or("/v1").split('/').skip(1).collect();
        let segment = |(place, given): (usize, &&str)| {
            let own = template.get(place).filter(|word| !word.starts_with('{'));
            ["/", own.unwrap_or(given)].concat()
        };
        let canonical: String = given.iter().enumerate().map(segment).collect();
        Some(canonical)
    }

    /// The query that an operation takes; `None` when there is no such operation.
    fn query_of(&self, method: &Method, path: &str) -> Option<&'static [Param]> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let own = |known: &&Operation| known.method == *method && known.path == path;
        self.0.iter().find(own).map(|known| known.spec.query)
    }

    /// Each of them.
    pub(super) fn operations(&self) -> &[Operation] {
        &self.0
    }
}

/// Refuses queries that the operation does not take.
pub(super) async fn check_query(
    State(known): State<Known>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let Some(params) = known.query_of(request.method(), path.as_str()) else { return next.run(request).await };
    match query::check(params, request.uri().query().unwrap_or_default()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The operations of the README's table, each with what it says of them.
    fn documented() -> Vec<(String, bool)> {
        let readme = include_str!("../../README.md");
        let (_, section) = readme.split_once("## Operations").expect("a section of the README");
        let section = section.split("\n## ").next().unwrap_or_default();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        rows.map(|(operation, said)| (operation.to_owned(), said.starts_with("yes"))).collect()
    }

    #[test]
    fn the_readme_says_of_each_operation_whether_it_is_here() {
        let (known, _) = super::table::operations().split();
        let here: Vec<String> = known.operations().iter().map(|one| format!("{} {}", one.method, one.path)).collect();
        let documented = documented();
        let imitated: Vec<&String> =
            documented.iter().filter(|(_, yes)| *yes).map(|(operation, _)| operation).collect();
        assert_eq!(imitated, here.iter().collect::<Vec<_>>(), "each that is here, in the same order");
        assert_eq!(documented.len(), 80, "as many as Creem documents");
    }

    #[test]
    fn paths_are_known_in_any_spelling_and_ids_are_left_alone() {
        let nothing = async || ();
        let spec = || super::spec::shows(&super::super::answers::goods::PRODUCT);
        let operations =
            Operations::default().get("/v1/products/{id}", spec(), nothing).get("/v1/products/search", spec(), nothing);
        let (known, _) = operations.split();
        for (given, canonical) in [
            ("/v1/products/search", Some("/v1/products/search")),
            ("/V1/Products/SEARCH/", Some("/v1/products/search")),
            ("/V1/PRODUCTS/prod_Ab/", Some("/v1/products/prod_Ab")),
            ("/V1/Nothing/Here", Some("/v1/Nothing/Here")),
            ("/v1/products//", Some("/v1/products/")),
            ("/v1", Some("/v1")),
            ("/test/checkout/prod_1/ch_1", None),
        ] {
            assert_eq!(known.canonical_path(given).as_deref(), canonical, "{given}");
        }
    }
}
