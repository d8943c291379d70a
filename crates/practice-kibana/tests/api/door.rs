//! What stands before every route: media types, versions, parameters that a route lacks, redirects.

use axum::{body::Body, http::Request};
use practice_kibana::Profile;
use serde_json::json;

use crate::{
    PROFILE,
    support::{Server, id},
};

fn with_header(server: &Server, uri: &str, name: &'static str, value: &str) -> Request<Body> {
    let mut request = server.request("GET", uri, None);
    request
        .headers_mut()
        .insert(name, value.parse().expect("tests write valid headers"));
    request
}

#[tokio::test]
async fn only_the_route_of_files_takes_parts() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let path = format!("/api/cases/{}", id(&case));
    let parts = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhi\r\n--x--\r\n";
    let ask = async |method: &str, uri: &str| {
        let mut request = server.request(method, uri, None);
        *request.body_mut() = Body::from(parts);
        let kind = "multipart/form-data; boundary=x".parse();
        let kind = kind.expect("it is a media type");
        request.headers_mut().insert("content-type", kind);
        server.raw(request).await
    };
    for (method, uri) in [
        ("POST", "/api/cases"),
        ("PATCH", "/api/cases"),
        ("POST", &format!("{path}/comments")),
        ("PATCH", &format!("{path}/files")),
        ("POST", "/api/detection_engine/signals/search"),
    ] {
        ask(method, uri)
            .await
            .refused(415, "Unsupported Media Type");
    }
    ask("POST", &format!("{path}/files")).await.ok();
    ask("POST", &format!("/s/default{path}/files")).await.ok();
}

#[tokio::test]
async fn a_parameter_opens_internal_routes_too() {
    let server = Server::empty();
    server.case(json!({"category": "phish"})).await;
    let uri = "/internal/cases/categories?elasticInternalOrigin";
    assert_eq!(
        server.get(&format!("{uri}=true")).await.ok(),
        json!(["phish"])
    );
    let closed = server.get(&format!("{uri}=false")).await;
    match PROFILE {
        Profile::V9 => closed.refused(400, "is not available with the current configuration"),
        Profile::V8_18 => assert_eq!(closed.ok(), json!(["phish"])),
    }
}

#[tokio::test]
async fn version_that_is_no_date_is_refused_in_other_words() {
    let server = Server::empty();
    let uri = "/api/spaces/space";
    for version in ["1", "2023-31-10", "latest"] {
        let odd = with_header(&server, uri, "elastic-api-version", version);
        let text = format!(
            "Invalid version. Received \"{version}\", expected a valid date string formatted as YYYY-MM-DD."
        );
        server.raw(odd).await.refused_exactly(400, &text);
    }
}

#[tokio::test]
async fn redirect_keeps_space_and_query() {
    let server = Server::empty();
    for (sent, location) in [
        ("/api/cases/alerts/", "/api/cases/alerts"),
        ("/s/soc/api/cases/alerts/", "/s/soc/api/cases/alerts"),
        (
            "/s/soc/api/cases/alerts/?owner=a%20b",
            "/s/soc/api/cases/alerts?owner=a%20b",
        ),
    ] {
        let reply = server.get(sent).await;
        let found = reply.headers["location"].to_str().expect("it is a path");
        assert_eq!((reply.status, found), (302, location));
    }
    server
        .send("POST", "/api/cases/", None)
        .await
        .refused_exactly(404, "Not Found");
}

#[tokio::test]
async fn parameters_that_a_route_lacks_are_400() {
    let server = Server::empty();
    let refused = async |uri: &str, text: &str| {
        let reply = server.send("DELETE", uri, None).await;
        reply.refused_exactly(400, text);
    };
    refused(
        "/api/cases?ids=%5B%22abc%22%5D&force=true",
        "[request query.force]: definition for this key is missing",
    )
    .await;
    refused(
        "/api/cases?ids%5B0%5D=abc",
        "[request query.ids]: expected value of type [array] but got [undefined]",
    )
    .await;
    let case = server.case(json!({})).await;
    let path = format!("/api/cases/{}", id(&case));
    let odd = server.get(&format!("{path}?odd=1")).await;
    let no_flag = server.get(&format!("{path}?includeComments=1")).await;
    match PROFILE {
        Profile::V8_18 => {
            odd.refused_exactly(
                400,
                "[request query.odd]: definition for this key is missing",
            );
            no_flag.refused_exactly(
                400,
                "[request query.includeComments]: expected value of type [boolean] but got [string]",
            );
        }
        Profile::V9 => {
            odd.ok();
            no_flag.ok();
        }
    }
}
