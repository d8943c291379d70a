//! B009, B010, B092 to B094, and the number of a case: what 8.18 does not do, which each test asks, too.

use practice_kibana::Profile;
use serde_json::{Value, json};

use crate::support::{Server, id};

#[tokio::test]
async fn b009_internal_routes_are_closed_without_an_internal_origin() {
    let server = Server::empty();
    let uri = "/internal/cases/categories";
    let text = |uri: &str| {
        format!(
            "uri [{uri}] with method [get] exists but is not available with the current configuration"
        )
    };
    server.get(uri).await.refused_exactly(400, &text(uri));
    let with_query = format!("{uri}?owner=cases");
    server
        .get(&with_query)
        .await
        .refused_exactly(400, &text(&with_query));
    let unknown = server.get("/internal/cases/nothing").await;
    unknown.refused_exactly(404, "Not Found");
    let old = Server::of(Profile::V8_18);
    assert_eq!(old.get(uri).await.ok(), json!([]), "8.18 leaves them open");
}

#[tokio::test]
async fn b010_internal_origin_opens_internal_routes() {
    let server = Server::empty();
    server.case(json!({"category": "phish"})).await;
    for value in ["Kibana", "x"] {
        let mut request = server.request("GET", "/internal/cases/categories", None);
        request
            .headers_mut()
            .insert("x-elastic-internal-origin", value.parse().unwrap());
        assert_eq!(server.raw(request).await.ok(), json!(["phish"]));
    }
    let mut request = server.request("GET", "/internal/cases/categories", None);
    request
        .headers_mut()
        .insert("origin-of-something", "Kibana".parse().unwrap());
    server.raw(request).await.refused(400, "not available");
}

#[tokio::test]
async fn b092_first_time_in_progress_is_kept() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    assert_eq!(case["in_progress_at"], Value::Null, "it never was");
    let first = server
        .patched(&case, json!({"status": "in-progress"}))
        .await;
    assert_eq!(first["in_progress_at"], first["updated_at"]);
    server.advance(60);
    let open = server.patched(&first, json!({"status": "open"})).await;
    assert_eq!(open["in_progress_at"], first["in_progress_at"]);
    let second = server
        .patched(&open, json!({"status": "in-progress"}))
        .await;
    assert_eq!(second["in_progress_at"], first["in_progress_at"]);
    assert_ne!(second["updated_at"], first["updated_at"]);
    let other = server.case(json!({})).await;
    let later = server
        .patched(&other, json!({"status": "in-progress"}))
        .await;
    assert_eq!(later["in_progress_at"], later["updated_at"]);
    absent_on_8_18("in-progress", &["in_progress_at"]).await;
}

const TIMES: [&str; 3] = [
    "time_to_acknowledge",
    "time_to_investigate",
    "time_to_resolve",
];

fn times(case: &Value) -> [Value; 3] {
    TIMES.map(|field| case[field].clone())
}

/// 8.18 knows neither of these fields, whatever becomes of a case.
async fn absent_on_8_18(status: &str, fields: &[&str]) {
    let server = Server::of(Profile::V8_18);
    let case = server.case(json!({})).await;
    let changed = server.patched(&case, json!({ "status": status })).await;
    assert_eq!(changed["status"], status);
    for field in fields {
        assert_eq!(changed.get(field), None, "{field}");
    }
}

#[tokio::test]
async fn b093_times_are_set_by_closing() {
    let server = Server::empty();
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
    absent_on_8_18("closed", &TIMES).await;
}

#[tokio::test]
async fn b094_times_are_unset_by_reopening() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    assert!(times(&closed).iter().all(Value::is_number));
    let reopened = server.patched(&closed, json!({"status": "open"})).await;
    for field in TIMES {
        assert_eq!(
            reopened.get(field),
            Some(&Value::Null),
            "{field} is null, not absent"
        );
    }
    absent_on_8_18("closed", &TIMES).await;
}

#[tokio::test]
async fn number_of_a_case_comes_later_and_is_no_write() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    assert_eq!(case["totalEvents"], 0);
    assert_eq!(case.get("incremental_id"), None, "the number comes later");
    let read = || server.get("/api/cases/_find?search=1&searchFields=incremental_id.text");
    assert_eq!(read().await.ok()["total"], 0, "and is not found before");
    server.advance(30);
    let later = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(later["incremental_id"], 1);
    assert_eq!(later["version"], case["version"], "the number is no write");
    assert_eq!(read().await.ok()["total"], 1);
}
