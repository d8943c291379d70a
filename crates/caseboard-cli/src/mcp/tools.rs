//! The list of tools: constants, and what each takes and answers as a schema.

use std::sync::{Arc, LazyLock};

use futures::{FutureExt as _, future::BoxFuture};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Answer, read, session::Call, told, write};
use crate::{context::invalid, told::Result};

/// What a tool does to Kibana.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reads.
    Read,
    /// Adds; again is once more.
    Add,
    /// Adds what is not there; again is nothing more.
    AddOnce,
    /// Changes or removes; again is nothing more.
    Change,
}

type Run = Box<dyn Fn(Call, Value) -> BoxFuture<'static, Result<Answer>> + Send + Sync>;

/// A tool.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    title: &'static str,
    description: &'static str,
    pub(crate) kind: Kind,
    input: Arc<JsonObject>,
    output: Arc<JsonObject>,
    pub(crate) run: Run,
}

/// All tools, in the order of their names.
pub(crate) static TOOLS: LazyLock<Vec<Spec>> = LazyLock::new(|| {
    let mut tools = reading();
    tools.extend(writing());
    tools.sort_by_key(|tool| tool.name);
    tools
});

/// The tool of a name.
pub(crate) fn find(name: &str) -> Option<&'static Spec> {
    TOOLS.iter().find(|tool| tool.name == name)
}

impl Spec {
    /// As clients are told it.
    pub(crate) fn tool(&self) -> Tool {
        let (read_only, destructive, idempotent) = match self.kind {
            Kind::Read => (true, false, true),
            Kind::Add => (false, false, false),
            Kind::AddOnce => (false, false, true),
            Kind::Change => (false, true, true),
        };
        let annotations = ToolAnnotations::from_raw(
            None,
            Some(read_only),
            Some(destructive),
            Some(idempotent),
            // It speaks with the Kibanas that the user connected, and nobody else.
            Some(false),
        );
        Tool::new(self.name, self.description, self.input.clone())
            .with_title(self.title)
            .with_raw_output_schema(self.output.clone())
            .with_annotations(annotations)
    }
}

fn reading() -> Vec<Spec> {
    vec![
        tool::<_, told::Spaces, _>(
            ("space_list", "List spaces"),
            "Lists the spaces in use, how fresh what is known of them is, and which writes are granted there.",
            Kind::Read,
            read::spaces,
        ),
        tool::<_, told::Deployments, _>(
            ("deployment_list", "List deployments"),
            "Lists the connected Kibanas.",
            Kind::Read,
            read::deployments,
        ),
        tool::<_, told::Test, _>(
            ("deployment_test", "Test a deployment"),
            "Tests whether a Kibana can be reached and what its key may do, in five steps.",
            Kind::Read,
            read::test,
        ),
        tool::<_, told::Spaces, _>(
            ("sync", "Read again"),
            "Reads every space in use now. Only needed if something is missing that should be there.",
            Kind::Read,
            read::sync,
        ),
        tool::<_, told::Cases, _>(
            ("case_list", "List cases"),
            "Lists cases of all spaces in use, worst severity first, then newest change.",
            Kind::Read,
            read::list,
        ),
        tool::<_, told::FoundCases, _>(
            ("case_find", "Find cases"),
            "Finds cases as Kibana does, by its own filters, page by page of each space.",
            Kind::Read,
            read::find,
        ),
        tool::<_, told::CaseInFull, _>(
            ("case_get", "Get a case"),
            "Shows a case as Kibana has it now. Comments and alerts have tools of their own.",
            Kind::Read,
            read::get,
        ),
        tool::<_, told::Comments, _>(
            ("comment_list", "List comments"),
            "Lists the comments of a case, oldest first. Long ones are cut: name one by its id to read it in full.",
            Kind::Read,
            read::comments,
        ),
        tool::<_, told::Timeline, _>(
            ("timeline", "Tell what was done"),
            "Tells what was done to a case, by whom and when, oldest first.",
            Kind::Read,
            read::timeline,
        ),
        tool::<_, told::Alerts, _>(
            ("alert_list", "List alerts of a case"),
            "Lists the alerts of a case, oldest attachment first.",
            Kind::Read,
            read::alerts,
        ),
        tool::<_, told::AlertPlaces, _>(
            ("alert_cases", "Find the cases of an alert"),
            "Tells which cases hold an alert.",
            Kind::Read,
            read::cases_of_alert,
        ),
        tool::<_, told::AlertPlaces, _>(
            ("alert_show", "Show an alert"),
            "Shows an alert, where it lives, and which cases hold it.",
            Kind::Read,
            read::alert,
        ),
        tool::<_, told::FoundAlerts, _>(
            ("alert_find", "Find alerts"),
            "Finds alerts, newest first. All conditions must hold, each exactly.",
            Kind::Read,
            read::find_alerts,
        ),
        tool::<_, told::Resolved, _>(
            ("resolve", "Resolve names and ids"),
            "Tells what the words of any text mean: cases by handle or id, alerts by id.",
            Kind::Read,
            read::resolve,
        ),
        tool::<_, told::Outbox, _>(
            ("outbox_list", "Look into the outbox"),
            "Tells where writes stand, newest first; can wait until given ones are settled.",
            Kind::Read,
            read::outbox,
        ),
    ]
}

fn writing() -> Vec<Spec> {
    vec![
        tool::<_, told::Writes, _>(
            ("case_create", "Create a case"),
            "Creates a case. With a key of your own the same call does nothing twice. Grant: create.",
            Kind::Add,
            write::create,
        ),
        tool::<_, told::Writes, _>(
            ("case_update", "Change cases"),
            "Changes fields of cases. Fields left out stay as they are. Grant: update.",
            Kind::Change,
            write::update,
        ),
        tool::<_, told::Writes, _>(
            ("case_close", "Close cases"),
            "Closes cases. Kibana may close their alerts, too. A person is always asked. Grant: close.",
            Kind::Change,
            write::close,
        ),
        tool::<_, told::Writes, _>(
            ("case_delete", "Delete cases"),
            "Deletes cases for good. A person is always asked. Grant: delete.",
            Kind::Change,
            write::delete,
        ),
        tool::<_, told::Writes, _>(
            ("comment_add", "Add a comment"),
            "Adds a comment to a case. With a key of your own the same call does nothing twice. Grant: comment.",
            Kind::Add,
            write::comment,
        ),
        tool::<_, told::Writes, _>(
            ("comment_edit", "Change a comment"),
            "Changes the text of a comment. Grant: update.",
            Kind::Change,
            write::edit_comment,
        ),
        tool::<_, told::Writes, _>(
            ("comment_delete", "Delete a comment"),
            "Deletes a comment. A person is always asked. Grant: delete.",
            Kind::Change,
            write::delete_comment,
        ),
        tool::<_, told::Attached, _>(
            ("alert_attach", "Attach alerts"),
            "Attaches alerts of the case's space to it: every id in the given text that is an alert there. Those that it has are left alone. Grant: attach.",
            Kind::AddOnce,
            write::attach,
        ),
        tool::<_, told::Writes, _>(
            ("alert_detach", "Detach alerts"),
            "Detaches alerts from a case. Others that were attached together with them are attached again, which needs the grant attach, too. A person is always asked. Grant: delete.",
            Kind::Change,
            write::detach,
        ),
        tool::<_, told::Writes, _>(
            ("outbox_discard", "Take writes back"),
            "Takes back what this session wrote and what was not sent yet. Anything else is a person's to decide.",
            Kind::Change,
            write::discard,
        ),
    ]
}

fn tool<I, O, F>(
    (name, title): (&'static str, &'static str),
    description: &'static str,
    kind: Kind,
    run: fn(Call, I) -> F,
) -> Spec
where
    I: DeserializeOwned + JsonSchema + Send + 'static,
    O: Serialize + JsonSchema,
    F: Future<Output = Result<Answer>> + Send + 'static,
{
    Spec {
        name,
        title,
        description,
        kind,
        input: schema::<I>(true),
        output: schema::<O>(false),
        run: Box::new(
            move |call, input| match serde_json::from_value::<I>(input) {
                Ok(input) => run(call, input).boxed(),
                Err(error) => {
                    let error = invalid("arguments", &error.to_string());
                    std::future::ready(Err(error)).boxed()
                }
            },
        ),
    }
}

/// The schema of a type, in which no object takes what it does not name. What stands in it more than once has a name, unless all
/// of it is to be `inline`: not every model follows references.
fn schema<T: JsonSchema>(inline: bool) -> Arc<JsonObject> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = inline;
        settings.meta_schema = None;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    close(&mut schema);
    match schema {
        Value::Object(mut schema) => {
            schema.remove("title");
            Arc::new(schema)
        }
        _ => Arc::default(),
    }
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("type").is_some_and(|kind| kind == "object") {
                fields.insert("additionalProperties".to_owned(), Value::Bool(false));
                fields
                    .entry("properties")
                    .or_insert_with(|| Value::Object(JsonObject::new()));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
