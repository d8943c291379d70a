//! Attachments that are neither comments nor alerts: actions, references, stored states.

use serde_json::{Value, json};

use crate::support::{Server, array, id, without};

fn actions() -> Value {
    json!({
        "type": "actions", "owner": "securitySolution", "comment": "isolated",
        "actions": {"type": "isolate", "targets": [{"hostname": "ws-1", "endpointId": "e-1"}]},
    })
}

fn reference() -> Value {
    json!({
        "type": "externalReference", "owner": "securitySolution", "externalReferenceId": "1",
        "externalReferenceStorage": {"type": "elasticSearchDoc"},
        "externalReferenceAttachmentTypeId": "endpoint", "externalReferenceMetadata": {"any": [1, {"thing": true}]},
    })
}

fn state() -> Value {
    json!({
        "type": "persistableState", "owner": "securitySolution",
        "persistableStateAttachmentTypeId": ".lens", "persistableStateAttachmentState": {"deep": {"er": 1}},
    })
}

/// A body with another value somewhere; null takes nothing out.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("pointers have slashes");
    body.pointer_mut(parent).expect("the parent is there")[key] = value;
    body
}

#[tokio::test]
async fn other_kinds_of_attachments_are_kept_as_sent() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let saved = json!({"type": "savedObject", "soType": "osquery"});
    let sent = [
        actions(),
        reference(),
        state(),
        with(reference(), "/externalReferenceStorage", saved),
        with(reference(), "/externalReferenceMetadata", Value::Null),
    ];
    for body in &sent {
        server.post_comment(&case, body.clone()).await.ok();
    }
    let uri = format!("/api/cases/{}/comments", id(&case));
    let stored = array(&server.get(&uri).await.ok());
    assert_eq!(stored.len(), sent.len());
    for (stored, sent) in stored.iter().zip(&sent) {
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(stored.get(name), Some(value), "{name}");
        }
    }
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["totalComment"], 0, "none of them is a comment");
}

#[tokio::test]
async fn types_of_attachments_are_registered() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for (body, key) in [
        (reference(), "externalReferenceAttachmentTypeId"),
        (state(), "persistableStateAttachmentTypeId"),
    ] {
        let unknown = with(body.clone(), &format!("/{key}"), json!("nobody's"));
        server
            .post_comment(&case, unknown)
            .await
            .refused_exactly(400, "Attachment type nobody's is not registered.");
        server.post_comment(&case, body).await.ok();
    }
}

#[tokio::test]
async fn parts_of_other_attachments_are_required() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for body in [actions(), reference(), state()] {
        for part in body.as_object().unwrap().keys() {
            let text = format!("Invalid value \"undefined\" supplied to \"{part}\"");
            server
                .post_comment(&case, without(body.clone(), part))
                .await
                .refused(400, &text);
        }
        let odd = with(body.clone(), "/oddKey", json!(1));
        server
            .post_comment(&case, odd)
            .await
            .refused_exactly(400, "invalid keys \"oddKey\"");
    }
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["version"], case["version"], "nothing was stored");
}

#[tokio::test]
async fn parts_of_other_attachments_have_their_type() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let targets = json!([{"hostname": "ws-1", "endpointId": "e-1"}, {"hostname": 1}]);
    let table = [
        (
            actions(),
            "/comment",
            json!(" "),
            "The comment field cannot be an empty string.",
        ),
        (
            actions(),
            "/comment",
            json!("x".repeat(30_001)),
            "The maximum length is 30000.",
        ),
        (
            actions(),
            "/actions/type",
            json!(1),
            "supplied to \"actions,type\"",
        ),
        (actions(), "/actions/odd", json!(1), "invalid keys \"odd\""),
        (
            actions(),
            "/actions/targets",
            targets.clone(),
            "supplied to \"actions,targets,hostname\"",
        ),
        (
            actions(),
            "/actions/targets",
            targets,
            "supplied to \"actions,targets,endpointId\"",
        ),
        (
            reference(),
            "/externalReferenceId",
            json!(1),
            "supplied to \"externalReferenceId\"",
        ),
        (
            reference(),
            "/externalReferenceStorage/type",
            json!("odd"),
            "Invalid value \"odd\" supplied to \"externalReferenceStorage,type\"",
        ),
        (
            reference(),
            "/externalReferenceStorage/type",
            json!("savedObject"),
            "Invalid value \"undefined\" supplied to \"externalReferenceStorage,soType\"",
        ),
        (
            reference(),
            "/externalReferenceMetadata",
            json!("x"),
            "supplied to \"externalReferenceMetadata\"",
        ),
        (
            reference(),
            "/externalReferenceAttachmentTypeId",
            Value::Null,
            "supplied to \"externalReferenceAttachmentTypeId\"",
        ),
        (
            state(),
            "/persistableStateAttachmentState",
            json!([]),
            "supplied to \"persistableStateAttachmentState\"",
        ),
        (
            state(),
            "/persistableStateAttachmentTypeId",
            json!(1),
            "supplied to \"persistableStateAttachmentTypeId\"",
        ),
    ];
    for (body, pointer, value, text) in table {
        let wrong = with(body, pointer, value);
        server.post_comment(&case, wrong).await.refused(400, text);
    }
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["version"], case["version"], "nothing was stored");
    server.post_comment(&case, actions()).await.ok();
}

#[tokio::test]
async fn case_has_100_references_and_states_at_most() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for _ in 0..50 {
        server.post_comment(&case, reference()).await.ok();
        server.post_comment(&case, state()).await.ok();
    }
    let text = "Case has reached the maximum allowed number (100) of attached persistable state and external reference attachments.";
    for body in [reference(), state()] {
        server
            .post_comment(&case, body)
            .await
            .refused_exactly(400, text);
    }
    server.comment(&case, "comments have their own room").await;
    server.post_comment(&case, actions()).await.ok();
}

#[tokio::test]
async fn storage_of_a_reference_stays() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let body = |storage: Value| {
        json!({
            "type": "externalReference", "owner": "securitySolution", "externalReferenceId": "1",
            "externalReferenceStorage": storage,
            "externalReferenceAttachmentTypeId": "endpoint", "externalReferenceMetadata": null,
        })
    };
    let document = json!({"type": "elasticSearchDoc"});
    let whole = server
        .post_comment(&case, body(document.clone()))
        .await
        .ok();
    let attachment = &whole["comments"][0];
    let change = async |storage: Value| {
        let mut body = body(storage);
        body["id"] = attachment["id"].clone();
        body["version"] = attachment["version"].clone();
        let uri = format!("/api/cases/{}/comments", id(&case));
        server.send("PATCH", &uri, Some(body)).await
    };
    change(json!({"type": "savedObject", "soType": "file"}))
        .await
        .refused_exactly(
            400,
            "You cannot change the storage type of an external reference comment.",
        );
    change(document).await.ok();
}
