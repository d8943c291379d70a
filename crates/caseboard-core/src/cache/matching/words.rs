//! Words in texts, by the full-text index, and wherever else a bare word can stand.

use super::{
    super::{
        row::{SHORTEST_PREFIX, sql_list},
        search::Field,
    },
    Compiler,
    part::Part,
    place::Looking,
};
use crate::{
    error::Error,
    search::{Asked, Match, OneOf, TextPlace},
};

impl Compiler<'_> {
    pub(super) fn text(
        &mut self,
        place: TextPlace,
        any_of: &OneOf<Asked<Match>>,
    ) -> Result<Part, Error> {
        self.needs_details |= match place {
            TextPlace::Anywhere | TextPlace::Comment | TextPlace::Texts => true,
            TextPlace::Title | TextPlace::Description => false,
        };
        let mut phrases = Vec::new();
        let mut parts = Vec::new();
        for asked in any_of {
            match &asked.value {
                Asked::Nothing => parts.push(is_empty(place)),
                Asked::Anything => parts.push(is_empty(place).negated()),
                Asked::Value(word) => {
                    let is_typed = self.typing == Some(asked.span.end);
                    let word = Match {
                        text: word.text.clone(),
                        prefix: word.prefix || is_typed,
                    };
                    self.look(Looking::Text(place), phrase(&word));
                    match phrase(&word) {
                        Some(phrase) => phrases.push(phrase),
                        None => parts.push(self.sign(place, &word.text)),
                    }
                    if place == TextPlace::Anywhere {
                        parts.extend(self.elsewhere(&word)?);
                    }
                }
            }
        }
        if !phrases.is_empty() {
            parts.push(self.full_text(columns(place), &phrases));
        }
        Ok(Part::any(parts))
    }

    fn full_text(&mut self, columns: &str, phrases: &[String]) -> Part {
        let found = self.bind(format!("{columns}({})", phrases.join(" OR ")));
        Part::Keys(format!(
            "SELECT rowid AS case_key FROM case_text WHERE case_text MATCH {found}"
        ))
    }

    /// Signs that the index does not know are looked for in titles.
    fn sign(&mut self, place: TextPlace, text: &str) -> Part {
        match place {
            TextPlace::Anywhere | TextPlace::Title | TextPlace::Texts => {
                let text = self.bind(text.to_owned());
                Part::Test(format!("instr(title, {text}) > 0"))
            }
            TextPlace::Description | TextPlace::Comment => Part::Always(false),
        }
    }

    /// What a bare word may be beside a word of a text: an id, a person, or a place as `PROD/soc`.
    fn elsewhere(&mut self, word: &Match) -> Result<Vec<Part>, Error> {
        let mut parts = Vec::new();
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if word.text.len() >= SHORTEST_PREFIX && word.text.bytes().all(is_id) {
            self.look(Looking::Id, word.text.clone());
            self.look(Looking::Alert, word.text.clone());
            let begins = self.begins("id", &word.text);
            parts.push(Part::Keys(format!(
                "SELECT case_key FROM cases WHERE source IN {} AND {begins}",
                self.places.sql()
            )));
            parts.push(self.alerts(std::slice::from_ref(&word.text)));
        }
        if let Some((deployment, space)) = word.text.split_once('/') {
            parts.extend(self.source(deployment, space));
        }
        let uids = self.uids(word)?;
        let fields = [Field::Assignee, Field::Reporter, Field::Participant];
        if !uids.is_empty() {
            parts.push(self.terms(&fields, &uids));
        }
        Ok(parts)
    }

    fn source(&self, deployment: &str, space: &str) -> Option<Part> {
        let found = self.places.iter().filter(|(_, named)| {
            named.deployment_name.eq_ignore_ascii_case(deployment)
                && named.source.space.as_str().eq_ignore_ascii_case(space)
        });
        let found: Vec<_> = found.map(|(source, _)| source).collect();
        (!found.is_empty())
            .then(|| Part::Test(format!("source IN {}", sql_list(found.into_iter()))))
    }
}

/// A phrase of the full-text index; `None` if there is no letter and no digit in it.
pub(super) fn phrase(word: &Match) -> Option<String> {
    word.text.contains(char::is_alphanumeric).then(|| {
        let text = word.text.replace('"', "\"\"").replace('\0', " ");
        format!("\"{text}\"{}", if word.prefix { " *" } else { "" })
    })
}

fn columns(place: TextPlace) -> &'static str {
    match place {
        TextPlace::Anywhere => "",
        TextPlace::Title => "{title} : ",
        TextPlace::Description => "{description} : ",
        TextPlace::Comment => "{comments} : ",
        TextPlace::Texts => "{title description comments} : ",
    }
}

/// A case always has a title.
fn is_empty(place: TextPlace) -> Part {
    match place {
        TextPlace::Anywhere | TextPlace::Title | TextPlace::Texts => Part::Always(false),
        TextPlace::Description => Part::Test(
            "(SELECT trim(json_extract(body, '$.description')) = '' FROM bodies WHERE bodies.case_key = cases.case_key)"
                .to_owned(),
        ),
        TextPlace::Comment => Part::Test("n_comments = 0".to_owned()),
    }
}
