//! B095 to B124.

use practice_kibana::{Key, Profile, Rights};
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
    let server = Server::empty();
    assert_eq!(server.find("").await, expected);
    server.case(json!({})).await;
    let found = server.find("").await;
    assert_eq!((&found["total"], counts(&found)[0]), (&json!(1), &json!(1)));
    assert_eq!(each(&found["cases"], "title"), ["T"]);
}

#[tokio::test]
async fn b096_oldest_first_by_default() {
    let server = Server::empty();
    for title in ["a", "b", "c"] {
        let case = server.case(json!({ "title": title })).await;
        server.patched(&case, json!({"tags": ["changed"]})).await;
    }
    assert_eq!(titles(&server.find("").await), ["a", "b", "c"]);
    assert_eq!(titles(&server.find("sortOrder=asc").await), ["a", "b", "c"]);
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
    for tag in ["unique", "a:b", "a\\b", "a\"b", "a", "b"] {
        server
            .case(json!({"title": tag, "tags": [tag, "shared"]}))
            .await;
    }
    for (sent, tag) in [
        ("a%3Ab", "a:b"),
        ("a%5Cb", "a\\b"),
        ("a%22b", "a\"b"),
        ("a", "a"),
    ] {
        let found = server.find(&format!("tags={sent}")).await;
        assert_eq!(titles(&found), [tag]);
        assert_eq!(
            (&found["total"], counts(&found)),
            (&json!(1), [&json!(1), &json!(0), &json!(0)])
        );
    }
    assert_eq!(
        titles(&server.find("tags=unique&tags=a%3Ab&tags=nobody").await),
        ["unique", "a:b"]
    );
    assert_eq!(server.find("tags=shared").await["total"], 6);
    assert_eq!(
        server.find("tags=share").await["total"],
        0,
        "tags are whole"
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
    let server = Server::empty();
    server.case(json!({"title": "a"})).await;
    let case = server.case(json!({"title": "b"})).await;
    server.patched(&case, json!({"status": "closed"})).await;
    let found = server.find("status=closed").await;
    assert_eq!(
        (titles(&found), &found["total"]),
        (vec![json!("b")], &json!(1))
    );
    assert_eq!(counts(&found), [1, 0, 1]);
    let found = server.find("status=in-progress").await;
    assert_eq!(
        (&found["total"], counts(&found)),
        (&json!(0), [&json!(1), &json!(0), &json!(1)])
    );
}

#[tokio::test]
async fn b100_any_of_several_statuses() {
    let server = one_of_each_status().await;
    let found = server.find("status=closed&status=open").await;
    assert_eq!(titles(&found), ["a", "c"]);
    assert_eq!(found["total"], 2);
    assert_eq!(titles(&server.find("status=in-progress").await), ["b"]);
    for query in ["status=nope", "status=open&status=nope"] {
        refused(query, "Invalid value \"nope\" supplied to \"status\"").await;
    }
}

#[tokio::test]
async fn b107_cases_are_counted_by_status() {
    let server = one_of_each_status().await;
    assert_eq!(counts(&server.find("").await), [1, 1, 1]);
    let more = server.case(json!({})).await;
    assert_eq!(counts(&server.find("").await), [2, 1, 1]);
    server.patched(&more, json!({"status": "closed"})).await;
    assert_eq!(counts(&server.find("perPage=1").await), [1, 1, 2]);
    let deprecated = server.get("/api/cases/status").await.ok();
    assert_eq!(
        deprecated,
        json!({"count_open_cases": 1, "count_in_progress_cases": 1, "count_closed_cases": 2})
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
    let found = server.find("severity=high").await;
    assert_eq!(
        (titles(&found), &found["total"]),
        (vec![json!("high")], &json!(1))
    );
    assert_eq!(counts(&found), [1, 0, 0], "counts follow it");
    assert_eq!(
        titles(&server.find("severity=high&severity=low").await),
        ["high", "low"]
    );
    let found = server.find("severity=medium").await;
    assert_eq!(
        (&found["total"], counts(&found)),
        (&json!(0), [&json!(0); 3])
    );
    assert_eq!(found["cases"], json!([]));
    let text = "Invalid value \"nope\" supplied to \"severity\"";
    refused("severity=high&severity=nope", text).await;
}

#[tokio::test]
async fn b102_category() {
    let server = Server::empty();
    for category in [json!("foobar"), json!("other"), json!("third"), Value::Null] {
        server
            .case(json!({"title": format!("in {category}"), "category": category}))
            .await;
    }
    let found = server.find("category=foobar&category=other").await;
    assert_eq!(titles(&found), ["in \"foobar\"", "in \"other\""]);
    assert_eq!((&found["total"], counts(&found)[0]), (&json!(2), &json!(2)));
    assert_eq!(
        titles(&server.find("category=third").await),
        ["in \"third\""]
    );
    assert_eq!(server.find("category=foo").await["total"], 0);
    assert_eq!(
        server.find("category=").await["total"],
        4,
        "an empty filter is none"
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
    let found = server.find("reporters=ana").await;
    assert_eq!(titles(&found), ["ana's"]);
    assert_eq!((&found["total"], counts(&found)[0]), (&json!(1), &json!(1)));
    assert_eq!(
        titles(&server.find("reporters=mlindqvist").await),
        ["mara's"]
    );
    assert_eq!(server.find("reporters=nobody").await["total"], 0);
    assert_eq!(
        server.find("reporters=an").await["total"],
        0,
        "names are whole"
    );
}

#[tokio::test]
async fn b104_reporters_by_profile_mixed_with_names() {
    let server = two_reporters().await;
    assert_eq!(titles(&server.find("reporters=u_ana_0").await), ["ana's"]);
    assert_eq!(
        titles(&server.find("reporters=u_ana_0&reporters=mlindqvist").await),
        ["mara's", "ana's"]
    );
    assert_eq!(
        titles(
            &server
                .find("reporters=u_nobody_0&reporters=mlindqvist")
                .await
        ),
        ["mara's"]
    );
    assert_eq!(server.find("reporters=u_nobody_0").await["total"], 0);
}

#[tokio::test]
async fn b105_comments_of_people_are_counted_and_left_out() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    server.attach(&case, &["1"]).await;
    server.comment(&case, "again").await;
    server.case(json!({})).await;
    let found = server.find("").await;
    assert_eq!(each(&found["cases"], "comments"), [json!([]), json!([])]);
    assert_eq!(each(&found["cases"], "totalComment"), [2, 0]);
}

#[tokio::test]
async fn b106_alerts_are_counted_once() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    for alert in ["1", "1", "2"] {
        server.attach(&case, &[alert]).await;
    }
    server.attach(&other, &["1"]).await;
    let found = server.find("").await;
    assert_eq!(each(&found["cases"], "totalAlerts"), [2, 1]);
}

#[tokio::test]
async fn b108_titles_are_sorted_by_bytes() {
    let server = Server::empty();
    for title in ["c", "a", "b"] {
        server.case(json!({ "title": title })).await;
    }
    let asc = "sortField=title&sortOrder=asc";
    assert_eq!(titles(&server.find(asc).await), ["a", "b", "c"]);
    server.case(json!({"title": "B"})).await;
    assert_eq!(
        titles(&server.find(asc).await),
        ["B", "a", "b", "c"],
        "capital letters come first"
    );
    assert_eq!(
        titles(&server.find("sortField=title&sortOrder=desc").await),
        ["c", "b", "a", "B"]
    );
    assert_eq!(titles(&server.find("").await), ["c", "a", "b", "B"]);
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
    let found = server.find("sortField=severity&sortOrder=desc").await;
    assert_eq!(
        each(&found["cases"], "severity"),
        ["critical", "high", "medium", "low"]
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
    let naming = server
        .case(json!({"title": format!("see {}", id(&case))}))
        .await;
    server.case(json!({})).await;
    let found = async |search: &str| {
        let found = server.find(search).await;
        (each(&found["cases"], "id"), found["total"].clone())
    };
    let both = vec![case["id"].clone(), naming["id"].clone()];
    let search = format!("search={}&searchFields=title", id(&case));
    assert_eq!(
        found(&search).await,
        (both.clone(), json!(2)),
        "and what names it"
    );
    let search = format!("search={}", id(&case).to_uppercase());
    assert_eq!(found(&search).await, (both, json!(2)));
    let search = format!("search={}&searchFields=description", id(&case));
    assert_eq!(found(&search).await, (vec![case["id"].clone()], json!(1)));
    let unknown = "search=6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";
    assert_eq!(found(unknown).await, (vec![], json!(0)));
}

#[tokio::test]
async fn b112_search_fields_are_a_closed_set() {
    let text = "Invalid value \"closed_by.username\" supplied to \"searchFields\"";
    refused("searchFields=closed_by.username", text).await;
    refused("searchFields=title&searchFields=closed_by.username", text).await;
    let server = Server::empty();
    server
        .case(json!({"title": "here", "description": "there"}))
        .await;
    for (query, total) in [
        ("search=here&searchFields=title", 1),
        ("search=there&searchFields=title", 0),
        ("search=here&searchFields=description", 0),
        ("search=there&searchFields=description", 1),
        (
            "search=there&searchFields=title&searchFields=description",
            1,
        ),
        ("search=there", 1),
    ] {
        assert_eq!(server.find(query).await["total"], total, "{query}");
    }
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
    refused("sortField=created_at", "supplied to \"sortField\"").await;
    refused(
        "sortOrder=up",
        "Invalid value \"up\" supplied to \"sortOrder\"",
    )
    .await;
    let server = Server::empty();
    for field in [
        "createdAt",
        "updatedAt",
        "closedAt",
        "title",
        "category",
        "status",
        "severity",
    ] {
        server.find(&format!("sortField={field}")).await;
    }
}

#[tokio::test]
async fn b114_page_size_is_a_number() {
    for value in ["true", "x", "-1", ""] {
        let text = format!("Invalid value \"{value}\" supplied to \"perPage\"");
        refused(&format!("perPage={value}"), &text).await;
        refused(&format!("page={value}"), "cannot parse to a number").await;
        refused(&format!("perPage={value}"), "cannot parse to a number").await;
    }
    assert_eq!(Server::empty().find("perPage=1").await["per_page"], 1);
}

#[tokio::test]
async fn b115_page_size_is_limited() {
    let text = "The provided perPage value is too high. The maximum allowed perPage value is 100.";
    for size in ["101", "1000"] {
        Server::empty()
            .get(&format!("/api/cases/_find?perPage={size}"))
            .await
            .refused_exactly(400, text);
    }
    let server = Server::empty();
    for _ in 0..101 {
        server.case(json!({})).await;
    }
    let found = server.find("perPage=100").await;
    assert_eq!(
        (&found["per_page"], titles(&found).len()),
        (&json!(100), 100)
    );
    assert_eq!(titles(&server.find("").await).len(), 20);
}

#[tokio::test]
async fn b116_nothing_behind_10000_cases_is_shown() {
    let text = "The number of documents is too high. Paginating through more than 10000 documents is not possible.";
    for query in [
        "page=209&perPage=100",
        "page=101&perPage=100",
        "page=501",
        "page=10001&perPage=0",
    ] {
        Server::empty()
            .get(&format!("/api/cases/_find?{query}"))
            .await
            .refused_exactly(400, text);
    }
    for query in ["page=100&perPage=100", "page=500", "page=10000&perPage=1"] {
        assert_eq!(Server::empty().find(query).await["cases"], json!([]));
    }
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
        let values = |count: usize| vec![format!("{name}=x"); count].join("&");
        let text =
            format!("The length of the field {name} is too long. Array must be of length <= 100.");
        Server::empty()
            .get(&format!("/api/cases/_find?{}", values(101)))
            .await
            .refused_exactly(400, &text);
        let found = Server::empty().find(&values(100)).await;
        assert_eq!(found["total"], 0, "{name}");
    }
}

#[tokio::test]
async fn b119_unknown_parameters_are_400() {
    let server = Server::empty();
    for name in [
        "notExists",
        "filter",
        "namespaces",
        "rootSearchFields",
        "fields",
        "tags%5B%5D",
    ] {
        let text = format!("invalid keys \"{}\"", name.replace("%5B%5D", "[]"));
        server
            .get(&format!("/api/cases/_find?{name}=x"))
            .await
            .refused_exactly(400, &text);
    }
    let known =
        "status=open&severity=low&search=x&defaultSearchOperator=AND&from=now-1d&to=now&page=1";
    assert_eq!(server.find(known).await["total"], 0);
}

#[tokio::test]
async fn b120_second_page() {
    let server = Server::empty();
    for number in 0..10 {
        server.case(json!({"title": format!("{number}")})).await;
    }
    let ten = |found: &Value| {
        assert_eq!(found["total"], 10);
        assert_eq!(counts(found), [10, 0, 0], "counts are over all");
    };
    let found = server.find("perPage=7&page=2").await;
    assert_eq!(titles(&found), ["7", "8", "9"]);
    assert_eq!((&found["page"], &found["per_page"]), (&json!(2), &json!(7)));
    ten(&found);
    let first = server.find("perPage=7&page=1").await;
    assert_eq!(titles(&first), ["0", "1", "2", "3", "4", "5", "6"]);
    ten(&first);
    let beyond = server.find("perPage=7&page=3").await;
    assert_eq!(beyond["cases"], json!([]));
    ten(&beyond);
}

#[tokio::test]
async fn b121_range_is_inclusive() {
    let server = Server::empty();
    let mut at = Vec::new();
    for title in ["a", "b", "c"] {
        let case = server.case(json!({ "title": title })).await;
        at.push(case["created_at"].as_str().unwrap().to_owned());
        server.advance(60);
    }
    let found = async |query: &str| {
        let found = server.find(query).await;
        assert_eq!(
            &found["total"],
            counts(&found)[0],
            "counts follow the range"
        );
        titles(&found)
    };
    assert_eq!(found(&format!("from={}", at[1])).await, ["b", "c"]);
    assert_eq!(found(&format!("to={}", at[1])).await, ["a", "b"]);
    assert_eq!(found(&format!("from={0}&to={0}", at[1])).await, ["b"]);
    assert_eq!(
        found(&format!("from={}&to={}", at[1], at[0])).await,
        [] as [Value; 0]
    );
    let later = at[1].replace(".1", ".2");
    assert_eq!(found(&format!("from={later}")).await, ["c"]);
    assert_eq!(found("from=now-90s").await, ["c"]);
    assert_eq!(
        found("from=2025-05-06&to=2025-05-06").await,
        ["a", "b", "c"]
    );
    assert_eq!(found("to=2025-05-05").await, [] as [Value; 0]);
    let text = "Invalid \"from\" and/or \"to\" query parameters";
    for query in ["from=%3C", "to=%3C", "from=now&to=nonsense"] {
        server
            .get(&format!("/api/cases/_find?{query}"))
            .await
            .refused_exactly(400, text);
    }
}

#[tokio::test]
async fn b122_unknown_owner_finds_nothing() {
    let server = Server::empty();
    server.case(json!({})).await;
    server.case(json!({"owner": "cases"})).await;
    let found = server.find("owner=nobody").await;
    assert_eq!(
        (&found["total"], counts(&found)),
        (&json!(0), [&json!(0); 3])
    );
    let found = server.find("owner=nobody&owner=securitySolution").await;
    assert_eq!((&found["total"], counts(&found)[0]), (&json!(1), &json!(1)));
    assert_eq!(each(&found["cases"], "owner"), ["securitySolution"]);
    assert_eq!(server.find("").await["total"], 2);
}

#[tokio::test]
async fn b123_caller_without_owner_is_403() {
    let nobody = Key::new("nobody").with("default", Rights::None);
    let reader = Key::new("reader").with("default", Rights::Read);
    let server = Server::with_keys(&[&nobody, &reader]);
    server.case(json!({})).await;
    for query in ["", "owner=securitySolution"] {
        let uri = format!("/api/cases/_find?{query}");
        let reply = server.as_key(&nobody).get(&uri).await;
        reply.refused_exactly(403, "Unauthorized to access cases of any owner");
        assert_eq!(server.as_key(&reader).get(&uri).await.ok()["total"], 1);
    }
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
    let found = server.find("assignees=none").await;
    assert_eq!(titles(&found), ["nobody's"]);
    assert_eq!((&found["total"], counts(&found)[0]), (&json!(1), &json!(1)));
    assert_eq!(
        titles(&server.find("assignees=none&assignees=u_b_0").await),
        ["nobody's", "u_b_0"]
    );
    assert_eq!(titles(&server.find("assignees=u_a_0").await), ["u_a_0"]);
    assert_eq!(server.find("assignees=u_nobody_0").await["total"], 0);
}

#[tokio::test]
async fn every_sort_field_sorts() {
    let server = Server::empty();
    for (title, category, status) in [
        ("b", json!("y"), "closed"),
        ("c", json!("x"), "open"),
        ("a", Value::Null, "in-progress"),
        ("d", json!("z"), "closed"),
    ] {
        let case = server
            .case(json!({"title": title, "category": category}))
            .await;
        if status != "open" {
            server.patched(&case, json!({ "status": status })).await;
        }
    }
    let sorted = async |field: &str, order: &str| {
        titles(
            &server
                .find(&format!("sortField={field}&sortOrder={order}"))
                .await,
        )
    };
    for (field, up, down) in [
        ("createdAt", ["b", "c", "a", "d"], ["d", "a", "c", "b"]),
        ("category", ["c", "b", "d", "a"], ["d", "b", "c", "a"]),
        ("updatedAt", ["b", "a", "d", "c"], ["d", "a", "b", "c"]),
        ("title", ["a", "b", "c", "d"], ["d", "c", "b", "a"]),
    ] {
        assert_eq!(sorted(field, "asc").await, up, "{field}");
        assert_eq!(sorted(field, "desc").await, down, "{field}");
    }
    let (up, down) = (
        sorted("closedAt", "asc").await,
        sorted("closedAt", "desc").await,
    );
    assert_eq!(
        (&up[..2], &down[..2]),
        (&[json!("b"), json!("d")][..], &[json!("d"), json!("b")][..])
    );
    let (up, down) = (
        sorted("status", "asc").await,
        sorted("status", "desc").await,
    );
    assert_eq!(
        (&up[..2], &down[2..]),
        (&[json!("c"), json!("a")][..], &[json!("a"), json!("c")][..])
    );
}

#[tokio::test]
async fn search_takes_phrases_and_distances() {
    let server = Server::empty();
    for title in [
        "alpha beta gamma",
        "alpha x beta y gamma",
        "gamma beta alpha",
        "ransomware",
        "a 1 10",
    ] {
        server.case(json!({ "title": title })).await;
    }
    let (straight, apart) = ("alpha beta gamma", "alpha x beta y gamma");
    for (search, expected) in [
        ("%22alpha+beta+gamma%22", vec![straight]),
        ("%22alpha+beta+gamma%22~1", vec![straight]),
        ("%22alpha+beta+gamma%22~2", vec![straight, apart]),
        ("%22alpha+beta%22~1", vec![straight, apart]),
        ("%22alpha+beta%22~10", vec![straight, apart]),
        ("%22alpha+beta%22~1+10", vec![straight, apart, "a 1 10"]),
        ("%22alpha+gamma%22~1", vec![straight]),
        ("%22alpha+gamma%22", vec![]),
        ("%22alpha+gamma%22~3", vec![straight, apart]),
        ("%22x+y%22~1", vec![apart]),
        ("%22beta%22", vec![straight, apart, "gamma beta alpha"]),
        ("ransomwaer~0", vec![]),
        ("ransomwaer~1", vec!["ransomware"]),
        ("arnsomwaer~1", vec![]),
        ("arnsomwaer~2", vec!["ransomware"]),
        ("ransomwar~1", vec!["ransomware"]),
        ("ransomwarexx~1", vec![]),
        ("ransomwarexx~", vec!["ransomware"]),
        ("ransomwarexxx~9", vec![]),
    ] {
        let found = server
            .find(&format!("search={search}&searchFields=title"))
            .await;
        assert_eq!(titles(&found), expected, "{search}");
    }
}

#[tokio::test]
async fn search_takes_groups() {
    let server = Server::empty();
    for title in ["x only", "alpha", "beta", "beta x", "x y"] {
        server.case(json!({ "title": title })).await;
    }
    for (search, expected) in [
        // `("x ) y" | alpha)`: a parenthesis in quotes is none.
        ("(%22x+)+y%22+%7C+alpha)", vec!["alpha", "x y"]),
        // `beta + ("( x" | alpha)`
        ("beta+%2B+(%22(+x%22+%7C+alpha)", vec!["beta x"]),
        // `beta | ((alpha | x) + y)`
        (
            "beta+%7C+((alpha+%7C+x)+%2B+y)",
            vec!["beta", "beta x", "x y"],
        ),
        // `(alpha | x) + y`
        ("(alpha+%7C+x)+%2B+y", vec!["x y"]),
        // `x + -(only | beta)`
        ("x+%2B+-(only+%7C+beta)", vec!["x y"]),
    ] {
        let found = server
            .find(&format!("search={search}&searchFields=title"))
            .await;
        assert_eq!(titles(&found), expected, "{search}");
    }
}
