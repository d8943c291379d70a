//! B001 to B017, and the front door.

use axum::{body::Body, http::Request};
use practice_kibana::Profile;
use serde_json::json;

use crate::support::{Server, VERSION, case_body};

fn post_without(server: &Server, header: &str) -> Request<Body> {
    let mut request = server.request("POST", "/api/cases", Some(case_body(json!({}))));
    request.headers_mut().remove(header);
    request
}

#[tokio::test]
async fn b001_post_without_xsrf_is_400() {
    let server = Server::empty();
    let reply = server.raw(post_without(&server, "kbn-xsrf")).await;
    reply.refused_exactly(400, "Request must contain a kbn-xsrf header.");
    assert_eq!(server.find("").await["total"], 0, "nothing was written");
    for method in ["PATCH", "DELETE"] {
        let mut request = server.request(method, "/api/cases", None);
        request.headers_mut().remove("kbn-xsrf");
        server.raw(request).await.refused(400, "kbn-xsrf");
    }
}

#[tokio::test]
async fn b002_get_needs_no_xsrf() {
    let server = Server::empty();
    let mut request = server.request("GET", "/api/cases/_find", None);
    request.headers_mut().remove("kbn-xsrf");
    server.raw(request).await.ok();
}

#[tokio::test]
async fn b003_any_value_of_xsrf_will_do() {
    let server = Server::empty();
    for value in ["true", "1", "x"] {
        let mut request = post_without(&server, "kbn-xsrf");
        request
            .headers_mut()
            .insert("kbn-xsrf", value.parse().unwrap());
        server.raw(request).await.ok();
    }
    let mut request = post_without(&server, "kbn-xsrf");
    request
        .headers_mut()
        .insert("kbn-version", VERSION.parse().unwrap());
    server.raw(request).await.ok();
}

#[tokio::test]
async fn b004_wrong_kbn_version_is_400_on_any_method() {
    let server = Server::empty();
    for method in ["GET", "POST"] {
        let mut request = server.request(method, "/api/cases", None);
        request
            .headers_mut()
            .insert("kbn-version", "1.2.3".parse().unwrap());
        let reply = server.raw(request).await;
        reply.refused(
            400,
            &format!("(\"kbn-version\" header was \"1.2.3\" but should be \"{VERSION}\")"),
        );
        assert_eq!(
            reply.body["attributes"],
            json!({"expected": VERSION, "got": "1.2.3"})
        );
    }
}

#[tokio::test]
async fn b005_errors_have_the_envelope() {
    let server = Server::empty();
    let reply = server.get("/api/cases/x").await;
    assert_eq!(
        reply.body,
        json!({"statusCode": 404, "error": "Not Found", "message": "Saved object [cases/x] not found"})
    );
    server
        .get("/api/nothing")
        .await
        .refused_exactly(404, "Not Found");
    server
        .send("PUT", "/api/cases", None)
        .await
        .refused_exactly(404, "Not Found");
}

#[tokio::test]
async fn b006_authentication_precedes_xsrf() {
    let server = Server::empty();
    let mut request = post_without(&server, "kbn-xsrf");
    request.headers_mut().remove("authorization");
    server
        .raw(request)
        .await
        .refused_exactly(401, "Unauthorized");
    let mut request = post_without(&server, "kbn-xsrf");
    request
        .headers_mut()
        .insert("authorization", "ApiKey d3Jvbmc6a2V5".parse().unwrap());
    server
        .raw(request)
        .await
        .refused(401, "unable to authenticate");
}

#[tokio::test]
async fn b007_every_response_says_that_it_is_kibana() {
    let server = Server::empty();
    let mut anonymous = server.request("GET", "/api/cases/_find", None);
    anonymous.headers_mut().remove("authorization");
    let replies = [
        server.get("/api/cases/_find").await,
        server.get("/api/nothing").await,
        server.get("/api/status").await,
        server.raw(anonymous).await,
        server.raw(post_without(&server, "kbn-xsrf")).await,
    ];
    for reply in replies {
        assert_eq!(reply.headers["kbn-name"], "practice");
        let signature = reply.headers["kbn-license-sig"].to_str().unwrap();
        assert_eq!(signature.len(), 64);
        assert!(
            signature.chars().all(|c| c.is_ascii_hexdigit()),
            "{signature}"
        );
    }
}

#[tokio::test]
async fn b008_public_routes_name_their_version() {
    let server = Server::empty();
    let replies = [
        server.get("/api/cases/_find").await,
        server.get("/api/cases/_find?perPage=101").await,
        server.get("/api/spaces/space").await,
        server.post_case(json!({})).await,
    ];
    for reply in replies {
        assert_eq!(reply.headers["elastic-api-version"], "2023-10-31");
    }
    assert!(
        !server
            .get("/api/nothing")
            .await
            .headers
            .contains_key("elastic-api-version")
    );
}

#[tokio::test]
async fn b009_internal_routes_are_closed_without_an_internal_origin() {
    let server = Server::of(Profile::V9);
    let uri = "/internal/cases/categories";
    server.get(uri).await.refused_exactly(
        400,
        "uri [/internal/cases/categories] with method [get] exists but is not available with the current configuration",
    );
    assert_eq!(
        Server::of(Profile::V8_18).get(uri).await.ok(),
        json!([]),
        "8.18 leaves them open"
    );
}

#[tokio::test]
async fn b010_internal_origin_opens_internal_routes() {
    let server = Server::of(Profile::V9);
    server.case(json!({"category": "phish"})).await;
    let mut request = server.request("GET", "/internal/cases/categories", None);
    request
        .headers_mut()
        .insert("x-elastic-internal-origin", "Kibana".parse().unwrap());
    assert_eq!(server.raw(request).await.ok(), json!(["phish"]));
}

fn with_version(server: &Server, uri: &str, version: &str) -> Request<Body> {
    let mut request = server.request("GET", uri, None);
    request.headers_mut().insert(
        "elastic-api-version",
        version.parse().expect("versions are ASCII"),
    );
    request
}

#[tokio::test]
async fn b011_versioned_routes_refuse_an_unknown_version() {
    let server = Server::empty();
    let unknown = with_version(&server, "/api/spaces/space", "2099-01-01");
    server.raw(unknown).await.refused(
        400,
        "No version \"2099-01-01\" available for [get] [/api/spaces/space]. Available versions are: [2023-10-31]",
    );
    let known = with_version(&server, "/api/spaces/space", "2023-10-31");
    server.raw(known).await.ok();
}

#[tokio::test]
async fn b012_cases_routes_ignore_the_version() {
    let server = Server::empty();
    let unknown = with_version(&server, "/api/cases/_find", "2099-01-01");
    server.raw(unknown).await.ok();
}

#[tokio::test]
async fn b014_bad_credentials_are_401() {
    let server = Server::empty();
    for credential in [
        "ApiKey d3Jvbmc6a2V5",
        "ApiKey",
        "Basic ZWxhc3RpYzpjaGFuZ2VtZQ==",
        "nonsense",
    ] {
        let mut request = server.request("GET", "/api/cases/_find", None);
        request
            .headers_mut()
            .insert("authorization", credential.parse().unwrap());
        server.raw(request).await.refused(401, "");
    }
    let mut request = server.request("GET", "/api/cases/_find", None);
    let lower = format!("apikey {}", server.practice.api_key());
    request
        .headers_mut()
        .insert("authorization", lower.parse().unwrap());
    server.raw(request).await.ok();
}

#[tokio::test]
async fn b015_unknown_case_is_404_with_its_id() {
    let reply = Server::empty().get("/api/cases/fake-id").await;
    reply.refused_exactly(404, "Saved object [cases/fake-id] not found");
}

#[tokio::test]
async fn b016_body_above_one_mebibyte_is_413() {
    let server = Server::empty();
    let of_size = |size: usize| {
        let mut request = server.request("POST", "/api/cases", None);
        let mut text = vec![b' '; size];
        text[..2].copy_from_slice(b"{}");
        *request.body_mut() = Body::from(text);
        request
    };
    server
        .raw(of_size(1_048_577))
        .await
        .refused(413, "greater than maximum allowed: 1048576");
    server
        .raw(of_size(1_048_576))
        .await
        .refused(400, "supplied to \"title\"");
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let server = Server::empty();
    let mut request = server.request("POST", "/api/cases", None);
    *request.body_mut() = Body::from("{");
    server
        .raw(request)
        .await
        .refused_exactly(400, "Invalid request payload JSON format");
    let mut request = server.request("POST", "/api/cases", Some(json!({})));
    request
        .headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    server.raw(request).await.refused(415, "");
}

#[tokio::test]
async fn b017_long_prefixes_stay_in_the_log() {
    let server = Server::empty();
    for reply in [
        server.get("/api/cases/x").await,
        server
            .send("PATCH", "/api/cases", Some(json!({"cases": []})))
            .await,
    ] {
        assert!(
            !reply.body.to_string().contains("Failed to"),
            "{}",
            reply.body
        );
    }
}

#[tokio::test]
async fn slash_at_the_end_redirects_and_empty_segment_is_404() {
    let server = Server::empty();
    let reply = server.get("/api/cases/alerts/").await;
    assert_eq!(
        (reply.status, reply.headers["location"].to_str().unwrap()),
        (302, "/api/cases/alerts")
    );
    server
        .get("/api/cases//alerts")
        .await
        .refused(404, "Not Found");
}
