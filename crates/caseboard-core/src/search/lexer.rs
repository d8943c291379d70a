//! Cuts a text into parentheses, operators and terms. Reads every character at most twice and never looks back.

use std::net::Ipv6Addr;

use super::{
    Problem,
    field::{Field, suggest_field},
    refang::{parenthesised, refang},
    span::Span,
};
use crate::view::ProblemReason;

/// Most bytes of a text that are read.
pub(super) const MOST_BYTES: usize = 64 * 1024;
/// Most values that are searched.
pub(super) const MOST_VALUES: usize = 1000;

/// Longest text that is looked at to see whether it is an address.
const LONGEST_ADDRESS: usize = 128;

#[derive(Debug)]
pub(super) struct Token {
    pub(super) span: Span,
    pub(super) kind: TokenKind,
}

#[derive(Debug)]
pub(super) enum TokenKind {
    Open,
    Close,
    Or,
    And,
    Not,
    Term(RawTerm),
}

/// A bare word or phrase, or a field with its values.
#[derive(Debug)]
pub(super) struct RawTerm {
    pub(super) field: Option<RawField>,
    /// None where something is missing; a bare term has one.
    pub(super) values: Vec<RawValue>,
}

#[derive(Debug)]
pub(super) enum RawField {
    Known(Field),
    /// `field.customer`: key or label.
    Custom(String),
}

/// A word or a phrase, with what its quotes and stars say taken out of it.
#[derive(Debug)]
pub(super) struct RawValue {
    pub(super) span: Span,
    pub(super) text: String,
    pub(super) quoted: bool,
    pub(super) prefix: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Bare,
    Value,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    n_values: usize,
    tokens: Vec<Token>,
    problems: Vec<Problem>,
}

/// The tokens of a text, and what is wrong with them. There are never more tokens than bytes.
pub(super) fn lex(text: &str) -> (Vec<Token>, Vec<Problem>) {
    let end = text.floor_char_boundary(MOST_BYTES);
    let mut lexer = Lexer {
        text: text.get(..end).unwrap_or_default(),
        at: 0,
        n_values: 0,
        tokens: Vec::new(),
        problems: Vec::new(),
    };
    lexer.run();
    if end < text.len() {
        let most = u32::try_from(MOST_BYTES).unwrap_or(u32::MAX);
        lexer.problem(Span::new(end, text.len()), ProblemReason::TooLong { most });
    }
    (lexer.tokens, lexer.problems)
}

/// Whether the text is one word behind a field's colon, without quotes.
pub(super) fn is_value_word(text: &str) -> bool {
    is_one(text, Place::Value, |value| !value.quoted)
}

/// Whether the text is one phrase in quotes, and nothing else.
pub(super) fn is_phrase(text: &str) -> bool {
    is_one(text, Place::Value, |value| value.quoted)
}

/// Whether the text is one bare word that is taken as text, without quotes.
pub(super) fn is_bare_word(text: &str) -> bool {
    let (tokens, problems) = lex(text);
    let [token] = tokens.as_slice() else {
        return false;
    };
    match &token.kind {
        TokenKind::Term(RawTerm {
            field: None,
            values,
        }) => {
            let is_whole = token.span == Span::new(0, text.len());
            is_whole && problems.is_empty() && values.iter().all(|value| !value.quoted)
        }
        TokenKind::Term(_)
        | TokenKind::Open
        | TokenKind::Close
        | TokenKind::Or
        | TokenKind::And
        | TokenKind::Not => false,
    }
}

fn is_one(text: &str, place: Place, form: fn(&RawValue) -> bool) -> bool {
    let mut lexer = Lexer {
        text,
        at: 0,
        n_values: 0,
        tokens: Vec::new(),
        problems: Vec::new(),
    };
    let value = lexer.value(place);
    lexer.at == text.len() && lexer.problems.is_empty() && value.is_some_and(|value| form(&value))
}

impl RawValue {
    /// Whether it is this word without quotes, in capitals or not.
    pub(super) fn is_word(&self, word: &str) -> bool {
        !self.quoted && !self.prefix && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is a star alone.
    pub(super) fn is_star(&self) -> bool {
        !self.quoted && self.prefix && self.text.is_empty()
    }
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(c) = self.peek() {
            let start = self.at;
            if self.n_values >= MOST_VALUES {
                let most = u32::try_from(MOST_VALUES).unwrap_or(u32::MAX);
                self.problem(
                    Span::new(start, self.text.len()),
                    ProblemReason::TooMany { most },
                );
                return;
            }
            match c {
                c if c.is_whitespace() => self.at += c.len_utf8(),
                '(' => self.sign(TokenKind::Open),
                ')' => self.sign(TokenKind::Close),
                '-' => self.minus(),
                _ => self.term(),
            }
        }
    }

    fn minus(&mut self) {
        let behind = self.rest().chars().nth(1);
        if behind.is_none_or(|c| c.is_whitespace() || c == ')') {
            let start = self.at;
            self.at += 1;
            self.problem(Span::new(start, self.at), ProblemReason::NotAlone);
        } else {
            self.sign(TokenKind::Not);
        }
    }

    fn term(&mut self) {
        let start = self.at;
        let kind = match self.field() {
            Some((field, name)) => TokenKind::Term(RawTerm {
                values: self.values(&name),
                field: Some(field),
            }),
            None => self.bare(),
        };
        self.token(start, kind);
    }

    /// A known field with its colon. Of an unknown one only a problem is left, and it is read again as text.
    fn field(&mut self) -> Option<(RawField, String)> {
        let start = self.at;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.';
        let name_end = self.end_where(|c| !is_name(c));
        let name = self.part(start, name_end).to_owned();
        self.at = name_end;
        let custom = name
            .get(..6)
            .filter(|start| start.eq_ignore_ascii_case("field."));
        let mut label = name.get(6..).unwrap_or_default().to_owned();
        if custom.is_some() && label.is_empty() && self.peek() == Some('"') {
            let before = self.problems.len();
            label = self.phrase();
            self.problems.truncate(before);
        }
        let written = self.part(start, self.at).to_owned();
        if self.peek() == Some(':') {
            let field = match custom {
                Some(_) if !label.is_empty() => Some(RawField::Custom(label)),
                Some(_) | None => Field::of_name(&name).map(RawField::Known),
            };
            if let Some(field) = field {
                self.at += 1;
                return Some((field, written));
            }
            self.unknown_field(Span::new(start, name_end), &name);
        }
        self.at = start;
        None
    }

    /// Links, paths and addresses have colons too.
    fn unknown_field(&mut self, span: Span, name: &str) {
        let behind = self.text.get(span.end + 1..).unwrap_or_default();
        let is_address = || {
            let near = behind
                .split_at(behind.floor_char_boundary(LONGEST_ADDRESS))
                .0;
            let address = near.split(char::is_whitespace).next().unwrap_or_default();
            format!("{name}:{}", refang(address))
                .parse::<Ipv6Addr>()
                .is_ok()
        };
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_field = name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(is_word)
            && !behind.starts_with("//")
            && !behind.starts_with('\\')
            && !is_address();
        if is_field {
            let reason = ProblemReason::UnknownField {
                name: name.to_owned(),
                suggestion: suggest_field(name).map(str::to_owned),
            };
            self.problem(span, reason);
        }
    }

    fn values(&mut self, field: &str) -> Vec<RawValue> {
        let mut values = Vec::new();
        loop {
            match self.value(Place::Value) {
                Some(value) if value.text.is_empty() && !value.is_star() => {
                    self.missing(value.span, field);
                }
                Some(value) => values.push(value),
                None => self.missing(Span::new(self.at, self.at), field),
            }
            self.n_values += 1;
            if self.peek() != Some(',') || self.n_values >= MOST_VALUES {
                return values;
            }
            self.at += 1;
        }
    }

    fn missing(&mut self, span: Span, field: &str) {
        let field = field.to_owned();
        self.problem(span, ProblemReason::ValueMissing { field });
    }

    fn bare(&mut self) -> TokenKind {
        let start = self.at;
        let value = self.value(Place::Bare);
        let is_keyword = value.as_ref().is_some_and(|value| !value.quoted);
        match self.part(start, self.at) {
            "OR" if is_keyword => TokenKind::Or,
            "AND" if is_keyword => TokenKind::And,
            "NOT" if is_keyword => TokenKind::Not,
            _ => {
                self.n_values += 1;
                TokenKind::Term(RawTerm {
                    field: None,
                    values: value.into_iter().collect(),
                })
            }
        }
    }

    /// A phrase or a word; `None` if there is neither.
    fn value(&mut self, place: Place) -> Option<RawValue> {
        let start = self.at;
        let quoted = self.peek() == Some('"');
        let text = if quoted {
            self.phrase()
        } else {
            self.word(place)
        };
        let span = Span::new(start, self.at);
        if span.start == span.end {
            return None;
        }
        let (text, prefix) = without_stars(text);
        if !quoted && text.trim_end_matches('*').contains('*') {
            self.problem(span, ProblemReason::StarInside);
        }
        Some(RawValue {
            span,
            text,
            quoted,
            prefix,
        })
    }

    /// A phrase without its quotes; two quotes in it are one.
    fn phrase(&mut self) -> String {
        let start = self.at;
        let mut text = String::new();
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            if c != '"' {
                text.push(c);
            } else if self.peek() == Some('"') {
                self.at += 1;
                text.push('"');
            } else {
                return text;
            }
        }
        self.problem(Span::new(start, self.at), ProblemReason::UnclosedQuote);
        text
    }

    fn word(&mut self, place: Place) -> String {
        let start = self.at;
        while let Some(c) = self.peek() {
            let in_word = match c {
                '(' if self.at > start => parenthesised(self.rest()),
                '(' | ')' | '"' => None,
                ',' if place == Place::Value => None,
                c if c.is_whitespace() => None,
                c => Some(c.len_utf8()),
            };
            let Some(length) = in_word else { break };
            self.at += length;
        }
        self.part(start, self.at).to_owned()
    }

    fn sign(&mut self, kind: TokenKind) {
        let start = self.at;
        self.at += 1;
        self.token(start, kind);
    }

    fn token(&mut self, start: usize, kind: TokenKind) {
        let span = Span::new(start, self.at);
        self.tokens.push(Token { span, kind });
    }

    fn problem(&mut self, span: Span, reason: ProblemReason) {
        self.problems.push(Problem { span, reason });
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn end_where(&self, ends: impl Fn(char) -> bool) -> usize {
        self.at + self.rest().find(ends).unwrap_or(self.rest().len())
    }

    fn part(&self, start: usize, end: usize) -> &str {
        Span::new(start, end).of(self.text)
    }
}

/// A star at the end says that more may follow; two stand for one.
fn without_stars(mut text: String) -> (String, bool) {
    let without = text.trim_end_matches('*').len();
    let n_stars = text.len() - without;
    text.truncate(without + n_stars / 2);
    (text, n_stars % 2 == 1)
}
