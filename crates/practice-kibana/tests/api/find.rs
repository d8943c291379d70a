//! B095 to B124.

use practice_kibana::{Key, Options, Profile, Rights, World};
use serde_json::{Value, json};

use crate::support::{Server, each, id};

fn titles(found: &Value) -> Vec<Value> {
    each(&found["cases"], "title")
}

fn counts(found: &Value) -> [&Value; 3] {
    [
        "count_open_cases",
        "count_in_progress_cases",
        "count_closed_cases",
    ]
    .map(|name| &found[name])
}

async fn refused(query: &str, text: &str) {
    Server::empty()
        .get(&format!("/api/cases/_find?{query}"))
        .await
        .refused(400, text);
}

#[tokio::test]
async fn b095_empty_server() {
    let expected = json!({
        "cases": [], "page": 1, "per_page": 20, "total": 0,
        "count_open_cases": 0, "count_in_progress_cases": 0, "count_closed_cases": 0,
    });
    assert_eq!(Server::empty().find("").await, expected);
}

#[tokio::test]
async fn b096_oldest_first_by_default() {
    let server = Server::empty();
    for title in ["a", "b", "c"] {
        server.case(json!({ "title": title })).await;
    }
    assert_eq!(titles(&server.find("").await), ["a", "b", "c"]);
    assert_eq!(
        titles(&server.find("sortOrder=desc").await),
        ["c", "b", "a"]
    );
}

#[tokio::test]
async fn b097_tag_filters_exactly() {
    let server = Server::empty();
    server.case(json!({"title": "a", "tags": ["unique"]})).await;
    server.case(json!({"title": "b", "tags": ["c,d"]})).await;
    let found = server.find("tags=unique").await;
    assert_eq!(
        (titles(&found), &found["total"]),
        (vec![json!("a")], &json!(1))
    );
    assert_eq!(counts(&found), [1, 0, 0]);
    assert_eq!(
        server.find("tags=c").await["total"],
        0,
        "commas do not split"
    );
    assert_eq!(
        server.find("tags=").await["total"],
        2,
        "an empty filter is none"
    );
}

#[tokio::test]
async fn b098_tags_are_literal_and_any_of_them_will_do() {
    let server = Server::empty();
    for (title, tag) in [("a", "unique"), ("b", "rule:x\\\"y"), ("c", "rule")] {
        server.case(json!({"title": title, "tags": [tag]})).await;
    }
    assert_eq!(titles(&server.find("tags=rule%3Ax%5C%22y").await), ["b"]);
    assert_eq!(
        titles(&server.find("tags=unique&tags=rule%3Ax%5C%22y").await),
        ["a", "b"]
    );
}

/// A server with an open case `a`, `b` in progress and a closed `c`.
async fn one_of_each_status() -> Server {
    let server = Server::empty();
    for (title, status) in [("a", "open"), ("b", "in-progress"), ("c", "closed")] {
        let case = server.case(json!({ "title": title })).await;
        if status != "open" {
            server.patched(&case, json!({ "status": status })).await;
        }
    }
    server
}

#[tokio::test]
async fn b099_counts_ignore_the_filter_by_status() {
    let found = one_of_each_status().await.find("status=closed").await;
    assert_eq!(
        (titles(&found), &found["total"]),
        (vec![json!("c")], &json!(1))
    );
    assert_eq!(counts(&found), [1, 1, 1]);
}

#[tokio::test]
async fn b100_any_of_several_statuses() {
    let server = one_of_each_status().await;
    assert_eq!(
        titles(&server.find("status=closed&status=open").await),
        ["a", "c"]
    );
    refused(
        "status=nope",
        "Invalid value \"nope\" supplied to \"status\"",
    )
    .await;
}

#[tokio::test]
async fn b107_cases_are_counted_by_status() {
    assert_eq!(
        counts(&one_of_each_status().await.find("").await),
        [1, 1, 1]
    );
}

#[tokio::test]
async fn b101_severity() {
    let server = Server::empty();
    for severity in ["high", "low", "critical"] {
        server
            .case(json!({"title": severity, "severity": severity}))
            .await;
    }
    assert_eq!(titles(&server.find("severity=high").await), ["high"]);
    assert_eq!(
        titles(&server.find("severity=high&severity=low").await),
        ["high", "low"]
    );
    let found = server.find("severity=medium").await;
    assert_eq!(
        (&found["total"], counts(&found)),
        (&json!(0), [&json!(0); 3])
    );
}

#[tokio::test]
async fn b102_category() {
    let server = Server::empty();
    for category in ["foobar", "other", "third"] {
        server
            .case(json!({"title": category, "category": category}))
            .await;
    }
    assert_eq!(
        titles(&server.find("category=foobar&category=other").await),
        ["foobar", "other"]
    );
}

/// A server with a case of the analyst and one of Ana.
async fn two_reporters() -> Server {
    let ana = Key::new("ana").with("*", Rights::All);
    let server = Server::with_keys(&[&ana]);
    server.case(json!({"title": "mara's"})).await;
    server.as_key(&ana).case(json!({"title": "ana's"})).await;
    server
}

#[tokio::test]
async fn b103_reporters_by_name() {
    let server = two_reporters().await;
    assert_eq!(titles(&server.find("reporters=ana").await), ["ana's"]);
    assert_eq!(server.find("reporters=nobody").await["total"], 0);
}

#[tokio::test]
async fn b104_reporters_by_profile_mixed_with_names() {
    let server = two_reporters().await;
    assert_eq!(titles(&server.find("reporters=u_ana_0").await), ["ana's"]);
    assert_eq!(
        server.find("reporters=u_ana_0&reporters=mlindqvist").await["total"],
        2
    );
}

#[tokio::test]
async fn b105_comments_of_people_are_counted_and_left_out() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    server.attach(&case, &["1"]).await;
    let found = &server.find("").await["cases"][0];
    assert_eq!(
        (&found["comments"], &found["totalComment"]),
        (&json!([]), &json!(1))
    );
}

#[tokio::test]
async fn b106_alerts_are_counted_once() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.attach(&case, &["1"]).await;
    server.attach(&case, &["1"]).await;
    server.attach(&case, &["2"]).await;
    assert_eq!(server.find("").await["cases"][0]["totalAlerts"], 2);
}

#[tokio::test]
async fn b108_titles_are_sorted_by_bytes() {
    let server = Server::empty();
    for title in ["c", "B", "a", "b"] {
        server.case(json!({ "title": title })).await;
    }
    assert_eq!(
        titles(&server.find("sortField=title&sortOrder=asc").await),
        ["B", "a", "b", "c"]
    );
    assert_eq!(
        titles(&server.find("sortField=title&sortOrder=desc").await),
        ["c", "b", "a", "B"]
    );
}

#[tokio::test]
async fn b109_severities_are_sorted_by_weight() {
    let server = Server::empty();
    for severity in ["critical", "low", "high", "medium"] {
        server.case(json!({ "severity": severity })).await;
    }
    let found = server.find("sortField=severity&sortOrder=asc").await;
    assert_eq!(
        each(&found["cases"], "severity"),
        ["low", "medium", "high", "critical"]
    );
}

#[tokio::test]
async fn cases_without_a_value_come_last_in_both_directions() {
    let server = Server::empty();
    server.case(json!({"title": "new"})).await;
    for title in ["first", "second"] {
        let case = server.case(json!({ "title": title })).await;
        server.patched(&case, json!({"severity": "high"})).await;
    }
    assert_eq!(
        titles(&server.find("sortField=updatedAt&sortOrder=asc").await),
        ["first", "second", "new"]
    );
    assert_eq!(
        titles(&server.find("sortField=updatedAt&sortOrder=desc").await),
        ["second", "first", "new"]
    );
}

#[tokio::test]
async fn b110_search_finds_words() {
    let server = Server::empty();
    server
        .case(json!({"title": "Super Bad Security Issue"}))
        .await;
    server
        .case(json!({"title": "other", "description": "seen on web-07", "tags": ["secret"]}))
        .await;
    for (search, total) in [
        ("Issue", 1),
        ("issue", 1),
        ("Iss", 0),
        ("Iss*", 1),
        ("secret", 0),
        ("%22bad+security%22", 1),
        ("Issue+other", 2),
        ("Issue%20%2B%20other", 0),
        ("", 2),
        ("web-07", 1),
    ] {
        assert_eq!(
            server.find(&format!("search={search}")).await["total"],
            total,
            "{search}"
        );
    }
    assert_eq!(
        server
            .find("search=Issue+other&defaultSearchOperator=AND")
            .await["total"],
        0
    );
    assert_eq!(
        server.find("search=Issue&searchFields=description").await["total"],
        0
    );
    let found = server.find("search=Issue").await;
    assert_eq!(found["count_open_cases"], 2, "counts ignore the search");
}

#[tokio::test]
async fn b111_search_finds_ids() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.case(json!({})).await;
    let search = format!("search={}&searchFields=title", id(&case));
    assert_eq!(
        each(&server.find(&search).await["cases"], "id"),
        [case["id"].clone()]
    );
}

#[tokio::test]
async fn b112_search_fields_are_a_closed_set() {
    let text = "Invalid value \"closed_by.username\" supplied to \"searchFields\"";
    refused("searchFields=closed_by.username", text).await;
    refused(
        "searchFields=title&searchFields=closed_by.username",
        "closed_by.username",
    )
    .await;
    let uri = "/api/cases/_find?searchFields=incremental_id.text";
    Server::of(Profile::V9).get(uri).await.ok();
    Server::of(Profile::V8_18)
        .get(uri)
        .await
        .refused(400, "incremental_id.text");
}

#[tokio::test]
async fn b113_sort_fields_are_a_closed_set() {
    let text = "Invalid value \"foobar\" supplied to \"sortField\"";
    refused("sortField=foobar", text).await;
    refused("sortOrder=up", "supplied to \"sortOrder\"").await;
}

#[tokio::test]
async fn b114_page_size_is_a_number() {
    let text = "Invalid value \"true\" supplied to \"perPage\"";
    refused("perPage=true", text).await;
    refused("perPage=true", "cannot parse to a number").await;
}

#[tokio::test]
async fn b115_page_size_is_limited() {
    refused(
        "perPage=101",
        "The provided perPage value is too high. The maximum allowed perPage value is 100.",
    )
    .await;
}

#[tokio::test]
async fn b116_nothing_behind_10000_cases_is_shown() {
    let text = "Paginating through more than 10000 documents is not possible.";
    refused("page=209&perPage=100", text).await;
    refused("page=101&perPage=100", text).await;
}

#[tokio::test]
async fn b117_exactly_10000_cases_can_be_paged() {
    let found = Server::empty().find("page=100&perPage=100").await;
    assert_eq!(
        (&found["page"], &found["per_page"]),
        (&json!(100), &json!(100))
    );
}

#[tokio::test]
async fn b118_filters_have_100_values_at_most() {
    for name in ["tags", "category", "assignees", "reporters"] {
        refused(
            &vec![format!("{name}=x"); 101].join("&"),
            "Array must be of length <= 100",
        )
        .await;
        Server::empty()
            .find(&vec![format!("{name}=x"); 100].join("&"))
            .await;
    }
}

#[tokio::test]
async fn b119_unknown_parameters_are_400() {
    for name in [
        "notExists",
        "filter",
        "namespaces",
        "rootSearchFields",
        "fields",
    ] {
        refused(&format!("{name}=x"), &format!("invalid keys \"{name}\"")).await;
    }
}

#[tokio::test]
async fn b120_second_page() {
    let server = Server::empty();
    for number in 0..10 {
        server.case(json!({"title": format!("{number}")})).await;
    }
    let found = server.find("perPage=7&page=2").await;
    assert_eq!(titles(&found), ["7", "8", "9"]);
    assert_eq!(
        (&found["total"], counts(&found)),
        (&json!(10), [&json!(10), &json!(0), &json!(0)])
    );
    let beyond = server.find("perPage=7&page=3").await;
    assert_eq!(
        (&beyond["cases"], &beyond["total"]),
        (&json!([]), &json!(10))
    );
}

#[tokio::test]
async fn b121_range_is_inclusive() {
    let server = Server::empty();
    let first = server.case(json!({"title": "a"})).await;
    server.advance(60);
    let second = server.case(json!({"title": "b"})).await;
    let at = |case: &Value| case["created_at"].as_str().unwrap().to_owned();
    assert_eq!(
        titles(&server.find(&format!("from={}", at(&second))).await),
        ["b"]
    );
    let found = server.find(&format!("to={}", at(&first))).await;
    assert_eq!(
        (titles(&found), counts(&found)[0]),
        (vec![json!("a")], &json!(1))
    );
    assert_eq!(server.find("from=now-30s").await["total"], 1);
    assert_eq!(
        server.find("from=2025-05-06&to=2025-05-06").await["total"],
        2
    );
    refused(
        "from=%3C",
        "Invalid \"from\" and/or \"to\" query parameters",
    )
    .await;
}

#[tokio::test]
async fn b122_unknown_owner_finds_nothing() {
    let server = Server::empty();
    server.case(json!({})).await;
    let found = server.find("owner=nobody").await;
    assert_eq!(
        (&found["total"], counts(&found)),
        (&json!(0), [&json!(0); 3])
    );
    assert_eq!(
        server.find("owner=nobody&owner=securitySolution").await["total"],
        1
    );
}

#[tokio::test]
async fn b123_caller_without_owner_is_403() {
    let nobody = Key::new("nobody").with("default", Rights::None);
    let server = Server::new(Options {
        keys: vec![nobody.clone()],
        world: World::Empty,
        ..Options::default()
    });
    let reply = server.as_key(&nobody).get("/api/cases/_find").await;
    reply.refused_exactly(403, "Unauthorized to access cases of any owner");
}

#[tokio::test]
async fn b124_assignees_none() {
    let server = Server::empty();
    server.case(json!({"title": "nobody's"})).await;
    for uid in ["u_a_0", "u_b_0"] {
        server
            .case(json!({"title": uid, "assignees": [{"uid": uid}]}))
            .await;
    }
    assert_eq!(titles(&server.find("assignees=none").await), ["nobody's"]);
    assert_eq!(
        titles(&server.find("assignees=none&assignees=u_b_0").await),
        ["nobody's", "u_b_0"]
    );
}
