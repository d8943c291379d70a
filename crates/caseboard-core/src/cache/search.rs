//! What searches look in: the full text of cases, and single values that are looked for exactly.
//!
//! Full text is cut at everything that is no letter and no digit: `web-07` is two words that stand side by side, and is
//! found in `web-07.corp.example` as well. Trigrams would find the middle of words, at three times the size and writing
//! time, and could not find words of two letters. The text itself stays in the bodies; only the index is kept here.
//!
//! Both are brought up to date by [`index`], in the transaction that changed the case.

mod terms;

pub(crate) use self::terms::techniques;
pub(super) use self::terms::{Field, folded, of_alert};

use std::collections::BTreeSet;

use kibana_cases::{AlertHit, Attachment, AttachmentKind, Case};
use rusqlite::{Transaction, params};
use serde_json::Value;

use super::{cases::CaseKey, database::Migration, details, history};
use crate::{error::Error, search::refang};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 5,
    sql: "
CREATE VIRTUAL TABLE case_text USING fts5(
    title, tags, description, comments, observables, alerts,
    content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);

-- Single values, refanged and in small letters, but for ids.
CREATE TABLE terms (
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    case_key INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
    PRIMARY KEY (field, value, case_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX terms_by_case ON terms (case_key, field, value);

CREATE TRIGGER cases_leave_the_text AFTER DELETE ON cases BEGIN
    DELETE FROM case_text WHERE rowid = old.case_key;
END;
",
}];

/// Brings text and terms of a case up to date. `case` is the case as it shows.
pub(super) fn index(transaction: &Transaction<'_>, key: CaseKey, case: &Case) -> Result<(), Error> {
    let attachments = details::attachments(transaction, key)?;
    let documents = details::documents(transaction, key)?;
    let documents: Vec<_> = documents.values().collect();
    index_text(transaction, key, case, &attachments, &documents)?;
    let authors = history::authors(transaction, key)?;
    let terms = terms::of(case, &attachments, &documents, &authors);
    index_terms(transaction, key, &terms)
}

fn index_text(
    transaction: &Transaction<'_>,
    key: CaseKey,
    case: &Case,
    attachments: &[Attachment],
    documents: &[&AlertHit],
) -> Result<(), Error> {
    let comments = attachments
        .iter()
        .filter_map(|attachment| match &attachment.kind {
            AttachmentKind::Comment(text) => Some(text.as_str()),
            AttachmentKind::Alerts { .. } | AttachmentKind::Other { .. } => None,
        });
    let observables = terms::observables(case).map(|(_, value)| value);
    let mut alerts = String::new();
    for document in documents {
        each_text(document.source(), &mut |text| {
            alerts.push_str(text);
            alerts.push('\n');
        });
    }
    let mut put = transaction.prepare_cached(
        "INSERT OR REPLACE INTO case_text (rowid, title, tags, description, comments, observables, alerts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    put.execute(params![
        key,
        refang(&case.title),
        case.tags.join("\n"),
        refang(&case.description),
        refang(&comments.collect::<Vec<_>>().join("\n")),
        refang(&observables.collect::<Vec<_>>().join("\n")),
        refang(&alerts),
    ])?;
    Ok(())
}

/// Writes only what differs: most changes of a case leave its terms as they are.
fn index_terms(
    transaction: &Transaction<'_>,
    key: CaseKey,
    terms: &BTreeSet<(Field, String)>,
) -> Result<(), Error> {
    let mut known =
        transaction.prepare_cached("SELECT field, value FROM terms WHERE case_key = ?1")?;
    let known = known.query_map([key], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let known: BTreeSet<(String, String)> = known.collect::<Result<_, _>>()?;
    let terms: BTreeSet<_> = terms
        .iter()
        .map(|(field, value)| (field.as_str().to_owned(), value.clone()))
        .collect();
    let mut remove = transaction
        .prepare_cached("DELETE FROM terms WHERE field = ?1 AND value = ?2 AND case_key = ?3")?;
    for (field, value) in known.difference(&terms) {
        remove.execute(params![field, value, key])?;
    }
    let mut add = transaction
        .prepare_cached("INSERT INTO terms (field, value, case_key) VALUES (?1, ?2, ?3)")?;
    for (field, value) in terms.difference(&known) {
        add.execute(params![field, value, key])?;
    }
    Ok(())
}

/// Every text in a document, whatever it stands under.
fn each_text(value: &Value, take: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(values) => values.iter().for_each(|value| each_text(value, take)),
        Value::Object(fields) => fields.values().for_each(|value| each_text(value, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
