//! Cases in groups: how many there are of each, and which cases a group holds.

use std::{cmp::Reverse, collections::BTreeMap};

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    board::{self, column_key},
    matching::{Matching, Rows},
    people,
    row::{NamedSource, Places},
    search::{Field, folded},
};
use crate::{
    error::Error,
    plain::visible,
    view::{Group, GroupKey, Grouping, Groups, Searched, SeverityCounts},
};

/// Most groups that are told, whatever is asked for.
const MOST_GROUPS: u32 = 200;

/// The largest groups of the cases that match; statuses and severities in their own order. Never more than `limit`.
pub(crate) fn groups(
    connection: &Connection,
    sources: &[NamedSource],
    matching: Option<&Matching>,
    grouping: Grouping,
    limit: u32,
) -> Result<Groups, Error> {
    let places = Places::find(connection, sources)?;
    let mut counted: BTreeMap<Option<String>, SeverityCounts> = BTreeMap::new();
    for (sql, values) in counting(&places, matching, grouping) {
        let mut counts = connection.prepare_cached(&sql)?;
        let mut rows = counts.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let key = key_of(&places, grouping, row.get(0)?);
            *board::of(counted.entry(key).or_default(), row.get(1)?) += row.get::<_, u32>(2)?;
        }
    }
    let mut groups = Vec::with_capacity(counted.len());
    for (key, severities) in counted {
        groups.push(Group {
            name: name_of(connection, &places, grouping, key.as_deref())?,
            total: board::total(&severities),
            severities,
            key,
        });
    }
    sort(grouping, &mut groups);
    let n_groups = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    groups.truncate(limit.min(MOST_GROUPS) as usize);
    Ok(Groups {
        groups,
        n_groups,
        search: Searched::default(),
    })
}

/// A condition that a case is in a group.
pub(super) fn within(places: &Places, group: &GroupKey, values: &mut Vec<Value>) -> String {
    let key = group.key.as_deref();
    let mut bind = |value: &str| {
        values.push(Value::Text(value.to_owned()));
        format!("?{}", values.len())
    };
    match (group.grouping, key) {
        (Grouping::Status, key) => format!("status = {}", bind(key.unwrap_or_default())),
        (Grouping::Severity, key) => format!("severity = {}", bind(key.unwrap_or_default())),
        (Grouping::Owner, key) => format!("owner = {}", bind(key.unwrap_or_default())),
        (Grouping::Category, None) => "coalesce(category, '') = ''".to_owned(),
        (Grouping::Category, Some(key)) => format!("category = {} COLLATE NOCASE", bind(key)),
        (Grouping::Tag, None) => "tags = '[]'".to_owned(),
        (Grouping::Assignee, None) => "assignees = '[]'".to_owned(),
        (Grouping::Tag, Some(key)) => {
            let (term, tag) = (bind(&folded(key)), bind(key));
            format!(
                "case_key IN (SELECT case_key FROM terms WHERE field = '{}' AND value = {term})
                 AND EXISTS (SELECT 1 FROM json_each(cases.tags) AS tag WHERE tag.value = {tag} COLLATE NOCASE)",
                Field::Tag.as_str()
            )
        }
        (Grouping::Assignee, Some(key)) => format!(
            "case_key IN (SELECT case_key FROM terms WHERE field = '{}' AND value = {})",
            Field::Assignee.as_str(),
            bind(key)
        ),
        (Grouping::Source, key) => {
            let found = places
                .iter()
                .find(|(_, named)| Some(named.source.to_string().as_str()) == key);
            found.map_or_else(
                || "0".to_owned(),
                |(source, _)| format!("source = {source}"),
            )
        }
    }
}

/// Statements that give key, rank of severity and number.
fn counting(
    places: &Places,
    matching: Option<&Matching>,
    grouping: Grouping,
) -> Vec<(String, Vec<Value>)> {
    let Rows { from, and, values } = Rows::of(matching);
    let sources = places.sql();
    let count = |key: &str, more: &str, condition: &str| {
        let sql = format!(
            "SELECT {key}, severity_rank, count(*) FROM {from}{more} WHERE source IN {sources}{condition}{and} GROUP BY 1, 2"
        );
        (sql, values.clone())
    };
    let listed = |column: &str| {
        let each = format!(" CROSS JOIN json_each(cases.{column}) AS one");
        let none = format!(" AND {column} = '[]'");
        vec![
            count("one.value COLLATE NOCASE", &each, ""),
            count("NULL", "", &none),
        ]
    };
    match grouping {
        Grouping::Status => vec![count("status", "", "")],
        Grouping::Severity => vec![count("severity", "", "")],
        Grouping::Owner => vec![count("owner", "", "")],
        Grouping::Category => vec![count("nullif(category, '') COLLATE NOCASE", "", "")],
        Grouping::Source => vec![count("CAST(source AS TEXT)", "", "")],
        Grouping::Tag => listed("tags"),
        Grouping::Assignee => listed("assignees"),
    }
}

fn key_of(places: &Places, grouping: Grouping, key: Option<String>) -> Option<String> {
    if grouping != Grouping::Source {
        return key;
    }
    let source = key.and_then(|key| key.parse::<i64>().ok())?;
    let found = places.iter().find(|(known, _)| *known == source);
    found.map(|(_, named)| named.source.to_string())
}

fn name_of(
    connection: &Connection,
    places: &Places,
    grouping: Grouping,
    key: Option<&str>,
) -> Result<Option<String>, Error> {
    let Some(key) = key else {
        return Ok(None);
    };
    let name = match grouping {
        Grouping::Assignee => people::name(connection, key)?,
        Grouping::Source => {
            let found = places
                .iter()
                .find(|(_, named)| named.source.to_string() == key);
            found.map_or_else(
                || key.to_owned(),
                |(_, named)| format!("{} / {}", named.deployment_name, named.space_name),
            )
        }
        Grouping::Status
        | Grouping::Severity
        | Grouping::Category
        | Grouping::Tag
        | Grouping::Owner => key.to_owned(),
    };
    Ok(Some(visible(&name)))
}

/// Those without come last.
fn sort(grouping: Grouping, groups: &mut [Group]) {
    match grouping {
        Grouping::Status => groups.sort_by_key(|group| group.key.as_deref().map(column_key)),
        Grouping::Severity => groups.sort_by_key(|group| {
            let severities = &group.severities;
            let ranks = [
                severities.critical,
                severities.high,
                severities.medium,
                severities.low,
            ];
            ranks
                .iter()
                .position(|count| *count > 0)
                .unwrap_or(ranks.len())
        }),
        Grouping::Assignee
        | Grouping::Source
        | Grouping::Category
        | Grouping::Tag
        | Grouping::Owner => groups.sort_by(|one, other| {
            let order = |group: &Group| (group.key.is_none(), Reverse(group.total));
            (order(one), &one.name).cmp(&(order(other), &other.name))
        }),
    }
}
