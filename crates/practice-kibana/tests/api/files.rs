//! B185: files of cases.

use axum::{
    body::Body,
    http::{Request, header::CONTENT_TYPE},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Reply, Server, array, each, id};

/// A form with a file, and perhaps the name it is to have.
fn form(sent_name: &str, wanted_name: Option<&str>, content: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{sent_name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    if let Some(name) = wanted_name {
        let part = format!(
            "\r\n--edge\r\ncontent-disposition: form-data; name=\"filename\"\r\n\r\n{name}"
        );
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(b"\r\n--edge--\r\n");
    body
}

fn post(server: &Server, case: &Value, form: Vec<u8>) -> Request<Body> {
    let uri = format!("/api/cases/{}/files", id(case));
    let mut request = server.request("POST", &uri, None).map(|_| Body::from(form));
    let content_type = "multipart/form-data; boundary=edge"
        .parse()
        .expect("it is ASCII");
    request.headers_mut().insert(CONTENT_TYPE, content_type);
    request
}

async fn upload(server: &Server, case: &Value, sent_name: &str, content: &[u8]) -> Reply {
    server
        .raw(post(server, case, form(sent_name, None, content)))
        .await
}

#[tokio::test]
async fn b185_file_is_attached() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = upload(&server, &case, "foobar.txt", b"hello").await.ok();
    assert_eq!(array(&whole["comments"]).len(), 1);
    let comment = &whole["comments"][0];
    let expected = json!({
        "type": "externalReference", "owner": "securitySolution",
        "externalReferenceAttachmentTypeId": ".files",
        "externalReferenceStorage": {"type": "savedObject", "soType": "file"},
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(comment.get(name), Some(value), "{name}");
    }
    assert!(comment["externalReferenceId"].is_string());
    let file = &comment["externalReferenceMetadata"]["files"];
    assert_eq!(
        file,
        &json!([{"name": "foobar", "extension": "txt", "mimeType": "text/plain", "created": comment["created_at"]}])
    );
    assert_eq!(
        whole["totalComment"], 1,
        "attachments of every kind are counted here"
    );
    assert_ne!(whole["version"], case["version"]);
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["totalComment"], 0, "a file is no comment");
}

#[tokio::test]
async fn wanted_name_is_kept_as_it_is() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let named = form("foobar.txt", Some("my.name"), b"x");
    let whole = server.raw(post(&server, &case, named)).await.ok();
    let file = &whole["comments"][0]["externalReferenceMetadata"]["files"][0];
    assert_eq!(
        (&file["name"], &file["extension"]),
        (&json!("my.name"), &json!("txt"))
    );
    let empty = form("foobar.txt", Some(""), b"x");
    let text = "The filename field cannot be an empty string.";
    server
        .raw(post(&server, &case, empty))
        .await
        .refused_exactly(400, text);
    let long = form("foobar.txt", Some(&"n".repeat(161)), b"x");
    let text = "The length of the filename is too long. The maximum length is 160.";
    server
        .raw(post(&server, &case, long))
        .await
        .refused_exactly(400, text);
}

#[tokio::test]
async fn files_are_checked() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let reply = upload(&server, &case, "foobar.124zas", b"x").await;
    reply.refused(400, "The mime type field value");
    upload(&server, &json!({"id": "nope"}), "a.txt", b"x")
        .await
        .refused_exactly(404, "Saved object [cases/nope] not found");
    let uri = format!("/api/cases/{}/files", id(&case));
    server
        .send("POST", &uri, Some(json!({})))
        .await
        .refused(415, "");
    let no_file =
        b"--edge\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\nx\r\n--edge--\r\n";
    server
        .raw(post(&server, &case, no_file.to_vec()))
        .await
        .refused(400, "supplied to \"file\"");
    server
        .raw(post(&server, &case, b"--edge\r\nbroken".to_vec()))
        .await
        .refused(400, "Invalid multipart payload format");
    let left = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(left["version"], case["version"], "nothing was written");
}

#[tokio::test]
async fn images_and_files_are_limited_in_size() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let image = vec![0; 10 * 1024 * 1024 + 1];
    upload(&server, &case, "a.png", &image)
        .await
        .refused(413, "10485760");
    upload(&server, &case, "a.txt", &image).await.ok();
    upload(&server, &case, "b.png", &image[1..]).await.ok();
    let huge = vec![0; 100 * 1024 * 1024 + 1];
    let text = "Payload content length greater than maximum allowed: 104857600";
    upload(&server, &case, "a.txt", &huge)
        .await
        .refused_exactly(413, text);
    let whole = upload(&server, &case, "c.txt", &huge[1..]).await.ok();
    assert_eq!(array(&whole["comments"]).len(), 3);
}

#[tokio::test]
async fn case_has_100_files_at_most() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for n in 0..100 {
        upload(&server, &case, &format!("{n}.txt"), b"x").await.ok();
    }
    upload(&server, &case, "more.txt", b"x")
        .await
        .refused_exactly(
            400,
            "Case has reached the maximum allowed number (100) of attached files.",
        );
    let reference = json!({
        "type": "externalReference", "owner": "securitySolution", "externalReferenceId": "x",
        "externalReferenceStorage": {"type": "elasticSearchDoc"},
        "externalReferenceAttachmentTypeId": "endpoint", "externalReferenceMetadata": null,
    });
    server.post_comment(&case, reference).await.ok();
}

#[tokio::test]
async fn files_are_listed_and_downloaded() {
    let server = Server::empty();
    let (one, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let whole = upload(&server, &one, "a.txt", b"first").await.ok();
    upload(&server, &other, "b.txt", b"second!").await.ok();
    let list = "/api/files/files/securitySolutionFilesCases/list";
    let all = server.send("POST", list, Some(json!({}))).await.ok();
    assert_eq!(
        (each(&all["files"], "name"), &all["total"]),
        (vec![json!("a"), json!("b")], &json!(2))
    );
    assert_eq!(each(&all["files"], "size"), [5, 7]);
    let of_one = json!({"meta": {"caseIds": [id(&one)]}});
    let found = server.send("POST", list, Some(of_one)).await.ok();
    assert_eq!(each(&found["files"], "name"), ["a"]);
    let paged = server
        .send("POST", &format!("{list}?page=2&perPage=1"), None)
        .await
        .ok();
    assert_eq!(each(&paged["files"], "name"), ["b"]);
    let elsewhere = "/api/files/files/observabilityFilesCases/list";
    assert_eq!(server.send("POST", elsewhere, None).await.ok()["total"], 0);

    let file = whole["comments"][0]["externalReferenceId"]
        .as_str()
        .unwrap();
    let blob = format!("/api/files/files/securitySolutionFilesCases/{file}/blob");
    let response = server
        .router
        .clone()
        .oneshot(server.request("GET", &blob, None))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain");
    assert_eq!(response.headers()["content-disposition"], "attachment");
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(bytes, "first");
    let other_kind = format!("/api/files/files/casesFilesCases/{file}/blob");
    server.get(&other_kind).await.refused(404, "not found");
    server
        .get(&format!("/s/soc{blob}"))
        .await
        .refused(404, "not found");
}

#[tokio::test]
async fn files_go_with_their_attachment() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let mut ids = Vec::new();
    for n in 0..4 {
        let whole = upload(&server, &case, &format!("{n}.txt"), b"x").await.ok();
        ids.push(whole["comments"][n].clone());
    }
    let blob = |comment: &Value| {
        let file = comment["externalReferenceId"].as_str().unwrap();
        format!("/api/files/files/securitySolutionFilesCases/{file}/blob")
    };
    let gone = async |comment: &Value| server.get(&blob(comment)).await.refused(404, "not found");
    let comment = format!("/api/cases/{}/comments/{}", id(&case), id(&ids[0]));
    server.send("DELETE", &comment, None).await.no_content();
    gone(&ids[0]).await;

    let bulk = format!(
        "/internal/cases/{}/attachments/files/_bulk_delete",
        id(&case)
    );
    let named = |comments: &[Value]| json!({"ids": comments.iter().map(|comment| comment["externalReferenceId"].clone()).collect::<Vec<_>>()});
    let too_many = json!({"ids": vec!["x"; 11]});
    server
        .internal("POST", &bulk, Some(too_many))
        .await
        .refused(400, "Array must be of length <= 10");
    server
        .internal("POST", &bulk, Some(named(&[])))
        .await
        .refused(400, "Array must be of length >= 1");
    let partly = json!({"ids": [ids[1]["externalReferenceId"], "nope"]});
    server
        .internal("POST", &bulk, Some(partly))
        .await
        .refused(404, "not found");
    server
        .internal("POST", &bulk, Some(named(&ids[1..3])))
        .await
        .no_content();
    gone(&ids[1]).await;
    gone(&ids[2]).await;
    let left = server
        .get(&format!("/api/cases/{}/comments", id(&case)))
        .await
        .ok();
    assert_eq!(each(&left, "id"), [ids[3]["id"].clone()]);

    let uri = format!("/api/cases?ids=%5B%22{}%22%5D", id(&case));
    server.send("DELETE", &uri, None).await.no_content();
    gone(&ids[3]).await;
}
