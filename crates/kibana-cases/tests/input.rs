//! Every limit of Kibana, at, below and above: what is within it the practice server takes, what is beyond it is refused
//! before anything is sent (`kibana-cases-api.md` §2.7).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use kibana_cases::{
    AnswerBody, Assignee, AttachedAlert, Case, Client, Credentials, CustomField,
    CustomFieldDefinition, CustomFieldType, Error, FindCases, FindComments, FindFiles,
    FindUserActions, InputProblem, NewAlerts, NewAttachment, NewCase, NewConfiguration, NewFile,
    ObservableType, OtherFields, Owner, Rule, ServiceTransport, Space, SpaceId, Template,
    Transport, TransportError, UpdateCase,
};
use practice_kibana::{Options, World, router};
use serde_json::Value;

/// The practice server, and how often it was asked.
#[derive(Debug)]
struct Counted {
    inner: Box<dyn Transport>,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl Transport for Counted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.inner.send(request).await
    }
}

/// A filter by its name.
type Filter = (&'static str, fn(&mut FindCases) -> &mut Vec<String>);

struct Trial {
    space: Space,
    asked: Arc<AtomicUsize>,
}

impl Trial {
    fn new() -> Self {
        let (router, practice) = router(Options {
            world: World::Empty,
            ..Options::default()
        });
        let asked = Arc::new(AtomicUsize::new(0));
        let transport = Counted {
            inner: Box::new(ServiceTransport::<_, Body>::new(router)),
            asked: Arc::clone(&asked),
        };
        let key = Credentials::api_key(practice.api_key()).unwrap();
        let client = Client::builder("http://127.0.0.1", key)
            .transport(transport)
            .build();
        Self {
            space: client.unwrap().space(&SpaceId::default()),
            asked,
        }
    }

    async fn case(&self) -> Case {
        self.space
            .create_case(&NewCase::new("T", "D"))
            .await
            .unwrap()
    }

    /// `ask` of `limit` and one less is answered well, of one more it is refused here with the numbers that tell why.
    async fn holds<T>(
        &self,
        field: &str,
        limit: usize,
        ask: impl AsyncFn(usize) -> Result<T, Error>,
    ) {
        for n in [limit - 1, limit] {
            if let Err(error) = ask(n).await {
                panic!("{field}: {n} of {limit} is refused: {error}");
            }
        }
        self.refuses(field, limit, limit + 1, ask).await;
    }

    async fn refuses<T>(
        &self,
        field: &str,
        limit: usize,
        n: usize,
        ask: impl AsyncFn(usize) -> Result<T, Error>,
    ) {
        let before = self.asked.load(Ordering::Relaxed);
        let Err(Error::Input(invalid)) = ask(n).await else {
            panic!("{field}: {n} of {limit} is not refused");
        };
        let (InputProblem::TooLong { limit: told, got }
        | InputProblem::TooMany { limit: told, got }
        | InputProblem::TooLarge { limit: told, got }) = invalid.problem
        else {
            panic!("{invalid} tells no numbers");
        };
        assert_eq!(
            (invalid.field, told, got),
            (field, limit as u64, n as u64),
            "{invalid}"
        );
        let after = self.asked.load(Ordering::Relaxed);
        assert_eq!(after, before, "{field}: nothing is sent");
    }
}

fn text(n: usize) -> String {
    "x".repeat(n)
}

fn texts(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("t{n}")).collect()
}

#[tokio::test]
async fn texts_and_lists_of_a_case() {
    let trial = Trial::new();
    let create = async |case: NewCase| trial.space.create_case(&case).await;
    let new = || NewCase::new("T", "D");
    trial
        .holds("title", 160, async |n| {
            create(NewCase::new(text(n), "D")).await
        })
        .await;
    trial
        .holds("description", 30_000, async |n| {
            create(NewCase::new("T", text(n))).await
        })
        .await;
    trial
        .holds("tag", 256, async |n| {
            let tags = vec![text(n)];
            create(NewCase { tags, ..new() }).await
        })
        .await;
    trial
        .holds("tags", 200, async |n| {
            let tags = texts(n);
            create(NewCase { tags, ..new() }).await
        })
        .await;
    trial
        .holds("category", 50, async |n| {
            let category = Some(text(n));
            create(NewCase { category, ..new() }).await
        })
        .await;
    trial
        .holds("assignees", 10, async |n| {
            let assignees = texts(n).into_iter().map(Assignee::new).collect();
            create(NewCase { assignees, ..new() }).await
        })
        .await;
}

#[tokio::test]
async fn texts_and_lists_of_a_change() {
    let trial = Trial::new();
    let mut cases = Vec::new();
    for _ in 0..18 {
        cases.push(trial.case().await);
    }
    let next = AtomicUsize::new(0);
    let update = async |change: &dyn Fn(&mut UpdateCase)| {
        let case = &cases[next.fetch_add(1, Ordering::Relaxed)];
        let mut update = UpdateCase::new(case.id.clone(), case.version.clone());
        change(&mut update);
        trial.space.update_cases(&[update]).await
    };
    trial
        .holds("title", 160, async |n| {
            update(&|change| change.title = Some(text(n))).await
        })
        .await;
    trial
        .holds("description", 30_000, async |n| {
            update(&|change| change.description = Some(text(n))).await
        })
        .await;
    trial
        .holds("tag", 256, async |n| {
            update(&|change| change.tags = Some(vec![text(n)])).await
        })
        .await;
    trial
        .holds("tags", 200, async |n| {
            update(&|change| change.tags = Some(texts(n))).await
        })
        .await;
    trial
        .holds("category", 50, async |n| {
            update(&|change| change.category = Some(Some(text(n)))).await
        })
        .await;
    trial
        .holds("assignees", 10, async |n| {
            let assignees: Vec<_> = texts(n).into_iter().map(Assignee::new).collect();
            update(&|change| change.assignees = Some(assignees.clone())).await
        })
        .await;
}

#[tokio::test]
async fn cases_at_once() {
    let trial = Trial::new();
    let mut cases = Vec::new();
    for _ in 0..201 {
        cases.push(trial.case().await);
    }
    let change = |case: &Case| UpdateCase {
        title: Some("U".to_owned()),
        ..UpdateCase::new(case.id.clone(), case.version.clone())
    };
    let begins_at = AtomicUsize::new(0);
    trial
        .holds("cases", 100, async |n| {
            let some = cases.iter().skip(begins_at.fetch_add(n, Ordering::Relaxed));
            let some: Vec<_> = some.chain(&cases).take(n).map(change).collect();
            trial.space.update_cases(&some).await
        })
        .await;
    let ids: Vec<_> = cases.iter().map(|case| case.id.clone()).collect();
    let unknown: Vec<_> = texts(1_001).iter().map(|id| id.parse().unwrap()).collect();
    trial
        .holds("ids", 1_000, async |n| {
            trial.space.cases_by_id(&unknown[..n]).await
        })
        .await;
    let begins_at = AtomicUsize::new(0);
    trial
        .holds("ids", 100, async |n| {
            let start = begins_at.fetch_add(n, Ordering::Relaxed);
            let some: Vec<_> = ids
                .iter()
                .skip(start)
                .chain(&unknown)
                .take(n)
                .cloned()
                .collect();
            trial.space.delete_cases(&some).await
        })
        .await;
}

#[tokio::test]
async fn attachments() {
    let trial = Trial::new();
    let case = trial.case().await;
    let (space, id, owner) = (&trial.space, &case.id, &case.owner);
    trial
        .holds("comment", 30_000, async |n| {
            space.add_comment(id, owner, &text(n)).await
        })
        .await;
    let comments = |n| vec![NewAttachment::Comment("c".to_owned()); n];
    trial
        .holds("attachments", 100, async |n| {
            space.attach(id, owner, &comments(n)).await
        })
        .await;
    let ids: Vec<_> = texts(101).iter().map(|id| id.parse().unwrap()).collect();
    trial
        .holds("ids", 100, async |n| {
            space.attachments_by_id(id, &ids[..n]).await
        })
        .await;
    let alert = |id: String| AttachedAlert {
        id: id.parse().unwrap(),
        index: "i".to_owned(),
    };
    // Kibana counts what a case holds already.
    let fresh = [trial.case().await, trial.case().await];
    trial
        .holds("alertId", 1_000, async |n| {
            let new = NewAlerts {
                alerts: texts(n).into_iter().map(alert).collect(),
                rule: Rule::default(),
            };
            space.attach_alerts(&fresh[n % 2].id, owner, &new).await
        })
        .await;
}

#[tokio::test]
async fn pages_and_filters() {
    let trial = Trial::new();
    let case = trial.case().await;
    let space = &trial.space;
    let number = |n: usize| u32::try_from(n).unwrap();
    trial
        .holds("perPage", 100, async |n| {
            let per_page = number(n);
            space
                .find_cases(&FindCases {
                    per_page,
                    ..FindCases::default()
                })
                .await
        })
        .await;
    trial
        .holds("perPage", 100, async |n| {
            let per_page = number(n);
            space
                .find_comments(
                    &case.id,
                    &FindComments {
                        per_page,
                        ..FindComments::default()
                    },
                )
                .await
        })
        .await;
    trial
        .holds("perPage", 100, async |n| {
            let per_page = number(n);
            space
                .find_user_actions(
                    &case.id,
                    &FindUserActions {
                        per_page,
                        ..FindUserActions::default()
                    },
                )
                .await
        })
        .await;
    trial
        .holds("perPage", 100, async |n| {
            let per_page = number(n);
            space
                .find_files(&FindFiles {
                    per_page,
                    ..FindFiles::default()
                })
                .await
        })
        .await;
    trial
        .holds("perPage", 100, async |n| {
            space.similar_cases(&case.id, 1, number(n)).await
        })
        .await;
    trial
        .holds("page", 10_000, async |n| {
            let page = number(n);
            space
                .find_cases(&FindCases {
                    page,
                    per_page: 1,
                    ..FindCases::default()
                })
                .await
        })
        .await;
    trial
        .refuses("page * perPage", 10_000, 10_100, async |n| {
            let page = number(n / 100);
            space
                .find_cases(&FindCases {
                    page,
                    ..FindCases::default()
                })
                .await
        })
        .await;
    let filters: [Filter; 4] = [
        ("tags", |find| &mut find.tags),
        ("assignees", |find| &mut find.assignees),
        ("reporters", |find| &mut find.reporters),
        ("category", |find| &mut find.category),
    ];
    for (name, filter) in filters {
        trial
            .holds(name, 100, async |n| {
                let mut find = FindCases::default();
                *filter(&mut find) = texts(n);
                space.find_cases(&find).await
            })
            .await;
    }
    trial
        .holds("size", 10, async |n| {
            space
                .suggest_profiles("a", &[Owner::SecuritySolution], number(n))
                .await
        })
        .await;
}

fn field(key: &str, label: String) -> CustomFieldDefinition {
    CustomFieldDefinition {
        key: key.parse().unwrap(),
        label,
        kind: CustomFieldType::Text,
        required: false,
        default_value: None,
        other: OtherFields::new(),
    }
}

fn kind(key: String, label: &str) -> ObservableType {
    let label = label.to_owned();
    ObservableType { key, label }
}

fn template(key: &str, name: String) -> Template {
    Template {
        key: key.to_owned(),
        name,
        description: None,
        tags: None,
        case_fields: Value::Null,
        other: OtherFields::new(),
    }
}

#[tokio::test]
async fn configurations() {
    let trial = Trial::new();
    let create = async |new: NewConfiguration| trial.space.create_configuration(&new).await;
    let usual = NewConfiguration::default;
    trial
        .holds("customFields", 10, async |n| {
            let custom_fields = texts(n).iter().map(|key| field(key, key.clone())).collect();
            create(NewConfiguration {
                custom_fields,
                ..usual()
            })
            .await
        })
        .await;
    trial
        .holds("observableTypes", 10, async |n| {
            let observable_types = texts(n)
                .into_iter()
                .map(|key| kind(key.clone(), &key))
                .collect();
            create(NewConfiguration {
                observable_types,
                ..usual()
            })
            .await
        })
        .await;
    trial
        .holds("templates", 10, async |n| {
            let templates = texts(n)
                .iter()
                .map(|key| template(key, key.clone()))
                .collect();
            create(NewConfiguration {
                templates,
                ..usual()
            })
            .await
        })
        .await;
    trial
        .holds("key", 36, async |n| {
            let observable_types = vec![kind(text(n), "l")];
            create(NewConfiguration {
                observable_types,
                ..usual()
            })
            .await
        })
        .await;
    trial
        .holds("label", 50, async |n| {
            let custom_fields = vec![field("k", text(n))];
            create(NewConfiguration {
                custom_fields,
                ..usual()
            })
            .await
        })
        .await;
}

#[tokio::test]
async fn templates() {
    let trial = Trial::new();
    let create = async |new: NewConfiguration| trial.space.create_configuration(&new).await;
    let usual = NewConfiguration::default;
    trial
        .holds("name", 50, async |n| {
            let templates = vec![template("k", text(n))];
            create(NewConfiguration {
                templates,
                ..usual()
            })
            .await
        })
        .await;
    trial
        .holds("description", 1_000, async |n| {
            let description = Some(text(n));
            let templates = vec![Template {
                description,
                ..template("k", "n".to_owned())
            }];
            create(NewConfiguration {
                templates,
                ..usual()
            })
            .await
        })
        .await;
    trial
        .holds("template's tag", 50, async |n| {
            let tags = Some(vec![text(n)]);
            let templates = vec![Template {
                tags,
                ..template("k", "n".to_owned())
            }];
            create(NewConfiguration {
                templates,
                ..usual()
            })
            .await
        })
        .await;
    trial
        .holds("template's tags", 10, async |n| {
            let tags = Some(texts(n));
            let templates = vec![Template {
                tags,
                ..template("k", "n".to_owned())
            }];
            create(NewConfiguration {
                templates,
                ..usual()
            })
            .await
        })
        .await;
}

#[tokio::test]
async fn custom_fields_and_files() {
    let trial = Trial::new();
    let space = &trial.space;
    let custom_fields = vec![field("k", "l".to_owned())];
    let new = NewConfiguration {
        custom_fields,
        ..NewConfiguration::default()
    };
    space.create_configuration(&new).await.unwrap();
    trial
        .holds("value", 160, async |n| {
            let key = "k".parse().unwrap();
            let custom_fields = vec![CustomField::new(key, CustomFieldType::Text, text(n))];
            space
                .create_case(&NewCase {
                    custom_fields,
                    ..NewCase::new("T", "D")
                })
                .await
        })
        .await;
    let case = trial.case().await;
    trial
        .holds("filename", 160, async |n| {
            let file = NewFile {
                name: "a.txt".to_owned(),
                called: Some(text(n)),
                content: "x".into(),
            };
            space.upload_file(&case.id, file).await
        })
        .await;
    let ids: Vec<_> = texts(11).iter().map(|id| id.parse().unwrap()).collect();
    trial
        .refuses("ids", 10, 11, async |n| {
            space.delete_files(&case.id, &ids[..n]).await
        })
        .await;
    let unknown = space.delete_files(&case.id, &ids[..10]).await.unwrap_err();
    assert!(unknown.api().is_some(), "ten are asked about: {unknown}");
}

#[tokio::test]
async fn nothing_where_something_is_needed_and_twice_where_once() {
    let trial = Trial::new();
    let case = trial.case().await;
    let space = &trial.space;
    trial.asked.store(0, Ordering::Relaxed);
    let update = || UpdateCase::new(case.id.clone(), case.version.clone());
    let none = NewAlerts {
        alerts: vec![],
        rule: Rule::default(),
    };
    let told = [
        space.create_case(&NewCase::new(" ", "D")).await.map(drop),
        space
            .create_case(&NewCase::new("T", "\u{feff}"))
            .await
            .map(drop),
        space.update_cases(&[]).await.map(drop),
        space.update_cases(&[update(), update()]).await.map(drop),
        space.delete_cases(&[]).await,
        space.cases_by_id(&[]).await.map(drop),
        space
            .add_comment(&case.id, &case.owner, "\n")
            .await
            .map(drop),
        space
            .attach_alerts(&case.id, &case.owner, &none)
            .await
            .map(drop),
        space.attachments_by_id(&case.id, &[]).await.map(drop),
        space.delete_files(&case.id, &[]).await,
        space.set_alert_status(&[], &"open".into()).await.map(drop),
        space.suggest_profiles("a", &[], 0).await.map(drop),
    ];
    let words: Vec<_> = told.map(|told| told.unwrap_err().to_string()).into();
    assert_eq!(
        words,
        [
            "title: it is empty",
            "description: it is empty",
            "cases: 0 of them, and 1 is needed",
            "cases: the same one twice",
            "ids: 0 of them, and 1 is needed",
            "ids: 0 of them, and 1 is needed",
            "comment: it is empty",
            "alertId: 0 of them, and 1 is needed",
            "ids: 0 of them, and 1 is needed",
            "ids: 0 of them, and 1 is needed",
            "signal_ids: 0 of them, and 1 is needed",
            "size: 0 is less than 1",
        ]
    );
    assert_eq!(trial.asked.load(Ordering::Relaxed), 0, "nothing is sent");
}
