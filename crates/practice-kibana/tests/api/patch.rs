//! B065 to B091.

use serde_json::{Value, json};

use crate::support::{Reply, Server, array, change, each, id, without};

#[tokio::test]
async fn b065_title_is_changed() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let changed = server.patched(&case, json!({"title": "new"})).await;
    assert_eq!(changed["title"], "new");
    assert_eq!(changed["updated_by"], case["created_by"]);
    assert!(changed["updated_at"].as_str() > case["created_at"].as_str());
    assert_ne!(changed["version"], case["version"]);
    let mut expected = case.clone();
    for field in ["title", "updated_at", "updated_by", "version"] {
        expected[field] = changed[field].clone();
    }
    assert_eq!(changed, expected, "nothing else is changed");
    let read = async |case: &Value| server.get(&format!("/api/cases/{}", id(case))).await.ok();
    assert_eq!(read(&case).await["version"], changed["version"]);
    assert_eq!(read(&other).await["updated_at"], Value::Null);
}

#[tokio::test]
async fn b066_totals_are_right_and_comments_empty() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    let whole = server.attach(&case, &["1", "2"]).await;
    assert_eq!(whole["totalComment"], 2, "attachments are counted there");
    let changed = server.patched(&whole, json!({"title": "new"})).await;
    assert_eq!(changed["comments"], json!([]));
    assert_eq!(
        (&changed["totalComment"], &changed["totalAlerts"]),
        (&json!(1), &json!(2))
    );
    let bare = server.case(json!({})).await;
    let changed = server.patched(&bare, json!({"title": "new"})).await;
    assert_eq!(
        (&changed["totalComment"], &changed["totalAlerts"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test]
async fn b067_closing_sets_who_and_when() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.advance(90);
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    assert_eq!(closed["status"], "closed");
    assert_eq!(closed["closed_by"]["username"], "mlindqvist");
    assert_eq!(closed["closed_by"], closed["updated_by"]);
    assert_eq!(closed["closed_at"], closed["updated_at"]);
    assert_eq!(
        closed["duration"], 90,
        "whole seconds, though it took a millisecond more"
    );
    let other = server.case(json!({})).await;
    let at_once = server.patched(&other, json!({"status": "closed"})).await;
    assert_eq!(at_once["duration"], 0);
    server.advance(60);
    let renamed = server.patched(&closed, json!({"title": "new"})).await;
    for field in ["closed_at", "closed_by", "duration"] {
        assert_eq!(renamed[field], closed[field], "{field} stays");
    }
}

#[tokio::test]
async fn b068_in_progress_closes_nothing() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for status in ["in_progress", "in progress", "acknowledged"] {
        let text = format!("Invalid value \"{status}\" supplied to \"cases,status\"");
        let reply = server.patch(&case, json!({ "status": status })).await;
        reply.refused_exactly(400, &text);
    }
    let changed = server
        .patched(&case, json!({"status": "in-progress"}))
        .await;
    assert_eq!(changed["status"], "in-progress");
    for field in ["closed_at", "closed_by", "duration"] {
        assert_eq!(changed[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn b069_reopening_forgets_the_end() {
    let server = Server::empty();
    for status in ["open", "in-progress"] {
        let case = server.case(json!({})).await;
        let closed = server.patched(&case, json!({"status": "closed"})).await;
        let reopened = server.patched(&closed, json!({"status": status})).await;
        assert_eq!(reopened["status"], status);
        for field in ["duration", "closed_at", "closed_by"] {
            assert_ne!(closed[field], Value::Null, "{field} was set");
            assert_eq!(reopened[field], Value::Null, "{field} of {status}");
        }
    }
}

#[tokio::test]
async fn b070_category_is_set_and_unset() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let set = server.patched(&case, json!({"category": "foobar"})).await;
    assert_eq!(set["category"], "foobar");
    let same = server.patch(&set, json!({"category": "foobar"})).await;
    same.refused(406, "identical");
    let kept = server.patched(&set, json!({"title": "new"})).await;
    assert_eq!(kept["category"], "foobar", "absent is not null");
    let unset = server.patched(&kept, json!({"category": null})).await;
    assert_eq!(unset["category"], Value::Null);
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["category"], Value::Null);
}

#[tokio::test]
async fn b071_each_field_changes_alone() {
    let server = Server::empty();
    let mut case = server.case(json!({})).await;
    let changes = json!({
        "severity": "critical",
        "connector": {"id": "j", "name": "J", "type": ".jira", "fields": null},
        "tags": ["x"],
        "description": "new",
        "settings": {"syncAlerts": false},
        "assignees": [{"uid": "u_a_0"}],
    });
    for (field, value) in changes.as_object().unwrap() {
        let changed = server.patched(&case, json!({ field: value })).await;
        let mut expected = case.clone();
        expected[field] = value.clone();
        for stamp in ["updated_at", "updated_by", "version"] {
            assert_ne!(changed[stamp], Value::Null);
            expected[stamp] = changed[stamp].clone();
        }
        assert_eq!(changed, expected, "only {field} is changed");
        assert_ne!(changed["version"], case["version"]);
        case = changed;
    }
}

#[tokio::test]
async fn b072_stale_version_is_409() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let first = server.patched(&case, json!({"title": "first"})).await;
    let text = format!(
        "These cases {} have been updated. Please refresh before saving additional updates.",
        id(&case)
    );
    server
        .patch(&case, json!({"title": "second"}))
        .await
        .refused_exactly(409, &text);
    let both = [&case, &other].map(|case| change(case, json!({"title": "second"})));
    server
        .send("PATCH", "/api/cases", Some(json!({ "cases": both })))
        .await
        .refused_exactly(409, &text);
    assert_eq!(
        each(&server.find("").await["cases"], "title"),
        ["first", "T"]
    );
    server.patched(&other, json!({"title": "x"})).await;
    let two = [&case, &other].map(|case| change(case, json!({"title": "second"})));
    server
        .send("PATCH", "/api/cases", Some(json!({ "cases": two })))
        .await
        .refused(
            409,
            &format!("These cases {}, {} have been", id(&case), id(&other)),
        );
    server.patched(&first, json!({"title": "second"})).await;
}

#[tokio::test]
async fn b073_unknown_case_is_404() {
    let server = Server::empty();
    let patch = |ids: &[&str]| {
        let cases: Vec<Value> = ids
            .iter()
            .map(|id| json!({"id": id, "version": "x", "title": "t"}))
            .collect();
        server.request("PATCH", "/api/cases", Some(json!({ "cases": cases })))
    };
    for (ids, named) in [
        (vec!["not-real"], "not-real"),
        (vec!["not-real", "nor-this"], "not-real, nor-this"),
    ] {
        let text =
            format!("These cases {named} do not exist. Please check you have the correct ids.");
        server.raw(patch(&ids)).await.refused_exactly(404, &text);
    }
    let case = server.case(json!({})).await;
    server.patched(&case, json!({"title": "t"})).await;
}

#[tokio::test]
async fn b074_one_unknown_case_stops_all() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let unknown = json!({"id": "not-real", "version": "x", "title": "t"});
    let known = change(&case, json!({"title": "new"}));
    for cases in [[&known, &unknown], [&unknown, &known]] {
        server
            .send("PATCH", "/api/cases", Some(json!({ "cases": cases })))
            .await
            .refused_exactly(
                404,
                "These cases not-real do not exist. Please check you have the correct ids.",
            );
    }
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(
        (&read["title"], &read["version"]),
        (&json!("T"), &case["version"])
    );
    server.patched(&case, json!({"title": "new"})).await;
}

/// A patch of these fields is no change; with another title it is one.
async fn unchanged(mut fields: Value) {
    let server = Server::empty();
    let case = server.case(json!({"tags": ["a"]})).await;
    let text = "All update fields are identical to current version.";
    server
        .patch(&case, fields.clone())
        .await
        .refused_exactly(406, text);
    let now = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(now["version"], case["version"]);
    assert_eq!(server.user_actions(&case, "").await.len(), 1);
    fields["title"] = json!("another");
    let changed = server.patched(&case, fields).await;
    assert_eq!(changed["title"], "another");
    let actions = server.user_actions(&case, "").await;
    assert_eq!(actions.len(), 2, "what is identical leaves no trace");
}

#[tokio::test]
async fn b075_identical_values_are_406() {
    unchanged(json!({
        "title": "T", "description": "D", "tags": ["a"], "settings": {"syncAlerts": true},
        "category": null, "severity": "low", "status": "open", "assignees": [], "customFields": [],
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
    }))
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
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(server.case(json!({})).await);
    }
    let patch = async |cases: &[&Value], title: &str| {
        let patches: Vec<Value> = cases
            .iter()
            .map(|case| change(case, json!({ "title": title })))
            .collect();
        server
            .send("PATCH", "/api/cases", Some(json!({ "cases": patches })))
            .await
            .ok()
    };
    let first = patch(&[&cases[2]], "new").await;
    let rest = patch(&[&cases[1], &first[0], &cases[0]], "new").await;
    assert_eq!(
        each(&rest, "id"),
        [cases[1]["id"].clone(), cases[0]["id"].clone()],
        "in the order asked"
    );
    let left_out = server
        .get(&format!("/api/cases/{}", id(&cases[2])))
        .await
        .ok();
    assert_eq!(left_out["version"], first[0]["version"]);
}

#[tokio::test]
async fn b078_owner_stays() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let text = format!(
        "Updating the owner of a case is not allowed ids: [{}]",
        id(&case)
    );
    for owner in ["observability", "nobody"] {
        let fields = json!({"owner": owner, "title": "new"});
        server
            .patch(&case, fields)
            .await
            .refused_exactly(400, &text);
    }
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["version"], case["version"], "nothing was changed");
    let same = json!({"owner": "securitySolution", "title": "new"});
    assert_eq!(server.patched(&case, same).await["title"], "new");
}

async fn patch_alone(body: Value) -> Reply {
    Server::empty()
        .send("PATCH", "/api/cases", Some(json!({"cases": [body]})))
        .await
}

#[tokio::test]
async fn b080_id_and_version_are_required() {
    let whole = json!({"id": "x", "version": "x", "title": "t"});
    for field in ["id", "version"] {
        let text = format!("Invalid value \"undefined\" supplied to \"cases,{field}\"");
        patch_alone(without(whole.clone(), field))
            .await
            .refused_exactly(400, &text);
        let mut wrong = whole.clone();
        wrong[field] = json!(1);
        let text = format!("Invalid value \"1\" supplied to \"cases,{field}\"");
        patch_alone(wrong).await.refused_exactly(400, &text);
    }
    patch_alone(whole).await.refused(404, "do not exist");
}

#[tokio::test]
async fn b081_unknown_key_is_refused() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let fields = json!({"title": "new", "badKey": 1});
    server
        .patch(&case, fields)
        .await
        .refused_exactly(400, "invalid keys \"badKey\"");
    let beside = json!({"cases": [change(&case, json!({"title": "new"}))], "otherKey": 1});
    server
        .send("PATCH", "/api/cases", Some(beside))
        .await
        .refused_exactly(400, "invalid keys \"otherKey\"");
    let changed = server.patched(&case, json!({"title": "new"})).await;
    assert_eq!(changed["title"], "new");
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
    for status in ["open", "in-progress", "closed"] {
        patch_alone(json!({"id": "x", "version": "x", "status": status}))
            .await
            .refused(404, "do not exist");
    }
}

#[tokio::test]
async fn b083_patch_takes_1_to_100_cases() {
    let server = Server::empty();
    let mut cases = Vec::new();
    for _ in 0..101 {
        let case = server.case(json!({})).await;
        cases.push(change(&case, json!({"title": "new"})));
    }
    let patch = async |cases: &[Value]| {
        server
            .send("PATCH", "/api/cases", Some(json!({ "cases": cases })))
            .await
    };
    patch(&[]).await.refused_exactly(
        400,
        "The length of the field cases is too short. Array must be of length >= 1.",
    );
    patch(&cases).await.refused_exactly(
        400,
        "The length of the field cases is too long. Array must be of length <= 100.",
    );
    assert_eq!(
        server.find("sortField=updatedAt&perPage=1").await["cases"][0]["updated_at"],
        Value::Null,
        "nothing was changed"
    );
    let changed = patch(&cases[..100]).await.ok();
    assert_eq!(each(&changed, "id"), each(&json!(cases[..100]), "id"));
    assert_eq!(array(&patch(&cases[100..]).await.ok()).len(), 1);
}

#[tokio::test]
async fn b084_limits_are_those_of_create() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let long = |name: &str, max: usize| {
        format!("The length of the {name} is too long. The maximum length is {max}.")
    };
    let empty = |name: &str| format!("The {name} field cannot be an empty string.");
    let mut faults = Vec::new();
    for (name, max) in [("title", 160), ("description", 30_000), ("category", 50)] {
        faults.push((json!({ name: "x".repeat(max + 1) }), long(name, max)));
        faults.push((json!({ name: "" }), empty(name)));
        faults.push((json!({ name: "  " }), empty(name)));
    }
    faults.push((json!({"tags": ["x".repeat(257)]}), long("tag", 256)));
    faults.push((json!({"tags": ["x", ""]}), empty("tag")));
    faults.push((json!({"tags": [" "]}), empty("tag")));
    let many = "The length of the field tags is too long. Array must be of length <= 200.";
    faults.push((json!({"tags": vec!["x"; 201]}), many.to_owned()));
    let eleven: Vec<Value> = (0..11).map(|n| json!({"uid": format!("u_{n}")})).collect();
    let many = "The length of the field assignees is too long. Array must be of length <= 10.";
    faults.push((json!({ "assignees": eleven }), many.to_owned()));
    for (fields, text) in faults {
        server
            .patch(&case, fields)
            .await
            .refused_exactly(400, &text);
    }
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["version"], case["version"], "nothing was changed");
    let longest = json!({
        "title": "x".repeat(160), "description": "x".repeat(30_000), "category": "x".repeat(50),
        "tags": ["x".repeat(256)], "assignees": eleven[..10],
    });
    let changed = server.patched(&case, longest.clone()).await;
    for (field, value) in longest.as_object().unwrap() {
        assert_eq!(&changed[field], value, "{field}");
    }
    let trimmed = server
        .patched(
            &changed,
            json!({"title": " t ", "tags": [" a "], "category": " c ", "description": " d "}),
        )
        .await;
    assert_eq!(trimmed["title"], "t");
    assert_eq!(trimmed["description"], "d");
    assert_eq!(trimmed["category"], "c");
    assert_eq!(trimmed["tags"], json!(["a"]));
    let many = server
        .patched(&trimmed, json!({"tags": vec!["x"; 200]}))
        .await;
    assert_eq!(array(&many["tags"]).len(), 200);
}

#[tokio::test]
async fn b085_order_and_repetition_of_tags_are_no_change() {
    let server = Server::empty();
    let case = server.case(json!({"tags": ["a", "b"]})).await;
    let text = "All update fields are identical to current version.";
    for tags in [vec!["b", "a"], vec!["a", "b", "b"], vec!["b", "a", "a"]] {
        let reply = server.patch(&case, json!({ "tags": tags })).await;
        reply.refused_exactly(406, text);
    }
    let fields = json!({"tags": ["b", "a"], "title": "new"});
    let changed = server.patched(&case, fields).await;
    assert_eq!(changed["tags"], json!(["a", "b"]), "only the title changed");
    for tags in [json!(["a"]), json!(["a", "b", "c"])] {
        let case = server.case(json!({"tags": ["a", "b"]})).await;
        assert_eq!(
            server.patched(&case, json!({ "tags": tags })).await["tags"],
            tags
        );
    }
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
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(server.case(json!({})).await);
    }
    let patches: Vec<Value> = cases[..2]
        .iter()
        .map(|case| change(case, json!({"title": "x", "status": "closed"})))
        .collect();
    let answer = server
        .send("PATCH", "/api/cases", Some(json!({ "cases": patches })))
        .await
        .ok();
    assert!(answer[0]["updated_at"].is_string());
    assert_eq!(answer[0]["updated_at"], answer[1]["updated_at"]);
    assert_eq!(answer[0]["closed_at"], answer[1]["closed_at"]);
    assert_ne!(answer[0]["version"], answer[1]["version"], "but no version");
    let later = server.patched(&cases[2], json!({"title": "x"})).await;
    assert_ne!(later["updated_at"], answer[0]["updated_at"]);
}

#[tokio::test]
async fn b090_conflict_precedes_no_change() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let fresh = server.patched(&case, json!({"title": "new"})).await;
    let text = format!(
        "These cases {} have been updated. Please refresh before saving additional updates.",
        id(&case)
    );
    for fields in [json!({"title": "new"}), json!({})] {
        let stale = server.patch(&case, fields.clone()).await;
        stale.refused_exactly(409, &text);
        server.patch(&fresh, fields).await.refused(406, "identical");
    }
}

#[tokio::test]
async fn b091_unknown_precedes_conflict() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.patched(&case, json!({"title": "new"})).await;
    let unknown = json!({"id": "not-real", "version": "x", "title": "t"});
    let stale = change(&case, json!({"title": "newer"}));
    for cases in [[&stale, &unknown], [&unknown, &stale]] {
        server
            .send("PATCH", "/api/cases", Some(json!({ "cases": cases })))
            .await
            .refused_exactly(
                404,
                "These cases not-real do not exist. Please check you have the correct ids.",
            );
    }
    server
        .send("PATCH", "/api/cases", Some(json!({"cases": [stale]})))
        .await
        .refused(409, "have been updated");
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["title"], "new");
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
