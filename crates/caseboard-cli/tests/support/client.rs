//! The program as the server of a real client: the official SDK's, over standard input and output.

use std::path::Path;

use rmcp::{
    RoleClient, ServiceExt as _, model::CallToolRequestParams, service::RunningService,
    transport::TokioChildProcess,
};
use serde_json::Value;

pub(crate) type Client = RunningService<RoleClient, ()>;

/// A client that started the program with an environment of its own.
pub(crate) async fn client(home: &Path, variables: &[(&str, &str)], line: &[&str]) -> Client {
    start(home, variables, line).await.0
}

/// The same, and the number of its process.
pub(crate) async fn start(home: &Path, variables: &[(&str, &str)], line: &[&str]) -> (Client, u32) {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_caseboard"));
    command
        .env_clear()
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
        .envs(variables.iter().copied())
        .args(line);
    let (process, _) = TokioChildProcess::builder(command)
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it can be started");
    let pid = process.id().expect("it runs");
    (().serve(process).await.expect("it speaks MCP"), pid)
}

pub(crate) fn request(tool: &'static str, input: &Value) -> CallToolRequestParams {
    CallToolRequestParams::new(tool)
        .with_arguments(input.as_object().expect("arguments have names").clone())
}

/// Whether a call failed, and its structured answer.
pub(crate) async fn call(client: &Client, tool: &'static str, input: Value) -> (bool, Value) {
    let result = client.call_tool(request(tool, &input)).await;
    let result = result.expect("the tool is known");
    let failed = result.is_error == Some(true);
    (
        failed,
        result.structured_content.expect("every answer has it"),
    )
}
