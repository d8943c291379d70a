//! Answers in which every text is an attack: what intruders can make people, programs and servers write.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::body::Bytes;
use serde_json::Value;

/// One attack a line. `{hit}` is script that tells that it ran, by pushing its name to `window.hits`; `{beacon}` is an address of this
/// server, below `/beacon/`; `{rtl}` turns the writing round.
const ATTACKS: &str = include_str!("hostile.txt");

/// Fields that hold no text of anybody: ids, times, versions and words of closed sets.
const STRUCTURE: [&str; 30] = [
    "@timestamp",
    "_id",
    "_index",
    "action",
    "alertId",
    "build_flavor",
    "caseId",
    "color",
    "disabledFeatures",
    "externalReferenceId",
    "externalReferenceStorage",
    "id",
    "index",
    "key",
    "kibana.alert.case_ids",
    "kibana.alert.rule.uuid",
    "kibana.alert.severity",
    "kibana.alert.status",
    "kibana.alert.uuid",
    "kibana.alert.workflow_status",
    "kibana.space_ids",
    "level",
    "number",
    "owner",
    "profile_uid",
    "severity",
    "status",
    "type",
    "uid",
    "version",
];

/// Puts an attack behind each text of an answer; the same behind the same text, so that what belongs together still does. `host` is what the
/// client called the server.
pub(super) fn fill(body: &Bytes, host: &str) -> Bytes {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return body.clone();
    };
    fill_value(&mut value, host);
    value.to_string().into()
}

fn fill_value(value: &mut Value, host: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if !is_structure(name) {
                    fill_value(value, host);
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                fill_value(value, host);
            }
        }
        Value::String(text) => {
            let attack = attack_for(text, host);
            text.push(' ');
            text.push_str(&attack);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_structure(name: &str) -> bool {
    STRUCTURE.contains(&name) || name.ends_with("_at") || name.ends_with("Id")
}

fn attack_for(text: &str, host: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let n_attacks = ATTACKS.lines().count() as u64;
    let number = usize::try_from(hasher.finish() % n_attacks).unwrap_or_default();
    let attack = ATTACKS.lines().nth(number).unwrap_or_default();
    attack
        .replace("{hit}", &format!("(window.hits??=[]).push({number})"))
        .replace("{beacon}", &format!("http://{host}/beacon/{number}"))
        .replace("{rtl}", "\u{202E}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_is_an_attack_and_everything_else_is_as_it_was() {
        assert_eq!(ATTACKS.lines().count(), 40);
        let case = json!({
            "id": "1", "created_at": "2025-05-06T07:08:09Z", "status": "open", "title": "x", "tags": ["y", "x"], "totalComment": 1,
            "created_by": {"full_name": "Maya", "profile_uid": "u_maya_0"},
        });
        let filled = fill(&case.to_string().into(), "kibana.test");
        let filled: Value = serde_json::from_slice(&filled).unwrap();
        for kept in [
            "/id",
            "/created_at",
            "/status",
            "/totalComment",
            "/created_by/profile_uid",
        ] {
            assert_eq!(filled.pointer(kept), case.pointer(kept), "{kept}");
        }
        for (text, was) in [
            ("/title", "x "),
            ("/tags/0", "y "),
            ("/created_by/full_name", "Maya "),
        ] {
            let now = filled.pointer(text).and_then(Value::as_str).unwrap();
            assert!(
                now.len() > was.len() && now.starts_with(was),
                "{text}: {now}"
            );
        }
        assert_eq!(
            filled["title"], filled["tags"][1],
            "the same text, the same attack"
        );
        assert_eq!(fill(&"no json".into(), ""), "no json");
    }

    #[test]
    fn an_attack_tells_that_it_ran_or_asks_this_server() {
        let all: Vec<String> = (0..2_000)
            .map(|n| attack_for(&n.to_string(), "kibana.test:5601"))
            .collect();
        assert!(
            all.iter()
                .all(|attack| !attack.contains("{hit}") && !attack.contains("{beacon}"))
        );
        assert!(
            all.iter()
                .any(|attack| attack.contains("http://kibana.test:5601/beacon/1"))
        );
        assert!(
            all.iter()
                .any(|attack| attack.contains("onerror=\"(window.hits??=[]).push(0)\""))
        );
    }
}
