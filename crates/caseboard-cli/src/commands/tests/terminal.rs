//! Nothing that stands in a case or an alert acts on a terminal.

use caseboard_core::plain::hidden_name;
use practice_kibana::Alert;
use serde_json::json;

use super::*;
use crate::proof::Proof;

/// Sequences that would act on a terminal, or hide or reorder text on it.
fn payloads() -> Vec<String> {
    let begins = [
        "\u{1b}]", "\u{1b}[", "\u{1b}P", "\u{1b}_", "\u{1b}^", "\u{1b}X", "\u{9b}", "\u{9d}",
        "\u{90}", "\u{9f}",
    ];
    let bodies = [
        "0;pwned\u{7}",
        "52;c;cHduZWQ=\u{7}",
        "8;;http://x\u{1b}\\y",
        "2J",
        "31m",
        "?1049h",
        "6n",
    ];
    let mut payloads: Vec<String> = begins
        .iter()
        .flat_map(|begin| bodies.iter().map(move |body| format!("{begin}{body}")))
        .collect();
    let controls = ('\u{1}'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
    payloads.extend(controls.map(|c| format!("a{c}b")));
    let hidden = [
        '\u{202e}',
        '\u{2066}',
        '\u{200b}',
        '\u{feff}',
        '\u{ad}',
        '\u{e0041}',
        '\u{2028}',
    ];
    payloads.extend(hidden.map(|c| format!("a{c}b")));
    payloads
}

fn alert_id(n: usize) -> String {
    format!("{n:064x}")
}

/// What is left of a text without the colours that are ours.
fn without_colours(text: &str) -> String {
    let ours = [
        "\u{1b}[1m",
        "\u{1b}[2m",
        "\u{1b}[31m",
        "\u{1b}[33m",
        "\u{1b}[0m",
    ];
    ours.iter()
        .fold(text.to_owned(), |text, colour| text.replace(colour, ""))
}

fn assert_harmless(line: &[&str], text: &str) {
    let acts = |c: &char| *c != '\n' && (c.is_control() || hidden_name(*c).is_some());
    let found: Vec<_> = text.chars().filter(acts).collect();
    assert!(found.is_empty(), "{line:?} prints {found:?}");
}

/// Fills cases, a comment and alerts with payloads. Tells a case that has it all, and its alerts.
async fn fill(terminal: &Terminal, payloads: &[String]) -> (String, Vec<String>) {
    let all = payloads.join("\n");
    for (n, some) in payloads.chunks(8).enumerate() {
        let payload = some.concat();
        terminal.practice.practice().put_alert(Alert {
            space: "soc".to_owned(),
            index: ".internal.alerts-security.alerts-soc-000001".to_owned(),
            id: alert_id(n),
            source: json!({
                "@timestamp": "2026-01-01T00:00:00.000Z", "host": {"name": payload}, "user": {"name": payload},
                "kibana.alert.rule.name": payload, "kibana.alert.rule.uuid": "r", "kibana.alert.reason": payload,
                "kibana.alert.severity": payload, "kibana.alert.workflow_status": payload,
            })
            .as_object()
            .unwrap()
            .clone(),
        });
    }
    let mut ids = Vec::new();
    for payloads in payloads.chunks(8) {
        let title = format!("evil {} end", payloads.concat());
        let tags = payloads.iter().map(|payload| format!("--tag=x{payload}"));
        let tags: Vec<_> = tags.collect();
        let mut line = vec![
            "case",
            "create",
            &title,
            "--description",
            "-",
            "--category",
            "c\u{202e}\u{1b}[2J",
        ];
        line.extend(["--space", "soc", "--json"]);
        line.extend(tags.iter().map(String::as_str));
        let told = terminal.with(&line, &all).await.unwrap();
        assert_eq!(told.exit, 0, "{}", told.text);
        let told: Value = serde_json::from_str(&told.text).unwrap();
        ids.push(
            told["writes"][0]["target"]["case"]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let id = ids.swap_remove(0);
    terminal
        .with(&["comment", "add", &id, "-"], &all)
        .await
        .unwrap();
    let alerts: Vec<_> = (0..payloads.len().div_ceil(8)).map(alert_id).collect();
    let attached = terminal
        .with(&["alert", "attach", &id, "-", "--json"], &alerts.join("\n"))
        .await;
    assert_eq!(attached.unwrap().exit, 0);
    (id, alerts)
}

#[tokio::test]
async fn s30_no_text_of_a_case_or_an_alert_acts_on_the_terminal() {
    let terminal = Terminal::new().await;
    let payloads = payloads();
    assert!(payloads.len() >= 120, "{}", payloads.len());
    let n = u32::try_from(payloads.len()).unwrap();
    let mut proof = Proof::begin("S30", n, n);
    let all = payloads.join("\n");
    let (id, alerts) = fill(&terminal, &payloads).await;
    let id = id.as_str();
    let listed = terminal.json(&["comment", "list", id]).await;
    let text = listed["comments"][0]["text"].as_str().unwrap().to_owned();
    assert_eq!(text, all, "JSON has it all as it was typed");
    let comment = listed["comments"][0]["id"].as_str().unwrap();

    let lines: &[&[&str]] = &[
        &["case", "list", "--limit", "200"],
        &["case", "find", "--space", "soc", "--per-page", "100"],
        &["case", "find", "--query", "evil"],
        &[
            "case",
            "find",
            "--query",
            "evil \u{1b}]0;x\u{7} status:\u{9b}31m",
        ],
        &["case", "get", id],
        &["comment", "list", id],
        &["alert", "list", id],
        &["alert", "find", "--space", "soc", "--limit", "10000"],
        &["alert", "show", &alerts[0]],
        &["alert", "cases", &alerts[3]],
        &["alert", "attach", id, &alerts[1], "\u{1b}[31m…"],
        &["timeline", id],
        &["space", "list"],
        &["deployment", "list"],
        &["deployment", "test", "PROD"],
        &["sync"],
        &["outbox", "list"],
        &[
            "case",
            "create",
            "t\u{1b}[2J",
            "--description",
            "\u{9b}2J",
            "--space",
            "soc",
            "--dry-run",
        ],
        &[
            "case",
            "update",
            id,
            "--title",
            "t\u{1b}]52;c;x\u{7}",
            "--add-tag",
            "\u{202e}",
            "--dry-run",
        ],
        &["case", "close", id, "--dry-run"],
        &["case", "delete", id, "--dry-run"],
        &["comment", "add", id, "\u{1b}[2J", "--dry-run"],
        &["comment", "edit", id, comment, "\u{1b}[2J\r", "--dry-run"],
        &["comment", "delete", id, comment, "--dry-run"],
    ];
    for line in lines {
        for colours in [false, true] {
            let told = terminal.done(line, "", colours).await.unwrap();
            let text = if colours {
                without_colours(&told.text)
            } else {
                told.text
            };
            assert_harmless(line, &text);
        }
        let as_json = [line, &["--json"][..]].concat();
        let told = terminal.with(&as_json, "").await.unwrap();
        assert_harmless(&as_json, &told.text);
        let told: Result<Value, _> = serde_json::from_str(&told.text);
        assert!(told.is_ok(), "{line:?}");
    }
    let coloured = terminal.done(&["case", "list"], "", true).await.unwrap();
    assert!(
        coloured.text.contains("\u{1b}[1m"),
        "there are colours to look through"
    );

    for payload in &payloads {
        proof.round();
        let error = terminal
            .with(&["case", "delete", payload, "--yes"], "")
            .await
            .unwrap_err();
        let mut page = crate::output::page::Page::new(false);
        crate::output::failed(&mut page, &error);
        assert_harmless(&[payload], &page.finish());
    }
}
