//! Each condition of the language as a condition on the tables.

use jiff::Timestamp;
use kibana_cases::CaseStatus;

use super::{
    super::{
        cases::severity_rank,
        row::{NamedSource, sql_list},
        search::{Field, folded},
    },
    Compiler,
    part::Part,
    place::Looking,
    words::phrase,
};
use crate::{
    error::Error,
    search::{
        Asked, AttachedKind, Attack, CaseName, CountField, CustomTest, EntityKind, Flag, Interval,
        Label, LastingField, Level, Match, OneOf, Place, Range, Severity, SourceTest, Span, Term,
        TimeField, TimeTest, Tlp, age_interval,
    },
    view::ProblemReason,
};

impl Compiler<'_> {
    /// `None` if it cannot be asked for.
    pub(super) fn term(&mut self, term: &Term, span: Span) -> Result<Option<Part>, Error> {
        Ok(Some(match term {
            Term::Case(names) => {
                Part::any(names.iter().map(|name| self.case(&name.value)).collect())
            }
            Term::Text { place, any_of } => self.text(*place, any_of)?,
            Term::Status(statuses) => self.statuses(statuses),
            Term::Is(flags) => return Ok(self.flags(flags, span)),
            Term::Severity(levels) => {
                Part::any(levels.iter().map(|level| severity(level.value)).collect())
            }
            Term::Person { role, any_of } => self.person(*role, any_of)?,
            Term::Label { label, any_of } => return Ok(self.label(*label, any_of, span)),
            Term::Deployment(names) => self.place(names, is_deployment),
            Term::Space(names) => self.place(names, is_space),
            Term::Source(sources) => self.place(sources, is_source),
            Term::Attached { kind, any_of } => self.attached(*kind, any_of),
            Term::Entity { kind, any_of } => {
                self.needs_details = true;
                let field = field_of(*kind);
                self.asked(
                    any_of,
                    |compiler, name| compiler.folded_term(field, name),
                    |compiler| compiler.any_term(&[field]),
                )
            }
            Term::Attack(found) => {
                self.needs_details = true;
                self.asked(
                    found,
                    |compiler, attack| compiler.terms(&[Field::Mitre], &[attack_id(*attack)]),
                    |compiler| compiler.any_term(&[Field::Mitre]),
                )
            }
            Term::Tlp(levels) => self.asked(
                levels,
                |compiler, level| compiler.terms(&[Field::Tag], &tlp_tags(*level)),
                |compiler| {
                    let all = Level {
                        level: Tlp::Clear,
                        or_worse: true,
                    };
                    compiler.terms(&[Field::Tag], &tlp_tags(all))
                },
            ),
            Term::Time { field, any_of } => self.times(*field, any_of),
            Term::Lasting { field, any_of } => {
                let column = match field {
                    LastingField::Age => "created_at",
                    LastingField::Idle => "changed_at",
                };
                let now = self.asking.now;
                let tests = any_of
                    .iter()
                    .map(|range| self.within(column, age_interval(range.value, now)));
                Part::any(tests.collect())
            }
            Term::Count { field, any_of } => self.counts(*field, any_of),
            Term::Custom { name, any_of } => self.custom(name, any_of),
            Term::External(names) => self.external(names),
        }))
    }

    /// One of the values, `none` or `*`.
    fn asked<T>(
        &mut self,
        any_of: &OneOf<Asked<T>>,
        value: impl Fn(&mut Self, &T) -> Part,
        anything: impl Fn(&mut Self) -> Part,
    ) -> Part {
        let parts = any_of.iter().map(|asked| match &asked.value {
            Asked::Nothing => anything(self).negated(),
            Asked::Anything => anything(self),
            Asked::Value(found) => value(self, found),
        });
        Part::any(parts.collect())
    }

    /// Cases with one of these terms, as the index has them.
    pub(super) fn terms(&mut self, fields: &[Field], values: &[String]) -> Part {
        let fields = self.bind_all(fields.iter().map(|field| field.as_str().to_owned()));
        let values = self.bind_all(values.iter().cloned());
        Part::Keys(format!(
            "SELECT DISTINCT case_key FROM terms WHERE field IN {fields} AND value IN {values}"
        ))
    }

    /// Cases with any term of these fields.
    pub(super) fn any_term(&mut self, fields: &[Field]) -> Part {
        let fields = self.bind_all(fields.iter().map(|field| field.as_str().to_owned()));
        Part::Keys(format!(
            "SELECT DISTINCT case_key FROM terms WHERE field IN {fields}"
        ))
    }

    /// Cases with this term, or with one that begins like it.
    pub(super) fn folded_term(&mut self, field: Field, name: &Match) -> Part {
        self.look(Looking::Entity, phrase(name));
        let text = folded(&name.text);
        if !name.prefix {
            return self.terms(&[field], &[text]);
        }
        let field = self.bind(field.as_str().to_owned());
        let begins = self.begins("value", &text);
        Part::Keys(format!(
            "SELECT DISTINCT case_key FROM terms WHERE field = {field} AND {begins}"
        ))
    }

    /// Cases that hold one of these alerts.
    pub(super) fn alerts(&mut self, ids: &[String]) -> Part {
        let ids = self.bind_all(ids.iter().cloned());
        Part::Keys(format!(
            "SELECT DISTINCT case_key FROM case_alerts WHERE alert IN {ids}"
        ))
    }

    fn case(&mut self, name: &CaseName) -> Part {
        let start = match name {
            CaseName::Number { .. } => None,
            CaseName::Prefix { start, .. } => Some(start.clone()),
            CaseName::Full(id) => Some(id.as_str().to_owned()),
        };
        self.look(Looking::Id, start);
        let (sources, condition) = match name {
            CaseName::Number { place, number } => {
                let number = self.bind(i64::from(*number));
                (
                    self.sources_at(place.as_ref()),
                    format!("number = {number}"),
                )
            }
            CaseName::Prefix { place, start } => {
                (self.sources_at(place.as_ref()), self.begins("id", start))
            }
            CaseName::Full(id) => {
                let id = self.bind(id.as_str().to_owned());
                (self.places.sql(), format!("id = {id}"))
            }
        };
        Part::Keys(format!(
            "SELECT case_key FROM cases WHERE source IN {sources} AND {condition}"
        ))
    }

    fn sources_at(&self, place: Option<&Place>) -> String {
        let is_there = |named: &NamedSource| {
            place.is_none_or(|place| {
                let space = place.space.as_ref();
                named
                    .deployment_name
                    .eq_ignore_ascii_case(&place.deployment)
                    && space.is_none_or(|space| named.source.space.as_str() == space)
            })
        };
        let found = self.places.iter().filter(|(_, named)| is_there(named));
        sql_list(found.map(|(source, _)| source))
    }

    /// Cases of the sources that one of the values means.
    fn place<T>(&mut self, any_of: &OneOf<T>, is: impl Fn(&NamedSource, &T) -> bool) -> Part {
        let found = self
            .places
            .iter()
            .filter(|(_, named)| any_of.iter().any(|value| is(named, &value.value)));
        let found: Vec<_> = found.map(|(source, _)| source).collect();
        if found.is_empty() {
            return Part::Always(false);
        }
        Part::Test(format!("source IN {}", sql_list(found.into_iter())))
    }

    fn statuses(&mut self, statuses: &OneOf<CaseStatus>) -> Part {
        let (known, other): (Vec<_>, Vec<_>) = statuses
            .iter()
            .map(|status| &status.value)
            .partition(|status| !matches!(status, CaseStatus::Other(_)));
        let mut tests = Vec::new();
        if !known.is_empty() {
            let known = self.bind_all(known.iter().map(|status| status.as_str().to_owned()));
            tests.push(Part::Test(format!("status IN {known}")));
        }
        for status in other {
            let status = self.bind(status.as_str().to_owned());
            tests.push(Part::Test(format!("status = {status} COLLATE NOCASE")));
        }
        Part::any(tests)
    }

    fn flags(&mut self, flags: &OneOf<Flag>, span: Span) -> Option<Part> {
        let mut parts = Vec::new();
        for flag in flags {
            let test = |sql: &str| Some(Part::Test(sql.to_owned()));
            let part = match flag.value {
                Flag::Open => test("status = 'open'"),
                Flag::Closed => test("status = 'closed'"),
                Flag::Active => test("status <> 'closed'"),
                Flag::Mine => Some(self.me(&[Field::Assignee], flag.span)),
                Flag::Unassigned => test("assignees = '[]'"),
                Flag::Stale => test("details_version IS NOT version"),
                Flag::Synced => test(
                    "(SELECT json_extract(body, '$.settings.syncAlerts') FROM bodies WHERE bodies.case_key = cases.case_key)",
                ),
                Flag::Pending => test("n_pending > 0"),
                Flag::Failed => Some(Part::Keys(
                    "SELECT DISTINCT case_key FROM outbox CROSS JOIN sources USING (deployment, space)
                     CROSS JOIN cases ON cases.source = sources.source AND cases.id = outbox.case_id
                     WHERE outbox.state = 'parked'"
                        .to_owned(),
                )),
                Flag::Unread => Some(self.unread()),
                Flag::Watched | Flag::Restricted => None,
            };
            if part.is_none() {
                self.unanswered(span, not_kept(flag.value.word()));
            }
            parts.extend(part);
        }
        (!parts.is_empty()).then(|| Part::any(parts))
    }

    fn label(&mut self, label: Label, any_of: &OneOf<Asked<Match>>, span: Span) -> Option<Part> {
        let column = match label {
            Label::Tag => {
                return Some(self.asked(
                    any_of,
                    |compiler, tag| compiler.folded_term(Field::Tag, tag),
                    |compiler| compiler.any_term(&[Field::Tag]),
                ));
            }
            Label::Category => "category",
            Label::Owner => "owner",
            Label::Template => {
                self.unanswered(span, not_kept("template"));
                return None;
            }
        };
        let value = |compiler: &mut Self, name: &Match| compiler.same(column, name);
        Some(self.asked(any_of, value, |_| {
            Part::Test(format!("coalesce({column}, '') <> ''"))
        }))
    }

    /// A column is this, in capitals or not.
    fn same(&mut self, column: &str, name: &Match) -> Part {
        Part::Test(if name.prefix {
            let start = self.bind(format!("{}%", escaped(&name.text)));
            format!("{column} LIKE {start} ESCAPE '\\'")
        } else {
            let text = self.bind(name.text.clone());
            format!("{column} = {text} COLLATE NOCASE")
        })
    }

    fn attached(&mut self, kind: AttachedKind, any_of: &OneOf<Asked<Match>>) -> Part {
        self.needs_details = true;
        match kind {
            AttachedKind::Alert => self.asked(
                any_of,
                |compiler, id| {
                    if !id.prefix {
                        compiler.look(Looking::Alert, id.text.clone());
                        return compiler.alerts(std::slice::from_ref(&id.text));
                    }
                    let begins = compiler.begins("alert", &id.text);
                    Part::Keys(format!(
                        "SELECT DISTINCT case_key FROM case_alerts WHERE {begins}"
                    ))
                },
                |_| Part::Test("n_alerts > 0".to_owned()),
            ),
            AttachedKind::Event => {
                let events = |condition: &str| {
                    Part::Test(format!(
                        "EXISTS (SELECT 1 FROM attachments, json_each(attachments.body, '$.eventId') AS event
                         WHERE attachments.case_key = cases.case_key{condition})"
                    ))
                };
                let value = |compiler: &mut Self, id: &Match| {
                    let condition = if id.prefix {
                        compiler.begins("event.value", &id.text)
                    } else {
                        format!("event.value = {}", compiler.bind(id.text.clone()))
                    };
                    events(&format!(" AND {condition}"))
                };
                self.asked(any_of, value, |_| events(""))
            }
        }
    }

    fn times(&mut self, field: TimeField, any_of: &OneOf<Asked<TimeTest>>) -> Part {
        let column = match field {
            TimeField::Created => "created_at",
            // Which changes were by persons is not kept yet.
            TimeField::Updated | TimeField::Touched => "changed_at",
            TimeField::Closed => "closed_at",
        };
        let value = |compiler: &mut Self, time: &TimeTest| {
            let interval = time.interval(compiler.asking.now, &compiler.zone);
            compiler.within(column, interval)
        };
        self.asked(any_of, value, |_| {
            Part::Test(format!("{column} IS NOT NULL"))
        })
    }

    fn within(&mut self, column: &str, interval: Interval) -> Part {
        let mut tests = Vec::new();
        let mut end = |comparison: &str, at: Option<Timestamp>| {
            if let Some(at) = at {
                let at = self.bind(at.as_microsecond());
                tests.push(Part::Test(format!("{column} {comparison} {at}")));
            }
        };
        end(">=", interval.from);
        end("<", interval.until);
        Part::all(tests)
    }

    fn counts(&mut self, field: CountField, any_of: &OneOf<Asked<Range<u32>>>) -> Part {
        let number = match field {
            CountField::Alerts => "n_alerts",
            CountField::Comments => "n_comments",
            CountField::Files => {
                self.needs_details = true;
                "(SELECT count(*) FROM attachments WHERE attachments.case_key = cases.case_key
                  AND json_extract(attachments.body, '$.externalReferenceAttachmentTypeId') = '.files')"
            }
            CountField::Observables => {
                "(SELECT coalesce(json_array_length(body, '$.observables'), 0) FROM bodies WHERE bodies.case_key = cases.case_key)"
            }
        };
        self.asked(
            any_of,
            |compiler, range| compiler.number(number, range),
            |_| Part::Test(format!("{number} > 0")),
        )
    }

    fn number<T: Copy + Into<i64>>(&mut self, number: &str, range: &Range<T>) -> Part {
        let mut test = |comparison: &str, bound: T| {
            let bound = self.bind(bound.into());
            Part::Test(format!("{number} {comparison} {bound}"))
        };
        match *range {
            Range::Is(bound) => test("=", bound),
            Range::Less(bound) => test("<", bound),
            Range::More(bound) => test(">", bound),
            Range::Between(from, to) => {
                let mut tests = Vec::new();
                tests.extend(from.map(|from| test(">=", from)));
                tests.extend(to.map(|to| test("<=", to)));
                Part::all(tests)
            }
        }
    }

    /// By the key of the field: which label it has is not kept yet.
    fn custom(&mut self, name: &str, any_of: &OneOf<Asked<CustomTest>>) -> Part {
        let name = self.bind(name.to_owned());
        let field = |condition: &Part| {
            let condition = match condition {
                Part::Test(sql) => sql,
                Part::Keys(_) | Part::Always(_) => "1",
            };
            Part::Test(format!(
                "EXISTS (SELECT 1 FROM bodies, json_each(bodies.body, '$.customFields') AS field
                 WHERE bodies.case_key = cases.case_key AND json_extract(field.value, '$.key') = {name} COLLATE NOCASE AND {condition})"
            ))
        };
        let value = "json_extract(field.value, '$.value')";
        self.asked(
            any_of,
            |compiler, test| {
                let condition = match test {
                    CustomTest::Text(text) => compiler.custom_text(value, text),
                    CustomTest::Number(range) => compiler.number(value, range),
                };
                field(&condition)
            },
            |_| field(&Part::Test(format!("{value} IS NOT NULL"))),
        )
    }

    /// What is a switch or a number is compared as it is written.
    fn custom_text(&mut self, value: &str, text: &Match) -> Part {
        let word = "json_extract(field.value, '$.type')";
        let written = format!(
            "(CASE {word} WHEN 'toggle' THEN iif({value}, 'true', 'false') ELSE CAST({value} AS TEXT) END)"
        );
        self.same(&written, text)
    }

    fn external(&mut self, names: &OneOf<Asked<Match>>) -> Part {
        let of_body = |condition: &str| {
            Part::Test(format!(
                "EXISTS (SELECT 1 FROM bodies WHERE bodies.case_key = cases.case_key AND {condition})"
            ))
        };
        let paths = [
            "$.external_service.external_id",
            "$.external_service.external_title",
        ];
        let value = |compiler: &mut Self, name: &Match| {
            let either = paths
                .map(|path| compiler.same(&format!("json_extract(bodies.body, '{path}')"), name));
            Part::any(
                either
                    .map(|part| match part {
                        Part::Test(sql) => of_body(&sql),
                        part => part,
                    })
                    .into(),
            )
        };
        self.asked(names, value, |_| {
            of_body("json_extract(bodies.body, '$.external_service.external_id') IS NOT NULL")
        })
    }
}

fn field_of(kind: EntityKind) -> Field {
    match kind {
        EntityKind::Host => Field::Host,
        EntityKind::User => Field::User,
        EntityKind::Rule => Field::Rule,
        EntityKind::Ip => Field::Ip,
        EntityKind::Hash => Field::Hash,
        EntityKind::Domain => Field::Domain,
        EntityKind::Process => Field::Process,
        EntityKind::Observable => Field::Obs,
    }
}

fn not_kept(name: &str) -> ProblemReason {
    ProblemReason::NotKept {
        name: name.to_owned(),
    }
}

fn is_deployment(named: &NamedSource, name: &Match) -> bool {
    is_name(&named.deployment_name, name)
}

fn is_space(named: &NamedSource, name: &Match) -> bool {
    is_name(named.source.space.as_str(), name) || is_name(&named.space_name, name)
}

fn is_source(named: &NamedSource, source: &SourceTest) -> bool {
    match source {
        SourceTest::Either(name) => is_deployment(named, name) || is_space(named, name),
        SourceTest::Both { deployment, space } => {
            named.deployment_name.eq_ignore_ascii_case(deployment) && is_space(named, space)
        }
    }
}

fn is_name(known: &str, name: &Match) -> bool {
    let (known, text) = (known.to_lowercase(), name.text.to_lowercase());
    if name.prefix {
        known.starts_with(&text)
    } else {
        known == text
    }
}

fn severity(level: Level<Severity>) -> Part {
    let rank = severity_rank(&match level.level {
        Severity::Low => kibana_cases::CaseSeverity::Low,
        Severity::Medium => kibana_cases::CaseSeverity::Medium,
        Severity::High => kibana_cases::CaseSeverity::High,
        Severity::Critical => kibana_cases::CaseSeverity::Critical,
    });
    let comparison = if level.or_worse { "<=" } else { "=" };
    Part::Test(format!("severity_rank {comparison} {rank}"))
}

/// As the index has it: with a technique, its sub-techniques are found too.
fn attack_id(attack: Attack) -> String {
    match attack {
        Attack::Technique { number, sub: None } => format!("t{number:04}"),
        Attack::Technique {
            number,
            sub: Some(sub),
        } => format!("t{number:04}.{sub:03}"),
        Attack::Tactic { number } => format!("ta{number:04}"),
    }
}

/// Every way in which tags say this marking.
fn tlp_tags(level: Level<Tlp>) -> Vec<String> {
    let counts = |other: &&Tlp| **other == level.level || (level.or_worse && **other > level.level);
    let words = Tlp::ALL.iter().filter(counts).flat_map(|tlp| match tlp {
        Tlp::Clear => vec!["clear", "white"],
        Tlp::Green | Tlp::Amber | Tlp::AmberStrict | Tlp::Red => vec![tlp.word()],
    });
    words
        .flat_map(|word| [format!("tlp:{word}"), format!("tlp={word}")])
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
