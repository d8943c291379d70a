//! From any text to alerts in a case: parse, resolve, attach.

pub(crate) mod attach;
mod parse;
pub(crate) mod resolve;
pub(crate) mod suggest;

use kibana_cases::AlertHit;

pub use self::parse::{MOST_BYTES, MOST_IDS, read};

use crate::{plain::visible, view::AlertSummary};

/// What a face shows of an alert's document.
pub(crate) fn summary(hit: &AlertHit) -> AlertSummary {
    let text = |text: Option<String>| text.map(|text| visible(&text));
    AlertSummary {
        rule_name: text(hit.rule().name),
        severity: text(hit.severity()),
        at: hit.created_at().map(|at| at.to_string()),
        host: text(hit.host()),
        user: text(hit.user()),
        reason: text(hit.reason()),
        status: text(hit.workflow_status()),
    }
}
