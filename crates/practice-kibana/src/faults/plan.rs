//! Plans as data: rules that say which fault befalls which requests, and how they are read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use axum::http::Method;
use serde::{Deserialize, Serialize};

use super::{Fault, form::RuleForm};

/// Which faults befall which requests. The same plan and the same requests in the same order have the
/// same faults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What `probability` is drawn from.
    #[serde(default)]
    pub seed: u64,
    /// All of them are tried on every request, in this order; several may befall one request.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// One fault and the requests that it befalls. All conditions must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RuleForm", into = "RuleForm")]
pub struct Rule {
    /// What happens.
    pub fault: Fault,
    /// Only requests to this route.
    pub route: Option<RoutePattern>,
    /// Only requests to this space.
    pub space: Option<String>,
    /// Which of the requests that remain.
    pub when: When,
    /// How often at most.
    pub limit: Option<u64>,
}

/// Which of the requests that a rule looks at. They are counted for each rule, from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct When {
    /// Only this one.
    pub nth: Option<u64>,
    /// Only each of these: with 3 the third, the sixth, …
    pub every: Option<u64>,
    /// From this one on.
    pub from: Option<u64>,
    /// Up to this one.
    pub to: Option<u64>,
    /// With this probability, from 0 to 1.
    pub probability: Option<f64>,
}

/// A method and a path without its space, as in `POST /api/cases/*/comments`.
///
/// `*` as method is any; as a part of the path it is one part, and `**` at the end is any rest. A part
/// in braces, as in `{case_id}`, is one part, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutePattern {
    text: String,
    /// None for any.
    method: Option<Method>,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Exactly(String),
    One,
    Rest,
}

/// Why a plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The file cannot be read.
    #[error("cannot read the plan of faults {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file says something else than faults. The text names the line and what is wanted.
    #[error("{}: {problem}\n{WANTED}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, with a mark under the place, and what is wrong there.
        problem: String,
    },
}

const WANTED: &str = r#"A plan looks like this; all but `fault` may be left out:
    seed = 7
    [[rule]]
    fault = "F06"                            # F01 to F25, F28 to F30
    route = "POST /api/cases/*/comments"
    space = "soc"
    probability = 0.1                        # or nth, every, from and to
    limit = 5"#;

impl Plan {
    /// A plan of one fault that befalls every request.
    pub fn always(fault: Fault) -> Self {
        Self::of([Rule::of(fault)])
    }

    /// A plan of rules.
    pub fn of(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self {
            seed: 0,
            rules: rules.into_iter().collect(),
        }
    }

    /// The same plan with other dice.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Reads a plan from TOML.
    ///
    /// # Errors
    /// When it is something else; the text names the line and what is wrong there.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }

    /// Reads a plan from a TOML file.
    ///
    /// # Errors
    /// When the file cannot be read or is something else; the text names file, line and what is wanted.
    pub fn read(path: &Path) -> Result<Self, PlanError> {
        let text = fs::read_to_string(path).map_err(|source| PlanError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::from_toml(&text).map_err(|problem| PlanError::Malformed {
            path: path.to_owned(),
            problem,
        })
    }
}

impl Rule {
    /// A rule without conditions.
    pub fn of(fault: Fault) -> Self {
        Self {
            fault,
            route: None,
            space: None,
            when: When::default(),
            limit: None,
        }
    }

    /// Only requests to a route, as in `POST /api/cases/*/comments`.
    ///
    /// # Panics
    /// When it is no pattern; plans of people are read by [`Plan::from_toml`], which tells them.
    #[must_use]
    pub fn on(mut self, route: &str) -> Self {
        let pattern = RoutePattern::parse(route);
        self.route = Some(pattern.expect("a program writes valid patterns"));
        self
    }

    /// Only requests to a space.
    #[must_use]
    pub fn in_space(mut self, space: &str) -> Self {
        self.space = Some(space.to_owned());
        self
    }

    /// Only the nth of the requests, from 1.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.when.nth = Some(nth);
        self
    }

    /// Only each `every`th of the requests.
    #[must_use]
    pub fn every(mut self, every: u64) -> Self {
        self.when.every = Some(every);
        self
    }

    /// With this probability.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.when.probability = Some(probability);
        self
    }

    /// At most so many times.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Whether the port is closed as long as the rule stands.
    pub(super) fn closes_port(&self) -> bool {
        self.fault == Fault::RefuseConnect
            && self.route.is_none()
            && self.space.is_none()
            && self.when == When::default()
            && self.limit.is_none()
    }

    /// Whether a request is one of those that are counted. `path` has no space.
    pub(super) fn looks_at(&self, method: &Method, path: &str, space: &str) -> bool {
        let on_route = match (&self.route, &self.fault) {
            (Some(route), _) => route.matches(method, path),
            (None, Fault::Throttle { status: 429, .. }) => path != "/api/status",
            (None, _) => true,
        };
        on_route && self.space.as_deref().is_none_or(|wanted| wanted == space)
    }
}

impl When {
    /// Whether the nth request is one; `draw` is asked only if it matters.
    pub(super) fn includes(self, nth: u64, draw: impl FnOnce() -> f64) -> bool {
        self.nth.is_none_or(|wanted| wanted == nth)
            && self.every.is_none_or(|every| nth.is_multiple_of(every))
            && self.from.is_none_or(|from| nth >= from)
            && self.to.is_none_or(|to| nth <= to)
            && self
                .probability
                .is_none_or(|probability| draw() < probability)
    }
}

impl RoutePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is not a method and a path.
    pub fn parse(text: &str) -> Result<Self, String> {
        const WANTED: &str = "a route is a method and a path without its space, as in \"POST /api/cases/*/comments\"";
        let wanted = || WANTED.to_owned();
        let (method, path) = text.split_once(' ').ok_or_else(wanted)?;
        let method = match method {
            "*" => None,
            "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "HEAD" => {
                Some(method.parse().map_err(|_| wanted())?)
            }
            _ => return Err(wanted()),
        };
        let path = path.strip_prefix('/').ok_or_else(wanted)?;
        let names: Vec<&str> = path.split('/').collect();
        let mut parts = Vec::new();
        for (position, name) in names.iter().enumerate() {
            parts.push(match *name {
                "**" if position + 1 == names.len() => Part::Rest,
                "**" => return Err("`**` comes last in a route".to_owned()),
                "*" => Part::One,
                name if name.starts_with('{') && name.ends_with('}') => Part::One,
                name => Part::Exactly(name.to_owned()),
            });
        }
        Ok(Self {
            text: text.to_owned(),
            method,
            parts,
        })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        if self.method.as_ref().is_some_and(|wanted| wanted != method) {
            return false;
        }
        let mut names = path.trim_start_matches('/').split('/');
        for part in &self.parts {
            let fits = match part {
                Part::Rest => return true,
                Part::One => names.next().is_some_and(|name| !name.is_empty()),
                Part::Exactly(wanted) => names.next() == Some(wanted),
            };
            if !fits {
                return false;
            }
        }
        names.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_by_parts() {
        for (pattern, method, path, expect) in [
            ("POST /api/cases", "POST", "/api/cases", true),
            ("POST /api/cases", "PATCH", "/api/cases", false),
            ("* /api/cases", "PATCH", "/api/cases", true),
            ("* /api/cases/*", "GET", "/api/cases/1", true),
            ("* /api/cases/*", "GET", "/api/cases", false),
            ("* /api/cases/*", "GET", "/api/cases/", false),
            ("* /api/cases/*", "GET", "/api/cases/1/comments", false),
            (
                "* /api/cases/{id}/comments",
                "GET",
                "/api/cases/1/comments",
                true,
            ),
            ("GET /api/**", "GET", "/api/cases/1/comments", true),
            ("GET /**", "GET", "/api", true),
            ("GET /internal/**", "GET", "/api", false),
        ] {
            let parsed = RoutePattern::parse(pattern).unwrap();
            let method = method.parse().unwrap();
            assert_eq!(parsed.matches(&method, path), expect, "{pattern} on {path}");
        }
    }

    #[test]
    fn conditions_choose_by_number() {
        let chosen = |when: When| -> Vec<u64> {
            (1..=9).filter(|&nth| when.includes(nth, || 0.5)).collect()
        };
        let nothing = When::default();
        assert_eq!(chosen(nothing).len(), 9);
        assert_eq!(
            chosen(When {
                nth: Some(4),
                ..nothing
            }),
            [4]
        );
        assert_eq!(
            chosen(When {
                every: Some(3),
                ..nothing
            }),
            [3, 6, 9]
        );
        let range = When {
            from: Some(2),
            to: Some(7),
            ..nothing
        };
        assert_eq!(
            chosen(When {
                every: Some(2),
                ..range
            }),
            [2, 4, 6]
        );
        assert_eq!(
            chosen(When {
                probability: Some(0.5),
                ..nothing
            }),
            [0; 0]
        );
        assert_eq!(
            chosen(When {
                probability: Some(0.51),
                ..range
            })
            .len(),
            6
        );
    }

    #[test]
    fn a_bad_plan_is_told_by_line_and_want() {
        let rule = |line: &str| format!("seed = 1\n\n[[rule]]\nfault = \"F13\"\n{line}\n");
        let table = [
            (
                "[[rule]]\nfault = \"F26\"\n".to_owned(),
                "line 1",
                "no fault is called F26",
            ),
            (
                "[[rule]]\nspace = \"soc\"\n".to_owned(),
                "line 1",
                "missing field `fault`",
            ),
            ("[[rules]]\n".to_owned(), "line 1", "unknown field `rules`"),
            (rule("colour = 1"), "line 5", "unknown field `colour`"),
            (
                rule("status = 418"),
                "line 3",
                "F13 takes a status of 429 or 503",
            ),
            (
                rule("kind = \"soon\""),
                "line 3",
                "one of none, seconds, date, garbage, past, huge",
            ),
            (rule("applied = 1"), "line 3", "F13 takes no `applied`"),
            (
                rule("route = \"/api\""),
                "line 3",
                "a route is a method and a path",
            ),
            (rule("route = \"GET /a/**/b\""), "line 3", "`**` comes last"),
            (rule("probability = 1.5"), "line 3", "from 0 to 1"),
            (rule("every = 0"), "line 3", "`every` is at least 1"),
            (rule("seconds = -1"), "line 3", "not less than 0"),
        ];
        for (text, line, wanted) in table {
            let problem = Plan::from_toml(&text).unwrap_err();
            assert!(problem.contains(line), "{problem}");
            assert!(problem.contains(wanted), "{problem}");
        }
        let error = Plan::read(Path::new("no/such/plan.toml")).unwrap_err();
        assert!(error.to_string().contains("no/such/plan.toml"));
    }
}
