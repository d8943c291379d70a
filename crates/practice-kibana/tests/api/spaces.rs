//! B174 to B184, and what happens in a space that is none.

use practice_kibana::{Key, Profile, Rights};
use serde_json::json;

use crate::support::{Server, case_body, each, id};

#[tokio::test]
async fn b174_case_stays_in_its_space() {
    let server = Server::empty();
    let case = server
        .send("POST", "/s/soc/api/cases", Some(case_body(json!({}))))
        .await
        .ok();
    let path = format!("/api/cases/{}", id(&case));
    server.get(&format!("/s/soc{path}")).await.ok();
    for prefix in ["", "/s/default", "/s/ot"] {
        let text = format!("Saved object [cases/{}] not found", id(&case));
        server
            .get(&format!("{prefix}{path}"))
            .await
            .refused_exactly(404, &text);
    }
}

#[tokio::test]
async fn b175_lists_see_one_space() {
    let server = Server::empty();
    let body = case_body(json!({"tags": ["only-soc"]}));
    server
        .send("POST", "/s/soc/api/cases", Some(body))
        .await
        .ok();
    for (prefix, expected) in [("/s/soc", 1), ("", 0)] {
        let found = server.get(&format!("{prefix}/api/cases/_find")).await.ok();
        assert_eq!(
            (&found["total"], &found["count_open_cases"]),
            (&json!(expected), &json!(expected))
        );
        let tags = server.get(&format!("{prefix}/api/cases/tags")).await.ok();
        assert_eq!(tags.as_array().unwrap().len(), expected);
        let reporters = server
            .get(&format!("{prefix}/api/cases/reporters"))
            .await
            .ok();
        assert_eq!(reporters.as_array().unwrap().len(), expected);
    }
}

#[tokio::test]
async fn b176_comment_stays_in_its_space() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hi").await;
    let path = format!(
        "/api/cases/{}/comments/{}",
        id(&case),
        id(&whole["comments"][0])
    );
    server
        .send("DELETE", &format!("/s/soc{path}"), None)
        .await
        .refused(404, "Saved object [cases-comments/");
    server.get(&path).await.ok();
}

#[tokio::test]
async fn b182_strangers_learn_little_from_status() {
    let server = Server::empty();
    let mut request = server.request("GET", "/api/status", None);
    request.headers_mut().remove("authorization");
    let anonymous = server.raw(request).await.ok();
    assert_eq!(
        anonymous,
        json!({"status": {"overall": {"level": "available"}}})
    );
    let status = server.get("/api/status").await.ok();
    assert_eq!(status["name"], "practice");
    assert!(status["uuid"].is_string());
    for (profile, number) in [(Profile::V9, "9.2.3"), (Profile::V8_18, "8.18.4")] {
        let status = Server::of(profile).get("/api/status").await.ok();
        assert_eq!(status["version"]["number"], number);
    }
}

#[tokio::test]
async fn b183_spaces_that_the_key_may_enter() {
    let limited = Key::new("limited").with("soc", Rights::Read);
    let outside = Key::new("outside");
    let server = Server::with_keys(&[&limited, &outside]);
    let spaces = server.get("/api/spaces/space").await.ok();
    assert_eq!(each(&spaces, "id"), ["default", "soc", "ot"]);
    assert_eq!(
        (&spaces[0]["name"], &spaces[0]["_reserved"]),
        (&json!("Default"), &json!(true))
    );
    let seen = server.as_key(&limited).get("/api/spaces/space").await.ok();
    assert_eq!(each(&seen, "id"), ["soc"]);
    server
        .as_key(&outside)
        .get("/api/spaces/space")
        .await
        .refused_exactly(403, "Forbidden");
}

#[tokio::test]
async fn b184_unknown_space_is_404_to_those_who_enter_all() {
    let limited = Key::new("limited").with("soc", Rights::Read);
    let server = Server::with_keys(&[&limited]);
    server
        .get("/api/spaces/space/nope")
        .await
        .refused_exactly(404, "Not Found");
    let known = server.get("/api/spaces/space/ot").await.ok();
    assert_eq!(known["name"], "OT plants");
    let limited = server.as_key(&limited);
    for space in ["ot", "nope"] {
        limited
            .get(&format!("/api/spaces/space/{space}"))
            .await
            .refused_exactly(403, &format!("Unauthorized to get {space} space"));
    }
}

#[tokio::test]
async fn unknown_space_is_404_or_403() {
    let limited = Key::new("limited").with("soc", Rights::All);
    let server = Server::with_keys(&[&limited]);
    server
        .get("/s/nope/api/cases/_find")
        .await
        .refused_exactly(404, "Saved object [space/nope] not found");
    let limited = server.as_key(&limited);
    limited
        .get("/s/nope/api/cases/_find")
        .await
        .refused_exactly(403, "Unauthorized to get nope space");
    limited
        .get("/api/cases/_find")
        .await
        .refused_exactly(403, "Unauthorized to get default space");
    limited.get("/s/soc/api/cases/_find").await.ok();
    server
        .get("/s/NOPE/api/cases/_find")
        .await
        .refused(404, "Not Found");
}
