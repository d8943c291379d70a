//! Makes a tree of tokens. Goes once over them; groups nest no deeper than [`DEEPEST`], so neither do calls.

use super::{
    Problem,
    check::Checker,
    lexer::{self, Token, TokenKind},
    query::{Kind, Node, Query},
    span::{Span, Spanned},
};
use crate::view::ProblemReason;

/// Groups within groups.
pub(super) const DEEPEST: u32 = 32;

struct Parser<'a> {
    text: &'a str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    /// The byte behind the last token that was taken.
    end: usize,
    /// Open parentheses within the deepest groups; they are none.
    n_flat: u32,
    problems: Vec<Problem>,
}

/// Reads any text. What cannot be read is told, and what can be read is the query.
pub(super) fn parse(text: &str) -> (Query, Vec<Problem>) {
    let (tokens, problems) = lexer::lex(text);
    let mut parser = Parser {
        text,
        tokens: tokens.into_iter().peekable(),
        end: 0,
        n_flat: 0,
        problems,
    };
    let root = parser.any(0).unwrap_or_else(|| {
        let nothing = Span::new(0, 0);
        Spanned::new(nothing, Kind::All(Vec::new()))
    });
    parser
        .problems
        .sort_by_key(|problem| (problem.span.start, problem.span.end));
    (Query { root }, parser.problems)
}

impl Parser<'_> {
    /// Alternatives, up to the end of the group or of the text. `None` if there is nothing.
    fn any(&mut self, depth: u32) -> Option<Node> {
        let mut alternatives = Vec::new();
        let mut last_or = None;
        loop {
            let alternative = self.all(depth);
            let or = self.take_or();
            if alternative.is_none()
                && let Some(alone) = last_or.or(or)
            {
                self.problem(alone, ProblemReason::OrAlone);
            }
            match alternative {
                Some(Spanned {
                    value: Kind::Any(nodes),
                    ..
                }) => alternatives.extend(nodes),
                Some(node) => alternatives.push(node),
                None => {}
            }
            if or.is_none() {
                return together(alternatives, Kind::Any);
            }
            last_or = or;
        }
    }

    /// Conditions, up to the next `OR` or the end of the group.
    fn all(&mut self, depth: u32) -> Option<Node> {
        let mut conditions = Vec::new();
        while let Some(token) = self.tokens.peek() {
            let span = token.span;
            match token.kind {
                TokenKind::Or => break,
                TokenKind::Close if self.n_flat > 0 => {
                    self.n_flat -= 1;
                    self.take();
                }
                TokenKind::Close if depth > 0 => break,
                TokenKind::Close => {
                    self.take();
                    self.problem(span, ProblemReason::StrayClose);
                }
                TokenKind::And => {
                    self.take();
                    self.problem(span, ProblemReason::AndImplied);
                }
                TokenKind::Open if depth >= DEEPEST => {
                    self.n_flat += 1;
                    self.take();
                    self.problem(span, ProblemReason::TooDeep { most: DEEPEST });
                }
                TokenKind::Open | TokenKind::Not | TokenKind::Term(_) => match self.not(depth) {
                    Some(Spanned {
                        value: Kind::All(nodes),
                        ..
                    }) => conditions.extend(nodes),
                    Some(node) => conditions.push(node),
                    None => {}
                },
            }
        }
        together(conditions, Kind::All)
    }

    /// A condition or a group, with any number of negations before it.
    fn not(&mut self, depth: u32) -> Option<Node> {
        let mut negation = None;
        let mut negated = false;
        while let Some(token) = self
            .tokens
            .next_if(|token| matches!(token.kind, TokenKind::Not))
        {
            self.end = token.span.end;
            negated = !negated;
            negation = Some(negation.map_or(token.span, |first: Span| first.to(token.span)));
        }
        let Some(node) = self.operand(depth) else {
            if let Some(negation) = negation {
                self.problem(negation, ProblemReason::NotAlone);
            }
            return None;
        };
        match (negation, node) {
            (
                Some(_),
                Spanned {
                    value: Kind::Not(inner),
                    ..
                },
            ) if negated => Some(*inner),
            (Some(first), node) if negated => {
                let span = Span::new(first.start, self.end);
                Some(Spanned::new(span, Kind::Not(Box::new(node))))
            }
            (_, node) => Some(node),
        }
    }

    fn operand(&mut self, depth: u32) -> Option<Node> {
        let token = self.tokens.next_if(|token| match token.kind {
            TokenKind::Term(_) => true,
            TokenKind::Open => depth < DEEPEST,
            TokenKind::Close | TokenKind::Or | TokenKind::And | TokenKind::Not => false,
        })?;
        self.end = token.span.end;
        let TokenKind::Term(raw) = token.kind else {
            return self.group(token.span, depth);
        };
        let mut checker = Checker {
            written: token.span.of(self.text),
            problems: &mut self.problems,
        };
        checker.term(raw).map(|kind| Spanned::new(token.span, kind))
    }

    fn group(&mut self, open: Span, depth: u32) -> Option<Node> {
        let inside = self.any(depth + 1);
        let close = self
            .tokens
            .next_if(|token| matches!(token.kind, TokenKind::Close));
        match (&close, &inside) {
            (Some(close), None) => self.problem(open.to(close.span), ProblemReason::EmptyGroup),
            (None, _) => self.problem(open, ProblemReason::UnclosedGroup),
            (Some(_), Some(_)) => {}
        }
        self.end = close.map_or(self.end, |close| close.span.end);
        inside
    }

    fn take(&mut self) {
        if let Some(token) = self.tokens.next() {
            self.end = token.span.end;
        }
    }

    fn take_or(&mut self) -> Option<Span> {
        let or = self
            .tokens
            .next_if(|token| matches!(token.kind, TokenKind::Or))?;
        self.end = or.span.end;
        Some(or.span)
    }

    fn problem(&mut self, span: Span, reason: ProblemReason) {
        self.problems.push(Problem { span, reason });
    }
}

/// One node stands for itself, several are put together, none is none.
fn together(mut nodes: Vec<Node>, kind: fn(Vec<Node>) -> Kind) -> Option<Node> {
    let last = nodes.pop()?;
    let Some(first) = nodes.first() else {
        return Some(last);
    };
    let span = first.span.to(last.span);
    nodes.push(last);
    Some(Spanned::new(span, kind(nodes)))
}
