//! B174 to B184, and what happens in a space that is none.

use practice_kibana::{Key, Options, Profile, Rights};
use serde_json::{Value, json};

use crate::support::{Server, case_body, comment_body, each, id};

#[tokio::test]
async fn b174_case_stays_in_its_space() {
    let server = Server::empty();
    let in_soc = |method: &str, path: &str, body: Option<Value>| {
        server.request(method, &format!("/s/soc{path}"), body)
    };
    let create = in_soc("POST", "/api/cases", Some(case_body(json!({}))));
    let case = server.raw(create).await.ok();
    let path = format!("/api/cases/{}", id(&case));
    let read = server.raw(in_soc("GET", &path, None)).await.ok();
    assert_eq!(read["version"], case["version"]);
    let text = format!("Saved object [cases/{}] not found", id(&case));
    let ids = format!("/api/cases?ids=%5B%22{}%22%5D", id(&case));
    for prefix in ["", "/s/default", "/s/ot"] {
        let ask = async |method: &str, path: &str, body: Option<Value>| {
            server.send(method, &format!("{prefix}{path}"), body).await
        };
        ask("GET", &path, None).await.refused_exactly(404, &text);
        ask("DELETE", &ids, None).await.refused_exactly(404, &text);
        let comment = Some(comment_body("hi"));
        ask("POST", &format!("{path}/comments"), comment)
            .await
            .refused_exactly(404, &text);
        let change =
            json!({"cases": [{"id": case["id"], "version": case["version"], "title": "new"}]});
        ask("PATCH", "/api/cases", Some(change))
            .await
            .refused(404, "do not exist");
    }
    let read = server.raw(in_soc("GET", &path, None)).await.ok();
    assert_eq!(read["version"], case["version"], "nobody touched it");
    let own = server.case(json!({})).await;
    let default = format!("/s/default/api/cases/{}", id(&own));
    assert_eq!(server.get(&default).await.ok()["id"], own["id"]);
}

#[tokio::test]
async fn b175_lists_see_one_space() {
    let server = Server::empty();
    let body = case_body(json!({"tags": ["only-soc"]}));
    server
        .send("POST", "/s/soc/api/cases", Some(body))
        .await
        .ok();
    server.case(json!({"tags": ["only-default"]})).await;
    server.case(json!({"tags": ["only-default"]})).await;
    for (prefix, total, tag) in [
        ("/s/soc", 1, "only-soc"),
        ("", 2, "only-default"),
        ("/s/ot", 0, ""),
    ] {
        let get = async |path: &str| server.get(&format!("{prefix}{path}")).await.ok();
        let found = get("/api/cases/_find").await;
        assert_eq!(
            (&found["total"], &found["count_open_cases"]),
            (&json!(total), &json!(total))
        );
        assert_eq!(each(&found["cases"], "tags"), vec![json!([tag]); total]);
        let expected = if total == 0 { json!([]) } else { json!([tag]) };
        assert_eq!(get("/api/cases/tags").await, expected);
        let reporters = get("/api/cases/reporters").await;
        assert_eq!(reporters.as_array().unwrap().len(), total.min(1));
        let counts = get("/api/cases/status").await;
        assert_eq!(counts["count_open_cases"], total);
    }
}

#[tokio::test]
async fn b176_comment_stays_in_its_space() {
    let server = Server::empty();
    let case = server
        .send("POST", "/s/ot/api/cases", Some(case_body(json!({}))))
        .await
        .ok();
    let comments = format!("/api/cases/{}/comments", id(&case));
    let whole = server
        .send(
            "POST",
            &format!("/s/ot{comments}"),
            Some(comment_body("hi")),
        )
        .await
        .ok();
    let comment = id(&whole["comments"][0]);
    let text = format!("Saved object [cases-comments/{comment}] not found");
    let path = format!("{comments}/{comment}");
    for prefix in ["/s/soc", ""] {
        for method in ["DELETE", "GET"] {
            server
                .send(method, &format!("{prefix}{path}"), None)
                .await
                .refused_exactly(404, &text);
        }
        let all = server
            .send("DELETE", &format!("{prefix}{comments}"), None)
            .await;
        all.refused(404, "No comments found for");
    }
    let own = format!("/s/ot{path}");
    server.get(&own).await.ok();
    server.send("DELETE", &own, None).await.no_content();
}

#[tokio::test]
async fn b182_strangers_learn_little_from_status() {
    for (profile, number) in [(Profile::V9, "9.2.3"), (Profile::V8_18, "8.18.4")] {
        let server = Server::of(profile);
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
        assert_eq!(status["version"]["number"], number);
        assert_eq!(status["version"]["build_snapshot"], false);
        assert_eq!(status["status"]["overall"]["level"], "available");
    }
    let server = Server::empty();
    for known in ["v7format=true", "v8format=true"] {
        server.get(&format!("/api/status?{known}")).await.ok();
    }
    server
        .get("/api/status?v7format=true&v8format=true")
        .await
        .refused(400, "v7format or v8format");
}

#[tokio::test]
async fn b183_spaces_that_the_key_may_enter() {
    let limited = Key::new("limited").with("soc", Rights::Read);
    let two = Key::new("two")
        .with("ot", Rights::None)
        .with("soc", Rights::All);
    let outside = Key::new("outside");
    let elsewhere = Key::new("elsewhere").with("nowhere", Rights::All);
    let server = Server::with_keys(&[&limited, &two, &outside, &elsewhere]);
    let spaces = server.get("/api/spaces/space").await.ok();
    assert_eq!(each(&spaces, "id"), ["default", "soc", "ot"]);
    assert_eq!(
        (&spaces[0]["name"], &spaces[0]["_reserved"]),
        (&json!("Default"), &json!(true))
    );
    assert_eq!(each(&spaces, "disabledFeatures"), vec![json!([]); 3]);
    for space in &spaces.as_array().unwrap()[1..] {
        assert_eq!(space.get("_reserved"), None);
        assert_eq!(space.get("description"), None, "what is empty is absent");
    }
    let seen = async |key: &Key| server.as_key(key).get("/api/spaces/space").await;
    assert_eq!(each(&seen(&limited).await.ok(), "id"), ["soc"]);
    assert_eq!(each(&seen(&two).await.ok(), "id"), ["soc", "ot"]);
    for key in [&outside, &elsewhere] {
        seen(key).await.refused_exactly(403, "Forbidden");
    }
}

#[tokio::test]
async fn spaces_of_the_practice_world_are_described() {
    let server = Server::new(Options::default());
    let spaces = server.get("/api/spaces/space").await.ok();
    for space in spaces.as_array().unwrap() {
        assert!(space["description"].as_str() > Some(""), "{space}");
    }
}

#[tokio::test]
async fn b184_unknown_space_is_404_to_those_who_enter_all() {
    let limited = Key::new("limited")
        .with("soc", Rights::Read)
        .with("nowhere", Rights::Read);
    let server = Server::with_keys(&[&limited]);
    server
        .get("/api/spaces/space/nope")
        .await
        .refused_exactly(404, "Not Found");
    for (space, name) in [("ot", "OT plants"), ("default", "Default")] {
        let known = server.get(&format!("/api/spaces/space/{space}")).await.ok();
        assert_eq!(
            (&known["id"], &known["name"]),
            (&json!(space), &json!(name))
        );
    }
    let limited = server.as_key(&limited);
    let own = limited.get("/api/spaces/space/soc").await.ok();
    assert_eq!(own["id"], "soc");
    for space in ["ot", "nope", "nowhere"] {
        limited
            .get(&format!("/api/spaces/space/{space}"))
            .await
            .refused_exactly(403, &format!("Unauthorized to get {space} space"));
    }
}

#[tokio::test]
async fn unknown_space_is_404_or_403() {
    let limited = Key::new("limited")
        .with("soc", Rights::All)
        .with("nowhere", Rights::All);
    let server = Server::with_keys(&[&limited]);
    server
        .get("/s/nope/api/cases/_find")
        .await
        .refused_exactly(404, "Saved object [space/nope] not found");
    let limited = server.as_key(&limited);
    for (prefix, space) in [
        ("/s/nope", "nope"),
        ("/s/nowhere", "nowhere"),
        ("", "default"),
    ] {
        limited
            .get(&format!("{prefix}/api/cases/_find"))
            .await
            .refused_exactly(403, &format!("Unauthorized to get {space} space"));
    }
    limited.get("/s/soc/api/cases/_find").await.ok();
    for odd in ["/s/NOPE", "/s/a.b", "/s/", "/s//soc", "/S/soc"] {
        server
            .get(&format!("{odd}/api/cases/_find"))
            .await
            .refused_exactly(404, "Not Found");
    }
    for known in ["a_b", "a-b", "7"] {
        server
            .get(&format!("/s/{known}/api/cases/_find"))
            .await
            .refused_exactly(404, &format!("Saved object [space/{known}] not found"));
    }
    let found = server.get("/s/soc/api/cases/_find?perPage=3").await.ok();
    assert_eq!(found["per_page"], 3, "the query stays");
}
