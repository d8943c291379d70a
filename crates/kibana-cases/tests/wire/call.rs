//! Makes the call that an exchange names. What it told comes back as JSON, in the words of the reply.

use kibana_cases::{
    AlertQuery, AlertSort, AttachedAlert, Bounds, Client, CustomField, Error, FindCases,
    FindComments, FindFiles, FindUserActions, FindUserActionsWithin, List, NewAlerts,
    NewAttachment, NewCase, NewConfiguration, NewConnector, NewFile, NewObservable, NewSpace, Page,
    SearchAlerts, SearchCases, SearchField, SearchOperator, SortField, Space, UpdateCase,
    UpdateConfiguration,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, from_value, json, to_value};

/// What an exchange gives to a method.
pub(crate) struct Arguments<'a>(pub(crate) &'a Value);

impl Arguments<'_> {
    /// An argument; what is not there is null.
    fn of<T: DeserializeOwned>(&self, name: &str) -> T {
        from_value(self.0[name].clone()).unwrap()
    }

    /// An argument that has a value of its own where it is not given.
    fn or<T: DeserializeOwned>(&self, name: &str, default: T) -> T {
        self.of::<Option<T>>(name).unwrap_or(default)
    }

    fn text(&self, name: &str) -> String {
        self.of(name)
    }

    fn new_case(&self) -> NewCase {
        NewCase {
            tags: self.of("tags"),
            severity: self.of("severity"),
            assignees: self.or("assignees", vec![]),
            category: self.of("category"),
            custom_fields: self.or::<Vec<CustomField>>("custom_fields", vec![]),
            ..NewCase::new(self.text("title"), self.text("description"))
        }
    }

    fn update_cases(&self) -> Vec<UpdateCase> {
        if let Some(cases) = self.0["cases"].as_array() {
            assert!(cases.is_empty(), "an exchange names one case, or none");
            return vec![];
        }
        let given = self.0.as_object().unwrap();
        vec![UpdateCase {
            title: self.of("title"),
            description: self.of("description"),
            tags: self.of("tags"),
            status: self.of("status"),
            severity: self.of("severity"),
            assignees: self.of("assignees"),
            category: given.contains_key("category").then(|| self.of("category")),
            connector: self.of("connector"),
            custom_fields: self.of("custom_fields"),
            settings: self.of("settings"),
            ..UpdateCase::new(self.of("case"), self.of("version"))
        }]
    }

    fn find_cases(&self) -> FindCases {
        let usual = FindCases::default();
        let all_words = self.or("all_words", false);
        let field = |name: &String| match name.as_str() {
            "title" => SearchField::Title,
            "description" => SearchField::Description,
            "incremental_id.text" => SearchField::IncrementalId,
            other => panic!("{other} is not searched"),
        };
        let fields: Vec<String> = self.or("search_fields", vec![]);
        FindCases {
            search: self.of("search"),
            search_fields: fields.iter().map(field).collect(),
            default_search_operator: if all_words {
                SearchOperator::And
            } else {
                SearchOperator::Or
            },
            tags: self.or("tags", vec![]),
            status: self.or("status", vec![]),
            severity: self.or("severity", vec![]),
            assignees: self.or("assignees", vec![]),
            reporters: self.or("reporters", vec![]),
            category: self.or("category", vec![]),
            owner: self.or("owner", vec![]),
            from: self.of("from"),
            to: self.of("to"),
            sort_field: match self.text("sort_field").as_str() {
                "createdAt" => SortField::CreatedAt,
                "updatedAt" => SortField::UpdatedAt,
                "severity" => SortField::Severity,
                other => panic!("nothing is sorted by {other}"),
            },
            descending: self.or("descending", usual.descending),
            page: self.or("page", usual.page),
            per_page: self.or("per_page", usual.per_page),
        }
    }

    fn find_user_actions(&self) -> FindUserActions {
        FindUserActions {
            types: self.of("types"),
            descending: self.of("descending"),
            page: self.of("page"),
            per_page: self.of("per_page"),
        }
    }

    fn new_alerts(&self) -> NewAlerts {
        let alert = |pair: &Value| AttachedAlert {
            id: from_value(pair[0].clone()).unwrap(),
            index: from_value(pair[1].clone()).unwrap(),
        };
        NewAlerts {
            alerts: self.of::<Vec<Value>>("alerts").iter().map(alert).collect(),
            rule: self.of("rule"),
        }
    }

    /// The argument itself as something to be attached.
    fn new_attachment(&self) -> NewAttachment {
        if self.0["comment"].is_string() {
            NewAttachment::Comment(self.of("comment"))
        } else if self.0["alerts"].is_array() {
            NewAttachment::Alerts(self.new_alerts())
        } else {
            NewAttachment::Other(self.0.as_object().unwrap().clone())
        }
    }

    fn search_alerts(&self) -> SearchAlerts {
        let query = match self.text("query").as_str() {
            "all" => AlertQuery::All,
            _ => AlertQuery::And(vec![
                AlertQuery::is("kibana.alert.severity", "high"),
                AlertQuery::Between(
                    "@timestamp".to_owned(),
                    Bounds {
                        from: Some("2026-11-23T00:00:00Z".into()),
                        to: Some("2026-11-24T00:00:00Z".into()),
                    },
                ),
                AlertQuery::Exists("kibana.alert.workflow_status".to_owned()),
                AlertQuery::Not(Box::new(AlertQuery::Or(vec![
                    AlertQuery::Or(vec![]),
                    AlertQuery::Ids(vec!["e5f6".parse().unwrap()]),
                ]))),
            ]),
        };
        let sort = self.of::<Option<String>>("sort");
        let newest = |field| AlertSort {
            field,
            descending: true,
        };
        SearchAlerts {
            query,
            size: self.of("size"),
            sort: sort.into_iter().map(newest).collect(),
            ..SearchAlerts::default()
        }
    }
}

/// Makes the call. A method that no topic knows is a mistake of the exchange.
pub(crate) async fn call(
    client: &Client,
    space: &Space,
    name: &str,
    arguments: &Value,
) -> Result<Value, Error> {
    let given = Arguments(arguments);
    for told in [
        Box::pin(case(space, name, &given)).await,
        Box::pin(attachment(space, name, &given)).await,
        Box::pin(part(space, name, &given)).await,
        Box::pin(alert(space, name, &given)).await,
        Box::pin(setup(space, name, &given)).await,
        Box::pin(deployment(client, space, name, &given)).await,
    ] {
        if let Some(told) = told.transpose() {
            return told;
        }
    }
    panic!("{name} is no method of the client")
}

type Told = Result<Option<Value>, Error>;

async fn case(space: &Space, name: &str, given: &Arguments<'_>) -> Told {
    Ok(Some(match name {
        "create_case" => json(space.create_case(&given.new_case()).await?),
        "case" => json(space.case(&given.of("case")).await?),
        "find_cases" => page_of_cases(space.find_cases(&given.find_cases()).await?),
        "search_cases" => {
            let search = SearchCases {
                find: given.find_cases(),
                custom_fields: given.or("custom_fields", [].into()),
            };
            page_of_cases(space.search_cases(&search).await?)
        }
        "update_cases" => list(space.update_cases(&given.update_cases()).await?),
        "delete_cases" => nothing(space.delete_cases(&given.of::<Vec<_>>("cases")).await?),
        "cases_by_id" => {
            let read = space.cases_by_id(&given.of::<Vec<_>>("cases")).await?;
            let error = |error: &kibana_cases::CaseNotGot| json!({"caseId": error.case, "status": error.status, "message": error.message});
            json!({"cases": list(read.cases), "errors": read.errors.iter().map(error).collect::<Vec<_>>()})
        }
        "similar_cases" => {
            let (case, at) = (given.of("case"), given.of("page"));
            let page = space.similar_cases(&case, at, given.of("per_page")).await?;
            let similar = |similar: &kibana_cases::SimilarCase| {
                let mut told = json(&similar.case);
                let shared = similar.similarities.observables.iter();
                let shared = shared.map(|shared| json!({"typeKey": shared.type_key, "typeLabel": shared.type_label, "value": shared.value}));
                told["similarities"] = json!({"observables": shared.collect::<Vec<_>>()});
                told
            };
            json!({"cases": page.items.iter().map(similar).collect::<Vec<_>>(), "total": page.total})
        }
        "case_users" => {
            let users = space.case_users(&given.of("case")).await?;
            let user =
                |user: kibana_cases::CaseUser| pruned(json!({"user": user.user, "uid": user.uid}));
            let all = |users: List<_>| users.map(user).items;
            json!({
                "assignees": all(users.assignees), "unassignedUsers": all(users.unassigned),
                "participants": all(users.participants), "reporter": user(users.reporter),
            })
        }
        "case_metrics" => {
            let metrics = given.of::<Vec<String>>("metrics");
            let metrics: Vec<_> = metrics.into_iter().map(Into::into).collect();
            let mut told = json(space.case_metrics(&given.of("case"), &metrics).await?);
            // No time of the test's own choosing.
            told["lifespan"]
                .as_object_mut()
                .map(|lifespan| lifespan.remove("statusInfo"));
            told
        }
        "tags" => list(space.tags(&given.of::<Vec<_>>("owners")).await?),
        "reporters" => list(space.reporters(&given.of::<Vec<_>>("owners")).await?),
        "categories" => list(space.categories(&given.of::<Vec<_>>("owners")).await?),
        "status_counts" => json(space.status_counts(&given.of::<Vec<_>>("owners")).await?),
        _ => return Ok(None),
    }))
}

async fn attachment(space: &Space, name: &str, given: &Arguments<'_>) -> Told {
    let owner = "securitySolution";
    let case = || given.of("case");
    Ok(Some(match name {
        "attachments" => json(space.attachments(&case()).await?),
        "attachment" => json(space.attachment(&case(), &given.of("attachment")).await?),
        "find_comments" => {
            let find = FindComments {
                descending: given.of("descending"),
                page: given.of("page"),
                per_page: given.of("per_page"),
            };
            page("comments", space.find_comments(&case(), &find).await?)
        }
        "attachments_by_id" => {
            let ids = given.of::<Vec<_>>("attachments");
            let read = space.attachments_by_id(&case(), &ids).await?;
            let error = |error: &kibana_cases::AttachmentNotGot| json!({"attachmentId": error.attachment, "status": error.status, "message": error.message});
            json!({"attachments": json(read.attachments), "errors": read.errors.iter().map(error).collect::<Vec<_>>()})
        }
        "add_comment" => json(
            space
                .add_comment(&case(), owner, &given.text("text"))
                .await?,
        ),
        "attach_alerts" => json(
            space
                .attach_alerts(&case(), owner, &given.new_alerts())
                .await?,
        ),
        "attach" => {
            let new = given.of::<Vec<Value>>("new");
            let new: Vec<_> = new
                .iter()
                .map(|new| Arguments(new).new_attachment())
                .collect();
            json(space.attach(&case(), owner, &new).await?)
        }
        "update_attachment" => {
            let (attachment, version) = (given.of("attachment"), given.of("version"));
            let new = Arguments(&given.0["new"]).new_attachment();
            json(
                space
                    .update_attachment(&case(), &attachment, &version, owner, &new)
                    .await?,
            )
        }
        "delete_attachment" => nothing(
            space
                .delete_attachment(&case(), &given.of("attachment"))
                .await?,
        ),
        "delete_all_attachments" => nothing(space.delete_all_attachments(&case()).await?),
        "find_user_actions" => page(
            "userActions",
            space
                .find_user_actions(&case(), &given.find_user_actions())
                .await?,
        ),
        "find_user_actions_within" => {
            let find = FindUserActionsWithin {
                find: given.find_user_actions(),
                authors: given.of("authors"),
                search: given.of("search"),
            };
            let found = space.find_user_actions_within(&case(), &find).await?;
            json!({"userActions": list(found.user_actions), "latestAttachments": list(found.attachments), "total": found.total})
        }
        "user_action_stats" => json(space.user_action_stats(&case()).await?),
        _ => return Ok(None),
    }))
}

async fn part(space: &Space, name: &str, given: &Arguments<'_>) -> Told {
    let case = || given.of("case");
    Ok(Some(match name {
        "upload_file" => {
            let file = NewFile {
                name: given.of("name"),
                called: given.of("called"),
                content: given.text("content").into(),
            };
            json(space.upload_file(&case(), file).await?)
        }
        "find_files" => {
            let find = FindFiles {
                cases: given.of("cases"),
                page: given.of("page"),
                per_page: given.of("per_page"),
                ..FindFiles::default()
            };
            page("files", space.find_files(&find).await?)
        }
        "download_file" => {
            let owner = "securitySolution".into();
            let content = space.download_file(&owner, &given.of("file")).await?;
            json!(String::from_utf8_lossy(&content))
        }
        "delete_files" => nothing(
            space
                .delete_files(&case(), &given.of::<Vec<_>>("files"))
                .await?,
        ),
        "add_observable" => {
            let new = NewObservable {
                type_key: given.of("type"),
                value: given.of("value"),
                description: given.of("description"),
            };
            json(space.add_observable(&case(), &new).await?)
        }
        "update_observable" => {
            let (value, description) = (
                given.text("value"),
                given.of::<Option<String>>("description"),
            );
            json(
                space
                    .update_observable(
                        &case(),
                        &given.of("observable"),
                        &value,
                        description.as_deref(),
                    )
                    .await?,
            )
        }
        "delete_observable" => nothing(
            space
                .delete_observable(&case(), &given.of("observable"))
                .await?,
        ),
        _ => return Ok(None),
    }))
}

async fn alert(space: &Space, name: &str, given: &Arguments<'_>) -> Told {
    let alerts = || given.of::<Vec<_>>("alerts");
    Ok(Some(match name {
        "case_alerts" => {
            let alerts = space.case_alerts(&given.of("case")).await?;
            let alert = |(alert, at): (AttachedAlert, _)| json!({"id": alert.id, "index": alert.index, "attached_at": json(at)});
            list(alerts.map(alert))
        }
        "cases_of_alert" => list(space.cases_of_alert(&given.of("alert")).await?),
        "alerts_by_id" => {
            let found = space.alerts_by_id(&given.of::<Vec<_>>("ids")).await?;
            json!({"hits": {"hits": list(found.map(|hit| of_hit(&hit)))}})
        }
        "search_alerts" => {
            let found = space.search_alerts(&given.search_alerts()).await?;
            let relation = if found.is_exact { "eq" } else { "gte" };
            let hits = list(found.alerts.map(|hit| of_hit(&hit)));
            json!({"timed_out": found.timed_out, "hits": {"total": {"value": found.total, "relation": relation}, "hits": hits}})
        }
        "set_alert_status" => {
            let status = given.text("status").into();
            json(space.set_alert_status(&alerts(), &status).await?)
        }
        "set_status_of_found_alerts" => {
            let query = AlertQuery::is(given.text("field"), given.text("value"));
            let status = given.text("status").into();
            json(space.set_status_of_found_alerts(&query, &status).await?)
        }
        "tag_alerts" => {
            let (add, remove) = (given.of::<Vec<_>>("add"), given.of::<Vec<_>>("remove"));
            json(space.tag_alerts(&alerts(), &add, &remove).await?)
        }
        "assign_alerts" => {
            let (add, remove) = (given.of::<Vec<_>>("add"), given.of::<Vec<_>>("remove"));
            json(space.assign_alerts(&alerts(), &add, &remove).await?)
        }
        _ => return Ok(None),
    }))
}

async fn setup(space: &Space, name: &str, given: &Arguments<'_>) -> Told {
    Ok(Some(match name {
        "configurations" => list(space.configurations(&given.of::<Vec<_>>("owners")).await?),
        "create_configuration" => {
            let new = NewConfiguration {
                closure_type: given.of("closure_type"),
                custom_fields: given.of("custom_fields"),
                templates: given.of("templates"),
                observable_types: given.of("observable_types"),
                ..NewConfiguration::default()
            };
            json(space.create_configuration(&new).await?)
        }
        "update_configuration" => {
            let change = UpdateConfiguration {
                closure_type: given.of("closure_type"),
                custom_fields: given.of("custom_fields"),
                templates: given.of("templates"),
                observable_types: given.of("observable_types"),
                ..UpdateConfiguration::new(given.of("version"))
            };
            json(
                space
                    .update_configuration(&given.of("configuration"), &change)
                    .await?,
            )
        }
        "case_connectors" => list(space.case_connectors().await?.map(|known| {
            let (mut told, kind) = (json(&known), json(&known.kind));
            told["actionTypeId"] = kind;
            without(
                told,
                &[
                    "type",
                    "referenced_by_count",
                    "is_preconfigured",
                    "is_deprecated",
                    "is_missing_secrets",
                ],
            )
        })),
        "connectors" => list(space.connectors().await?.map(|known| of_connector(&known))),
        "create_connector" => {
            let new = NewConnector {
                name: given.of("name"),
                kind: given.of("kind"),
                config: given.of("config"),
                secrets: given.of("secrets"),
            };
            of_connector(&space.create_connector(&new).await?)
        }
        "set_custom_field" => {
            let (case, field) = (given.of("case"), given.of("field"));
            let (value, version) = (given.of("value"), given.of("version"));
            json(
                space
                    .set_custom_field(&case, &field, &value, &version)
                    .await?,
            )
        }
        "push_case" => {
            let connector = given.of("connector");
            json(space.push_case(&given.of("case"), &connector).await?)
        }
        _ => return Ok(None),
    }))
}

async fn deployment(client: &Client, space: &Space, name: &str, given: &Arguments<'_>) -> Told {
    let new_space = || NewSpace {
        description: given.of("description"),
        color: given.of("color"),
        initials: given.of("initials"),
        disabled_features: given.or("disabled_features", vec![]),
        ..NewSpace::new(given.of("id"), given.text("name"))
    };
    Ok(Some(match name {
        "status" => {
            let status = client.status().await?;
            pruned(
                json!({"version": {"number": status.version, "build_flavor": status.build_flavor}, "status": {"overall": {"level": status.level}}}),
            )
        }
        "stats" => json(client.stats().await?),
        "features" => list(client.features().await?),
        "capabilities" => json(space.capabilities().await?),
        "spaces" => list(client.spaces().await?),
        "space_info" => json(client.space_info(&given.of("id")).await?),
        "create_space" => json(client.create_space(&new_space()).await?),
        "update_space" => json(client.update_space(&new_space()).await?),
        "delete_space" => nothing(client.delete_space(&given.of("id")).await?),
        "me" => json(client.me().await?),
        "own_profile" => json(client.own_profile().await?),
        "profiles" => list(space.profiles(&given.of::<Vec<_>>("uids")).await?),
        "suggest_profiles" => {
            let (owners, size) = (given.of::<Vec<_>>("owners"), given.of("size"));
            list(
                space
                    .suggest_profiles(&given.text("name"), &owners, size)
                    .await?,
            )
        }
        _ => return Ok(None),
    }))
}

fn json(value: impl Serialize) -> Value {
    pruned(to_value(value).unwrap())
}

fn nothing((): ()) -> Value {
    Value::Null
}

/// All of a list: what could not be read is missing in it, which the number of items shows.
fn list<T: Serialize>(list: List<T>) -> Value {
    list.items.into_iter().map(json).collect()
}

fn page<T: Serialize>(name: &str, page: Page<T>) -> Value {
    let items = page.items.into_iter().map(json).collect::<Value>();
    json!({name: items, "total": page.total})
}

fn page_of_cases(page: kibana_cases::CasePage) -> Value {
    let mut told = json(page.counts);
    told["cases"] = page.cases.into_iter().map(json).collect();
    told["total"] = json!(page.total);
    told
}

fn of_connector(known: &kibana_cases::Connector) -> Value {
    let mut told = json(known);
    told["connector_type_id"] = json(&known.kind);
    without(told, &["type"])
}

fn of_hit(hit: &kibana_cases::AlertHit) -> Value {
    json!({"_id": hit.id, "_index": hit.index, "_source": hit.source()})
}

fn without(mut value: Value, names: &[&str]) -> Value {
    let fields = value.as_object_mut().unwrap();
    for name in names {
        fields.remove(*name);
    }
    value
}

/// Without what stands for nothing, which a reply may leave out.
fn pruned(value: Value) -> Value {
    let is_nothing = |value: &Value| {
        value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty)
    };
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, pruned(value)))
            .filter(|(_, value)| !is_nothing(value))
            .collect(),
        Value::Array(values) => values.into_iter().map(pruned).collect(),
        other => other,
    }
}
