//! Reads the text of a search.

use super::{Query, words};

const MAX_DISTANCE: usize = 2;

/// Reads a search; `None` if nothing in it can be read, which then finds nothing.
pub(super) fn parse(text: &str, and: bool) -> Option<Query> {
    if text.trim() == "*" {
        return Some(Query::All);
    }
    let characters: Vec<char> = text.chars().collect();
    Parser {
        text: &characters,
        at: 0,
        and,
    }
    .group()
}

struct Parser<'a> {
    text: &'a [char],
    at: usize,
    and: bool,
}

impl Parser<'_> {
    /// Reads terms to the end of the text.
    fn group(&mut self) -> Option<Query> {
        let mut top: Option<Query> = None;
        let mut operator: Option<bool> = None;
        let mut negated = false;
        while let Some(&character) = self.text.get(self.at) {
            self.at += 1;
            let term = match character {
                '(' => self.parentheses(),
                '"' => self.phrase(),
                '+' | '|' => {
                    if top.is_some() {
                        operator.get_or_insert(character == '+');
                    }
                    None
                }
                '-' => {
                    negated = !negated;
                    None
                }
                ')' => None,
                blank if blank.is_whitespace() => None,
                _ => {
                    self.at -= 1;
                    self.term()
                }
            };
            let Some(mut term) = term else { continue };
            if negated {
                term = Query::Not(Box::new(term));
            }
            let and = operator.unwrap_or(self.and);
            top = Some(match top {
                None => term,
                Some(left) => join(left, term, and),
            });
            operator = None;
            negated = false;
        }
        top
    }

    /// Reads a group after its `(`; without a `)` the parenthesis is ignored.
    fn parentheses(&mut self) -> Option<Query> {
        let rest = self.text.get(self.at..)?;
        let mut depth = 1_u32;
        let mut quoted = false;
        let end = rest.iter().position(|&character| {
            match character {
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        let inner = rest.get(..end)?;
        self.at += end + 1;
        Parser {
            text: inner,
            at: 0,
            and: self.and,
        }
        .group()
    }

    /// Reads a phrase after its quote; without another quote this one is ignored.
    fn phrase(&mut self) -> Option<Query> {
        let rest = self.text.get(self.at..)?;
        let end = rest.iter().position(|&character| character == '"')?;
        let phrase: Vec<String> = words(&rest.get(..end)?.iter().collect::<String>()).collect();
        self.at += end + 1;
        let slop = self.slop();
        (!phrase.is_empty()).then_some(Query::Phrase(phrase, slop))
    }

    /// Reads `~N` after a phrase.
    fn slop(&mut self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(('~', tail)) = rest.split_first().map(|(first, tail)| (*first, tail)) else {
            return 0;
        };
        let digits: String = tail
            .iter()
            .take_while(|character| character.is_ascii_digit())
            .collect();
        self.at += 1 + digits.len();
        digits.parse().unwrap_or(0)
    }

    /// Reads up to a blank or an operator.
    fn term(&mut self) -> Option<Query> {
        let rest = self.text.get(self.at..)?;
        let token: String = rest
            .iter()
            .take_while(|&&character| !character.is_whitespace() && !"()+|\"".contains(character))
            .collect();
        self.at += token.chars().count();
        if let Some(start) = token.strip_suffix('*') {
            return self.joined(start, Query::Prefix);
        }
        if let Some((start, distance)) = token.rsplit_once('~')
            && let Some(distance) = read_distance(distance)
        {
            return self.joined(start, |word| Query::Near(word, distance));
        }
        self.joined(&token, Query::Word)
    }

    /// The words of a term joined by the default operator, the last of them made by `last`.
    fn joined(&self, text: &str, last: impl FnOnce(String) -> Query) -> Option<Query> {
        let mut words: Vec<String> = words(text).collect();
        let end = last(words.pop()?);
        let start = words
            .into_iter()
            .map(Query::Word)
            .reduce(|left, right| join(left, right, self.and));
        Some(match start {
            None => end,
            Some(start) => join(start, end, self.and),
        })
    }
}

/// The N of `~N`; without a number it is the greatest there is.
fn read_distance(text: &str) -> Option<usize> {
    if text.is_empty() {
        return Some(MAX_DISTANCE);
    }
    text.parse()
        .ok()
        .map(|distance: usize| distance.min(MAX_DISTANCE))
}

fn join(left: Query, right: Query, and: bool) -> Query {
    let (left, right) = (Box::new(left), Box::new(right));
    if and {
        Query::And(left, right)
    } else {
        Query::Or(left, right)
    }
}
