//! The operators of `search=`: `simple_query_string` over titles and descriptions.
//!
//! Semantics are those of Lucene's `SimpleQueryParser` as its documentation tells them. No syntax is
//! an error; what cannot be read is ignored.

mod index;
mod parse;

pub(crate) use index::{CaseWords, Dictionary};

use index::WordSet;
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

/// The parts of a case that can be searched.
pub(crate) struct Searched<'a> {
    pub(crate) id: &'a str,
    pub(crate) words: &'a CaseWords,
    pub(crate) number: Option<u64>,
}

/// A search whose words have been looked up, for asking many cases.
pub(crate) struct Prepared<'a> {
    search: &'a Search,
    query: Option<Looked<'a>>,
}

/// A query whose words have been looked up.
enum Looked<'a> {
    All,
    /// One word of a single number.
    One(Option<u32>, &'a Query),
    /// One of several words.
    Any(WordSet, &'a Query),
    /// `None` if a word of the phrase occurs nowhere.
    Phrase(Option<Vec<u32>>, usize, &'a Query),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
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

    /// Looks the words up, once for all cases.
    pub(crate) fn prepare<'a>(&'a self, dictionary: &Dictionary) -> Prepared<'a> {
        Prepared {
            search: self,
            query: self.query.as_ref().map(|query| query.look_up(dictionary)),
        }
    }
}

impl Prepared<'_> {
    /// Whether a case is found.
    pub(crate) fn finds(&self, case: &Searched<'_>) -> bool {
        if self.search.id.as_deref() == Some(case.id) {
            return true;
        }
        let (mut texts, mut number) = (Vec::with_capacity(2), None);
        for field in &self.search.fields {
            match field {
                SearchField::Title => texts.push(&*case.words.title),
                SearchField::Description => texts.push(&*case.words.description),
                SearchField::Number => number = case.number.map(|number| number.to_string()),
            }
        }
        self.query
            .as_ref()
            .is_some_and(|query| query.matches(&texts, number.as_deref()))
    }
}

impl Query {
    fn look_up(&self, dictionary: &Dictionary) -> Looked<'_> {
        match self {
            Self::All => Looked::All,
            Self::Word(word) => Looked::One(dictionary.find(word), self),
            Self::Prefix(_) | Self::Near(..) => {
                Looked::Any(dictionary.all(|word| self.is_word(word)), self)
            }
            Self::Phrase(words, slop) => {
                let words = words.iter().map(|word| dictionary.find(word)).collect();
                Looked::Phrase(words, *slop, self)
            }
            Self::Not(query) => Looked::Not(query.boxed(dictionary)),
            Self::And(left, right) => Looked::And(left.boxed(dictionary), right.boxed(dictionary)),
            Self::Or(left, right) => Looked::Or(left.boxed(dictionary), right.boxed(dictionary)),
        }
    }

    fn boxed(&self, dictionary: &Dictionary) -> Box<Looked<'_>> {
        Box::new(self.look_up(dictionary))
    }

    /// Whether a single word is what a term asks for.
    fn is_word(&self, word: &str) -> bool {
        match self {
            Self::Word(wanted) => word == wanted,
            Self::Prefix(start) => word.starts_with(start.as_str()),
            Self::Near(wanted, distance) => is_near(word, wanted, *distance),
            Self::Phrase(wanted, _) => matches!(wanted.as_slice(), [only] if only == word),
            Self::All | Self::Not(_) | Self::And(..) | Self::Or(..) => false,
        }
    }
}

impl Looked<'_> {
    /// Whether the words of the fields match; each term may be in any field. A number is a field
    /// of one word.
    fn matches(&self, texts: &[&[u32]], number: Option<&str>) -> bool {
        let any =
            |test: &dyn Fn(u32) -> bool| texts.iter().copied().flatten().any(|word| test(*word));
        let numbered = |query: &Query| number.is_some_and(|number| query.is_word(number));
        match self {
            Self::All => true,
            Self::One(wanted, query) => {
                wanted.is_some_and(|wanted| any(&|word| word == wanted)) || numbered(query)
            }
            Self::Any(wanted, query) => any(&|word| wanted.has(word)) || numbered(query),
            Self::Phrase(wanted, slop, query) => {
                let in_text = |text: &&[u32]| {
                    let wanted = wanted.as_ref();
                    wanted.is_some_and(|wanted| has_phrase(text, wanted, *slop))
                };
                texts.iter().any(in_text) || numbered(query)
            }
            Self::Not(query) => !query.matches(texts, number),
            Self::And(left, right) => left.matches(texts, number) && right.matches(texts, number),
            Self::Or(left, right) => left.matches(texts, number) || right.matches(texts, number),
        }
    }
}

/// The words of a text, at Unicode word boundaries, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.unicode_words().map(str::to_lowercase)
}

/// Whether the words occur in this order with at most `slop` positions between them in all.
fn has_phrase(words: &[u32], wanted: &[u32], slop: usize) -> bool {
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

fn continues(words: &[u32], rest: &[u32], at: usize, slop: usize) -> bool {
    let Some((next, rest)) = rest.split_first() else {
        return true;
    };
    (0..=slop).any(|gap| {
        words.get(at + gap).is_some_and(|word| word == next)
            && continues(words, rest, at + gap + 1, slop - gap)
    })
}

/// Whether two words are within an edit distance.
fn is_near(left: &str, right: &str, distance: usize) -> bool {
    // A character has four bytes at most, so words of very different lengths need no counting.
    let (short, long) = if left.len() < right.len() {
        (left, right)
    } else {
        (right, left)
    };
    if long.len() > short.len() + 4 * distance {
        return false;
    }
    let lengths = left.chars().count().abs_diff(right.chars().count());
    lengths <= distance && edit_distance(left, right) <= distance
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
        let mut dictionary = Dictionary::default();
        dictionary.read("another case", "that was read before");
        let words = dictionary.read(title, "seen on web-07 at noon");
        let fields = vec![SearchField::Title, SearchField::Description];
        let search_read = Search::new(search, and, fields);
        let found = search_read.prepare(&dictionary).finds(&Searched {
            id: ID,
            words: &words,
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
        check("beacon~1", false, "beacon\u{10428}", true);
        check("beacon~2", false, "beacon\u{10428}\u{10428}", true);
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
