//! Persons: whoever asks, and those whose names are known.

use super::{
    super::{mine, row::sql_list, search::Field},
    Compiler,
    part::Part,
};
use crate::{
    error::Error,
    search::{Asked, Match, OneOf, Role, Span, Who},
    view::ProblemReason,
};

impl Compiler<'_> {
    pub(super) fn person(&mut self, role: Role, any_of: &OneOf<Asked<Who>>) -> Result<Part, Error> {
        self.needs_details |= role == Role::Participant;
        let fields = fields_of(role);
        let mut parts = Vec::new();
        for who in any_of {
            parts.push(match &who.value {
                Asked::Nothing => self.any_term(fields).negated(),
                Asked::Anything => self.any_term(fields),
                Asked::Value(Who::Me) => self.me(fields, who.span),
                Asked::Value(Who::Named(name)) => self.named(fields, name)?,
            });
        }
        Ok(Part::any(parts))
    }

    /// Cases that name the person who asks, who is another one in each deployment.
    pub(super) fn me(&mut self, fields: &[Field], span: Span) -> Part {
        let (asking, places) = (self.asking, self.places);
        let mut parts = Vec::new();
        for (deployment, uid) in &asking.me {
            let sources: Vec<_> = places
                .iter()
                .filter(|(_, named)| named.source.deployment == *deployment)
                .map(|(source, _)| source)
                .collect();
            if !sources.is_empty() {
                let here = Part::Test(format!("source IN {}", sql_list(sources.into_iter())));
                parts.push(Part::all(vec![
                    self.terms(fields, std::slice::from_ref(uid)),
                    here,
                ]));
            }
        }
        if parts.is_empty() {
            self.unanswered(span, ProblemReason::UnknownMe);
        }
        Part::any(parts)
    }

    /// Cases that somebody else changed since the person who asks looked at them.
    pub(super) fn unread(&mut self) -> Part {
        let (asking, places) = (self.asking, self.places);
        let each = places.iter().map(|(source, named)| {
            let me = asking.me.get(&named.source.deployment);
            let me = me.map_or_else(|| "NULL".to_owned(), |uid| self.bind(uid.clone()));
            Part::Test(format!("source = {source} AND {}", mine::unread(&me)))
        });
        Part::any(each.collect())
    }

    /// Cases that name somebody with these words in the name, or with this user name or profile id.
    pub(super) fn named(&mut self, fields: &[Field], name: &Match) -> Result<Part, Error> {
        let mut uids = self.uids(name)?;
        uids.push(name.text.clone());
        let mut parts = vec![self.terms(fields, &uids)];
        for field in fields {
            // Assignees are told by profile id alone.
            if *field != Field::Assignee {
                parts.push(self.folded_term(*field, name));
            }
        }
        Ok(Part::any(parts))
    }

    /// Profile ids of those in whose names these words stand.
    pub(super) fn uids(&mut self, name: &Match) -> Result<Vec<String>, Error> {
        let people = match self.people.take() {
            Some(people) => people,
            None => self.everybody()?,
        };
        let words = name.text.to_lowercase();
        let found = people
            .iter()
            .filter(|(_, known)| has_words(known, &words, name.prefix))
            .map(|(uid, _)| uid.clone())
            .collect();
        self.people = Some(people);
        Ok(found)
    }

    fn everybody(&self) -> Result<Vec<(String, String)>, Error> {
        let mut find = self
            .connection
            .prepare_cached("SELECT uid, name FROM people")?;
        let people = find.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?.to_lowercase()))
        })?;
        Ok(people.collect::<Result<_, _>>()?)
    }
}

fn fields_of(role: Role) -> &'static [Field] {
    match role {
        Role::Assignee => &[Field::Assignee],
        Role::Reporter => &[Field::Reporter],
        Role::Participant => &[Field::Participant, Field::Reporter],
    }
}

/// Whether the words stand in a name as whole words, or as the beginning of one.
fn has_words(name: &str, words: &str, prefix: bool) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    name.match_indices(words).any(|(at, found)| {
        let (before, rest) = name.split_at(at);
        let behind = rest.split_at(found.len()).1;
        is_edge(before.chars().next_back()) && (prefix || is_edge(behind.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_words() {
        for (words, prefix, found) in [
            ("ali", false, true),
            ("khan", false, true),
            ("ali khan", false, true),
            ("al", false, false),
            ("al", true, true),
            ("han", true, false),
            ("khan ali", false, false),
        ] {
            assert_eq!(has_words("ali khan", words, prefix), found, "{words}");
        }
    }
}
