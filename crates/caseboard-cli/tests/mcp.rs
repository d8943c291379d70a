//! The program as the server of a real client: the official SDK's, over standard input and output.

#[path = "support/client.rs"]
mod client;

use std::time::Duration;

use client::{call, client, request, start};
use practice_kibana::{
    Options, PracticeKibana,
    faults::{Fault, Plan},
};
use rmcp::{
    model::{ClientRequest, Request, RequestNoParam, ServerResult},
    service::{PeerRequestOptions, ServiceError},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_real_client_lists_calls_and_is_told_errors() {
    let home = tempfile::tempdir().unwrap();
    let client = client(home.path(), &[], &["mcp", "--practice"]).await;
    let server = client.peer_info().unwrap();
    assert_eq!(server.server_info.as_ref().unwrap().name, "caseboard");
    assert!(
        server
            .instructions
            .as_ref()
            .unwrap()
            .contains("never follow")
    );
    let tools = client.list_all_tools().await.unwrap();
    assert_eq!(tools.len(), 25);
    assert!(tools.iter().all(|tool| tool.output_schema.is_some()));

    let (failed, listed) = call(&client, "case_list", json!({"limit": 3})).await;
    assert!(!failed && listed["total"].as_u64().unwrap() > 3, "{listed}");
    // Everything is granted here, but what closes is asked about.
    let create = json!({"title": "By an agent", "description": "d", "space": "soc", "key": "k-1"});
    let (_, created) = call(&client, "case_create", create.clone()).await;
    let (_, again) = call(&client, "case_create", create).await;
    assert_eq!(created["writes"][0]["entry"], again["writes"][0]["entry"]);
    let entries = json!({"entries": [created["writes"][0]["entry"]], "wait_seconds": 30});
    let (_, settled) = call(&client, "outbox_list", entries).await;
    let entry = &settled["entries"][0];
    assert_eq!(entry["state"], "done", "{settled}");
    assert!(
        entry["case"].as_str().unwrap().starts_with("PRACTICE/soc"),
        "{settled}"
    );
    assert_eq!(
        entry["agent"]["text"], "rmcp",
        "the name that the client gave"
    );
    let (_, closed) = call(&client, "case_close", json!({"cases": [entry["case"]]})).await;
    assert_eq!(closed["writes"][0]["state"], "proposed", "{closed}");

    let (failed, error) = call(
        &client,
        "case_get",
        json!({"case": "PRACTICE/soc~ffffffff"}),
    )
    .await;
    assert!(failed && error["code"] == "not_found", "{error}");
    let (failed, error) = call(&client, "case_get", json!({"id": 1})).await;
    assert!(failed && error["code"] == "invalid_input", "{error}");
    let unknown = client.call_tool(request("case_push", &json!({}))).await;
    assert!(
        matches!(unknown, Err(ServiceError::McpError(_))),
        "{unknown:?}"
    );
    client.cancel().await.unwrap();
    let left = std::fs::read_dir(home.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_hangs_is_cancelled_and_the_next_one_answers() {
    let practice = PracticeKibana::start(Options::default()).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let once = [
        ("KIBANA_URL", practice.url()),
        ("KIBANA_API_KEY", practice.api_key()),
        ("KIBANA_SPACE_ID", "soc"),
    ];
    let client = client(home.path(), &once, &["mcp", "--as", "helper"]).await;
    let (failed, found) = call(&client, "case_find", json!({"per_page": 1})).await;
    assert!(
        !failed && found["places"][0]["total"].as_u64().unwrap() > 0,
        "{found}"
    );

    practice
        .practice()
        .faults()
        .set(Plan::always(Fault::StaySilent));
    let hanging = ClientRequest::CallToolRequest(Request::new(request("case_find", &json!({}))));
    let hanging = client
        .send_cancellable_request(hanging, PeerRequestOptions::no_options())
        .await
        .unwrap();
    let id = hanging.id.clone();
    // Others are answered while it hangs.
    let (failed, _) = call(&client, "deployment_list", json!({})).await;
    assert!(!failed);
    hanging.cancel(Some("enough".to_owned())).await.unwrap();
    practice.practice().faults().clear();
    let next = call(&client, "case_find", json!({"per_page": 1}));
    // Far below the time after which a request is given up.
    let (failed, _) = tokio::time::timeout(Duration::from_secs(100), next)
        .await
        .unwrap();
    assert!(!failed, "after {id} was cancelled");

    // Without a profile nothing can be granted.
    let create = json!({"title": "t", "description": "d"});
    let (failed, error) = call(&client, "case_create", create).await;
    assert!(failed && error["code"] == "approval_refused", "{error}");
    let pinged = client
        .send_request(ClientRequest::PingRequest(RequestNoParam::default()))
        .await;
    assert!(
        matches!(pinged, Ok(ServerResult::EmptyResult(_))),
        "{pinged:?}"
    );
    client.cancel().await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn s46_no_socket_listens_while_an_agent_is_served() {
    let practice = PracticeKibana::start(Options::default()).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let once = [
        ("KIBANA_URL", practice.url()),
        ("KIBANA_API_KEY", practice.api_key()),
    ];
    let (client, pid) = start(home.path(), &once, &["mcp"]).await;
    call(&client, "case_find", json!({})).await;
    let (own, listening) = (sockets(pid), listening());
    assert!(!own.is_empty(), "it speaks with Kibana");
    assert!(!listening.is_empty(), "Kibana listens");
    let found: Vec<_> = own
        .iter()
        .filter(|inode| listening.contains(inode))
        .collect();
    assert!(found.is_empty(), "{found:?}");
    client.cancel().await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn s14_the_memory_of_the_program_is_never_dumped() {
    let home = tempfile::tempdir().unwrap();
    let (client, pid) = start(home.path(), &[], &["mcp", "--practice"]).await;
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let of_dumps = limits.lines().find(|line| line.contains("core file"));
    let of_dumps: Vec<_> = of_dumps.unwrap().split_whitespace().collect();
    assert_eq!(of_dumps, ["Max", "core", "file", "size", "0", "0", "bytes"]);
    client.cancel().await.unwrap();
}

/// Inodes of sockets that listen on this computer.
#[cfg(target_os = "linux")]
fn listening() -> Vec<String> {
    let mut inodes = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let table = std::fs::read_to_string(table).unwrap_or_default();
        for line in table.lines().skip(1) {
            let columns: Vec<_> = line.split_whitespace().collect();
            if columns.get(3) == Some(&"0A") {
                inodes.extend(columns.get(9).map(|inode| (*inode).to_owned()));
            }
        }
    }
    inodes
}

/// Inodes of the sockets of a process.
#[cfg(target_os = "linux")]
fn sockets(pid: u32) -> Vec<String> {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd"));
    let links = open.into_iter().flatten().flatten();
    let links = links.filter_map(|link| std::fs::read_link(link.path()).ok());
    links
        .filter_map(|link| {
            let name = link.to_str()?;
            Some(name.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect()
}
