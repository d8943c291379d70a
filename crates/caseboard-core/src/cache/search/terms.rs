//! Values of a case that are looked for exactly: hosts, users, rules, indicators, tags, people.

use std::collections::BTreeSet;

use kibana_cases::{AlertHit, Attachment, AttachmentKind, Case, ObservableTypeKey, User};
use serde_json::Value;
use url::{Host, Url};

use crate::search::refang;

/// Under which name a value is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    Assignee,
    Domain,
    Hash,
    Host,
    Ip,
    Mitre,
    Obs,
    Participant,
    Process,
    Reporter,
    Rule,
    Tag,
    User,
}

impl Field {
    /// As the database has it, and as people type it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Assignee => "assignee",
            Self::Domain => "domain",
            Self::Hash => "hash",
            Self::Host => "host",
            Self::Ip => "ip",
            Self::Mitre => "mitre",
            Self::Obs => "obs",
            Self::Participant => "participant",
            Self::Process => "process",
            Self::Reporter => "by",
            Self::Rule => "rule",
            Self::Tag => "tag",
            Self::User => "user",
        }
    }
}

/// Where the documents of alerts keep what is looked for.
const ALERT_FIELDS: &[(Field, &[&str])] = &[
    (Field::Host, &["host.name", "host.hostname"]),
    (Field::User, &["user.name"]),
    (Field::Rule, &["kibana.alert.rule.name"]),
    (
        Field::Process,
        &["process.name", "process.executable", "process.parent.name"],
    ),
    (
        Field::Ip,
        &[
            "host.ip",
            "source.ip",
            "destination.ip",
            "client.ip",
            "server.ip",
        ],
    ),
    (
        Field::Domain,
        &[
            "dns.question.name",
            "url.domain",
            "destination.domain",
            "source.domain",
        ],
    ),
    (
        Field::Hash,
        &[
            "file.hash.md5",
            "file.hash.sha1",
            "file.hash.sha256",
            "process.hash.md5",
            "process.hash.sha1",
            "process.hash.sha256",
        ],
    ),
    (
        Field::Mitre,
        &[
            "kibana.alert.rule.threat.technique.id",
            "kibana.alert.rule.threat.tactic.id",
            "kibana.alert.rule.threat.technique.subtechnique.id",
            "threat.technique.id",
            "threat.tactic.id",
            "threat.technique.subtechnique.id",
        ],
    ),
];

/// Everything about a case that is looked for exactly. `case` is the case as it shows, `authors` did something to it.
pub(super) fn of(
    case: &Case,
    attachments: &[Attachment],
    documents: &[&AlertHit],
    authors: &[User],
) -> BTreeSet<(Field, String)> {
    let mut terms = Terms::default();
    for tag in &case.tags {
        terms.add(Field::Tag, tag);
        if let Some(technique) = technique(tag) {
            terms.add(Field::Mitre, technique);
        }
    }
    for assignee in &case.assignees {
        terms.add_id(Field::Assignee, &assignee.uid);
    }
    terms.add_person(Field::Reporter, &case.created_by);
    for person in attachments
        .iter()
        .map(|attachment| &attachment.created_by)
        .chain(&case.updated_by)
        .chain(authors)
    {
        terms.add_person(Field::Participant, person);
    }
    for (kind, value) in observables(case) {
        terms.add(Field::Obs, value);
        match field_of_observable(kind) {
            Some(field) => terms.add(field, value),
            None => terms.add_host_of(value),
        }
    }
    for attachment in attachments {
        if let AttachmentKind::Alerts { rule, .. } = &attachment.kind
            && let Some(name) = &rule.name
        {
            terms.add(Field::Rule, name);
        }
    }
    for document in documents {
        terms.add_document(document);
    }
    terms.0
}

/// Everything in an alert's document that is looked for exactly.
pub(in crate::cache) fn of_alert(document: &AlertHit) -> BTreeSet<(Field, String)> {
    let mut terms = Terms::default();
    terms.add_document(document);
    terms.0
}

/// The techniques of ATT&CK that an alert names, as they are written.
pub(crate) fn techniques(document: &AlertHit) -> BTreeSet<String> {
    let of_alert = of_alert(document).into_iter();
    of_alert
        .filter(|(field, value)| {
            *field == Field::Mitre && value.starts_with('t') && !value.starts_with("ta")
        })
        .map(|(_, value)| value.to_uppercase())
        .collect()
}

/// Observables of a case: the key of their type, and the value.
pub(super) fn observables(case: &Case) -> impl Iterator<Item = (&ObservableTypeKey, &str)> {
    let all = case.observables.iter();
    all.map(|observable| (&observable.type_key, observable.value.as_str()))
}

/// As values are compared: refanged, in small letters, without blanks around them.
pub(crate) fn folded(value: &str) -> String {
    refang(value.trim()).to_lowercase()
}

#[derive(Default)]
struct Terms(BTreeSet<(Field, String)>);

impl Terms {
    fn add(&mut self, field: Field, value: &str) {
        let value = folded(value);
        if value.is_empty() {
            return;
        }
        // Whoever looks for a technique means its sub-techniques too.
        if field == Field::Mitre
            && let Some((technique, _)) = value.split_once('.')
        {
            self.0.insert((field, technique.to_owned()));
        }
        self.0.insert((field, value));
    }

    fn add_document(&mut self, document: &AlertHit) {
        for (field, names) in ALERT_FIELDS {
            for name in *names {
                each_value(document.source(), name, &mut |value| {
                    self.add(*field, value);
                });
            }
        }
    }

    /// The host that a URL names.
    fn add_host_of(&mut self, value: &str) {
        let url = Url::parse(&refang(value.trim()));
        match url.as_ref().ok().and_then(Url::host) {
            Some(Host::Domain(domain)) => self.add(Field::Domain, domain),
            Some(Host::Ipv4(address)) => self.add(Field::Ip, &address.to_string()),
            Some(Host::Ipv6(address)) => self.add(Field::Ip, &address.to_string()),
            None => {}
        }
    }

    fn add_id(&mut self, field: Field, id: &str) {
        if !id.is_empty() {
            self.0.insert((field, id.to_owned()));
        }
    }

    fn add_person(&mut self, field: Field, person: &User) {
        if let Some(uid) = &person.profile_uid {
            self.add_id(field, uid);
        }
        for name in [&person.username, &person.full_name, &person.email]
            .into_iter()
            .flatten()
        {
            self.add(field, name);
        }
    }
}

/// `T1574`, `T1574.002`, `TA0005`.
fn technique(tag: &str) -> Option<&str> {
    let id = tag.rsplit_once(':').map_or(tag, |(_, id)| id).trim();
    let digits = id.strip_prefix("TA").or_else(|| id.strip_prefix('T'))?;
    let (number, sub) = digits.split_once('.').unwrap_or((digits, "000"));
    let is_number =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(number, 4) && is_number(sub, 3)).then_some(id)
}

fn field_of_observable(kind: &ObservableTypeKey) -> Option<Field> {
    match kind {
        ObservableTypeKey::Ipv4 | ObservableTypeKey::Ipv6 => Some(Field::Ip),
        ObservableTypeKey::Hostname => Some(Field::Host),
        ObservableTypeKey::Domain => Some(Field::Domain),
        ObservableTypeKey::FileHash => Some(Field::Hash),
        ObservableTypeKey::Url
        | ObservableTypeKey::FilePath
        | ObservableTypeKey::Email
        | ObservableTypeKey::Other(_) => None,
    }
}

/// Texts of a field, as a flat dotted key or nested, in lists or alone.
fn each_value(value: &Value, name: &str, take: &mut impl FnMut(&str)) {
    match value {
        Value::Array(values) => values
            .iter()
            .for_each(|value| each_value(value, name, take)),
        Value::String(text) if name.is_empty() => take(text),
        Value::Object(fields) => {
            for (key, value) in fields {
                let rest = name.strip_prefix(key.as_str());
                match rest {
                    Some("") => each_value(value, "", take),
                    Some(rest) => {
                        if let Some(rest) = rest.strip_prefix('.') {
                            each_value(value, rest, take);
                        }
                    }
                    None => {}
                }
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cache::tests::case;

    fn of_case(more: Value) -> Vec<(Field, String)> {
        let hit = serde_json::from_value(json!({"_id": "a", "_index": "i", "_source": {
            "host": {"name": "WEB-07", "ip": ["203.0.113.9", "::1"]}, "user.name": "Maya",
            "kibana.alert.rule": {"name": "Malware prevention", "threat": [{"technique": [{"id": "T1059"}]}]},
            "process": {"hash.sha256": "ABCD"},
        }})).unwrap();
        of(&case("a", more), &[], &[&hit], &[])
            .into_iter()
            .collect()
    }

    #[test]
    fn values_are_found_flat_and_nested_and_in_small_letters() {
        let terms =
            of_case(json!({"tags": ["T1574.002", "Phish"], "assignees": [{"uid": "u_A_0"}]}));
        for wanted in [
            (Field::Host, "web-07"),
            (Field::Ip, "203.0.113.9"),
            (Field::Ip, "::1"),
            (Field::User, "maya"),
            (Field::Rule, "malware prevention"),
            (Field::Mitre, "t1059"),
            (Field::Mitre, "t1574"),
            (Field::Mitre, "t1574.002"),
            (Field::Tag, "phish"),
            (Field::Hash, "abcd"),
            (Field::Assignee, "u_A_0"),
        ] {
            assert!(
                terms.contains(&(wanted.0, wanted.1.to_owned())),
                "{wanted:?} is among {terms:?}"
            );
        }
    }

    #[test]
    fn what_is_looked_for_in_alerts_is_asked_of_kibana() {
        let asked = kibana_cases::SearchAlerts::default().fields;
        let names = ALERT_FIELDS.iter().flat_map(|(_, names)| *names);
        for name in names {
            assert!(asked.iter().any(|asked| asked == name), "{name}");
        }
    }

    #[test]
    fn indicators_are_refanged() {
        let observables = json!([
            {"id": "o-1", "typeKey": "observable-type-ipv4", "value": "203[.]0[.]113[.]9"},
            {"id": "o-2", "typeKey": "observable-type-url", "value": "hxxp://evil[.]example/a"},
        ]);
        let terms = of_case(json!({"observables": observables}));
        for (field, value) in [
            (Field::Obs, "203.0.113.9"),
            (Field::Ip, "203.0.113.9"),
            (Field::Obs, "http://evil.example/a"),
            (Field::Domain, "evil.example"),
        ] {
            assert!(terms.contains(&(field, value.to_owned())), "{value}");
        }
    }

    #[test]
    fn only_techniques_and_tactics_are_taken_from_tags() {
        for (tag, expected) in [
            ("T1574", Some("T1574")),
            ("T1574.002", Some("T1574.002")),
            ("mitre:TA0005", Some("TA0005")),
            ("T157", None),
            ("Tuesday", None),
            ("T1574.2", None),
            ("", None),
        ] {
            assert_eq!(technique(tag), expected, "{tag}");
        }
    }
}
