//! Detection alerts as the world's rules would have raised them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::{
    data::{Data, Host, Rule},
    fill::{Values, hexadecimal},
    plan::Plan,
};
use crate::{
    store::{AlertDocument, Json, alert_index},
    time::iso,
};

/// Alerts in the whole world.
const ALERTS: usize = 400;
/// Alerts of the whole world that no case holds, at least.
const LEAST_UNATTACHED: usize = 80;

/// Makes the alerts that nobody has put into a case yet.
pub(super) fn unattached(
    data: &Data,
    plans: &[Plan],
    random: &mut ChaCha8Rng,
    now: Timestamp,
) -> Vec<AlertDocument> {
    let attached: usize = plans.iter().map(|plan| plan.alerts.len()).sum();
    let count = ALERTS.saturating_sub(attached).max(LEAST_UNATTACHED);
    (0..count)
        .map(|position| {
            let space = ["soc", "default", "soc", "ot"][position % 4];
            let fitting = fitting(data, space);
            let rule = fitting.choose(random).expect("every space has rules");
            lone(data, rule, (space, space), (now, 14), random)
        })
        .collect()
}

/// The rules that can fire in a space of the practice world.
pub(super) fn fitting<'a>(data: &'a Data, space: &str) -> Vec<&'a Rule> {
    let runs_on_two = |rule: &Rule| {
        let hosts = data.hosts.iter().filter(|host| host.space == space);
        hosts.filter(|host| runs_on(rule, host)).count() > 1
    };
    let rules = data.rules.iter();
    rules
        .filter(|rule| fits(rule, space) && runs_on_two(rule))
        .collect()
}

/// Makes an alert that no case holds: in a space, on hosts of a space of the practice world, in the
/// last days.
pub(super) fn lone(
    data: &Data,
    rule: &Rule,
    (space, site): (&str, &str),
    (now, days): (Timestamp, i64),
    random: &mut ChaCha8Rng,
) -> AlertDocument {
    let on = |host: &Host| runs_on(rule, host);
    let values = Values::draw(data, site, on, on, random);
    let minutes = random.random_range(3..days * 24 * 60);
    let at = now - SignedDuration::from_mins(minutes);
    let mut alert = make(rule, &values, space, at, random);
    if random.random_ratio(1, 6) {
        let status = if random.random_bool(0.5) {
            "acknowledged"
        } else {
            "closed"
        };
        alert.source = alert
            .source
            .with([("kibana.alert.workflow_status", status.into())]);
    }
    alert
}

/// Whether a rule is about the operating system of a host.
fn runs_on(rule: &Rule, host: &Host) -> bool {
    let mut systems = rule
        .tags
        .iter()
        .filter_map(|tag| tag.strip_prefix("OS: "))
        .peekable();
    systems.peek().is_none() || systems.any(|system| system == host.os)
}

/// Rules of plants fire in plants, the others elsewhere.
fn fits(rule: &Rule, space: &str) -> bool {
    (space == "ot") == rule.tags.iter().any(|tag| tag == "Domain: OT")
}

/// Makes one alert.
pub(super) fn make(
    rule: &Rule,
    values: &Values,
    space: &str,
    at: Timestamp,
    random: &mut ChaCha8Rng,
) -> AlertDocument {
    let id: Arc<str> = alert_id(rule, random).into();
    let began = at - SignedDuration::from_secs(random.random_range(20..280));
    let prefix = if space == "default" {
        String::new()
    } else {
        format!("/s/{space}")
    };
    let time = iso(at);
    let url = format!(
        "https://kibana.example.org{prefix}/app/security/alerts/redirect/{id}?index=.alerts-security.alerts-{space}&timestamp={time}"
    );
    let time = Json::from(time);
    let common = rule.common.get_or_init(|| common(rule));
    let host = common["host"].with([
        ("name", values.host.as_str().into()),
        ("ip", list(values.host_ip.as_str().into())),
        (
            "os",
            common["host"]["os"].with([("name", values.host_os.as_str().into())]),
        ),
    ]);
    let source = common.with([
        ("@timestamp", time.clone()),
        ("kibana.alert.uuid", Arc::clone(&id).into()),
        ("kibana.alert.start", time),
        ("kibana.alert.original_time", iso(began).into()),
        ("kibana.alert.ancestors", list(ancestor(&id))),
        ("kibana.alert.reason", values.fill(&rule.reason).into()),
        ("kibana.alert.url", url.into()),
        ("kibana.space_ids", list(space.into())),
        ("host", host),
        (
            "user",
            common["user"].with([("name", values.user.as_str().into())]),
        ),
    ]);
    AlertDocument {
        space: space.into(),
        index: alert_index(space).into(),
        source: with_context(source, rule, values, random),
        id,
    }
}

/// What all alerts of a rule have in common, with room for the fields in which they differ: most of
/// a large world is alerts.
fn common(rule: &Rule) -> Json {
    let rule_id = rule_id(rule);
    let mut common = json!({
        "@timestamp": null,
        "kibana.alert.uuid": null,
        "kibana.alert.start": null,
        "kibana.alert.original_time": null,
        "kibana.alert.status": "active",
        "kibana.alert.workflow_status": "open",
        "kibana.alert.workflow_tags": [],
        "kibana.alert.workflow_assignee_ids": [],
        "kibana.alert.severity": rule.severity,
        "kibana.alert.risk_score": rule.risk,
        "kibana.alert.depth": 1,
        "kibana.alert.ancestors": null,
        "kibana.alert.reason": null,
        "kibana.alert.rule.uuid": rule_id,
        "kibana.alert.rule.rule_id": rule_id,
        "kibana.alert.rule.name": rule.name,
        "kibana.alert.rule.type": rule.kind,
        "kibana.alert.rule.category": "Custom Query Rule",
        "kibana.alert.rule.consumer": "siem",
        "kibana.alert.rule.producer": "siem",
        "kibana.alert.rule.rule_type_id": format!("siem.{}Rule", rule.kind),
        "kibana.alert.rule.tags": rule.tags,
        "kibana.alert.rule.threat": threat(rule),
        "kibana.alert.url": null,
        "kibana.space_ids": null,
        "event": {"kind": "signal", "category": [rule.category], "action": rule.key},
        "host": {"name": null, "ip": null, "os": {"name": null}},
        "user": {"name": null},
    });
    if let Some(process) = &rule.process {
        common["process"] = json!({
            "name": process.name,
            "pid": null,
            "command_line": null,
            "hash": {"sha256": null},
            "parent": {"name": null},
        });
    }
    if rule.file.is_some() {
        common["file"] = json!({"name": null, "path": null, "hash": {"sha256": null}});
    }
    if rule.network {
        common["source"] = json!({"ip": null, "port": null});
        common["destination"] = json!({"ip": null, "port": 443, "domain": null});
    }
    common.into()
}

fn list(value: Json) -> Json {
    [value].into_iter().collect()
}

/// The event that the rule saw, one of some thousands: several rules see the same one. It is in no index of this server.
fn ancestor(alert: &str) -> Json {
    let event = alert.bytes().rev().take(3);
    let event = event.fold(0, |number, byte| number << 8 | u64::from(byte));
    let id = hexadecimal(&mut ChaCha8Rng::seed_from_u64(event), 20);
    json!({"id": id, "type": "event", "index": ".ds-logs-practice-000001", "depth": 0}).into()
}

/// The alert with what the rule saw on the host.
fn with_context(mut alert: Json, rule: &Rule, values: &Values, random: &mut ChaCha8Rng) -> Json {
    let hash = |of: &Json| of["hash"].with([("sha256", values.sha256.as_str().into())]);
    if let Some(process) = &rule.process {
        let seen = &alert["process"];
        let pid: u32 = random.random_range(800..28_000);
        let parent = values.fill(&process.parent);
        let seen = seen.with([
            ("pid", Json::Number(pid.into())),
            ("command_line", values.fill(&process.command_line).into()),
            ("hash", hash(seen)),
            ("parent", seen["parent"].with([("name", parent.into())])),
        ]);
        alert = alert.with([("process", seen)]);
    }
    if let Some(path) = &rule.file {
        let seen = &alert["file"];
        let path = values.fill(path);
        let name = path.rsplit(['\\', '/']).next().unwrap_or_default();
        let seen = seen.with([
            ("name", name.into()),
            ("hash", hash(seen)),
            ("path", path.into()),
        ]);
        alert = alert.with([("file", seen)]);
    }
    if rule.network {
        let port: u32 = random.random_range(49_152..65_000);
        let from = alert["source"].with([
            ("ip", values.host_ip.as_str().into()),
            ("port", Json::Number(port.into())),
        ]);
        let to = alert["destination"].with([
            ("ip", values.ip.as_str().into()),
            ("domain", values.domain.as_str().into()),
        ]);
        alert = alert.with([("source", from), ("destination", to)]);
    }
    alert
}

/// What the rule looks for, as ATT&CK names it: techniques hold their sub-techniques.
fn threat(rule: &Rule) -> Value {
    let techniques: Vec<Value> = rule
        .tags
        .iter()
        .filter_map(|tag| tag.strip_prefix("mitre:").or(Some(tag)))
        .filter(|tag| {
            tag.starts_with('T') && tag.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
        })
        .map(|id| match id.split_once('.') {
            Some((technique, _)) => {
                let mut above = attack("techniques", technique);
                above["subtechnique"] = json!([attack("techniques", id)]);
                above
            }
            None => attack("techniques", id),
        })
        .collect();
    let mut tactic = attack("tactics", tactic_id(&rule.tactic));
    tactic["name"] = rule.tactic.as_str().into();
    json!([{"framework": "MITRE ATT&CK", "tactic": tactic, "technique": techniques}])
}

fn attack(kind: &str, id: &str) -> Value {
    let path = id.replace('.', "/");
    json!({"id": id, "reference": format!("https://attack.mitre.org/{kind}/{path}/")})
}

fn tactic_id(name: &str) -> &'static str {
    match name {
        "Initial Access" => "TA0001",
        "Execution" => "TA0002",
        "Persistence" => "TA0003",
        "Privilege Escalation" => "TA0004",
        "Defense Evasion" => "TA0005",
        "Credential Access" => "TA0006",
        "Discovery" => "TA0007",
        "Lateral Movement" => "TA0008",
        "Exfiltration" => "TA0010",
        "Command and Control" => "TA0011",
        "Impact" => "TA0040",
        other => unreachable!("rules.json names a tactic without an id: {other}"),
    }
}

/// The id of a rule, the same in every world.
pub(super) fn rule_id(rule: &Rule) -> String {
    // FNV-1a, once for each half.
    let half = |start: u64| {
        rule.key.bytes().fold(start, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let number =
        (u128::from(half(0xcbf2_9ce4_8422_2325)) << 64) | u128::from(half(0x8422_2325_cbf2_9ce4));
    let bytes = number.to_be_bytes();
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

/// Ids have 64 hexadecimal digits, 40 for thresholds, and 20 characters from the endpoint agent.
fn alert_id(rule: &Rule, random: &mut ChaCha8Rng) -> String {
    const ENDPOINT: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if rule.endpoint {
        return (0..20)
            .map(|_| char::from(ENDPOINT[random.random_range(0..ENDPOINT.len())]))
            .collect();
    }
    hexadecimal(random, if rule.kind == "threshold" { 40 } else { 64 })
}
