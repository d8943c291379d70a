//! What Kibana tells of itself: status in both forms, stats, features.

use practice_kibana::{Key, Profile, Rights};
use serde_json::{Value, json};

use crate::{
    PROFILE,
    support::{Server, VERSION, array, each},
};

/// Fails unless a value has all these fields, each of its type: `text`, `number`, `flag`, `object`.
#[track_caller]
fn has(value: &Value, fields: &[(&str, &str)]) {
    for (pointer, kind) in fields {
        let found = value.pointer(pointer).unwrap_or(&Value::Null);
        let fits = match *kind {
            "text" => found.is_string(),
            "number" => found.is_number(),
            "flag" => found.is_boolean(),
            _ => found.is_object(),
        };
        assert!(fits, "{pointer} is {found} and no {kind}");
    }
}

#[tokio::test]
async fn status_has_every_field_of_its_description() {
    let reply = Server::empty().get("/api/status").await;
    assert_eq!(reply.headers["elastic-api-version"], "2023-10-31");
    let status = reply.ok();
    has(
        &status,
        &[
            ("/name", "text"),
            ("/uuid", "text"),
            ("/version/number", "text"),
            ("/version/build_hash", "text"),
            ("/version/build_number", "number"),
            ("/version/build_snapshot", "flag"),
            ("/version/build_date", "text"),
            ("/metrics/last_updated", "text"),
            ("/metrics/collection_interval_in_millis", "number"),
            ("/metrics/elasticsearch_client/totalActiveSockets", "number"),
            ("/metrics/elasticsearch_client/totalIdleSockets", "number"),
            (
                "/metrics/elasticsearch_client/totalQueuedRequests",
                "number",
            ),
        ],
    );
    assert_eq!(status["version"]["build_flavor"], "traditional");
    let services = [
        "overall",
        "core/elasticsearch",
        "core/savedObjects",
        "plugins/cases",
    ];
    for service in services {
        let service = status["status"]
            .pointer(&format!("/{service}"))
            .expect("the service reports");
        assert_eq!(service["level"], "available");
        has(service, &[("/summary", "text"), ("/meta", "object")]);
    }
}

#[tokio::test]
async fn metrics_of_status_count_what_was_answered() {
    let server = Server::empty();
    for _ in 0..3 {
        server.get("/api/cases/x").await.refused(404, "");
    }
    server.get("/api/cases/_find").await.ok();
    let metrics = server.get("/api/status").await.ok()["metrics"].clone();
    assert_eq!(metrics["requests"]["total"], 4);
    let by_status = json!({"200": 1, "404": 3});
    assert_eq!(metrics["requests"]["statusCodes"], by_status);
    assert_eq!(metrics["requests"]["status_codes"], by_status);
    has(
        &metrics,
        &[
            ("/os/platform", "text"),
            ("/os/load/1m", "number"),
            ("/os/memory/total_in_bytes", "number"),
            ("/process/pid", "number"),
            ("/process/memory/heap/used_in_bytes", "number"),
            (
                "/process/event_loop_delay_histogram/percentiles/99",
                "number",
            ),
            ("/processes/0/uptime_in_millis", "number"),
            ("/response_times/avg_in_millis", "number"),
            ("/concurrent_connections", "number"),
        ],
    );
}

#[tokio::test]
async fn status_has_two_forms() {
    let server = Server::empty();
    let form = async |query: &str| server.get(&format!("/api/status{query}")).await.ok();
    for query in ["", "?v8format=true", "?v7format=false"] {
        let status = form(query).await;
        assert_eq!(status["status"]["overall"]["level"], "available", "{query}");
    }
    for query in ["?v7format=true", "?v8format=false"] {
        let status = form(query).await;
        let overall = &status["status"]["overall"];
        assert_eq!(
            (&overall["state"], &overall["uiColor"], &overall["icon"]),
            (&json!("green"), &json!("success"), &json!("success")),
            "{query}"
        );
        has(
            overall,
            &[
                ("/since", "text"),
                ("/title", "text"),
                ("/nickname", "text"),
            ],
        );
        let parts = array(&status["status"]["statuses"]);
        let cases = format!("plugin:cases@{VERSION}");
        let cases = parts.iter().find(|part| part["id"] == cases);
        let cases = cases.expect("every plugin reports");
        assert_eq!(
            (&cases["state"], &cases["uiColor"]),
            (&json!("green"), &json!("success"))
        );
        has(
            cases,
            &[("/message", "text"), ("/since", "text"), ("/icon", "text")],
        );
        let core = format!("core:elasticsearch@{VERSION}");
        assert!(parts.iter().any(|part| part["id"] == core), "{parts:?}");
        assert_eq!(status["version"]["number"], VERSION, "all else is the same");
    }
}

#[tokio::test]
async fn odd_questions_for_status_are_400() {
    let server = Server::empty();
    let both = "[request query]: provide only one format option: v7format or v8format";
    for (query, text) in [
        ("v7format=true&v8format=true", both),
        ("v7format=false&v8format=true", both),
        (
            "v7format=1",
            "[request query.v7format]: expected value of type [boolean] but got [string]",
        ),
        (
            "odd=1",
            "[request query.odd]: definition for this key is missing",
        ),
    ] {
        server
            .get(&format!("/api/status?{query}"))
            .await
            .refused_exactly(400, text);
    }
}

#[tokio::test]
async fn stats_are_status_in_the_names_of_monitoring() {
    let server = Server::empty();
    let stats = server.get("/api/stats").await.ok();
    let kibana = &stats["kibana"];
    assert_eq!(
        (&kibana["name"], &kibana["version"], &kibana["status"]),
        (&json!("practice"), &json!(VERSION), &json!("green"))
    );
    let status = server.get("/api/status").await.ok();
    assert_eq!(kibana["uuid"], status["uuid"]);
    has(
        &stats,
        &[
            ("/kibana/host", "text"),
            ("/kibana/index", "text"),
            ("/kibana/locale", "text"),
            ("/kibana/transport_address", "text"),
            ("/kibana/snapshot", "flag"),
            ("/last_updated", "text"),
            ("/collection_interval_ms", "number"),
            ("/os/memory/free_bytes", "number"),
            ("/os/platform_release", "text"),
            ("/process/memory/resident_set_size_bytes", "number"),
            ("/process/uptime_ms", "number"),
            ("/processes/0/event_loop_delay", "number"),
            ("/requests/status_codes", "object"),
            ("/response_times/max_ms", "number"),
            ("/elasticsearch_client/total_idle_sockets", "number"),
        ],
    );
    assert!(!stats.to_string().contains("_in_"), "{stats}");
}

#[tokio::test]
async fn extended_stats_name_the_cluster() {
    let server = Server::empty();
    let ask = async |query: &str| server.get(&format!("/api/stats{query}")).await.ok();
    for query in ["", "?extended=false"] {
        let stats = ask(query).await;
        assert_eq!(
            (stats.get("cluster_uuid"), stats.get("usage")),
            (None, None)
        );
    }
    for query in ["?extended", "?extended=true&exclude_usage=false"] {
        let stats = ask(query).await;
        has(&stats, &[("/cluster_uuid", "text"), ("/usage", "object")]);
    }
    let legacy = ask("?extended&legacy=true").await;
    has(&legacy, &[("/clusterUuid", "text")]);
    server
        .get("/api/stats?extended=yes")
        .await
        .refused(400, "[request query.extended]");
    let mut stranger = server.request("GET", "/api/stats", None);
    stranger.headers_mut().remove("authorization");
    server.raw(stranger).await.refused(401, "Unauthorized");
}

#[tokio::test]
async fn features_are_listed_in_their_order() {
    let server = Server::empty();
    let features = server.get("/api/features").await.ok();
    let security = match PROFILE {
        Profile::V9 => "siemV4",
        Profile::V8_18 => "siemV2",
    };
    let ids = each(&features, "id");
    for id in [
        security,
        "securitySolutionCasesV3",
        "observabilityCasesV3",
        "generalCasesV3",
    ] {
        assert!(ids.contains(&id.into()), "{id} is missing");
    }
    let orders: Vec<u64> = array(&features)
        .iter()
        .map(|feature| feature["order"].as_u64().unwrap_or(u64::MAX))
        .collect();
    assert!(orders.is_sorted(), "{orders:?}");
    for feature in array(&features) {
        has(
            &feature,
            &[
                ("/name", "text"),
                ("/category/id", "text"),
                ("/category/label", "text"),
                ("/privileges/all/savedObject", "object"),
                ("/privileges/read/savedObject", "object"),
            ],
        );
        assert!(feature["app"].is_array() && feature["subFeatures"].is_array());
    }
    let is_cases = |feature: &&Value| feature["id"] == "securitySolutionCasesV3";
    let features = array(&features);
    let cases = features.iter().find(is_cases).expect("it is listed");
    assert_eq!(cases["cases"], json!(["securitySolution"]));
    let parts = each(&cases["subFeatures"], "privilegeGroups");
    let parts: Vec<&Value> = parts
        .iter()
        .map(|groups| &groups[0]["privileges"][0]["id"])
        .collect();
    assert_eq!(
        parts,
        [
            "cases_delete",
            "cases_settings",
            "create_comment",
            "case_reopen",
            "cases_assign"
        ]
    );
}

#[tokio::test]
async fn features_are_for_those_who_may_do_everything() {
    let reader = Key::new("reader").with("*", Rights::Read);
    let server = Server::with_keys(&[&reader]);
    server.as_key(&reader).get("/api/features").await.refused_exactly(
        403,
        "API [GET /api/features] is unauthorized for user, this action is granted by the Kibana privileges [read_features]",
    );
    server
        .get("/api/features?ignoreValidLicenses=true")
        .await
        .ok();
    server
        .get("/api/features?ignoreValidLicenses=x")
        .await
        .refused(400, "[request query.ignoreValidLicenses]");
}
