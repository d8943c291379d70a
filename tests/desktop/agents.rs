//! What an agent of another process asks, in the window of the person who answers.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use caseboard_journeys::{
    kibana,
    window::{Start, Window, given},
};
use serde_json::{Value, json};

/// `caseboard mcp` in the profile of a window, spoken to line by line. Dropping it ends it.
struct Agent {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Agent {
    fn begin(window: &Window) -> Self {
        let mut process = terminal(window, &["mcp", "--as", "helper"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut agent = Self {
            requests: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        };
        let whoever = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "story", "version": "1"}});
        agent.ask("initialize", &whoever);
        agent.tell(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        agent
    }

    fn tell(&mut self, message: &Value) {
        writeln!(self.requests, "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.tell(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
        loop {
            let mut line = String::new();
            assert!(
                self.answers.read_line(&mut line).unwrap() > 0,
                "it ended before it answered {method}"
            );
            let mut answer: Value = serde_json::from_str(&line).unwrap();
            if answer["id"] == 1 {
                return answer["result"].take();
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let mut result = self.ask("tools/call", &json!({"name": tool, "arguments": arguments}));
        assert_ne!(result["isError"], true, "{result}");
        result["structuredContent"].take()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The program for terminals, in the profile and the session of a window.
fn terminal(window: &Window, line: &[&str]) -> Command {
    let mut command = Command::new(given("CASEBOARD_CLI"));
    command
        .args(line)
        .args(["--profile", "practice"])
        .envs(&window.environment);
    command
}

#[tokio::test]
async fn what_an_agent_asks_is_seen_with_what_would_change_and_done_when_it_is_approved() {
    let window = Window::open(Start::Practice).await;
    let server = window.practice().await;
    let worst = server.open_cases("soc").await.remove(0);
    let (id, before) = (worst["id"].as_str().unwrap(), &worst["severity"]);
    assert_ne!(before, "low");
    window.card(id).await;
    let granted = terminal(&window, &["agent", "grant", "update", "--space", "soc"]).output();
    let granted = granted.unwrap();
    assert!(granted.status.success(), "{granted:?}");
    let mut agent = Agent::begin(&window);
    let change =
        json!({"cases": [id], "severity": "low", "reason": "the host is a known test machine"});
    let told = agent.call("case_update", &change);
    assert_eq!(told["writes"][0]["state"], "proposed", "{told}");

    window.click_button("Approvals").await;
    let card = "document.querySelector('[data-proposal-state=open]')";
    for words in [
        "helper",
        "the host is a known test machine",
        "Severity",
        "Low",
    ] {
        window
            .until(&format!("{card}?.innerText.includes({words:?})"))
            .await;
    }
    for theme in ["light", "dark"] {
        window.theme(theme).await;
        window.click_button("Approvals").await;
        window.element("[data-proposal-state=open]").await;
        window.until_settled().await;
        window.check(&format!("approvals, {theme}")).await;
    }
    assert_eq!(&server.case("soc", id).await["severity"], before);
    window.click_button("Allow once").await;
    kibana::until(|| async { server.case("soc", id).await["severity"] == "low" }).await;
    window
        .until("document.querySelector('[data-proposal-state=approved]') !== null")
        .await;
    let entry = told["writes"][0]["entry"].as_str().unwrap();
    let agent = RefCell::new(agent);
    kibana::until(|| {
        let outbox = agent.borrow_mut().call("outbox_list", &json!({}));
        let entries = outbox["entries"].as_array().unwrap().iter();
        let mut ours = entries.filter(|one| one["entry"] == entry);
        let done = ours.any(|one| one["state"] == "done");
        async move { done }
    })
    .await;
}
