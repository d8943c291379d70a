//! F21: searching lags behind, asking by id does not.

use std::time::Duration;

use practice_kibana::faults::{Fault, Loss, Plan, Rule};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{Server, id};

fn lag() -> Rule {
    Rule::of(Fault::SearchLag {
        lag: Duration::from_secs(5),
    })
}

async fn found(server: &Server, space: &str) -> Vec<Value> {
    let found = server.get(&format!("{space}/api/cases/_find")).await.json();
    let cases = found["cases"].as_array().unwrap();
    assert_eq!(found["total"], cases.len());
    let mut titles: Vec<Value> = cases.iter().map(|case| case["title"].clone()).collect();
    titles.sort_by_key(ToString::to_string);
    titles
}

#[tokio::test(start_paused = true)]
async fn f21_find_sees_new_changed_and_deleted_cases_late() {
    let server = Server::empty();
    server.practice.faults().set(Plan::of([lag()]));
    let create = async |title: &str| {
        let body = crate::support::case_body(title);
        server
            .send("POST", "/api/cases", Some(body))
            .await
            .unwrap()
            .json()
    };
    let case = create("old").await;
    assert_eq!(found(&server, "").await, [Value::Null; 0]);
    let uri = format!("/api/cases/{}", id(&case));
    assert_eq!(
        server.get(&uri).await.json()["title"],
        "old",
        "by id it is there"
    );
    sleep(Duration::from_secs(5)).await;
    assert_eq!(found(&server, "").await, ["old"]);

    server.rename(&case, "new").await.unwrap().json();
    sleep(Duration::from_secs(3)).await;
    let other = create("other").await;
    assert_eq!(found(&server, "").await, ["old"]);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(found(&server, "").await, ["new"]);
    sleep(Duration::from_secs(3)).await;
    assert_eq!(found(&server, "").await, ["new", "other"]);

    let uri = format!("/api/cases?ids=%5B%22{}%22%5D", id(&other));
    assert_eq!(server.send("DELETE", &uri, None).await.unwrap().status, 204);
    assert_eq!(
        found(&server, "").await,
        ["new", "other"],
        "it is still found"
    );
    let uri = format!("/api/cases/{}", id(&other));
    assert_eq!(server.get(&uri).await.status, 404);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(found(&server, "").await, ["new"]);
}

#[tokio::test(start_paused = true)]
async fn f21_a_moved_case_is_found_where_it_was() {
    let server = Server::empty();
    server.practice.faults().set(Plan::of([lag()]));
    let case = server.case_in("", "x").await;
    let lose = Rule::of(Fault::LoseCase(Loss::Move))
        .on("GET /api/cases/*")
        .limit(1);
    server.practice.faults().set(Plan::of([lag(), lose]));
    assert_eq!(
        server
            .get(&format!("/api/cases/{}", id(&case)))
            .await
            .status,
        404
    );
    assert_eq!(found(&server, "").await, ["x"]);
    assert_eq!(found(&server, "/s/soc").await, [Value::Null; 0]);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(found(&server, "").await, [Value::Null; 0]);
    assert_eq!(found(&server, "/s/soc").await, ["x"]);
}

#[tokio::test(start_paused = true)]
async fn f21_comments_are_found_late() {
    let server = Server::empty();
    let case = server.case("x").await;
    server.practice.faults().set(Plan::of([lag()]));
    let whole = server.comment(&case, "late").await.unwrap().json();
    let uri = format!("/api/cases/{}/comments/_find", id(&case));
    assert_eq!(server.get(&uri).await.json()["total"], 0);
    let by_id = format!(
        "/api/cases/{}/comments/{}",
        id(&case),
        id(&whole["comments"][0])
    );
    assert_eq!(server.get(&by_id).await.json()["comment"], json!("late"));
    sleep(Duration::from_secs(5)).await;
    assert_eq!(server.get(&uri).await.json()["total"], 1);
}
