//! Who may call, and what they may do: keys, logins, the 403 of every route, capabilities.

use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use practice_kibana::{Key, Login, Options, Profile, Rights, World};
use serde_json::{Value, json};

use crate::{
    PROFILE,
    support::{Server, case_body, change, comment_body, id},
};

/// One route: how to ask it, the right it needs, and what those are told who lack it.
struct Route {
    method: &'static str,
    uri: String,
    body: Value,
    needs: Rights,
    refusal: String,
}

fn route(method: &'static str, uri: &str, body: Value, needs: Rights, refusal: &str) -> Route {
    Route {
        method,
        uri: uri.to_owned(),
        body,
        needs,
        refusal: refusal.to_owned(),
    }
}

fn cases_routes(case: &Value, comment: &Value) -> Vec<Route> {
    let (read, all) = (Rights::Read, Rights::All);
    let of_owner = |deed: &str| format!("Unauthorized to {deed} with owners: \"securitySolution\"");
    let of_any = |deed: &str| format!("Unauthorized to {deed} of any owner");
    let path = format!("/api/cases/{}", id(case));
    let one = format!("{path}/comments/{}", id(comment));
    let none = Value::Null;
    let get = |uri: &str, refusal: &str| route("GET", uri, Value::Null, read, refusal);
    let mut edit = comment_body("edited");
    edit["id"] = comment["id"].clone();
    edit["version"] = comment["version"].clone();
    let patch = json!({"cases": [change(case, json!({"title": "new"}))]});
    let ids = format!("/api/cases?ids=%5B%22{}%22%5D", id(case));
    let comments = format!("{path}/comments");
    let configuration = json!({
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "closure_type": "close-by-user",
        "owner": "securitySolution",
    });
    let push = format!("{path}/connector/c1/_push");
    let of_configurations = of_any("access case configurations");
    vec![
        get(&path, &of_owner("access case")),
        get(&format!("{path}/alerts"), &of_owner("access comments")),
        get("/api/cases/_find", &of_any("access cases")),
        get("/api/cases/alerts/a1", &of_any("access cases")),
        get("/api/cases/tags", &of_any("access case")),
        get("/api/cases/reporters", &of_any("access case")),
        get("/api/cases/status", &of_any("access cases")),
        get("/api/cases/configure", &of_configurations),
        get("/api/cases/configure/connectors/_find", &of_configurations),
        get("/internal/cases/categories", &of_any("access cases")),
        get(&comments, &of_any("access comments")),
        get(&format!("{comments}/_find"), &of_any("access comments")),
        get(&one, &of_owner("access comments")),
        get(
            &format!("{path}/user_actions"),
            &of_owner("access user actions"),
        ),
        get(
            &format!("{path}/user_actions/_find"),
            &of_owner("access user actions"),
        ),
        route(
            "POST",
            "/api/cases/configure",
            configuration,
            all,
            &of_owner("create case configuration"),
        ),
        route("POST", &push, json!({}), all, &of_owner("push case")),
        route(
            "POST",
            "/api/cases",
            case_body(json!({})),
            all,
            &of_owner("create case"),
        ),
        route("PATCH", "/api/cases", patch, all, &of_owner("update case")),
        route(
            "POST",
            &comments,
            comment_body("hi"),
            all,
            &of_owner("create comments"),
        ),
        route("PATCH", &comments, edit, all, &of_owner("update comments")),
        route(
            "DELETE",
            &one,
            none.clone(),
            all,
            &of_owner("delete comments"),
        ),
        route(
            "DELETE",
            &comments,
            none.clone(),
            all,
            &of_owner("delete comments"),
        ),
        route("DELETE", &ids, none, all, &of_owner("delete case")),
    ]
}

fn internal(server: &Server, method: &str, uri: &str, body: Value) -> Request<Body> {
    let body = Some(body).filter(|body| !body.is_null());
    let mut request = server.request(method, uri, body);
    let origin = "caseboard".parse().expect("a word is a header");
    request
        .headers_mut()
        .insert("x-elastic-internal-origin", origin);
    request
}

/// Keys for the three ways of being let in, and one that is not.
fn keys() -> [Key; 3] {
    [
        Key::new("nobody").with("default", Rights::None),
        Key::new("reader").with("default", Rights::Read),
        Key::new("outside").with("soc", Rights::All),
    ]
}

#[tokio::test]
async fn every_cases_route_asks_for_its_right() {
    let [nobody, reader, outside] = keys();
    let server = Server::with_keys(&[&nobody, &reader, &outside]);
    let case = server.case(json!({})).await;
    let case = server.comment(&case, "hi").await;
    for route in cases_routes(&case, &case["comments"][0]) {
        let ask = async |key: &Key| {
            let caller = server.as_key(key);
            let request = internal(&caller, route.method, &route.uri, route.body.clone());
            caller.raw(request).await
        };
        let place = format!("{} {}", route.method, route.uri);
        ask(&nobody).await.refused_exactly(403, &route.refusal);
        ask(&outside)
            .await
            .refused_exactly(403, "Unauthorized to get default space");
        let reply = ask(&reader).await;
        if route.needs == Rights::Read {
            assert_eq!(reply.status, 200, "{place}");
        } else {
            reply.refused_exactly(403, &route.refusal);
        }
    }
    let unchanged = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(unchanged["version"], case["version"], "nothing was written");
}

#[tokio::test]
async fn validation_and_lookup_come_before_rights() {
    let nobody = Key::new("nobody").with("default", Rights::None);
    let server = Server::with_keys(&[&nobody]).as_key(&nobody);
    for uri in [
        "/api/cases/fake-id",
        "/api/cases/fake-id/user_actions/_find",
    ] {
        server
            .get(uri)
            .await
            .refused(404, "[cases/fake-id] not found");
    }
    let comment = server.get("/api/cases/x/comments/fake-id").await;
    comment.refused(404, "[cases-comments/fake-id] not found");
    for uri in ["/api/cases/_find?odd=1", "/api/cases/tags?odd=1"] {
        server.get(uri).await.refused(400, "invalid keys \"odd\"");
    }
    server
        .post_case(json!({"title": ""}))
        .await
        .refused(400, "title");
}

#[tokio::test]
async fn wrong_or_foreign_credentials_are_401() {
    let login = Login {
        name: "elena".to_owned(),
        password: "pass:word".to_owned(),
    };
    let server = Server::new(Options {
        world: World::Empty,
        profile: PROFILE,
        logins: vec![login],
        ..Options::default()
    });
    let ask = async |credential: &str| {
        let mut request = server.request("GET", "/api/cases/_find", None);
        let value = credential.parse().expect("credentials are ASCII");
        request.headers_mut().insert("authorization", value);
        server.raw(request).await
    };
    let basic = |text: &str| STANDARD.encode(text);
    let good = basic("elena:pass:word");
    ask(&format!("Basic {good}")).await.ok();
    ask(&format!("basic {good}")).await.ok();
    let key = server.practice.api_key();
    for credential in [
        format!("Basic {}", basic("elena:pass")),
        format!("Basic {}", basic("elena:")),
        format!("Basic {}", basic("ana:pass:word")),
        format!("Basic {key}"),
        format!("ApiKey {good}"),
        format!("Bearer {key}"),
        format!("Bearer {good}"),
        "ApiKey ".to_owned(),
        "Basic ".to_owned(),
    ] {
        ask(&credential)
            .await
            .refused(401, "unable to authenticate");
    }
}

#[tokio::test]
async fn me_tells_keys_from_people_and_shows_the_superuser() {
    let reader = Key::new("reader").with("*", Rights::Read);
    let server = Server::new(Options {
        world: World::Empty,
        profile: PROFILE,
        keys: vec![reader.clone()],
        logins: vec![Login {
            name: "elena".to_owned(),
            password: "secret".to_owned(),
        }],
        ..Options::default()
    });
    let uri = "/internal/security/me";
    let me = server
        .raw(internal(&server, "GET", uri, Value::Null))
        .await
        .ok();
    assert_eq!(me["roles"], json!(["superuser"]));
    assert_eq!(
        (
            &me["authentication_type"],
            &me["authentication_realm"]["type"]
        ),
        (&json!("api_key"), &json!("_es_api_key"))
    );
    let decoded = STANDARD.decode(server.practice.api_key()).unwrap();
    let decoded = String::from_utf8(decoded).unwrap();
    let (key_id, secret) = decoded.split_once(':').unwrap();
    assert_eq!(me["api_key"], json!({"id": key_id, "name": "practice"}));
    assert!(!me.to_string().contains(secret), "the secret stays secret");
    assert_eq!(
        me["authentication_provider"],
        json!({"type": "http", "name": "__http__"})
    );
    assert_eq!(
        (&me["enabled"], &me["elastic_cloud_user"]),
        (&json!(true), &json!(false))
    );

    let reading = server.as_key(&reader);
    let me = reading
        .raw(internal(&reading, "GET", uri, Value::Null))
        .await
        .ok();
    assert_eq!(
        (&me["username"], &me["roles"]),
        (&json!("reader"), &json!([]))
    );

    let mut request = internal(&server, "GET", uri, Value::Null);
    let basic = format!("Basic {}", STANDARD.encode("elena:secret"));
    request
        .headers_mut()
        .insert("authorization", basic.parse().unwrap());
    let me = server.raw(request).await.ok();
    assert_eq!(
        (
            &me["username"],
            &me["authentication_type"],
            &me["authentication_realm"]["type"]
        ),
        (&json!("elena"), &json!("realm"), &json!("native"))
    );
    assert_eq!(
        (&me["roles"], me.get("api_key")),
        (&json!(["superuser"]), None)
    );
}

#[tokio::test]
async fn capabilities_follow_the_rights_in_the_space() {
    let reader = Key::new("reader").with("soc", Rights::Read);
    let server = Server::with_keys(&[&reader]);
    let reading = server.as_key(&reader);
    let ask = async |server: &Server, uri: &str| {
        let body = json!({"applications": []});
        server.raw(internal(server, "POST", uri, body)).await.ok()
    };
    let siem = match PROFILE {
        Profile::V9 => "siemV4",
        Profile::V8_18 => "siemV2",
    };
    let uri = "/s/soc/api/core/capabilities";
    let table = [
        (ask(&server, uri).await, true, true),
        (ask(&reading, uri).await, true, false),
        (
            ask(&reading, "/s/ot/api/core/capabilities").await,
            false,
            false,
        ),
        (
            ask(&reading, &format!("{uri}?useDefaultCapabilities=true")).await,
            true,
            true,
        ),
    ];
    for (tree, read, write) in table {
        for feature in [
            "securitySolutionCasesV3",
            "observabilityCasesV3",
            "generalCasesV3",
        ] {
            let feature = &tree[feature];
            assert_eq!(feature.as_object().unwrap().len(), 10);
            assert_eq!(feature["read_cases"], read);
            for name in [
                "create_cases",
                "update_cases",
                "delete_cases",
                "push_cases",
                "cases_settings",
                "cases_connectors",
                "case_reopen",
                "create_comment",
                "cases_assign",
            ] {
                assert_eq!(feature[name], write, "{name}");
            }
        }
        assert_eq!(tree[siem], json!({"show": read, "crud": write}));
        for beside in ["navLinks", "management", "catalogue"] {
            assert!(tree[beside].is_object(), "{beside}");
        }
    }
}

#[tokio::test]
async fn capabilities_answer_strangers_and_refuse_odd_questions() {
    let server = Server::empty();
    let ask = |uri: &str, body: Value| internal(&server, "POST", uri, body);
    let uri = "/api/core/capabilities";
    let mut stranger = ask(uri, json!({"applications": ["my:app-1"]}));
    stranger.headers_mut().remove("authorization");
    let tree = server.raw(stranger).await.ok();
    assert_eq!(tree["securitySolutionCasesV3"]["read_cases"], false);
    assert_eq!(tree["navLinks"]["my:app-1"], true);
    for id in [json!("my app"), json!(""), json!("ä"), json!(1)] {
        server
            .raw(ask(uri, json!({"applications": [id]})))
            .await
            .refused(400, "Invalid application id");
    }
    server
        .raw(ask(uri, json!({})))
        .await
        .refused(400, "[request body.applications]");
    let odd = ask(
        &format!("{uri}?useDefaultCapabilities=maybe"),
        json!({"applications": []}),
    );
    server.raw(odd).await.refused(400, "useDefaultCapabilities");
    let outside = Server::of(Profile::V9);
    let body = Some(json!({"applications": []}));
    outside
        .send("POST", uri, body)
        .await
        .refused(400, "exists but is not available");
}

#[tokio::test]
async fn b178_unreadable_owners_are_left_out_of_tags() {
    let nobody = Key::new("nobody").with("default", Rights::None);
    let reader = Key::new("reader").with("default", Rights::Read);
    let server = Server::with_keys(&[&nobody, &reader]);
    server.case(json!({"tags": ["seen"]})).await;
    server
        .case(json!({"tags": ["other"], "owner": "cases"}))
        .await;
    let uri = "/api/cases/tags?owner=securitySolution&owner=not-real";
    for caller in [&server, &server.as_key(&reader)] {
        assert_eq!(caller.get(uri).await.ok(), json!(["seen"]));
        let unreadable = caller.get("/api/cases/tags?owner=not-real").await;
        assert_eq!(unreadable.ok(), json!([]));
        let all = caller.get("/api/cases/tags").await.ok();
        assert_eq!(all, json!(["other", "seen"]));
    }
    let refusal = "Unauthorized to access case of any owner";
    let locked_out = server.as_key(&nobody);
    locked_out.get(uri).await.refused_exactly(403, refusal);
}

#[tokio::test]
async fn comment_of_an_owner_that_nothing_registers_is_403() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let text = "Unauthorized to create comments with owners: \"nobody\"";
    let mut body = comment_body("hi");
    body["owner"] = json!("nobody");
    for case in [&case, &json!({"id": "nope"})] {
        server
            .post_comment(case, body.clone())
            .await
            .refused_exactly(403, text);
    }
    let uri = format!("/internal/cases/{}/attachments/_bulk_create", id(&case));
    let text = "Unauthorized to create comments with owners: \"nobody, securitySolution\"";
    server
        .internal("POST", &uri, Some(json!([comment_body("hi"), body])))
        .await
        .refused_exactly(403, text);
}

#[tokio::test]
async fn internal_writes_ask_for_their_right() {
    let reader = Key::new("reader").with("default", Rights::Read);
    let server = Server::with_keys(&[&reader]);
    let case = server.case(json!({})).await;
    let reading = server.as_key(&reader);
    let ask = async |method: &str, uri: &str, body: Value| {
        reading.raw(internal(&reading, method, uri, body)).await
    };
    let of_case = format!("/internal/cases/{}", id(&case));
    let bulk = json!([comment_body("hi")]);
    ask("POST", &format!("{of_case}/attachments/_bulk_create"), bulk)
        .await
        .refused_exactly(
            403,
            "Unauthorized to create comments with owners: \"securitySolution\"",
        );
    let field = json!({"value": "v", "caseVersion": case["version"]});
    ask("PUT", &format!("{of_case}/custom_fields/a"), field)
        .await
        .refused_exactly(
            403,
            "Unauthorized to update case with owners: \"securitySolution\"",
        );
    let files = json!({"ids": ["x"]});
    ask(
        "POST",
        &format!("{of_case}/attachments/files/_bulk_delete"),
        files,
    )
    .await
    .refused_exactly(
        403,
        "Unauthorized to delete comments with owners: \"securitySolution\"",
    );
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["version"], case["version"], "nothing was written");
}

#[tokio::test]
async fn internal_lists_ask_for_the_right_to_read() {
    let [nobody, reader, _] = keys();
    let server = Server::with_keys(&[&nobody, &reader]);
    let case = server.case(json!({})).await;
    let of_case = format!("/internal/cases/{}", id(&case));
    let of_owner = |deed: &str| format!("Unauthorized to {deed} with owners: \"securitySolution\"");
    let ids = json!({"ids": ["x"]});
    for (method, uri, body, refusal) in [
        (
            "GET",
            format!("/api/cases/{}/resolve", id(&case)),
            Value::Null,
            of_owner("access case"),
        ),
        (
            "GET",
            format!("{of_case}/_users"),
            Value::Null,
            of_owner("access case"),
        ),
        (
            "GET",
            format!("/internal/cases/metrics/{}", id(&case)),
            Value::Null,
            of_owner("access case"),
        ),
        (
            "POST",
            format!("{of_case}/_similar"),
            json!({}),
            of_owner("access case"),
        ),
        (
            "POST",
            format!("{of_case}/attachments/_bulk_get"),
            ids,
            of_owner("access comments"),
        ),
        (
            "GET",
            format!("{of_case}/user_actions/_find"),
            Value::Null,
            of_owner("access user actions"),
        ),
        (
            "GET",
            format!("{of_case}/user_actions/_stats"),
            Value::Null,
            of_owner("access user actions"),
        ),
        (
            "POST",
            "/internal/cases/_search".to_owned(),
            json!({}),
            "Unauthorized to access cases of any owner".to_owned(),
        ),
    ] {
        let ask = async |key: &Key| {
            let caller = server.as_key(key);
            caller
                .raw(internal(&caller, method, &uri, body.clone()))
                .await
        };
        ask(&nobody).await.refused_exactly(403, &refusal);
        assert_eq!(ask(&reader).await.status, 200, "{method} {uri}");
    }
}
