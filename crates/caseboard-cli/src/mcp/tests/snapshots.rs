//! The eight operations by terminal and by agent, in two spaces of two worlds: one transcript for all.

use practice_kibana::{Alert, World};

use super::*;

const TITLE: &str = "Qwzx beacon on web-07";

/// Ids, times and what else is new each time have one name; so have the spaces.
fn filtered(text: &str, space: &str) -> String {
    let text = text.replace(&format!("PROD/{space}"), "PROD/SPACE");
    let text = text.replace(&format!("PROD / {space}"), "PROD / SPACE");
    let text = text.replace(&format!("\"space\": \"{space}\""), "\"space\": \"SPACE\"");
    let text = text.replace(&format!("/{space}/local-"), "/SPACE/local-");
    let named = |line: &str| {
        let at = line.find("\"spaceName\": ")?;
        Some(format!("{}\"spaceName\": \"SPACE\",", line.get(..at)?))
    };
    let lines = text.lines();
    let lines = lines.map(|line| named(line).unwrap_or_else(|| line.to_owned()));
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text.replace(&format!("/s/{space}/"), "/s/SPACE/");
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || "-:.".contains(c) {
            word.push(c);
            continue;
        }
        out += name(&word, out.ends_with(['~', '#']));
        word.clear();
        // Columns are as wide as what stands in them.
        if c != ' ' || !out.ends_with("  ") {
            out.push(c);
        }
    }
    out
}

fn name(word: &str, handle: bool) -> &str {
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    let bytes = word.as_bytes();
    let time = bytes.len() >= 16 && bytes.get(4) == Some(&b'-') && bytes.get(10) == Some(&b'T');
    if time {
        "TIME"
    } else if handle && word.len() >= 6 {
        "HANDLE"
    } else if word.starts_with("127.0.0.1:") {
        "ADDRESS"
    } else if word.len() >= 16 && digits(word) >= 3 {
        "ID"
    } else {
        word
    }
}

fn put_alert(terminal: &Terminal, space: &str) -> String {
    let id = format!("{:064x}", 0xa1e7);
    let source = json!({
        "@timestamp": "2026-01-01T00:00:00.000Z", "host": {"name": "web-07"}, "user": {"name": "ana"},
        "kibana.alert.uuid": id, "kibana.alert.rule.uuid": "r", "kibana.alert.rule.name": "Beacon",
        "kibana.alert.severity": "high", "kibana.alert.workflow_status": "open",
    });
    terminal.practice.practice().put_alert(Alert {
        space: space.to_owned(),
        index: format!(".internal.alerts-security.alerts-{space}-000001"),
        id: id.clone(),
        source: source.as_object().unwrap().clone(),
    });
    id
}

/// What a terminal prints for the eight operations, as text or as JSON.
async fn by_terminal(terminal: &Terminal, space: &str, alert: &str, json: bool) -> String {
    let mut transcript = String::new();
    let mut id = String::new();
    for operation in [
        "create", "find", "get", "update", "comment", "attach", "alerts", "cases",
    ] {
        let line: Vec<&str> = match operation {
            "create" => vec![
                "case",
                "create",
                TITLE,
                "--description",
                "first\nsecond",
                "--tag",
                "c2",
                "--severity",
                "high",
            ],
            "find" => vec!["case", "find", "--search", "qwzx"],
            "get" => vec!["case", "get", &id],
            "update" => vec![
                "case",
                "update",
                &id,
                "--status",
                "in-progress",
                "--add-tag",
                "new",
            ],
            "comment" => vec!["comment", "add", &id, "isolated"],
            "attach" => vec!["alert", "attach", &id, alert],
            "alerts" => vec!["alert", "list", &id],
            _ => vec!["alert", "cases", alert],
        };
        let mut line = line;
        line.extend(["--space", space]);
        if json {
            line.push("--json");
        }
        let text = terminal.text(&line).await;
        if operation == "create" {
            let found = terminal
                .json(&["case", "find", "--search", "qwzx", "--space", space])
                .await;
            let row = &found["sources"][0]["rows"][0];
            id = row["case"]["id"].as_str().unwrap().to_owned();
        }
        transcript.extend([
            "## ",
            operation,
            "\n",
            filtered(&text, space).trim_end(),
            "\n",
        ]);
    }
    terminal.text(&["case", "delete", &id, "--yes"]).await;
    transcript
}

/// What an agent is told for the eight operations, in both forms.
async fn by_agent(agent: &Agent, space: &str, alert: &str) -> String {
    let mut transcript = String::new();
    let mut case = String::new();
    for (operation, tool) in [
        ("create", "case_create"),
        ("find", "case_find"),
        ("get", "case_get"),
        ("update", "case_update"),
        ("comment", "comment_add"),
        ("attach", "alert_attach"),
        ("alerts", "alert_list"),
        ("cases", "alert_cases"),
    ] {
        let input = match operation {
            "create" => {
                json!({"title": TITLE, "description": "first\nsecond", "tags": ["c2"], "severity": "high", "space": space, "key": space})
            }
            "find" => json!({"search": "qwzx", "space": space}),
            "get" | "alerts" => json!({"case": case}),
            "update" => {
                json!({"cases": [case], "status": "in-progress", "add_tags": ["new"], "reason": "work began"})
            }
            "comment" => json!({"case": case, "text": "isolated"}),
            "attach" => json!({"case": case, "alerts": format!("see {alert}")}),
            _ => json!({"alert": alert}),
        };
        let result = agent.call(tool, input.clone()).await;
        let told = result.structured_content.clone().unwrap();
        assert_ne!(result.is_error, Some(true), "{tool}: {told}");
        if tool == "case_create" {
            // The same again is the same.
            let again = agent.told(tool, input).await;
            assert_eq!(again["writes"][0]["entry"], told["writes"][0]["entry"]);
        }
        if told["writes"].is_array() {
            let settled = agent.settled(&told).await;
            assert_eq!(settled["entries"][0]["state"], "done", "{settled}");
            case = settled["entries"][0]["case"].as_str().unwrap().to_owned();
        }
        let told = serde_json::to_string_pretty(&told).unwrap();
        // How far it is by then is a matter of moments.
        let moments = ["waiting", "sending", "held", "done"];
        let steady = |text: &str| {
            let stated = |text: String, state: &&str| {
                let text = text.replace(&format!("\"state\": \"{state}\""), "\"state\": \"STATE\"");
                text.replace(&format!(" | {state} | "), " | STATE | ")
            };
            moments.iter().fold(filtered(text, space), stated)
        };
        let (told, text) = (steady(&told), steady(&text(&result)));
        transcript.extend([
            "## ",
            operation,
            "\n",
            told.trim_end(),
            "\n",
            text.trim_end(),
            "\n",
        ]);
    }
    transcript
}

#[tokio::test]
async fn the_eight_operations_tell_the_same_in_two_spaces_of_two_worlds() {
    let mut first: Option<[String; 3]> = None;
    let worlds = [
        (World::Practice, 1, ["soc", "ot"]),
        (World::Empty, 99, ["red", "blue"]),
    ];
    for (world, seed, ids) in worlds {
        let terminal = Terminal::of(Options {
            world,
            seed,
            spaces: spaces(&ids),
            ..Options::default()
        })
        .await;
        grant(&terminal, &WriteClass::ALL[..4], Policy::Allow).await;
        for space in ids {
            let alert = put_alert(&terminal, space);
            let text = by_terminal(&terminal, space, &alert, false).await;
            let json = by_terminal(&terminal, space, &alert, true).await;
            // One session for each space: what it read elsewhere would be asked about.
            let agent = Agent::of(&terminal, &[&format!("PROD/{space}")]);
            let mcp = by_agent(&agent, space, &alert).await;
            let all = [text, json, mcp];
            match &first {
                None => {
                    insta::assert_snapshot!("terminal_text", all[0]);
                    insta::assert_snapshot!("terminal_json", all[1]);
                    insta::assert_snapshot!("agent", all[2]);
                    first = Some(all);
                }
                Some(first) => {
                    for (one, other) in std::iter::zip(first, &all) {
                        assert_eq!(one, other, "{space} of world {seed}");
                    }
                }
            }
        }
    }
}

#[test]
fn s45_the_list_of_tools_changes_only_on_purpose() {
    let tools: Vec<_> = TOOLS.iter().map(super::super::tools::Spec::tool).collect();
    insta::assert_snapshot!("tools", serde_json::to_string_pretty(&tools).unwrap());
}
