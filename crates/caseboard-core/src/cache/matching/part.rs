//! Conditions as SQL, and how they are put together.

use super::super::row::Places;

/// Statements that are put together at once; SQLite takes 500.
const MOST_AT_ONCE: usize = 100;

/// A condition on cases.
#[derive(Debug)]
pub(super) enum Part {
    /// A statement that gives the keys of the cases for which it holds, each once.
    Keys(String),
    /// An expression over a row of `cases`. `NULL` is false.
    Test(String),
    /// It holds for every case, or for none.
    Always(bool),
}

impl Part {
    /// All of them hold.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        let (mut keys, mut tests) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Self::Keys(sql) => keys.push(sql),
                Self::Test(sql) => tests.push(sql),
                Self::Always(true) => {}
                Self::Always(false) => return Self::Always(false),
            }
        }
        match (keys.is_empty(), tests.is_empty()) {
            (true, true) => Self::Always(true),
            (true, false) => Self::Test(joined(&tests, "AND")),
            (false, true) => Self::Keys(compound(keys, "INTERSECT")),
            (false, false) => Self::Keys(format!(
                "SELECT case_key FROM ({}) AS matching CROSS JOIN cases USING (case_key) WHERE {}",
                compound(keys, "INTERSECT"),
                joined(&tests, "AND")
            )),
        }
    }

    /// One of them holds.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        let (mut keys, mut tests) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Self::Keys(sql) => keys.push(sql),
                Self::Test(sql) => tests.push(sql),
                Self::Always(false) => {}
                Self::Always(true) => return Self::Always(true),
            }
        }
        let keys = (!keys.is_empty()).then(|| compound(keys, "UNION"));
        match keys {
            Some(keys) if tests.is_empty() => Self::Keys(keys),
            None if tests.is_empty() => Self::Always(false),
            keys => {
                tests.extend(keys.as_deref().map(is_in));
                Self::Test(joined(&tests, "OR"))
            }
        }
    }

    /// It does not hold.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Keys(sql) => Self::Test(format!("case_key NOT IN ({sql})")),
            Self::Test(sql) => Self::Test(format!("NOT coalesce({sql}, 0)")),
            Self::Always(holds) => Self::Always(!holds),
        }
    }

    /// A statement for all of it. `None` if it holds for every case.
    pub(super) fn into_sql(self, places: &Places) -> Option<String> {
        match self {
            Self::Keys(sql) => Some(sql),
            Self::Test(sql) => Some(format!(
                "SELECT case_key FROM cases WHERE source IN {} AND {sql}",
                places.sql()
            )),
            Self::Always(true) => None,
            Self::Always(false) => Some("SELECT 0 AS case_key WHERE 0".to_owned()),
        }
    }
}

fn is_in(keys: &str) -> String {
    format!("case_key IN ({keys})")
}

/// Put together in halves, so that it is as shallow as can be.
fn joined(tests: &[String], word: &str) -> String {
    match tests {
        [] => "1".to_owned(),
        [test] => test.clone(),
        tests => {
            let (one, other) = tests.split_at(tests.len() / 2);
            format!("({} {word} {})", joined(one, word), joined(other, word))
        }
    }
}

/// Put together in portions, so that no statement has more parts than SQLite takes.
fn compound(mut statements: Vec<String>, word: &str) -> String {
    while statements.len() > 1 {
        let portions = statements.chunks(MOST_AT_ONCE).map(|portion| {
            let each: Vec<_> = portion
                .iter()
                .map(|sql| format!("SELECT case_key FROM ({sql}) AS matching"))
                .collect();
            each.join(&format!(" {word} "))
        });
        statements = portions.collect();
    }
    statements.pop().unwrap_or_default()
}
