//! B001 to B017, and the front door.

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use practice_kibana::{faults::Plan, faulty};
use serde_json::json;
use tower::ServiceExt as _;

use crate::support::{Reply, Server, VERSION, case_body, comment_body, id};

fn post_without(server: &Server, header: &str) -> Request<Body> {
    let mut request = server.request("POST", "/api/cases", Some(case_body(json!({}))));
    request.headers_mut().remove(header);
    request
}

#[tokio::test]
async fn b001_post_without_xsrf_is_400() {
    let server = Server::empty();
    let text = "Request must contain a kbn-xsrf header.";
    let reply = server.raw(post_without(&server, "kbn-xsrf")).await;
    reply.refused_exactly(400, text);
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let mut request = server.request(method, "/api/cases", None);
        request.headers_mut().remove("kbn-xsrf");
        server.raw(request).await.refused_exactly(400, text);
    }
    assert_eq!(server.find("").await["total"], 0, "nothing was written");
    server.post_case(json!({})).await.ok();
}

#[tokio::test]
async fn b002_get_needs_no_xsrf() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for method in ["GET", "HEAD"] {
        let mut request = server.request(method, "/api/cases/_find", None);
        request.headers_mut().remove("kbn-xsrf");
        let reply = server.raw(request).await;
        assert_eq!(reply.status, 200, "{method}");
    }
    let path = format!("/api/cases/{}", id(&case));
    let mut request = server.request("GET", &path, None);
    request.headers_mut().remove("kbn-xsrf");
    assert_eq!(server.raw(request).await.ok()["id"], case["id"]);
    let mut request = server.request(
        "DELETE",
        &format!("/api/cases?ids=%5B%22{}%22%5D", id(&case)),
        None,
    );
    request.headers_mut().remove("kbn-xsrf");
    server.raw(request).await.refused(400, "kbn-xsrf");
    server.get(&path).await.ok();
}

#[tokio::test]
async fn b003_any_value_of_xsrf_will_do() {
    let server = Server::empty();
    let with = |name: &'static str, value: &'static str| {
        let mut request = post_without(&server, "kbn-xsrf");
        let value = HeaderValue::from_static(value);
        request.headers_mut().insert(name, value);
        server.raw(request)
    };
    for value in ["true", "1", "x", "false"] {
        with("kbn-xsrf", value).await.ok();
    }
    with("kbn-version", VERSION).await.ok();
    assert_eq!(server.find("").await["total"], 5);
    with("x-kbn-xsrf", "true").await.refused(400, "kbn-xsrf");
    assert_eq!(server.find("").await["total"], 5, "another header is none");
}

#[tokio::test]
async fn b004_wrong_kbn_version_is_400_on_any_method() {
    let server = Server::empty();
    let ask = |method: &str, uri: &str, version: &'static str| {
        let body = (method == "POST").then(|| case_body(json!({})));
        let mut request = server.request(method, uri, body);
        let version = HeaderValue::from_static(version);
        request.headers_mut().insert("kbn-version", version);
        server.raw(request)
    };
    let text = format!(
        "Browser client is out of date, please refresh the page (\"kbn-version\" header was \"1.2.3\" but should be \"{VERSION}\")"
    );
    for (method, uri) in [
        ("GET", "/api/cases/_find"),
        ("POST", "/api/cases"),
        ("PATCH", "/api/cases"),
        ("DELETE", "/api/cases"),
    ] {
        let reply = ask(method, uri, "1.2.3").await;
        reply.refused_exactly(400, &text);
        let attributes = json!({"expected": VERSION, "got": "1.2.3"});
        assert_eq!(reply.body["attributes"], attributes, "{method}");
    }
    assert_eq!(server.find("").await["total"], 0, "nothing was written");
    ask("GET", "/api/cases/_find", VERSION).await.ok();
    ask("POST", "/api/cases", VERSION).await.ok();
}

#[tokio::test]
async fn b005_errors_have_the_envelope() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let mut stranger = server.request("GET", "/api/cases/_find", None);
    stranger.headers_mut().remove("authorization");
    let mut large = server.request("POST", "/api/cases", None);
    *large.body_mut() = Body::from(vec![b' '; 1_048_577]);
    let mut text = server.request("POST", "/api/cases", Some(json!({})));
    let plain = HeaderValue::from_static("text/plain");
    text.headers_mut().insert("content-type", plain);
    let stale = json!({"id": case["id"], "version": "stale"});
    let table = [
        (
            server.get("/api/cases/_find?perPage=101").await,
            400,
            "Bad Request",
        ),
        (server.raw(stranger).await, 401, "Unauthorized"),
        (
            server.post_case(json!({"owner": "nobody"})).await,
            403,
            "Forbidden",
        ),
        (server.get("/api/cases/x").await, 404, "Not Found"),
        (server.get("/api/nothing").await, 404, "Not Found"),
        (
            server.send("PUT", "/api/cases", None).await,
            404,
            "Not Found",
        ),
        (server.patch(&case, json!({})).await, 406, "Not Acceptable"),
        (
            server.patch(&stale, json!({"title": "x"})).await,
            409,
            "Conflict",
        ),
        (server.raw(large).await, 413, "Request Entity Too Large"),
        (server.raw(text).await, 415, "Unsupported Media Type"),
    ];
    for (reply, status, phrase) in table {
        assert_eq!(reply.status, status, "{}", reply.body);
        let message = reply.body["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{}", reply.body);
        let expected = json!({"statusCode": status, "error": phrase, "message": message});
        assert_eq!(reply.body, expected, "and nothing else");
        let content_type = &reply.headers["content-type"];
        assert_eq!(content_type, "application/json; charset=utf-8");
    }
    assert_eq!(case.get("statusCode"), None, "a success has no envelope");
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
    server
        .raw(post_without(&server, "kbn-xsrf"))
        .await
        .refused(400, "kbn-xsrf");
}

#[tokio::test]
async fn b007_every_response_says_that_it_is_kibana() {
    let server = Server::empty();
    let mut anonymous = server.request("GET", "/api/cases/_find", None);
    anonymous.headers_mut().remove("authorization");
    let gone = server.case(json!({})).await;
    let gone = format!("/api/cases?ids=%5B%22{}%22%5D", id(&gone));
    let replies = [
        (server.get("/api/cases/_find").await, 200),
        (server.get("/api/status").await, 200),
        (server.send("DELETE", &gone, None).await, 204),
        (server.get("/api/cases/alerts/").await, 302),
        (server.raw(post_without(&server, "kbn-xsrf")).await, 400),
        (server.raw(anonymous).await, 401),
        (server.post_case(json!({"owner": "nobody"})).await, 403),
        (server.get("/api/nothing").await, 404),
    ];
    for (reply, status) in replies {
        assert_eq!(reply.status, status);
        assert_eq!(reply.headers["kbn-name"], "practice", "{status}");
        let signature = reply.headers["kbn-license-sig"].to_str().unwrap();
        assert_eq!(signature.len(), 64, "{status}");
        assert!(
            signature.chars().all(|c| c.is_ascii_hexdigit()),
            "{signature}"
        );
    }
}

#[tokio::test]
async fn b008_public_routes_name_their_version() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let path = format!("/api/cases/{}", id(&case));
    let replies = [
        (server.post_case(json!({})).await, 200),
        (server.get(&path).await, 200),
        (server.get("/api/cases/_find").await, 200),
        (server.get("/api/cases/_find?perPage=101").await, 400),
        (server.get("/api/cases/x").await, 404),
        (server.patch(&case, json!({})).await, 406),
        (server.get(&format!("{path}/comments/_find")).await, 200),
        (server.get("/api/cases/configure").await, 200),
        (server.get("/api/spaces/space").await, 200),
    ];
    for (reply, status) in replies {
        assert_eq!(reply.status, status);
        assert_eq!(reply.headers["elastic-api-version"], "2023-10-31");
    }
    let categories = "/internal/cases/categories";
    for reply in [
        server.get("/api/nothing").await,
        server.internal("GET", categories, None).await,
    ] {
        assert!(!reply.headers.contains_key("elastic-api-version"));
    }
}

fn with_version(server: &Server, method: &str, uri: &str, version: &str) -> Request<Body> {
    let mut request = server.request(method, uri, None);
    request.headers_mut().insert(
        "elastic-api-version",
        version.parse().expect("versions are ASCII"),
    );
    request
}

#[tokio::test]
async fn b011_versioned_routes_refuse_an_unknown_version() {
    let server = Server::empty();
    let unknown = with_version(&server, "GET", "/api/spaces/space", "2099-01-01");
    server.raw(unknown).await.refused_exactly(
        400,
        "No version \"2099-01-01\" available for [get] [/api/spaces/space]. Available versions are: [2023-10-31]",
    );
    let search = "/api/detection_engine/signals/search";
    let unknown = with_version(&server, "POST", search, "2098-01-01");
    server.raw(unknown).await.refused_exactly(
        400,
        &format!(
            "No version \"2098-01-01\" available for [post] [{search}]. Available versions are: [2023-10-31]"
        ),
    );
    let known = with_version(&server, "GET", "/api/spaces/space", "2023-10-31");
    server.raw(known).await.ok();
    server.get("/api/spaces/space").await.ok();
}

#[tokio::test]
async fn b012_cases_routes_ignore_the_version() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for version in ["2099-01-01", "1", "nonsense"] {
        let reply = server
            .raw(with_version(&server, "GET", "/api/cases/_find", version))
            .await;
        assert_eq!(reply.headers["elastic-api-version"], "2023-10-31");
        assert_eq!(reply.ok()["cases"][0]["id"], case["id"]);
    }
}

#[tokio::test]
async fn b013_an_overloaded_server_still_tells_its_status() {
    let server = Server::empty();
    let overload = Plan::from_toml("[[rule]]\nfault = \"F13\"\nkind = \"none\"\n").unwrap();
    server.practice.faults().set(overload);
    let service = faulty(server.router.clone(), &server.practice);
    let ask = async |uri: &str| {
        let request = server.request("GET", uri, None);
        Reply::read(service.clone().oneshot(request).await.unwrap()).await
    };
    let reply = ask("/api/cases/_find").await;
    assert_eq!(
        (reply.status, &reply.body["statusCode"]),
        (429, &json!(429))
    );
    assert_eq!(reply.body["message"], "Server is overloaded");
    assert!(
        !reply.headers.contains_key("retry-after"),
        "Kibana tells none"
    );
    assert_eq!(ask("/api/status").await.status, 200);
}

#[tokio::test]
async fn b014_bad_credentials_are_401() {
    let server = Server::empty();
    let reason = "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
    let text =
        format!("[security_exception\n\tRoot causes:\n\t\tsecurity_exception: {reason}]: {reason}");
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
        let reply = server.raw(request).await;
        reply.refused_exactly(401, &text);
        assert_eq!(reply.headers["www-authenticate"], "ApiKey");
    }
    for scheme in ["ApiKey", "apikey", "APIKEY"] {
        let mut request = server.request("GET", "/api/cases/_find", None);
        let credential = format!("{scheme} {}", server.practice.api_key());
        request
            .headers_mut()
            .insert("authorization", credential.parse().unwrap());
        let reply = server.raw(request).await;
        assert!(!reply.headers.contains_key("www-authenticate"));
        reply.ok();
    }
}

#[tokio::test]
async fn b015_unknown_case_is_404_with_its_id() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for unknown in ["fake-id", "fake%20id"] {
        let reply = server.get(&format!("/api/cases/{unknown}")).await;
        let decoded = unknown.replace("%20", " ");
        let text = format!("Saved object [cases/{decoded}] not found");
        reply.refused_exactly(404, &text);
    }
    server.get(&format!("/api/cases/{}", id(&case))).await.ok();
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
    let text = "Payload content length greater than maximum allowed: 1048576";
    server
        .raw(of_size(1_048_577))
        .await
        .refused_exactly(413, text);
    let announced = |size: usize| {
        let mut request = of_size(2);
        request.headers_mut().insert("content-length", size.into());
        request
    };
    server
        .raw(announced(1_048_577))
        .await
        .refused_exactly(413, text);
    for request in [of_size(1_048_576), announced(1_048_576)] {
        server
            .raw(request)
            .await
            .refused(400, "supplied to \"title\"");
    }
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
    let case = server.case(json!({})).await;
    let path = format!("/api/cases/{}", id(&case));
    let unknown = json!({"id": "x", "version": "y"});
    let foreign = json!({"type": "user", "comment": "c", "owner": "cases"});
    let replies = [
        (server.get("/api/cases/x").await, 404),
        (server.get("/api/cases/_find?perPage=101").await, 400),
        (server.post_case(json!({"title": ""})).await, 400),
        (server.post_case(json!({"owner": "nobody"})).await, 403),
        (server.patch(&case, json!({"status": "odd"})).await, 400),
        (server.patch(&case, json!({})).await, 406),
        (server.patch(&unknown, json!({})).await, 404),
        (
            server
                .patch(&json!({"id": case["id"], "version": "y"}), json!({}))
                .await,
            409,
        ),
        (server.post_comment(&case, foreign).await, 400),
        (server.post_comment(&unknown, comment_body("c")).await, 404),
        (
            server
                .send("DELETE", &format!("{path}/comments"), None)
                .await,
            404,
        ),
        (
            server
                .send("DELETE", &format!("{path}/comments/x"), None)
                .await,
            404,
        ),
        (server.get("/api/cases/x/alerts").await, 404),
        (server.get("/api/cases/x/user_actions/_find").await, 404),
    ];
    for (reply, status) in replies {
        assert_eq!(reply.status, status, "{}", reply.body);
        let message = reply.body["message"].as_str().unwrap();
        assert!(!message.contains("Failed to"), "{message}");
        assert!(!message.contains("Error:"), "{message}");
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
    for nowhere in ["/api/cases//alerts", "/"] {
        server.get(nowhere).await.refused_exactly(404, "Not Found");
    }
}
