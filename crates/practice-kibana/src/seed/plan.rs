//! Who does what when in each case of the world.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use super::{
    alerts,
    data::{Data, Host, Template},
    fill::Values,
};
use crate::{
    auth::User,
    rules::{NewCase, NewObservable, Severity, Status, Word as _},
    store::AlertDocument,
};

/// The story of one case.
pub(super) struct Plan {
    pub(super) space: String,
    pub(super) alerts: Vec<AlertDocument>,
    pub(super) steps: Vec<(Timestamp, Arc<User>, Step)>,
}

/// Something done to a case.
pub(super) enum Step {
    Create(NewCase),
    /// Somebody, by profile uid, starts to work on it.
    Take(String),
    Tag(Vec<String>),
    Attach(Map<String, Value>),
    Observe(NewObservable),
    Close,
}

/// What a plan is to be about.
pub(super) struct Brief<'a> {
    pub(super) template: &'a Template,
    pub(super) space: &'a str,
    /// The space of the practice world whose hosts it has.
    pub(super) site: &'a str,
    pub(super) status: Status,
    pub(super) created: Timestamp,
    pub(super) now: Timestamp,
    pub(super) alerts: usize,
    /// How many comments there are; `None` for as many as the template and the status give.
    pub(super) comments: Option<usize>,
}

/// The people of one case.
struct Crew<'a> {
    reporter: &'a Arc<User>,
    assignee: &'a Arc<User>,
    third: &'a Arc<User>,
    automation: &'a Arc<User>,
}

/// Plans every case.
pub(super) fn make(data: &Data, random: &mut ChaCha8Rng, now: Timestamp) -> Vec<Plan> {
    let mut places: Vec<(&Template, &str, Status)> = data
        .cases
        .iter()
        .flat_map(|template| {
            template.places.iter().map(move |place| {
                let (space, status) = place.split_once('/').expect("a place is space/status");
                (
                    template,
                    space,
                    Status::read(status).expect("a place has a status"),
                )
            })
        })
        .collect();
    places.shuffle(random);
    let mut n_open = 0;
    places
        .into_iter()
        .map(|(template, space, status)| {
            let age = age(status, n_open, random);
            n_open += i64::from(status == Status::Open);
            let brief = Brief {
                template,
                space,
                site: space,
                status,
                created: now - age,
                now,
                alerts: template.alerts,
                comments: None,
            };
            let values = brief.draw_values(data, random);
            plan(data, &brief, &values, random)
        })
        .collect()
}

/// How old a case is. Closed ones are older; of the open ones a few are minutes old.
fn age(status: Status, n_open: i64, random: &mut ChaCha8Rng) -> SignedDuration {
    let minutes = match status {
        Status::Closed => random.random_range(3 * 24 * 60..14 * 24 * 60 - 180),
        Status::InProgress => random.random_range(5 * 60..9 * 24 * 60),
        Status::Open if n_open < 4 => 3 + n_open * 11 + random.random_range(0..4),
        Status::Open => random.random_range(45..60 + n_open * n_open * 12),
    };
    SignedDuration::from_mins(minutes) + SignedDuration::from_millis(random.random_range(0..60_000))
}

impl Brief<'_> {
    /// Draws the values of the case, on hosts that fit.
    pub(super) fn draw_values(&self, data: &Data, random: &mut ChaCha8Rng) -> Values {
        let named = |prefixes: &[String], host: &Host| {
            prefixes.is_empty()
                || prefixes
                    .iter()
                    .any(|prefix| host.name.starts_with(prefix.as_str()))
        };
        Values::draw(
            data,
            self.site,
            |host| named(&self.template.on, host),
            |host| named(&self.template.and, host),
            random,
        )
    }
}

/// Plans one case.
pub(super) fn plan(
    data: &Data,
    brief: &Brief<'_>,
    values: &Values,
    random: &mut ChaCha8Rng,
) -> Plan {
    let (template, status, created) = (brief.template, brief.status, brief.created);
    let crew = Crew::draw(data, random);
    let alerts = draw_alerts(data, brief, values, random);
    let mut times = Times::new(status, created, brief.now, random);
    let mut steps = vec![(
        created,
        crew.reporter.clone(),
        Step::Create(new_case(template, values, &crew, status)),
    )];
    for body in attachments(template, data, &alerts) {
        steps.push((
            times.soon(random),
            crew.reporter.clone(),
            Step::Attach(body),
        ));
    }
    if status != Status::Open {
        steps.push((
            times.soon(random),
            crew.assignee.clone(),
            Step::Take(crew.assignee_uid()),
        ));
    }
    let usual = match status {
        // Nobody has had time to write everything down about a case that is still open.
        Status::Open => template.comments.len().div_ceil(2).min(times.room()),
        Status::InProgress => template.comments.len().saturating_sub(1).max(1),
        Status::Closed => template.comments.len(),
    };
    let comments = brief.comments.unwrap_or(usual);
    let texts = template.comments.iter().cycle();
    for (position, comment) in texts.take(comments).enumerate() {
        let by = crew.author(comment, position);
        let mut text = values.fill(comment.strip_prefix("[auto] ").unwrap_or(comment));
        let round = position / template.comments.len();
        if round > 0 {
            text = format!("Follow-up {round}: {text}");
        }
        steps.push((
            times.next(comments - position, random),
            by.clone(),
            Step::Attach(user_comment(&text, template)),
        ));
        if position == 0 && random.random_ratio(1, 3) {
            let tags = tags(template, values)
                .into_iter()
                .chain(["triaged".to_owned()])
                .collect();
            steps.push((times.soon(random), by.clone(), Step::Tag(tags)));
        }
    }
    if status == Status::Closed {
        steps.push((times.end(random), crew.assignee.clone(), Step::Close));
    }
    Plan {
        space: brief.space.to_owned(),
        alerts,
        steps,
    }
}

/// The longest that a moment lasts.
const MOMENTS: SignedDuration = SignedDuration::from_mins(12);

/// The times of the steps of a case, each later than the one before and none in the future.
struct Times {
    last: Timestamp,
    end: Timestamp,
}

impl Times {
    fn new(status: Status, created: Timestamp, now: Timestamp, random: &mut ChaCha8Rng) -> Self {
        let longest = now.duration_since(created) - SignedDuration::from_secs(20);
        let work = match status {
            Status::Closed => SignedDuration::from_mins(random.random_range(90..60 * 40)),
            Status::InProgress | Status::Open => longest,
        };
        Self {
            last: created,
            end: created + work.min(longest),
        }
    }

    /// How many comments fit in; a case of some minutes has few.
    fn room(&self) -> usize {
        let minutes = self.end.duration_since(self.last).as_mins();
        usize::try_from(minutes / 12).unwrap_or_default()
    }

    /// Some moments later.
    fn soon(&mut self, random: &mut ChaCha8Rng) -> Timestamp {
        let left = self.end.as_millisecond() - self.last.as_millisecond();
        self.advance(
            (left / i64::try_from(MOMENTS.as_millis()).unwrap_or(1)).max(60),
            random,
        )
    }

    /// Somewhere in the share that the next of `left` steps has of the time that is left.
    fn next(&mut self, left: usize, random: &mut ChaCha8Rng) -> Timestamp {
        let share = i64::try_from(left + 1).unwrap_or(1);
        self.advance(share, random)
    }

    fn end(&mut self, random: &mut ChaCha8Rng) -> Timestamp {
        self.advance(2, random)
    }

    fn advance(&mut self, share: i64, random: &mut ChaCha8Rng) -> Timestamp {
        let left = self.end.as_millisecond() - self.last.as_millisecond();
        let longest = (left / share).max(2);
        self.last += SignedDuration::from_millis(random.random_range(longest / 2..longest));
        self.last
    }
}

impl<'a> Crew<'a> {
    fn draw(data: &'a Data, random: &mut ChaCha8Rng) -> Self {
        let (automation, people) = data.people.split_last().expect("people.json is not empty");
        let mut people: Vec<&Arc<User>> = people.iter().collect();
        people.shuffle(random);
        Self {
            reporter: people[0],
            assignee: people[1],
            third: people[2],
            automation,
        }
    }

    fn author(&self, comment: &str, position: usize) -> &'a Arc<User> {
        if comment.starts_with("[auto] ") {
            return self.automation;
        }
        [self.reporter, self.assignee, self.third, self.assignee][position % 4]
    }

    fn assignee_uid(&self) -> String {
        self.assignee
            .profile_uid
            .clone()
            .expect("every colleague has a profile")
    }
}

fn new_case(template: &Template, values: &Values, crew: &Crew<'_>, status: Status) -> NewCase {
    // Some open cases wait for somebody who has been told; the others for anybody.
    let named_early = status == Status::Open && values.number.is_multiple_of(3);
    NewCase {
        owner: template.owner.clone(),
        title: values.fill(&template.title),
        description: values.fill(&template.description),
        tags: tags(template, values),
        severity: Severity::read(&template.severity).expect("cases.json has severities"),
        category: template.category.clone(),
        assignees: if named_early {
            vec![crew.assignee_uid()]
        } else {
            Vec::new()
        },
        connector: json!({"id": "none", "name": "none", "type": ".none", "fields": null}),
        sync_alerts: template.sync,
        custom_fields: Vec::new(),
    }
}

fn tags(template: &Template, values: &Values) -> Vec<String> {
    template.tags.iter().map(|tag| values.fill(tag)).collect()
}

/// The alerts of a case, raised in the two hours before it was created.
fn draw_alerts(
    data: &Data,
    brief: &Brief<'_>,
    values: &Values,
    random: &mut ChaCha8Rng,
) -> Vec<AlertDocument> {
    let rules = &brief.template.rules;
    if rules.is_empty() {
        return Vec::new();
    }
    (0..brief.alerts)
        .map(|position| {
            let rule = data.rule(&rules[position % rules.len()]);
            let before = SignedDuration::from_secs(random.random_range(90..7200));
            let mut values = values.clone();
            if position % 5 == 4 {
                std::mem::swap(&mut values.host, &mut values.second_host);
            }
            alerts::make(rule, &values, brief.space, brief.created - before, random)
        })
        .collect()
}

/// One attachment a rule, as people attach alerts from Kibana's table.
fn attachments(
    template: &Template,
    data: &Data,
    alerts: &[AlertDocument],
) -> Vec<Map<String, Value>> {
    let of_rule = |key: &String| {
        let rule = data.rule(key);
        let rule_id = alerts::rule_id(rule);
        let own: Vec<&AlertDocument> = alerts
            .iter()
            .filter(|alert| alert.source["kibana.alert.rule.uuid"] == rule_id.as_str())
            .collect();
        let ids: Vec<&str> = own.iter().map(|alert| &*alert.id).collect();
        let indices: Vec<&str> = own.iter().map(|alert| &*alert.index).collect();
        let body = json!({
            "type": "alert",
            "alertId": ids,
            "index": indices,
            "rule": {"id": rule_id, "name": rule.name},
            "owner": template.owner,
        });
        (!ids.is_empty()).then_some(body)
    };
    template
        .rules
        .iter()
        .filter_map(of_rule)
        .filter_map(|body| match body {
            Value::Object(body) => Some(body),
            _ => None,
        })
        .collect()
}

fn user_comment(text: &str, template: &Template) -> Map<String, Value> {
    Map::from_iter([
        ("type".to_owned(), Value::from("user")),
        ("comment".to_owned(), Value::from(text)),
        ("owner".to_owned(), Value::from(template.owner.as_str())),
    ])
}
