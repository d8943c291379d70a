//! Spaces are created, changed and deleted, with all that is in them, and listed by purpose.

use practice_kibana::{Alert, Key, Rights};
use serde_json::{Map, Value, json};

use crate::support::{Reply, Server, array, case_body, each, id};

const SPACES: &str = "/api/spaces/space";

async fn create(server: &Server, body: Value) -> Reply {
    server.send("POST", SPACES, Some(body)).await
}

async fn put(server: &Server, id: &str, body: Value) -> Reply {
    let uri = format!("{SPACES}/{id}");
    server.send("PUT", &uri, Some(body)).await
}

async fn read(server: &Server, id: &str) -> Value {
    server.get(&format!("{SPACES}/{id}")).await.ok()
}

#[tokio::test]
async fn created_space_is_answered_listed_and_used() {
    let server = Server::empty();
    let full = json!({
        "id": "red-team_2",
        "name": "Red team",
        "description": "Exercises",
        "color": "#aabbcc",
        "initials": "RT",
        "imageUrl": "data:image/png;base64,AAAA",
        "disabledFeatures": ["dev_tools"],
        "solution": "classic",
    });
    let created = create(&server, full.clone()).await;
    assert_eq!(created.headers["elastic-api-version"], "2023-10-31");
    assert_eq!(created.ok(), full);
    assert_eq!(read(&server, "red-team_2").await, full);
    let spaces = server.get(SPACES).await.ok();
    assert_eq!(each(&spaces, "id"), ["default", "soc", "ot", "red-team_2"]);
    let names = server.practice.spaces();
    assert_eq!(names[3].name, "Red team");

    let uri = "/s/red-team_2/api/cases";
    server.get(&format!("{uri}/_find")).await.ok();
    server
        .send("POST", uri, Some(case_body(json!({}))))
        .await
        .ok();
}

#[tokio::test]
async fn space_needs_nothing_but_id_and_name() {
    let server = Server::empty();
    let created = create(&server, json!({"id": "a", "name": " A "})).await;
    assert_eq!(
        created.ok(),
        json!({"id": "a", "name": "A", "disabledFeatures": []})
    );
    let reserved = create(&server, json!({"id": "b", "name": "B", "_reserved": true})).await;
    assert_eq!(
        reserved.ok().get("_reserved"),
        None,
        "nobody reserves a space"
    );
}

#[tokio::test]
async fn space_that_is_there_is_409() {
    let server = Server::empty();
    for id in ["default", "soc"] {
        let text = format!("A space with the identifier {id} already exists.");
        create(&server, json!({"id": id, "name": "Again"}))
            .await
            .refused_exactly(409, &text);
    }
    assert_eq!(read(&server, "soc").await["name"], "SOC Europe");
}

#[tokio::test]
async fn fields_of_a_space_are_checked() {
    let server = Server::empty();
    let cases = [
        (
            json!({"id": "Red"}),
            "[request body.id]: must be lower case, a-z, 0-9, '_', and '-' are allowed",
        ),
        (
            json!({"id": ""}),
            "[request body.id]: must be lower case, a-z, 0-9, '_', and '-' are allowed",
        ),
        (
            json!({"id": 7}),
            "[request body.id]: expected value of type [string] but got [number]",
        ),
        (
            json!({"id": null}),
            "[request body.id]: expected value of type [string] but got [null]",
        ),
        (
            json!({"name": ""}),
            "[request body.name]: value has length [0] but it must have a minimum length of [1].",
        ),
        (
            json!({"initials": "ABC"}),
            "[request body.initials]: value has length [3] but it must have a maximum length of [2].",
        ),
        (
            json!({"color": "red"}),
            "[request body.color]: must be a 6 digit hex color, starting with a #",
        ),
        (
            json!({"color": "#12345"}),
            "[request body.color]: must be a 6 digit hex color, starting with a #",
        ),
        (
            json!({"imageUrl": "https://example.org/a.png"}),
            "[request body.imageUrl]: must start with 'data:image'",
        ),
        (
            json!({"disabledFeatures": "apm"}),
            "[request body.disabledFeatures]: expected value of type [array] but got [string]",
        ),
        (
            json!({"disabledFeatures": ["apm", 1]}),
            "[request body.disabledFeatures.1]: expected value of type [string] but got [number]",
        ),
        (
            json!({"disabledFeatures": vec!["x"; 101]}),
            "[request body.disabledFeatures]: array size is [101], but cannot be greater than [100]",
        ),
        (
            json!({"_reserved": "yes"}),
            "[request body._reserved]: expected value of type [boolean] but got [string]",
        ),
        (
            json!({"solution": "search"}),
            "[request body.solution]: types that failed validation:\n- [request body.solution.0]: expected value to equal [es]\n- [request body.solution.1]: expected value to equal [oblt]\n- [request body.solution.2]: expected value to equal [security]\n- [request body.solution.3]: expected value to equal [classic]",
        ),
        (
            json!({"odd": 1}),
            "[request body.odd]: definition for this key is missing",
        ),
    ];
    for (fields, text) in cases {
        let mut body = json!({"id": "x", "name": "X"});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        create(&server, body.clone())
            .await
            .refused_exactly(400, text);
        put(&server, "soc", body).await.refused_exactly(400, text);
    }
    create(&server, json!({"name": "X"})).await.refused_exactly(
        400,
        "[request body.id]: expected value of type [string] but got [undefined]",
    );
    create(&server, json!({"id": "x"})).await.refused_exactly(
        400,
        "[request body.name]: expected value of type [string] but got [undefined]",
    );
    create(&server, json!([])).await.refused_exactly(
        400,
        "[request body]: expected a plain object value, but found [Array] instead.",
    );
    assert_eq!(server.practice.spaces().len(), 3, "nothing was created");
    let most = json!({"id": "full", "name": "X", "disabledFeatures": vec!["x"; 100]});
    create(&server, most).await.ok();
}

#[tokio::test]
async fn what_is_not_sent_stays_but_for_the_disabled_features() {
    let server = Server::empty();
    let body = json!({
        "id": "a",
        "name": "A",
        "description": "D",
        "color": "#123456",
        "disabledFeatures": ["apm"],
        "solution": "classic",
    });
    create(&server, body).await.ok();
    let changed = put(&server, "a", json!({"id": "other", "name": "New"})).await;
    let expected = json!({
        "id": "a",
        "name": "New",
        "description": "D",
        "color": "#123456",
        "disabledFeatures": [],
        "solution": "classic",
    });
    assert_eq!(changed.ok(), expected, "the id of the path counts");
    assert_eq!(read(&server, "a").await, expected);
    let default = put(&server, "default", json!({"id": "default", "name": "Main"})).await;
    assert_eq!(default.ok()["_reserved"], true);
    put(&server, "nope", json!({"id": "nope", "name": "N"}))
        .await
        .refused_exactly(404, "Not Found");
}

#[tokio::test]
async fn solution_hides_what_is_not_its_own() {
    let server = Server::empty();
    let hides = async |solution: &str| {
        let body = json!({"id": solution, "name": solution, "solution": solution, "disabledFeatures": ["dev_tools"]});
        let space = create(&server, body).await.ok();
        assert_eq!(space["solution"], solution);
        let hidden = array(&space["disabledFeatures"]);
        [
            "securitySolutionCasesV3",
            "observabilityCasesV3",
            "enterpriseSearch",
            "dev_tools",
        ]
        .map(|feature| hidden.contains(&feature.into()))
    };
    assert_eq!(hides("security").await, [false, true, true, false]);
    assert_eq!(hides("es").await, [true, true, false, false]);
    assert_eq!(hides("oblt").await, [true, false, false, false]);
    assert_eq!(hides("classic").await, [false, false, false, true]);
}

#[tokio::test]
async fn deleting_a_space_deletes_what_is_in_it() {
    let server = Server::empty();
    create(&server, json!({"id": "a", "name": "A"})).await.ok();
    let case = server
        .send("POST", "/s/a/api/cases", Some(case_body(json!({}))))
        .await
        .ok();
    let connector = json!({
        "name": "Jira",
        "connector_type_id": ".jira",
        "config": {"apiUrl": "https://jira.example.org", "projectKey": "SOC"},
        "secrets": {"email": "a@example.org", "apiToken": "t"},
    });
    let uri = "/s/a/api/actions/connector";
    server.send("POST", uri, Some(connector)).await.ok();
    let configuration = json!({
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "closure_type": "close-by-user",
        "owner": "securitySolution",
    });
    let uri = "/s/a/api/cases/configure";
    server.send("POST", uri, Some(configuration)).await.ok();
    server.practice.put_alert(Alert {
        space: "a".to_owned(),
        index: ".internal.alerts-security.alerts-a-000001".to_owned(),
        id: "x".to_owned(),
        source: Map::new(),
    });
    let kept = server.case(json!({})).await;

    let uri = format!("{SPACES}/a");
    server.send("DELETE", &uri, None).await.no_content();
    server.get(&uri).await.refused_exactly(404, "Not Found");
    server
        .get("/s/a/api/cases/_find")
        .await
        .refused_exactly(404, "Saved object [space/a] not found");
    server.get(&format!("/api/cases/{}", id(&kept))).await.ok();

    create(&server, json!({"id": "a", "name": "A again"}))
        .await
        .ok();
    server
        .get(&format!("/s/a/api/cases/{}", id(&case)))
        .await
        .refused(404, "not found");
    for uri in [
        "/s/a/api/cases/configure",
        "/s/a/api/actions/connectors",
        "/s/a/api/cases/tags",
    ] {
        assert_eq!(server.get(uri).await.ok(), json!([]), "{uri}");
    }
    let uri = "/s/a/api/detection_engine/signals/search";
    let found = server
        .send("POST", uri, Some(json!({"size": 1})))
        .await
        .ok();
    assert_eq!(found["hits"]["total"]["value"], 0);
}

#[tokio::test]
async fn default_space_is_never_deleted() {
    let server = Server::empty();
    server
        .send("DELETE", &format!("{SPACES}/default"), None)
        .await
        .refused_exactly(
            400,
            "The default space cannot be deleted because it is reserved.",
        );
    server
        .send("DELETE", &format!("{SPACES}/nope"), None)
        .await
        .refused_exactly(404, "Not Found");
}

#[tokio::test]
async fn only_those_who_may_do_everything_change_spaces() {
    let soc = Key::new("soc").with("soc", Rights::All);
    let reader = Key::new("reader").with("*", Rights::Read);
    let server = Server::with_keys(&[&soc, &reader]);
    for key in [&soc, &reader] {
        let caller = server.as_key(key);
        let body = json!({"id": "soc", "name": "Mine"});
        create(&caller, body.clone())
            .await
            .refused_exactly(403, "Unauthorized to create spaces");
        put(&caller, "soc", body)
            .await
            .refused_exactly(403, "Unauthorized to update spaces");
        for id in ["soc", "default", "nope"] {
            caller
                .send("DELETE", &format!("{SPACES}/{id}"), None)
                .await
                .refused_exactly(403, "Unauthorized to delete spaces");
        }
        create(&caller, json!({"id": "soc"}))
            .await
            .refused(400, "[request body.name]");
    }
    assert_eq!(read(&server, "soc").await["name"], "SOC Europe");
}

#[tokio::test]
async fn spaces_are_listed_by_purpose() {
    let key = Key::new("mixed")
        .with("default", Rights::None)
        .with("soc", Rights::Read)
        .with("ot", Rights::All);
    let server = Server::with_keys(&[&key]).as_key(&key);
    let ids = async |query: &str| each(&server.get(&format!("{SPACES}?{query}")).await.ok(), "id");
    assert_eq!(ids("purpose=any").await, ["default", "soc", "ot"]);
    for purpose in ["copySavedObjectsIntoSpace", "shareSavedObjectsIntoSpace"] {
        assert_eq!(ids(&format!("purpose={purpose}")).await, ["ot"]);
        let both = format!("purpose={purpose}&include_authorized_purposes=false");
        assert_eq!(ids(&both).await, ["ot"]);
    }
    let uri = format!("{SPACES}?include_authorized_purposes=true");
    let told = server.get(&uri).await.ok();
    let purposes = |copy: bool, find: bool| {
        json!({
            "any": true,
            "copySavedObjectsIntoSpace": copy,
            "findSavedObjects": find,
            "shareSavedObjectsIntoSpace": copy,
        })
    };
    assert_eq!(
        each(&told, "authorizedPurposes"),
        [
            purposes(false, false),
            purposes(false, true),
            purposes(true, true)
        ]
    );
}

#[tokio::test]
async fn odd_questions_for_spaces_are_400() {
    let server = Server::empty();
    for (query, text) in [
        (
            "purpose=any&include_authorized_purposes=true",
            "[request query]: include_authorized_purposes can only be false when purpose is specified",
        ),
        (
            "purpose=findSavedObjects",
            "[request query.purpose]: types that failed validation:\n- [request query.purpose.0]: expected value to equal [any]",
        ),
        (
            "include_authorized_purposes=maybe",
            "[request query.include_authorized_purposes]: expected value of type [boolean] but got [string]",
        ),
        (
            "odd=1",
            "[request query.odd]: definition for this key is missing",
        ),
    ] {
        server
            .get(&format!("{SPACES}?{query}"))
            .await
            .refused(400, text);
    }
}

#[tokio::test]
async fn space_of_the_request() {
    let key = Key::new("soc").with("soc", Rights::None);
    let server = Server::with_keys(&[&key]);
    let uri = "/internal/spaces/_active_space";
    let active = async |prefix: &str| {
        let reply = server
            .internal("GET", &format!("{prefix}{uri}"), None)
            .await;
        reply.ok()
    };
    assert_eq!(active("").await["id"], "default");
    assert_eq!(active("/s/soc").await, read(&server, "soc").await);
    server
        .internal("GET", &format!("/s/nope{uri}"), None)
        .await
        .refused_exactly(404, "Saved object [space/nope] not found");
    let limited = server.as_key(&key);
    limited
        .internal("GET", &format!("/s/soc{uri}"), None)
        .await
        .ok();
    limited
        .internal("GET", uri, None)
        .await
        .refused_exactly(403, "Unauthorized to get default space");
}

#[tokio::test]
async fn hidden_features_give_no_rights() {
    let server = Server::empty();
    let body = json!({"id": "o11y", "name": "O11y", "solution": "oblt"});
    create(&server, body).await.ok();
    let rights = async |uri: &str| {
        let body = json!({"applications": []});
        let uri = format!("/s/o11y/api/core/capabilities{uri}");
        let tree = server.internal("POST", &uri, Some(body)).await.ok();
        [
            tree["securitySolutionCasesV3"]["read_cases"] == true,
            tree["observabilityCasesV3"]["create_cases"] == true,
        ]
    };
    assert_eq!(rights("").await, [false, true]);
    assert_eq!(rights("?useDefaultCapabilities=true").await, [true, true]);
}
