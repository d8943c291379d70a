//! The list of routes, and what a route gets and gives.

mod alerts;
mod capabilities;
mod cases;
mod comments;
mod configure;
mod control;
mod detection;
mod features;
mod files;
mod gate;
mod internal;
mod observables;
mod profiles;
mod scope;
mod security;
mod spaces;
mod status;
mod upload;
mod user_actions;

use std::{
    future::{Ready, ready},
    net::SocketAddr,
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, MatchedPath, RawPathParams, Request},
    http::{
        HeaderValue, Method, StatusCode,
        header::{CONTENT_TYPE, LOCATION},
        request::Parts,
    },
    middleware::{from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{get, patch, post, put},
};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    auth::{Key, Rights, Scheme},
    error::{ApiError, Deed},
    query::Query,
    server::App,
    store::{Stamp, View},
};

pub(crate) use control::CONTROL;
pub(crate) use gate::{stamp, take_space};
use scope::Scope;

/// What a route answers.
type Answer = Result<Response, ApiError>;

/// Builds the router. With an address, which is a loopback one, requests must name it in their Host header.
pub(crate) fn router(app: &Arc<App>, address: Option<SocketAddr>) -> Router {
    let routed = public_routes()
        .merge(versioned_routes())
        .merge(internal_routes(app))
        .merge(system_routes())
        .merge(control::routes(app.control))
        .with_state(Arc::clone(app))
        .fallback(unrouted)
        .method_not_allowed_fallback(unrouted);
    // The gate rewrites the path, so it must come before routing and not between routing and route.
    let hosts =
        address.map(|address| [address.to_string(), format!("localhost:{}", address.port())]);
    let gate = gate::Gate {
        app: Arc::clone(app),
        hosts,
    };
    Router::new()
        .fallback_service(routed)
        .layer(from_fn_with_state(Arc::new(gate), gate::pass))
}

fn public_routes() -> Router<Arc<App>> {
    let collection = collection_routes();
    let one_case = Router::new()
        .route("/api/cases/{case_id}", get(serve(cases::get)))
        .route("/api/cases/{case_id}/alerts", get(serve(alerts::of_case)))
        .route(
            "/api/cases/{case_id}/comments",
            post(serve(comments::create))
                .patch(serve(comments::update))
                .delete(serve(comments::delete_all))
                .get(serve(comments::list)),
        )
        .route(
            "/api/cases/{case_id}/comments/_find",
            get(serve(comments::find)),
        )
        .route(
            "/api/cases/{case_id}/comments/{comment_id}",
            get(serve(comments::get)).delete(serve(comments::delete)),
        )
        .route(
            "/api/cases/{case_id}/user_actions",
            get(serve(user_actions::list)),
        )
        .route(
            "/api/cases/{case_id}/user_actions/_find",
            get(serve(user_actions::find)),
        )
        .route(
            "/api/cases/{case_id}/connector/{connector_id}/_push",
            post(serve(configure::push)),
        );
    collection
        .merge(configuration_routes())
        .merge(file_routes())
        .merge(one_case)
        .route_layer(map_response(gate::stamp_public))
}

fn configuration_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/cases/configure",
            get(serve(configure::list)).post(serve(configure::create)),
        )
        .route(
            "/api/cases/configure/{configuration_id}",
            patch(serve(configure::update)),
        )
        .route(
            "/api/cases/configure/connectors/_find",
            get(serve(configure::connectors_of_cases)),
        )
        .route(
            "/api/actions/connector",
            post(serve(configure::create_connector)),
        )
        .route("/api/actions/connectors", get(serve(configure::connectors)))
}

fn file_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/cases/{case_id}/files", post(serve(files::create)))
        .route(
            "/api/files/files/{file_kind}/list",
            post(serve(files::list)),
        )
        .route(
            "/api/files/files/{file_kind}/{file_id}/blob",
            get(serve(files::download)),
        )
}

fn collection_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/cases",
            post(serve(cases::create))
                .patch(serve(cases::update))
                .delete(serve(cases::delete)),
        )
        .route("/api/cases/_find", get(serve(cases::find)))
        .route("/api/cases/tags", get(serve(cases::tags)))
        .route("/api/cases/reporters", get(serve(cases::reporters)))
        .route("/api/cases/status", get(serve(cases::status)))
        .route("/api/cases/alerts/{alert_id}", get(serve(alerts::cases_of)))
}

/// What Kibana tells of itself.
fn system_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/status", get(serve(status::status)))
        .route("/api/stats", get(serve(status::stats)))
        .route("/api/features", get(serve(features::list)))
        .route_layer(map_response(gate::stamp_public))
}

/// Public routes that read the `elastic-api-version` of the request.
fn versioned_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/spaces/space",
            get(serve(spaces::list)).post(serve(spaces::create)),
        )
        .route(
            "/api/spaces/space/{space_id}",
            get(serve(spaces::get))
                .put(serve(spaces::update))
                .delete(serve(spaces::delete)),
        )
        .route(
            "/api/detection_engine/signals/search",
            post(serve(detection::search)),
        )
        .route(
            "/api/detection_engine/signals/status",
            post(serve(detection::set_status)),
        )
        .route(
            "/api/detection_engine/signals/tags",
            post(serve(detection::set_tags)),
        )
        .route(
            "/api/detection_engine/signals/assignees",
            post(serve(detection::set_assignees)),
        )
        .route_layer(from_fn(gate::check_public_version))
        .route_layer(map_response(gate::stamp_public))
}

/// Routes for Kibana's own use, closed to others from 9.0.
fn internal_routes(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/internal/cases/categories", get(serve(cases::categories)))
        .route(
            "/internal/cases/{case_id}/custom_fields/{custom_field_id}",
            put(serve(configure::set_custom_field)),
        )
        .route("/api/core/capabilities", post(serve(capabilities::resolve)))
        .route(
            "/internal/security/me",
            get(serve(|call| Ok(security::me(call)))),
        )
        .route("/internal/spaces/_active_space", get(serve(spaces::active)))
        .route("/internal/cases/_bulk_get", post(serve(internal::bulk_get)))
        .route("/internal/cases/_search", post(serve(cases::search)))
        .route(
            "/api/cases/{case_id}/resolve",
            get(serve(internal::resolve)),
        )
        .route(
            "/internal/cases/{case_id}/attachments/_bulk_create",
            post(serve(internal::bulk_create)),
        )
        .route(
            "/internal/cases/{case_id}/attachments/_bulk_get",
            post(serve(internal::bulk_get_attachments)),
        )
        .route(
            "/internal/cases/{case_id}/user_actions/_find",
            get(serve(internal::find_user_actions)),
        )
        .route(
            "/internal/cases/{case_id}/user_actions/_stats",
            get(serve(internal::user_action_stats)),
        )
        .route(
            "/internal/cases/{case_id}/_users",
            get(serve(internal::users)),
        )
        .route(
            "/internal/cases/metrics/{case_id}",
            get(serve(internal::metrics)),
        )
        .route(
            "/internal/cases/_suggest_user_profiles",
            post(serve(profiles::suggest)),
        )
        .route(
            "/internal/security/user_profile/_bulk_get",
            post(serve(profiles::bulk_get)),
        )
        .route("/internal/security/user_profile", get(serve(profiles::own)))
        .route(
            "/internal/cases/{case_id}/attachments/files/_bulk_delete",
            post(serve(files::delete)),
        )
        .route(
            "/internal/cases/{case_id}/observables",
            post(serve(observables::create)),
        )
        .route(
            "/internal/cases/{case_id}/observables/{observable_id}",
            patch(serve(observables::update)).delete(serve(observables::delete)),
        )
        .route(
            "/internal/cases/{case_id}/_similar",
            post(serve(observables::similar)),
        )
        .route_layer(from_fn_with_state(
            Arc::clone(app),
            gate::check_internal_origin,
        ))
}

/// Answers what is no route. A page asked for with a slash too many at the end is found without it,
/// in the same space and with the same query.
async fn unrouted(request: Request) -> Response {
    let sent = request.extensions().get::<gate::SentUri>();
    let uri = sent.map_or(request.uri(), |gate::SentUri(uri)| uri);
    let path = uri.path().strip_suffix('/').filter(|path| !path.is_empty());
    let Some(path) = path.filter(|_| request.method() == Method::GET) else {
        return ApiError::no_route().into_response();
    };
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let location = HeaderValue::try_from(format!("{path}{query}"));
    let location = location.expect("part of a valid address is valid");
    (StatusCode::FOUND, [(LOCATION, location)]).into_response()
}

/// Makes an axum handler of a route.
fn serve(
    route: fn(&Call) -> Answer,
) -> impl Fn(Call) -> Ready<Answer> + Clone + Send + Sync + 'static {
    move |call| ready(route(&call))
}

/// A request that has passed the gate.
#[derive(Clone)]
struct Call {
    app: Scope,
    key: Arc<Key>,
    /// How the caller is known; strangers are not, and have a key without rights.
    scheme: Option<Scheme>,
    /// The space of the request, which need not exist.
    space: String,
    path: Vec<(String, String)>,
    query: Query,
    /// The JSON of the body; null if there is none.
    body: Value,
    /// The file that was sent instead of JSON.
    upload: Option<Arc<upload::Upload>>,
    now: Timestamp,
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let mut call: Self = parts
            .extensions
            .remove()
            .ok_or_else(ApiError::no_credentials)?;
        let path = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::no_route())?;
        if path.iter().any(|(_, value)| value.is_empty()) {
            return Err(ApiError::no_route());
        }
        call.path = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let pattern = parts.extensions.get::<MatchedPath>();
        let pattern = pattern.map_or("", MatchedPath::as_str);
        call.app.enter_route(&parts.method, pattern, &call.body);
        Ok(call)
    }
}

impl Call {
    /// A parameter of the path.
    fn path(&self, name: &str) -> &str {
        self.path
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .expect("the route declares the parameter")
    }

    /// Enters the space of the request, as every Cases route does first.
    fn enter(&self) -> Result<Rights, ApiError> {
        let exists = self.app.spaces.contains(&self.space);
        match self.key.rights_in(&self.space) {
            Some(rights) if exists => Ok(rights),
            Some(_) if self.key.enters_every_space() => {
                Err(ApiError::no_object("space", &self.space))
            }
            _ => Err(ApiError::unauthorized_space(&self.space)),
        }
    }

    /// Asks for the right to a list.
    fn authorize_list(&self, deed: Deed) -> Result<(), ApiError> {
        if self.enter()? < Rights::Read {
            return Err(ApiError::unauthorized_any_owner(deed));
        }
        Ok(())
    }

    /// Asks for a right over documents of these owners.
    fn authorize<'a>(
        &self,
        wanted: Rights,
        deed: Deed,
        owners: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), ApiError> {
        if self.enter()? < wanted {
            return Err(ApiError::unauthorized_owners(deed, owners));
        }
        Ok(())
    }

    /// Who writes, and when.
    fn stamp(&self) -> Stamp {
        Stamp::new(self.key.user.clone(), self.now)
    }

    fn view(&self) -> View {
        View {
            profile: self.app.profile,
            now: self.now,
        }
    }
}

/// A 200 with JSON.
fn json(value: &Value) -> Response {
    json_response(StatusCode::OK, value)
}

/// An answer with JSON.
pub(crate) fn json_response(status: StatusCode, value: &Value) -> Response {
    let content_type = HeaderValue::from_static("application/json; charset=utf-8");
    (
        status,
        [(CONTENT_TYPE, content_type)],
        Body::from(value.to_string()),
    )
        .into_response()
}

fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Adds the header that marks a deprecated route.
fn deprecated(call: &Call, mut response: Response) -> Response {
    let warning = format!(
        "299 Kibana-{} \"Deprecated endpoint\"",
        call.app.profile.version()
    );
    let warning = HeaderValue::try_from(warning).expect("version numbers are ASCII");
    response.headers_mut().insert("warning", warning);
    response
}
