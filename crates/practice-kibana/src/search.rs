//! The operators of `search=`: `simple_query_string` over titles and descriptions.
//!
//! Semantics are those of Lucene's `SimpleQueryParser` as its documentation tells them. No syntax is
//! an error; what cannot be read is ignored.

mod parse;

use unicode_segmentation::UnicodeSegmentation as _;
use uuid::Uuid;

/// A field that is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchField {
    Title,
    Description,
    /// `incremental_id.text`, since 9.1.
    Number,
}

/// A search that has been read.
pub(crate) struct Search {
    query: Option<Query>,
    fields: Vec<SearchField>,
    /// A search that is a UUID also finds the case with this id.
    id: Option<String>,
}

/// What a search asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Query {
    All,
    Word(String),
    Prefix(String),
    /// A word within an edit distance.
    Near(String, usize),
    /// Words in this order, up to so many positions apart.
    Phrase(Vec<String>, usize),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// The texts of a case that can be searched.
pub(crate) struct Searched<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) number: Option<u64>,
}

impl Search {
    /// Reads a search. Terms without an operator between them are joined by AND if `and`, else OR.
    pub(crate) fn new(text: &str, and: bool, fields: Vec<SearchField>) -> Self {
        let id = Uuid::try_parse(text.trim())
            .is_ok()
            .then(|| text.trim().to_lowercase());
        Self {
            query: parse::parse(text, and),
            fields,
            id,
        }
    }

    /// Whether a case is found.
    pub(crate) fn finds(&self, case: &Searched<'_>) -> bool {
        if self.id.as_deref() == Some(case.id) {
            return true;
        }
        let texts: Vec<Vec<String>> = self
            .fields
            .iter()
            .map(|field| match field {
                SearchField::Title => words(case.title),
                SearchField::Description => words(case.description),
                SearchField::Number => case.number.iter().map(u64::to_string).collect(),
            })
            .collect();
        self.query
            .as_ref()
            .is_some_and(|query| query.matches(&texts))
    }
}

impl Query {
    /// Whether the words of the fields match; each term may be in any field.
    fn matches(&self, fields: &[Vec<String>]) -> bool {
        let any = |test: &dyn Fn(&str) -> bool| fields.iter().flatten().any(|word| test(word));
        match self {
            Self::All => true,
            Self::Word(wanted) => any(&|word| word == wanted),
            Self::Prefix(start) => any(&|word| word.starts_with(start.as_str())),
            Self::Near(wanted, distance) => any(&|word| edit_distance(word, wanted) <= *distance),
            Self::Phrase(wanted, slop) => {
                fields.iter().any(|words| has_phrase(words, wanted, *slop))
            }
            Self::Not(query) => !query.matches(fields),
            Self::And(left, right) => left.matches(fields) && right.matches(fields),
            Self::Or(left, right) => left.matches(fields) || right.matches(fields),
        }
    }
}

/// The words of a text, at Unicode word boundaries, in lower case.
fn words(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

/// Whether the words occur in this order with at most `slop` positions between them in all.
fn has_phrase(words: &[String], wanted: &[String], slop: usize) -> bool {
    let Some((first, rest)) = wanted.split_first() else {
        return false;
    };
    let starts = words
        .iter()
        .enumerate()
        .filter(|(_, word)| *word == first)
        .map(|(at, _)| at);
    starts
        .into_iter()
        .any(|start| continues(words, rest, start + 1, slop))
}

fn continues(words: &[String], rest: &[String], at: usize, slop: usize) -> bool {
    let Some((next, rest)) = rest.split_first() else {
        return true;
    };
    (0..=slop).any(|gap| {
        words.get(at + gap).is_some_and(|word| word == next)
            && continues(words, rest, at + gap + 1, slop - gap)
    })
}

/// The least number of inserted, deleted, replaced or swapped neighbouring characters.
fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(a != b);
            let mut least = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && left[i - 1] == *b && *a == right[j - 1] {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";

    #[track_caller]
    fn check(search: &str, and: bool, title: &str, expect: bool) {
        let found = Search::new(
            search,
            and,
            vec![SearchField::Title, SearchField::Description],
        )
        .finds(&Searched {
            id: ID,
            title,
            description: "seen on web-07 at noon",
            number: Some(7),
        });
        assert_eq!(found, expect, "{search:?} (AND: {and}) on {title:?}");
    }

    #[test]
    fn words_are_whole_and_lower_cased() {
        check("Issue", false, "Super Bad Security Issue", true);
        check("Iss", false, "Super Bad Security Issue", false);
        check("Iss*", false, "Super Bad Security Issue", true);
        check("10.0.0.1", false, "Beacon to 10.0.0.1", true);
        check("noon", false, "found in the description", true);
        check("web-07", true, "a term of two words", true);
        check("web-08", true, "a term of two words", false);
        check("web-08", false, "a term of two words", true);
    }

    #[test]
    fn operators_bind_from_the_left() {
        check("a b", false, "a", true);
        check("a b", true, "a", false);
        check("a + b", false, "a", false);
        check("a | b", true, "b", true);
        check("a | b + c", false, "a", false);
        check("a | b + c", false, "a c", true);
        check("a | (b + c)", false, "a", true);
        check("c + (a | b)", false, "c b", true);
    }

    #[test]
    fn minus_negates_one_term() {
        check("a -b", false, "x", true);
        check("a -b", false, "b", false);
        check("a -b", false, "a b", true);
        check("a + -b", false, "a b", false);
        check("a -b", true, "a", true);
        check("-(a | b)", false, "b", false);
        check("-\"a b\"", false, "b a", true);
        check("--a", false, "a", true);
    }

    #[test]
    fn phrases_prefixes_and_distances() {
        check("\"bad issue\"", false, "bad security issue", false);
        check("\"bad issue\"~1", false, "bad security issue", true);
        check("\"issue bad\"~3", false, "bad security issue", false);
        check("ransomwear~2", false, "ransomware", true);
        check("ransomwear~1", false, "ransomware", false);
        check("ransomwaer~1", false, "ransomware", true);
        check("ransmwear~1", false, "ransomware", false);
        check("web-0*", true, "prefix of the last word", true);
    }

    #[test]
    fn what_cannot_be_read_is_ignored() {
        check("(a", false, "a", true);
        check("a)", false, "a", true);
        check("\"a", false, "a", true);
        check("a + ", true, "a", true);
        check("| a", false, "a", true);
        check("a + | b", false, "a", false);
        check("\"\" () a", true, "a", true);
        check("*", false, "anything", true);
        check("()", false, "anything", false);
        check("a~x", true, "a", false);
    }

    #[test]
    fn a_uuid_finds_the_case_and_the_text() {
        check(ID, true, "title", true);
        check("00000000-1f9e-4f53-9a43-0c0f3f2b7d10", true, "title", false);
        check(
            "0a0a0a0a-1f9e-4f53-9a43-0c0f3f2b7d10",
            true,
            "see 0a0a0a0a-1f9e-4f53-9a43-0c0f3f2b7d10",
            true,
        );
    }
}
