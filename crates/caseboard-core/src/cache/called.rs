//! Cases by what people call them: an id, the beginning of one, a handle, or a whole [`CaseRef`](crate::id::CaseRef).

use rusqlite::{Connection, ToSql};

use super::{
    cases::CaseKey,
    local,
    row::{self, NamedSource, Places, SHORTEST_PREFIX},
};
use crate::{error::Error, view::CaseRow};

/// Most candidates that are named where a text means several cases.
pub(crate) const MOST_CANDIDATES: usize = 10;

/// What a text says of the case that it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Called {
    /// `PROD` or `PROD/soc`, by name or by id.
    place: Option<String>,
    name: Name,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Number(u32),
    /// The beginning of an id, long enough to mean one.
    Prefix(String),
    Id(String),
}

impl Called {
    /// `PROD/soc#42`, `PROD/soc~76e195`, `<deployment>/<space>/<id>`, an id or the beginning of one.
    ///
    /// # Errors
    /// [`Error::Input`] if it has none of these forms.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let place = |place: &str| (!place.is_empty()).then(|| place.to_owned());
        if let Some((before, number)) = text.rsplit_once('#') {
            let number = number.parse();
            let number = number.map_err(|_| Error::input("case", "no number stands behind #"))?;
            return Ok(Self {
                place: place(before),
                name: Name::Number(number),
            });
        }
        if let Some((before, prefix)) = text.rsplit_once('~') {
            return Ok(Self {
                place: place(before),
                name: prefix_of(prefix)?,
            });
        }
        if let Some((before, id)) = text.rsplit_once('/') {
            return Ok(Self {
                place: place(before),
                name: Name::Id(id.to_owned()),
            });
        }
        Ok(Self {
            place: None,
            name: prefix_of(text)?,
        })
    }

    /// The cases that it may mean, more of them than one at most [`MOST_CANDIDATES`] and one.
    pub(crate) fn find(
        &self,
        connection: &Connection,
        sources: &[NamedSource],
    ) -> Result<Vec<CaseRow>, Error> {
        let meant: Vec<_> = sources
            .iter()
            .filter(|named| self.place.as_ref().is_none_or(|place| is(named, place)))
            .cloned()
            .collect();
        let places = Places::find(connection, &meant)?;
        let keys = match self.name.real(connection)?.as_ref().unwrap_or(&self.name) {
            Name::Number(number) => keys(connection, &places, "number = ?1", &[number])?,
            Name::Id(id) => keys(connection, &places, "id = ?1", &[id])?,
            Name::Prefix(prefix) => {
                let exact = keys(connection, &places, "id = ?1", &[prefix])?;
                if exact.is_empty() {
                    let after_all = format!("{prefix}\u{10FFFF}");
                    let of_prefix = "id > ?1 AND id < ?2";
                    keys(connection, &places, of_prefix, &[prefix, &after_all])?
                } else {
                    exact
                }
            }
        };
        row::of(connection, &places, &keys)
    }
}

impl Name {
    /// What it is called now, if it was created here and this is the name that it had before.
    fn real(&self, connection: &Connection) -> Result<Option<Self>, Error> {
        let (Self::Id(name) | Self::Prefix(name)) = self else {
            return Ok(None);
        };
        let id = local::real_id(connection, name)?;
        Ok(id.map(|id| Self::Id(id.to_string())))
    }
}

fn prefix_of(text: &str) -> Result<Name, Error> {
    if text.chars().count() < SHORTEST_PREFIX {
        let reason = format!("give {SHORTEST_PREFIX} characters of its id or more");
        return Err(Error::input("case", reason));
    }
    Ok(Name::Prefix(text.to_owned()))
}

fn is(named: &NamedSource, place: &str) -> bool {
    let (deployment, space) = match place.split_once('/') {
        Some((deployment, space)) => (deployment, Some(space)),
        None => (place, None),
    };
    let of_deployment = named.deployment_name.eq_ignore_ascii_case(deployment)
        || named.source.deployment.as_str() == deployment;
    of_deployment && space.is_none_or(|space| named.source.space.as_str() == space)
}

fn keys(
    connection: &Connection,
    places: &Places,
    condition: &str,
    values: &[&dyn ToSql],
) -> Result<Vec<CaseKey>, Error> {
    let mut find = connection.prepare(&format!(
        "SELECT case_key FROM cases WHERE source IN {} AND {condition} ORDER BY source, id LIMIT {}",
        places.sql(),
        MOST_CANDIDATES + 1
    ))?;
    let keys = find.query_map(values, |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cache::tests::{empty, mirror, named, put};

    async fn ids(text: &str) -> Vec<String> {
        let sources = vec![named("soc"), named("ot")];
        let found = mirror()
            .await
            .called(sources, Called::read(text).unwrap())
            .await;
        let rows = found.unwrap().into_iter();
        rows.map(|row| row.case.id.to_string()).collect()
    }

    #[tokio::test]
    async fn every_form_finds_its_case() {
        for text in [
            "76e195a1",
            "PROD/soc~76e195a1",
            "prod~76e195a1",
            "~76e195a1",
            "practice/soc/76e195a1",
            " PROD/soc/76e195a1 ",
        ] {
            assert_eq!(ids(text).await, ["76e195a1"], "{text}");
        }
        for text in ["PROD/soc#42", "#42", "91d0c3", "practice/soc#42"] {
            assert_eq!(ids(text).await, ["91d0c3b4"], "{text}");
        }
    }

    #[tokio::test]
    async fn what_means_several_finds_several_and_what_means_none_none() {
        for text in ["76e195", "PROD/soc~76e195a"] {
            assert_eq!(ids(text).await, ["76e195a1", "76e195a2"], "{text}");
        }
        for text in [
            "PROD/ot#42",
            "DEV/soc#42",
            "#43",
            "PROD/soc/76e195",
            "c0000000",
            "%%%%%%",
            "76e1__",
        ] {
            assert_eq!(ids(text).await, [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_too_short_or_no_number_is_refused() {
        for text in ["", "76e19", "~76e19", "PROD/soc#", "PROD#-1", "#4x"] {
            assert!(Called::read(text).is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn a_whole_id_wins_over_longer_ones() {
        let mirror = empty();
        for id in ["abcdef", "abcdef01"] {
            put(&mirror, "soc", id, json!({})).await;
        }
        let found = mirror.called(vec![named("soc")], Called::read("abcdef").unwrap());
        assert_eq!(found.await.unwrap().len(), 1);
    }
}
