//! What the files beside this module hold.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{auth::User, store::Json};

/// Everything that the world is made of.
pub(super) struct Data {
    /// The team; the practice analyst comes first, the automation last.
    pub(super) people: Vec<Arc<User>>,
    pub(super) spaces: Vec<SpaceData>,
    pub(super) hosts: Vec<Host>,
    /// Login names of the people that attackers are after.
    pub(super) users: Vec<String>,
    pub(super) rules: Vec<Rule>,
    pub(super) cases: Vec<Template>,
}

#[derive(Deserialize)]
pub(super) struct SpaceData {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
}

#[derive(Deserialize)]
pub(super) struct Host {
    pub(super) name: String,
    /// Space whose alerts it appears in.
    pub(super) space: String,
    pub(super) os: String,
    pub(super) ip: String,
}

/// A detection rule, and what its alerts look like. Texts may hold placeholders.
#[derive(Deserialize)]
pub(super) struct Rule {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) severity: String,
    pub(super) risk: u32,
    /// `eql`, `query`, `threshold`, `new_terms` or `machine_learning`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) tags: Vec<String>,
    pub(super) tactic: String,
    /// Raised by the endpoint agent, whose alert ids have another form.
    #[serde(default)]
    pub(super) endpoint: bool,
    pub(super) category: String,
    #[serde(default)]
    pub(super) process: Option<Process>,
    #[serde(default)]
    pub(super) file: Option<String>,
    /// Whether source and destination address belong to the alert.
    #[serde(default)]
    pub(super) network: bool,
    pub(super) reason: String,
    /// What its alerts have in common, made once.
    #[serde(skip)]
    pub(super) common: OnceLock<Json>,
}

#[derive(Deserialize)]
pub(super) struct Process {
    pub(super) name: String,
    pub(super) command_line: String,
    pub(super) parent: String,
}

/// A kind of case. Texts may hold placeholders.
#[derive(Deserialize)]
pub(super) struct Template {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    pub(super) severity: String,
    #[serde(default)]
    pub(super) category: Option<String>,
    #[serde(default = "security")]
    pub(super) owner: String,
    /// What the names of its hosts begin with; anything if empty.
    #[serde(default)]
    pub(super) on: Vec<String>,
    /// The same for the second host.
    #[serde(default)]
    pub(super) and: Vec<String>,
    /// Keys of the rules whose alerts belong to the case.
    #[serde(default)]
    pub(super) rules: Vec<String>,
    /// How many alerts the case has.
    #[serde(default)]
    pub(super) alerts: usize,
    /// `space/status` of each case of this kind.
    #[serde(rename = "in")]
    pub(super) places: Vec<String>,
    pub(super) comments: Vec<String>,
    /// Whether alerts follow the status of the case.
    #[serde(default = "yes")]
    pub(super) sync: bool,
}

impl Data {
    /// Reads the files, which are part of the program.
    pub(super) fn read() -> Self {
        Self {
            people: parse(include_str!("people.json")),
            spaces: parse(include_str!("spaces.json")),
            hosts: parse(include_str!("hosts.json")),
            users: parse(include_str!("users.json")),
            rules: parse(include_str!("rules.json")),
            cases: parse(include_str!("cases.json")),
        }
    }

    pub(super) fn rule(&self, key: &str) -> &Rule {
        self.rules
            .iter()
            .find(|rule| rule.key == key)
            .expect("cases.json names rules of rules.json")
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the files of the world are valid; a test reads them")
}

fn security() -> String {
    "securitySolution".to_owned()
}

fn yes() -> bool {
    true
}
