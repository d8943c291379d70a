//! B065 to B094.

use practice_kibana::Profile;
use serde_json::{Value, json};

use crate::support::{Reply, Server, array, change, each, id};

#[tokio::test]
async fn b065_title_is_changed() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let changed = server.patched(&case, json!({"title": "new"})).await;
    assert_eq!(changed["title"], "new");
    assert_eq!(changed["updated_by"]["username"], "mlindqvist");
    assert!(changed["updated_at"].as_str() > case["created_at"].as_str());
    assert_ne!(changed["version"], case["version"]);
}

#[tokio::test]
async fn b066_totals_are_right_and_comments_empty() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    let case = server.attach(&case, &["1", "2"]).await;
    let changed = server.patched(&case, json!({"title": "new"})).await;
    assert_eq!(changed["comments"], json!([]));
    assert_eq!(
        (&changed["totalComment"], &changed["totalAlerts"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn b067_closing_sets_who_and_when() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.advance(90);
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    assert_eq!(closed["closed_by"], closed["updated_by"]);
    assert_eq!(closed["closed_at"], closed["updated_at"]);
    assert_eq!(closed["duration"], 90);
}

#[tokio::test]
async fn b068_in_progress_closes_nothing() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let changed = server
        .patched(&case, json!({"status": "in-progress"}))
        .await;
    assert_eq!(changed["status"], "in-progress");
    assert_eq!(
        (&changed["closed_at"], &changed["closed_by"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn b069_reopening_forgets_the_end() {
    let server = Server::empty();
    for status in ["open", "in-progress"] {
        let case = server.case(json!({})).await;
        let closed = server.patched(&case, json!({"status": "closed"})).await;
        let reopened = server.patched(&closed, json!({"status": status})).await;
        for field in ["duration", "closed_at", "closed_by"] {
            assert_eq!(reopened[field], Value::Null, "{field} of {status}");
        }
    }
}

#[tokio::test]
async fn b070_category_is_set_and_unset() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let case = server.patched(&case, json!({"category": "foobar"})).await;
    assert_eq!(case["category"], "foobar");
    assert_eq!(
        server.patched(&case, json!({"category": null})).await["category"],
        Value::Null
    );
}

#[tokio::test]
async fn b071_each_field_changes_alone() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let changes = json!({
        "severity": "critical",
        "connector": {"id": "j", "name": "J", "type": ".jira", "fields": null},
        "tags": ["x"],
        "description": "new",
        "settings": {"syncAlerts": false},
        "assignees": [{"uid": "u_a_0"}],
    });
    let mut case = case;
    for (field, value) in changes.as_object().unwrap() {
        case = server.patched(&case, json!({ field: value })).await;
        assert_eq!(&case[field], value);
    }
}

#[tokio::test]
async fn b072_stale_version_is_409() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.patched(&case, json!({"title": "first"})).await;
    let text = format!(
        "These cases {} have been updated. Please refresh before saving additional updates.",
        id(&case)
    );
    server
        .patch(&case, json!({"title": "second"}))
        .await
        .refused_exactly(409, &text);
}

#[tokio::test]
async fn b073_unknown_case_is_404() {
    let reply = Server::empty()
        .patch(
            &json!({"id": "not-real", "version": "x"}),
            json!({"title": "t"}),
        )
        .await;
    reply.refused_exactly(
        404,
        "These cases not-real do not exist. Please check you have the correct ids.",
    );
}

#[tokio::test]
async fn b074_one_unknown_case_stops_all() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let unknown = json!({"id": "not-real", "version": "x", "title": "t"});
    let body = json!({"cases": [change(&case, json!({"title": "new"})), unknown]});
    server
        .send("PATCH", "/api/cases", Some(body))
        .await
        .refused(404, "not-real");
    assert_eq!(
        server.get(&format!("/api/cases/{}", id(&case))).await.ok()["title"],
        "T"
    );
}

async fn unchanged(fields: Value) {
    let server = Server::empty();
    let case = server.case(json!({"tags": ["a"]})).await;
    let text = "All update fields are identical to current version.";
    server.patch(&case, fields).await.refused_exactly(406, text);
    let now = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(now["version"], case["version"]);
}

#[tokio::test]
async fn b075_identical_values_are_406() {
    unchanged(
        json!({"title": "T", "tags": ["a"], "settings": {"syncAlerts": true}, "category": null}),
    )
    .await;
}

#[tokio::test]
async fn b076_no_values_are_406() {
    unchanged(json!({})).await;
}

#[tokio::test]
async fn b079_same_owner_is_406() {
    unchanged(json!({"owner": "securitySolution"})).await;
}

#[tokio::test]
async fn b077_unchanged_cases_are_left_out() {
    let server = Server::empty();
    let (a, b) = (server.case(json!({})).await, server.case(json!({})).await);
    let body =
        json!({"cases": [change(&a, json!({"title": "T"})), change(&b, json!({"title": "new"}))]});
    let answer = server.send("PATCH", "/api/cases", Some(body)).await.ok();
    assert_eq!(each(&answer, "id"), [b["id"].clone()]);
}

#[tokio::test]
async fn b078_owner_stays() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let text = format!(
        "Updating the owner of a case is not allowed ids: [{}]",
        id(&case)
    );
    server
        .patch(&case, json!({"owner": "observability"}))
        .await
        .refused_exactly(400, &text);
}

async fn patch_alone(body: Value) -> Reply {
    Server::empty()
        .send("PATCH", "/api/cases", Some(json!({"cases": [body]})))
        .await
}

#[tokio::test]
async fn b080_id_and_version_are_required() {
    patch_alone(json!({"version": "x"}))
        .await
        .refused(400, "supplied to \"cases,id\"");
    patch_alone(json!({"id": "x"}))
        .await
        .refused(400, "supplied to \"cases,version\"");
}

#[tokio::test]
async fn b081_unknown_key_is_refused() {
    patch_alone(json!({"id": "x", "version": "x", "badKey": 1}))
        .await
        .refused(400, "invalid keys \"badKey\"");
}

#[tokio::test]
async fn b082_unknown_status_is_refused() {
    patch_alone(json!({"id": "x", "version": "x", "status": true}))
        .await
        .refused(400, "Invalid value \"true\" supplied to \"cases,status\"");
    patch_alone(json!({"id": "x", "version": "x", "status": "not-supported"}))
        .await
        .refused(
            400,
            "Invalid value \"not-supported\" supplied to \"cases,status\"",
        );
}

#[tokio::test]
async fn b083_patch_takes_1_to_100_cases() {
    let server = Server::empty();
    let patch = |count: usize| {
        let cases = vec![json!({"id": "x", "version": "y", "title": "t"}); count];
        server.request("PATCH", "/api/cases", Some(json!({"cases": cases})))
    };
    server.raw(patch(0)).await.refused(
        400,
        "The length of the field cases is too short. Array must be of length >= 1.",
    );
    server.raw(patch(101)).await.refused(
        400,
        "The length of the field cases is too long. Array must be of length <= 100.",
    );
    server.raw(patch(100)).await.refused(404, "do not exist");
}

#[tokio::test]
async fn b084_limits_are_those_of_create() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let faults = [
        (
            json!({"title": "x".repeat(161)}),
            "The length of the title is too long. The maximum length is 160.",
        ),
        (
            json!({"title": " "}),
            "The title field cannot be an empty string.",
        ),
        (
            json!({"description": "x".repeat(30_001)}),
            "The maximum length is 30000.",
        ),
        (
            json!({"category": "x".repeat(51)}),
            "The length of the category is too long.",
        ),
        (
            json!({"tags": [""]}),
            "The tag field cannot be an empty string.",
        ),
        (
            json!({"tags": vec!["x"; 201]}),
            "Array must be of length <= 200.",
        ),
    ];
    for (fields, text) in faults {
        server.patch(&case, fields).await.refused(400, text);
    }
}

#[tokio::test]
async fn b085_order_and_repetition_of_tags_are_no_change() {
    let server = Server::empty();
    let case = server.case(json!({"tags": ["a", "b"]})).await;
    server
        .patch(&case, json!({"tags": ["b", "a", "a"]}))
        .await
        .refused(406, "identical");
}

#[tokio::test]
async fn scalars_are_compared_before_they_are_trimmed() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let changed = server.patched(&case, json!({"title": "T "})).await;
    assert_eq!(changed["title"], "T");
    assert_ne!(changed["version"], case["version"]);
}

#[tokio::test]
async fn b089_cases_of_one_patch_share_the_time() {
    let server = Server::empty();
    let (a, b) = (server.case(json!({})).await, server.case(json!({})).await);
    let body =
        json!({"cases": [change(&a, json!({"title": "x"})), change(&b, json!({"title": "y"}))]});
    let answer = server.send("PATCH", "/api/cases", Some(body)).await.ok();
    assert_eq!(answer[0]["updated_at"], answer[1]["updated_at"]);
    assert_ne!(answer[0]["version"], answer[1]["version"], "but no version");
}

#[tokio::test]
async fn b090_conflict_precedes_no_change() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.patched(&case, json!({"title": "new"})).await;
    server
        .patch(&case, json!({"title": "new"}))
        .await
        .refused(409, "have been updated");
}

#[tokio::test]
async fn b091_unknown_precedes_conflict() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.patched(&case, json!({"title": "new"})).await;
    let unknown = json!({"id": "not-real", "version": "x", "title": "t"});
    let body = json!({"cases": [change(&case, json!({"title": "newer"})), unknown]});
    server
        .send("PATCH", "/api/cases", Some(body))
        .await
        .refused(404, "These cases not-real do not exist");
}

#[tokio::test]
async fn b092_first_time_in_progress_is_kept() {
    let server = Server::of(Profile::V9);
    let case = server.case(json!({})).await;
    let first = server
        .patched(&case, json!({"status": "in-progress"}))
        .await;
    assert_eq!(first["in_progress_at"], first["updated_at"]);
    server.advance(60);
    let open = server.patched(&first, json!({"status": "open"})).await;
    let second = server
        .patched(&open, json!({"status": "in-progress"}))
        .await;
    assert_eq!(second["in_progress_at"], first["in_progress_at"]);
}

const TIMES: [&str; 3] = [
    "time_to_acknowledge",
    "time_to_investigate",
    "time_to_resolve",
];

fn times(case: &Value) -> [Value; 3] {
    TIMES.map(|field| case[field].clone())
}

#[tokio::test]
async fn b093_times_are_set_by_closing() {
    let server = Server::of(Profile::V9);
    let case = server.case(json!({})).await;
    server.advance(100);
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    assert_eq!(times(&closed), [json!(100), json!(0), json!(100)]);

    let case = server.case(json!({})).await;
    server.advance(10);
    let case = server
        .patched(&case, json!({"status": "in-progress"}))
        .await;
    assert_eq!(times(&case), [json!(10), Value::Null, Value::Null]);
    server.advance(20);
    let case = server.patched(&case, json!({"status": "closed"})).await;
    assert_eq!(times(&case), [json!(10), json!(20), json!(30)]);
}

#[tokio::test]
async fn b094_times_are_unset_by_reopening() {
    let server = Server::of(Profile::V9);
    let case = server.case(json!({})).await;
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    let reopened = server.patched(&closed, json!({"status": "open"})).await;
    assert_eq!(times(&reopened), [Value::Null, Value::Null, Value::Null]);
    for field in TIMES {
        assert!(reopened.get(field).is_some(), "{field} is null, not absent");
    }
}

#[tokio::test]
async fn the_same_case_twice_is_refused() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let body = json!({"cases": [change(&case, json!({"title": "x"})), change(&case, json!({"title": "y"}))]});
    server
        .send("PATCH", "/api/cases", Some(body))
        .await
        .refused(409, id(&case));
    assert_eq!(array(&server.find("").await["cases"])[0]["title"], "T");
}
