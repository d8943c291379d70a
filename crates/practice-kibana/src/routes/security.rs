//! Who is calling.

use axum::response::Response;
use serde_json::json;

use super::{Call, json};
use crate::auth::Scheme;

/// `GET /internal/security/me`. Only here does a superuser show.
pub(super) fn me(call: &Call) -> Response {
    let by_key = call.scheme == Some(Scheme::ApiKey);
    let realm = if by_key {
        json!({"name": "_es_api_key", "type": "_es_api_key"})
    } else {
        json!({"name": "default_native", "type": "native"})
    };
    let user = &call.key.user;
    let roles: &[&str] = if call.key.may_do_everything() {
        &["superuser"]
    } else {
        &[]
    };
    let mut me = json!({
        "username": user.username,
        "roles": roles,
        "full_name": user.full_name,
        "email": user.email,
        "metadata": {},
        "enabled": true,
        "authentication_realm": realm,
        "lookup_realm": realm,
        "authentication_type": if by_key { "api_key" } else { "realm" },
        "authentication_provider": {"type": "http", "name": "__http__"},
        "elastic_cloud_user": false,
    });
    if let Some(uid) = &user.profile_uid {
        me["profile_uid"] = json!(uid);
    }
    if by_key {
        me["api_key"] = json!({"id": call.key.id(), "name": call.key.name});
    }
    json(&me)
}
