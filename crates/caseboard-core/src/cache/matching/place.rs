//! Where in a case a query matched.

use std::collections::HashMap;

use rusqlite::Connection;

use super::super::{cases::CaseKey, row::sql_list};
use crate::{error::Error, search::TextPlace, view::MatchedIn};

/// Most words of a query whose places are told.
const MOST_TOLD: usize = 8;

/// What a query looks for, and does not exclude.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Looked {
    words: Vec<(Looking, String)>,
}

/// Where a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looking {
    /// In texts; the word is a phrase of the full-text index.
    Text(TextPlace),
    /// In what alerts, observables and tags name; likewise.
    Entity,
    /// Among attached alerts; the word is an id.
    Alert,
    /// In the case's own id; the word is the beginning of one.
    Id,
}

/// Columns of the full-text index in their order there, and what they hold.
const COLUMNS: [(&str, MatchedIn); 6] = [
    ("title", MatchedIn::Title),
    ("tags", MatchedIn::Tag),
    ("description", MatchedIn::Description),
    ("comments", MatchedIn::Comment),
    ("observables", MatchedIn::Observable),
    ("alerts", MatchedIn::Alert),
];

impl Looked {
    pub(super) fn add(&mut self, looking: Looking, word: String) {
        if self.words.len() < MOST_TOLD {
            self.words.push((looking, word));
        }
    }

    /// Where each of these cases holds what was looked for, in the order of [`MatchedIn`].
    pub(super) fn places(
        &self,
        connection: &Connection,
        keys: &[CaseKey],
    ) -> Result<HashMap<CaseKey, Vec<MatchedIn>>, Error> {
        let mut found: HashMap<CaseKey, Vec<MatchedIn>> = HashMap::new();
        if keys.is_empty() {
            return Ok(found);
        }
        for (looking, word) in &self.words {
            let (places, sql, word) = looking.question(word, keys);
            let mut find = connection.prepare_cached(&sql)?;
            let mut rows = find.query([word])?;
            while let Some(row) = rows.next()? {
                let there = found.entry(row.get(0)?).or_default();
                for (at, place) in places.iter().enumerate() {
                    if row.get(at + 1)? {
                        there.push(*place);
                    }
                }
            }
        }
        for places in found.values_mut() {
            places.sort_unstable();
            places.dedup();
        }
        Ok(found)
    }
}

impl Looking {
    /// Places, and SQL that gives those of the cases that hold the word somewhere, and for each place whether it is there.
    fn question(self, word: &str, keys: &[CaseKey]) -> (Vec<MatchedIn>, String, String) {
        let keys = sql_list(keys.iter().copied());
        match self {
            Self::Text(_) | Self::Entity => {
                let looked = COLUMNS.iter().enumerate();
                let looked: Vec<_> = looked.filter(|(_, (_, at))| self.looks_in(*at)).collect();
                let names: Vec<_> = looked.iter().map(|(_, (name, _))| *name).collect();
                // A rank in which one column alone counts is 0 where the word is not in it.
                let ranks = looked.iter().map(|(counts, _)| {
                    let weights =
                        (0..COLUMNS.len()).map(|at| if at == *counts { ", 1" } else { ", 0" });
                    format!(", bm25(case_text{}) <> 0", weights.collect::<String>())
                });
                // One walk along what matches: the sign keeps SQLite from beginning it anew for each case.
                let sql = format!(
                    "SELECT rowid{} FROM case_text WHERE case_text MATCH ?1 AND +rowid IN {keys}",
                    ranks.collect::<String>()
                );
                let word = format!("{{{}}} : {word}", names.join(" "));
                (looked.iter().map(|(_, (_, at))| *at).collect(), sql, word)
            }
            Self::Alert => {
                let sql = format!(
                    "SELECT case_key, TRUE FROM case_alerts WHERE alert = ?1 AND case_key IN {keys}"
                );
                (vec![MatchedIn::Alert], sql, word.to_owned())
            }
            Self::Id => {
                let sql = format!(
                    "SELECT case_key, TRUE FROM cases WHERE case_key IN {keys} AND substr(id, 1, length(?1)) = ?1"
                );
                (vec![MatchedIn::Id], sql, word.to_owned())
            }
        }
    }

    fn looks_in(self, place: MatchedIn) -> bool {
        match (self, place) {
            (Self::Text(TextPlace::Anywhere), _)
            | (Self::Text(TextPlace::Title), MatchedIn::Title)
            | (Self::Text(TextPlace::Description), MatchedIn::Description)
            | (Self::Text(TextPlace::Comment), MatchedIn::Comment)
            | (
                Self::Text(TextPlace::Texts),
                MatchedIn::Title | MatchedIn::Description | MatchedIn::Comment,
            )
            | (Self::Entity, MatchedIn::Alert | MatchedIn::Observable | MatchedIn::Tag) => true,
            (Self::Text(_) | Self::Entity | Self::Alert | Self::Id, _) => false,
        }
    }
}
