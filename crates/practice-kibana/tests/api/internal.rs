//! Routes for Kibana's own use: several things at once, search by body, figures and people of a case.

use practice_kibana::{Alert, Key, Profile, Rights};
use serde_json::{Value, json};

use crate::support::{INDEX, Reply, Server, alert_body, array, comment_body, each, id};

async fn post(server: &Server, uri: &str, body: Value) -> Reply {
    server.internal("POST", uri, Some(body)).await
}

async fn bulk_create(server: &Server, case: &Value, bodies: Vec<Value>) -> Reply {
    let uri = format!("/internal/cases/{}/attachments/_bulk_create", id(case));
    post(server, &uri, Value::Array(bodies)).await
}

#[tokio::test]
async fn internal_routes_want_an_internal_origin() {
    let server = Server::of(Profile::V9);
    for (method, uri) in [
        ("POST", "/internal/cases/_bulk_get"),
        ("POST", "/internal/cases/_search"),
        ("GET", "/api/cases/x/resolve"),
        ("POST", "/internal/cases/x/attachments/_bulk_create"),
        ("POST", "/internal/cases/x/attachments/_bulk_get"),
        ("POST", "/internal/cases/x/attachments/files/_bulk_delete"),
        ("GET", "/internal/cases/x/user_actions/_find"),
        ("GET", "/internal/cases/x/user_actions/_stats"),
        ("GET", "/internal/cases/x/_users"),
        ("GET", "/internal/cases/metrics/x"),
        ("POST", "/internal/cases/x/observables"),
        ("POST", "/internal/cases/x/_similar"),
        ("PUT", "/internal/cases/x/custom_fields/y"),
        ("POST", "/internal/cases/_suggest_user_profiles"),
        ("POST", "/internal/security/user_profile/_bulk_get"),
        ("GET", "/internal/security/user_profile"),
    ] {
        let text = format!(
            "uri [{uri}] with method [{}] exists but is not available with the current configuration",
            method.to_lowercase()
        );
        server
            .send(method, uri, None)
            .await
            .refused_exactly(400, &text);
        let open = Server::of(Profile::V8_18).send(method, uri, None).await;
        let refused = open.body["message"].as_str().unwrap_or_default();
        assert!(
            !refused.contains("not available"),
            "{method} {uri}: {refused}"
        );
    }
}

#[tokio::test]
async fn several_cases_at_once() {
    let reader = Key::new("outsider").with("default", Rights::None);
    let server = Server::with_keys(&[&reader]);
    let case = server.case(json!({})).await;
    let uri = "/internal/cases/_bulk_get";
    let found = post(&server, uri, json!({"ids": [id(&case), "nope"]}))
        .await
        .ok();
    assert_eq!(each(&found["cases"], "id"), [id(&case)]);
    assert_eq!(
        found["errors"],
        json!([{"error": "Not Found", "message": "Saved object [cases/nope] not found", "status": 404, "caseId": "nope"}])
    );
    let outside = post(&server.as_key(&reader), uri, json!({"ids": [id(&case)]}))
        .await
        .ok();
    assert_eq!(outside["cases"], json!([]));
    assert_eq!(outside["errors"][0]["status"], 403);
    let ids = |n: usize| json!({"ids": vec!["x"; n]});
    post(&server, uri, ids(1001))
        .await
        .refused(400, "Array must be of length <= 1000");
    post(&server, uri, ids(0))
        .await
        .refused(400, "Array must be of length >= 1");
    assert_eq!(
        array(&post(&server, uri, ids(1000)).await.ok()["errors"]).len(),
        1000
    );
}

#[tokio::test]
async fn search_by_body_filters_custom_fields_too() {
    let server = Server::empty();
    let fields = json!([{"key": "a", "label": "A", "type": "text", "required": false}]);
    let configuration = json!({
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "closure_type": "close-by-user", "owner": "securitySolution", "customFields": fields,
    });
    server
        .send("POST", "/api/cases/configure", Some(configuration))
        .await
        .ok();
    for value in ["x", "y", "z"] {
        let fields = json!([{"key": "a", "type": "text", "value": value}]);
        server
            .case(json!({"title": value, "customFields": fields}))
            .await;
    }
    let uri = "/internal/cases/_search";
    let body = json!({"owner": "securitySolution", "customFields": {"a": ["x", "z"]}, "perPage": 1, "sortField": "title", "sortOrder": "desc"});
    let found = post(&server, uri, body).await.ok();
    assert_eq!(each(&found["cases"], "title"), ["z"]);
    assert_eq!(
        (&found["total"], &found["count_open_cases"]),
        (&json!(2), &json!(2))
    );
    let all = post(&server, uri, json!({"tags": [], "status": ["open"]}))
        .await
        .ok();
    assert_eq!(all["total"], 3);
    for owner in [json!(["securitySolution", "cases"]), json!([])] {
        let body = json!({"owner": owner, "customFields": {"a": ["x"]}});
        let text = "Owner must be provided. Multiple owners are not supported.";
        post(&server, uri, body).await.refused_exactly(400, text);
    }
    post(&server, uri, json!({"nope": 1}))
        .await
        .refused(400, "invalid keys \"nope\"");
}

#[tokio::test]
async fn resolved_case_is_an_exact_match() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    let uri = format!("/api/cases/{}/resolve", id(&case));
    let resolved = server.internal("GET", &uri, None).await.ok();
    assert_eq!(resolved["outcome"], "exactMatch");
    assert_eq!(resolved["case"]["id"], case["id"]);
    assert_eq!(array(&resolved["case"]["comments"]).len(), 1);
    server
        .internal("GET", "/api/cases/nope/resolve", None)
        .await
        .refused_exactly(404, "Saved object [cases/nope] not found");
}

#[tokio::test]
async fn several_attachments_at_once() {
    let server = Server::empty();
    server.put_alert(INDEX, "1");
    let case = server.case(json!({})).await;
    server.attach(&case, &["1"]).await;
    let bodies = vec![
        comment_body("hi"),
        alert_body(&["1", "2"]),
        alert_body(&["2", "3"]),
        alert_body(&["1"]),
    ];
    let whole = bulk_create(&server, &case, bodies).await.ok();
    let comments = array(&whole["comments"]);
    assert_eq!(
        each(&whole["comments"], "type"),
        ["alert", "user", "alert", "alert"]
    );
    assert_eq!(
        (&comments[2]["alertId"], &comments[3]["alertId"]),
        (&json!(["2"]), &json!(["3"]))
    );
    assert_eq!(whole["totalAlerts"], 3);
    for comment in &comments[1..] {
        assert_eq!(comment["created_at"], whole["updated_at"]);
    }
    let actions = server.user_actions(&case, "types=comment").await;
    assert_eq!(actions.len(), 4);
    let again = bulk_create(&server, &case, vec![alert_body(&["1"])])
        .await
        .ok();
    assert_eq!(again["version"], whole["version"], "nothing was written");
    bulk_create(&server, &case, Vec::new()).await.ok();
    let many = vec![comment_body("hi"); 100];
    let whole = bulk_create(&server, &case, many).await.ok();
    assert_eq!(array(&whole["comments"]).len(), 104);
}

#[tokio::test]
async fn one_bad_attachment_refuses_all() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let bad = [comment_body("hi"), comment_body("")];
    let reply = bulk_create(&server, &case, bad.to_vec()).await;
    reply.refused(400, "The comment field cannot be an empty string.");
    let mut foreign = comment_body("hi");
    foreign["owner"] = json!("cases");
    let reply = bulk_create(&server, &case, vec![comment_body("hi"), foreign]).await;
    reply.refused(400, "The owner field of the comment must match the case");
    let many = vec![comment_body("hi"); 101];
    bulk_create(&server, &case, many)
        .await
        .refused(400, "Array must be of length <= 100");
    let ids: Vec<String> = (0..600).map(|n| n.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let full = vec![alert_body(&ids), alert_body(&ids)];
    let text = "Case has reached the maximum allowed number (1000) of attached alerts.";
    bulk_create(&server, &case, full)
        .await
        .refused_exactly(400, text);
    let now = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(now["version"], case["version"], "nothing was written");
    bulk_create(&server, &json!({"id": "nope"}), vec![comment_body("hi")])
        .await
        .refused_exactly(404, "Saved object [cases/nope] not found");
}

#[tokio::test]
async fn several_attachments_are_read_at_once() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let mine = server.comment(&case, "mine").await["comments"][0].clone();
    let theirs = server.comment(&other, "theirs").await["comments"][0].clone();
    let uri = format!("/internal/cases/{}/attachments/_bulk_get", id(&case));
    let ids = json!({"ids": [id(&mine), id(&theirs), "nope"]});
    let found = post(&server, &uri, ids).await.ok();
    assert_eq!(found["attachments"], json!([mine]));
    assert_eq!(
        each(&found["errors"], "attachmentId"),
        [id(&theirs), "nope"]
    );
    assert_eq!(each(&found["errors"], "status"), [404, 404]);
    let too_many = json!({"ids": vec!["x"; 101]});
    post(&server, &uri, too_many)
        .await
        .refused(400, "Array must be of length <= 100");
}

#[tokio::test]
async fn user_actions_by_author_and_words() {
    let ana = Key::new("ana").with("*", Rights::All);
    let server = Server::with_keys(&[&ana]);
    let case = server.case(json!({})).await;
    server.comment(&case, "first").await;
    server.as_key(&ana).comment(&case, "Second words").await;
    let find = async |query: &str| {
        let uri = format!("/internal/cases/{}/user_actions/_find?{query}", id(&case));
        server.internal("GET", &uri, None).await
    };
    let all = find("").await.ok();
    assert_eq!((&all["total"], &all["perPage"]), (&json!(3), &json!(20)));
    assert_eq!(
        each(&all["latestAttachments"], "comment"),
        ["first", "Second words"]
    );
    let by_ana = find("authors=ana&authors=nobody").await.ok();
    assert_eq!(
        each(&by_ana["latestAttachments"], "comment"),
        ["Second words"]
    );
    assert_eq!(find("authors=u_ana_0").await.ok()["total"], 1);
    let worded = find("search=SECOND").await.ok();
    assert_eq!(each(&worded["userActions"], "type"), ["comment"]);
    find("nope=1").await.refused(400, "invalid keys \"nope\"");
    let uri = format!("/api/cases/{}/user_actions/_find?authors=ana", id(&case));
    server
        .get(&uri)
        .await
        .refused(400, "invalid keys \"authors\"");
}

#[tokio::test]
async fn user_actions_are_counted() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "one").await;
    server.comment(&case, "two").await;
    server.attach(&case, &["1"]).await;
    let comment = format!(
        "/api/cases/{}/comments/{}",
        id(&case),
        id(&whole["comments"][0])
    );
    server.send("DELETE", &comment, None).await.no_content();
    let uri = format!("/internal/cases/{}/user_actions/_stats", id(&case));
    assert_eq!(
        server.internal("GET", &uri, None).await.ok(),
        json!({
            "total": 5, "total_comments": 2, "total_other_actions": 2, "total_deletions": 1,
            "total_comment_deletions": 1, "total_comment_creations": 2, "total_hidden_comment_updates": 0,
            "total_other_action_deletions": 0,
        })
    );
}

#[tokio::test]
async fn people_of_a_case() {
    let ana = Key::new("ana").with("*", Rights::All);
    let server = Server::with_keys(&[&ana]);
    let case = server
        .case(json!({"assignees": [{"uid": "u_ana_0"}, {"uid": "u_gone_0"}]}))
        .await;
    server.as_key(&ana).comment(&case, "hi").await;
    let case = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    server
        .patched(&case, json!({"assignees": [{"uid": "u_ana_0"}]}))
        .await;
    let uri = format!("/internal/cases/{}/_users", id(&case));
    let people = server.internal("GET", &uri, None).await.ok();
    let user = json!({"username": "ana", "full_name": "ana", "email": "ana@example.org"});
    assert_eq!(
        people["assignees"],
        json!([{"user": user, "uid": "u_ana_0"}])
    );
    assert_eq!(each(&people["unassignedUsers"], "uid"), ["u_gone_0"]);
    assert_eq!(
        people["unassignedUsers"][0]["user"]["username"],
        Value::Null
    );
    assert_eq!(
        people["participants"][1],
        json!({"user": user, "uid": "u_ana_0"})
    );
    assert_eq!(people["reporter"]["user"]["username"], "mlindqvist");
}

#[tokio::test]
async fn figures_of_a_case() {
    let server = Server::of(Profile::V9);
    server.put_alert(INDEX, "1");
    let case = server.case(json!({})).await;
    server.attach(&case, &["1", "2"]).await;
    let case = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    server.advance(100);
    let case = server
        .patched(&case, json!({"status": "in-progress"}))
        .await;
    server.advance(50);
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    let uri = format!(
        "/internal/cases/metrics/{}?features=alerts.count&features=lifespan&features=connectors",
        id(&case)
    );
    let figures = server.internal("GET", &uri, None).await.ok();
    assert_eq!(figures["alerts"]["count"], 2);
    assert_eq!(figures["connectors"], json!({"total": 0}));
    let lifespan = &figures["lifespan"];
    assert_eq!(
        (&lifespan["creationDate"], &lifespan["closeDate"]),
        (&closed["created_at"], &closed["closed_at"])
    );
    let seconds = |name: &str| lifespan["statusInfo"][name].as_i64().unwrap() / 1000;
    assert_eq!(
        (seconds("openDuration"), seconds("inProgressDuration")),
        (100, 50)
    );
    assert_eq!(lifespan["statusInfo"]["reopenDates"], json!([]));
    let unknown = format!("/internal/cases/metrics/{}?features=nope", id(&case));
    server
        .internal("GET", &unknown, None)
        .await
        .refused(400, "supplied to \"features\"");
}

#[tokio::test]
async fn hosts_and_users_of_the_alerts_are_counted() {
    let server = Server::new(practice_kibana::Options::default());
    let found = server.get("/s/soc/api/cases/_find?perPage=100").await.ok();
    let case = array(&found["cases"])
        .into_iter()
        .find(|case| case["totalAlerts"].as_u64() > Some(2))
        .expect("the practice world has alerts");
    let uri = format!(
        "/s/soc/internal/cases/metrics/{}?features=alerts.hosts&features=alerts.users",
        id(&case)
    );
    let figures = server.internal("GET", &uri, None).await.ok();
    let hosts = &figures["alerts"]["hosts"];
    assert_eq!(
        hosts["total"].as_u64(),
        Some(array(&hosts["values"]).len() as u64)
    );
    assert!(hosts["values"][0]["name"].is_string(), "{figures}");
    assert!(
        figures["alerts"]["users"]["total"].as_u64() > Some(0),
        "{figures}"
    );
}

#[tokio::test]
async fn users_are_suggested() {
    let (ana, ben, cleo) = (
        Key::new("ana").with("*", Rights::All),
        Key::new("ben").with("soc", Rights::None),
        Key::new("cleo").with("default", Rights::Read),
    );
    let server = Server::with_keys(&[&ana, &ben, &cleo]);
    let uri = "/internal/cases/_suggest_user_profiles";
    let suggest =
        |name: &str, size: u32| json!({"name": name, "owners": ["securitySolution"], "size": size});
    let found = post(&server, uri, suggest("AN", 10)).await.ok();
    assert_eq!(
        found,
        json!([{
            "uid": "u_ana_0", "enabled": true, "data": {},
            "user": {"username": "ana", "full_name": "ana", "email": "ana@example.org"},
        }])
    );
    assert_eq!(
        array(&post(&server, uri, suggest("", 2)).await.ok()).len(),
        2
    );
    let nobody = json!({"name": "", "owners": []});
    assert_eq!(post(&server, uri, nobody).await.ok(), json!([]));
    post(&server, uri, suggest("", 0))
        .await
        .refused(400, "The size field cannot be less than 1.");
    post(&server, uri, suggest("", 11))
        .await
        .refused(400, "The size field cannot be more than 10.");
    let text = "In order to retrieve suggested user profiles, you must be subscribed to an Elastic Platinum license";
    post(&Server::basic(), uri, suggest("", 1))
        .await
        .refused_exactly(403, text);
    let reading = post(&server.as_key(&cleo), uri, suggest("ana", 1)).await;
    assert_eq!(each(&reading.ok(), "uid"), ["u_ana_0"]);
    post(&server.as_key(&ben), &format!("/s/soc{uri}"), suggest("", 1)).await.refused_exactly(
        403,
        "API [POST /internal/cases/_suggest_user_profiles] is unauthorized for user, this action is granted by the Kibana privileges [casesSuggestUserProfiles]",
    );
}

#[tokio::test]
async fn profiles_by_uid() {
    let mut anonymous = Key::new("anonymous").with("*", Rights::All);
    anonymous.user.profile_uid = None;
    let ana = Key::new("ana").with("*", Rights::Read);
    let nobody = Key::new("nobody").with("default", Rights::None);
    let server = Server::with_keys(&[&ana, &anonymous, &nobody]);
    let uri = "/internal/security/user_profile/_bulk_get";
    let wanted = json!({"uids": ["u_ana_0", "u_unknown_0"], "dataPath": "avatar"});
    for caller in [&server, &server.as_key(&ana)] {
        let found = post(caller, uri, wanted.clone()).await.ok();
        assert_eq!(each(&found, "uid"), ["u_ana_0"]);
    }
    post(&server.as_key(&nobody), uri, wanted).await.refused_exactly(
        403,
        "API [POST /internal/security/user_profile/_bulk_get] is unauthorized for user, this action is granted by the Kibana privileges [bulkGetUserProfiles]",
    );
    for odd in [json!({}), json!({"uids": "u_ana_0"}), json!({"uids": [1]})] {
        post(&server, uri, odd)
            .await
            .refused(400, "supplied to \"uids\"");
    }
    let own = "/internal/security/user_profile?dataPath=avatar";
    let mine = server.as_key(&ana).internal("GET", own, None).await.ok();
    assert_eq!(mine["uid"], "u_ana_0");
    server
        .as_key(&anonymous)
        .internal("GET", own, None)
        .await
        .refused_exactly(404, "Not Found");
}

#[tokio::test]
async fn figures_follow_a_case_that_is_reopened() {
    let server = Server::empty();
    let mut case = server.case(json!({})).await;
    let mut reopened = Vec::new();
    for (seconds, status) in [
        (100, "in-progress"),
        (50, "closed"),
        (1000, "open"),
        (20, "closed"),
        (1000, "in-progress"),
    ] {
        server.advance(seconds);
        let was_closed = case["status"] == "closed";
        case = server.patched(&case, json!({ "status": status })).await;
        if was_closed {
            reopened.push(case["updated_at"].clone());
        }
    }
    server.advance(7);
    let uri = format!("/internal/cases/metrics/{}?features=lifespan", id(&case));
    let figures = server.internal("GET", &uri, None).await.ok();
    let lifespan = &figures["lifespan"];
    assert_eq!(
        (&lifespan["creationDate"], &lifespan["closeDate"]),
        (&case["created_at"], &Value::Null)
    );
    let info = &lifespan["statusInfo"];
    assert_eq!(info["reopenDates"], json!(reopened));
    let seconds = |name: &str| info[name].as_i64().unwrap() / 1000;
    assert_eq!(
        (seconds("openDuration"), seconds("inProgressDuration")),
        (120, 57)
    );
}

#[tokio::test]
async fn hosts_and_users_are_counted_by_name() {
    let server = Server::empty();
    for (alert, host, user) in [
        ("1", "ws-1", "ana"),
        ("2", "ws-2", "ana"),
        ("3", "ws-2", "ben"),
        ("4", "ws-2", "ana"),
    ] {
        let source = json!({"host": {"name": host}, "user.name": user});
        server.practice.put_alert(Alert {
            space: "default".to_owned(),
            index: INDEX.to_owned(),
            id: alert.to_owned(),
            source: source.as_object().cloned().unwrap(),
        });
    }
    let connector = json!({"id": "j", "name": "J", "type": ".jira", "fields": null});
    let case = server.case(json!({ "connector": connector })).await;
    server
        .attach(&case, &["1", "2", "3", "4", "in no index"])
        .await;
    let figures = async |features: &str| {
        let uri = format!("/internal/cases/metrics/{}?{features}", id(&case));
        server.internal("GET", &uri, None).await.ok()
    };
    let count = |name: &str, count: u32| json!({"id": name, "name": name, "count": count});
    assert_eq!(
        figures("features=alerts.hosts&features=alerts.users&features=alerts.count").await,
        json!({"alerts": {
            "count": 5,
            "hosts": {"total": 2, "values": [count("ws-2", 3), count("ws-1", 1)]},
            "users": {"total": 2, "values": [count("ana", 3), count("ben", 1)]},
        }})
    );
    assert_eq!(
        figures("features=connectors&features=actions.isolateHost").await,
        json!({
            "connectors": {"total": 1},
            "actions": {"isolateHost": {"isolate": {"total": 0}, "unisolate": {"total": 0}}},
        })
    );
    assert_eq!(figures("").await, json!({}));
}

#[tokio::test]
async fn latest_attachments_are_those_of_the_page() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for text in ["one", "two", "three"] {
        server.comment(&case, text).await;
    }
    let find = async |query: &str| {
        let uri = format!("/internal/cases/{}/user_actions/_find?{query}", id(&case));
        server.internal("GET", &uri, None).await.ok()
    };
    for (query, expected) in [
        ("perPage=1", vec![]),
        ("perPage=2", vec!["one"]),
        ("sortOrder=desc&perPage=1", vec!["three"]),
        ("types=comment&page=2&perPage=2", vec!["three"]),
        ("types=title", vec![]),
        ("search=%20", vec!["one", "two", "three"]),
        ("search=tw", vec!["two"]),
    ] {
        let found = find(query).await;
        assert_eq!(
            each(&found["latestAttachments"], "comment"),
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn who_is_assigned_again_is_not_unassigned() {
    let server = Server::empty();
    let assigned = |uids: &[&str]| {
        let assignees: Vec<Value> = uids.iter().map(|uid| json!({ "uid": uid })).collect();
        json!({ "assignees": assignees })
    };
    let case = server.case(assigned(&["u_a_0", "u_b_0", "u_c_0"])).await;
    let case = server.patched(&case, assigned(&["u_c_0"])).await;
    server.patched(&case, assigned(&["u_c_0", "u_a_0"])).await;
    let uri = format!("/internal/cases/{}/_users", id(&case));
    let people = server.internal("GET", &uri, None).await.ok();
    assert_eq!(each(&people["assignees"], "uid"), ["u_c_0", "u_a_0"]);
    assert_eq!(each(&people["unassignedUsers"], "uid"), ["u_b_0"]);
    assert_eq!(array(&people["participants"]).len(), 1);
}

#[tokio::test]
async fn deletions_and_updates_are_counted_apart() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "one").await;
    let comment = &whole["comments"][0];
    let mut body = comment_body("new");
    body["id"] = comment["id"].clone();
    body["version"] = comment["version"].clone();
    let comments = format!("/api/cases/{}/comments", id(&case));
    server.send("PATCH", &comments, Some(body)).await.ok();
    server.attach(&case, &["1"]).await;
    server.send("DELETE", &comments, None).await.no_content();
    let uri = format!("/internal/cases/{}/user_actions/_stats", id(&case));
    assert_eq!(
        server.internal("GET", &uri, None).await.ok(),
        json!({
            "total": 6, "total_comments": 1, "total_other_actions": 3, "total_deletions": 2,
            "total_comment_deletions": 1, "total_comment_creations": 1, "total_hidden_comment_updates": 1,
            "total_other_action_deletions": 1,
        })
    );
}
