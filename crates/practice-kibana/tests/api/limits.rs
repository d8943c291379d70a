//! Limits that take many requests to reach: the history of a case, and what refers to other systems.

use serde_json::{Value, json};

use crate::support::{Server, comment_body, id};

/// Changes every field of a case, which makes eleven user actions.
async fn change_everything(server: &Server, case: &Value, round: usize) -> Value {
    let odd = round % 2 == 1;
    let status = if odd { "in-progress" } else { "open" };
    let fields = json!({
        "title": round.to_string(),
        "description": round.to_string(),
        "category": round.to_string(),
        "tags": [round.to_string()],
        "assignees": [{"uid": format!("u_{round}_0")}],
        "severity": if odd { "high" } else { "low" },
        "status": status,
        "settings": {"syncAlerts": odd},
        "connector": {"id": round.to_string(), "name": "J", "type": ".jira", "fields": null},
    });
    server.patched(case, fields).await
}

#[tokio::test]
async fn history_of_a_case_ends_at_10000() {
    const EACH: usize = 11;
    let server = Server::empty();
    let created = json!({
        "tags": ["t"],
        "assignees": [{"uid": "u_first_0"}],
        "settings": {"syncAlerts": false},
    });
    let mut case = server.case(created).await;
    for round in 1..=9_999 / EACH {
        case = change_everything(&server, &case, round).await;
    }
    let path = format!("/api/cases/{}", id(&case));
    let found = server
        .get(&format!("{path}/user_actions/_find?perPage=1"))
        .await
        .ok();
    assert_eq!(found["total"], 10_000);

    let text = format!(
        "The case with case id {} has reached the limit of 10000 user actions.",
        id(&case)
    );
    server
        .patch(&case, json!({"title": "more"}))
        .await
        .refused_exactly(400, &text);
    let text = format!(
        "The case with id {} has reached the limit of 10000 user actions.",
        id(&case)
    );
    let mut comment = comment_body("more");
    comment["owner"] = json!("observability");
    server
        .post_comment(&case, comment.clone())
        .await
        .refused_exactly(400, &text);
    let uri = format!("/internal/cases/{}/attachments/_bulk_create", id(&case));
    server
        .internal("POST", &uri, Some(json!([comment])))
        .await
        .refused_exactly(400, &text);
    comment["comment"] = json!("");
    server
        .post_comment(&case, comment)
        .await
        .refused(400, "The comment field cannot be an empty string.");
    let same = json!({"title": case["title"]});
    server.patch(&case, same).await.refused(406, "identical");
}

#[tokio::test]
async fn case_has_100_references_at_most() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let reference = json!({
        "type": "externalReference",
        "owner": "securitySolution",
        "externalReferenceId": "x",
        "externalReferenceStorage": {"type": "elasticSearchDoc"},
        "externalReferenceAttachmentTypeId": "endpoint",
        "externalReferenceMetadata": null,
    });
    let state = json!({
        "type": "persistableState",
        "owner": "securitySolution",
        "persistableStateAttachmentTypeId": ".lens",
        "persistableStateAttachmentState": {},
    });
    for _ in 0..50 {
        server.post_comment(&case, reference.clone()).await.ok();
        server.post_comment(&case, state.clone()).await.ok();
    }
    let text = "Case has reached the maximum allowed number (100) of attached persistable state and external reference attachments.";
    for body in [reference, state] {
        server
            .post_comment(&case, body)
            .await
            .refused_exactly(400, text);
    }
    let whole = server.comment(&case, "people may go on").await;
    assert_eq!(whole["totalComment"], 101);
}
