//! What a case can be made of, as Kibana tells it, and the new case that somebody has begun to write.

use jiff::Timestamp;
use kibana_cases::{Configuration, CustomFieldDefinition, CustomFieldType, Owner, Template};
use serde_json::Value;

use super::Desk;
use crate::{
    cache::{configurations, mine, person},
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    plain::visible,
    view::{
        Assignable, CaseForm, CaseTemplate, CustomFieldEdit, CustomFieldForm, CustomFieldKind,
        CustomValue, NewCaseDraft,
    },
};

/// Persons that are proposed at once; Kibana tells no more.
const MOST_PEOPLE: u32 = 10;

impl Desk {
    /// How Kibana sets up the cases of an owner. If Kibana cannot be asked: as it was last read, with the reason.
    ///
    /// # Errors
    /// `not_found` if the source is not in use; `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn case_form(
        &self,
        source: &SourceId,
        owner: &str,
    ) -> Result<CaseForm, CommandError> {
        self.named(source)?;
        let (key, name) = (source.clone(), owner.to_owned());
        let database = self.inner.mirror.database();
        match self.read_configuration(source, owner).await {
            Ok(read) => {
                let form = form(read.as_ref(), None);
                database
                    .write(move |transaction| {
                        configurations::put(transaction, &key, &name, read.as_ref())
                    })
                    .await?;
                Ok(form)
            }
            Err(problem) => {
                let known = database
                    .read(move |connection| configurations::get(connection, &key, &name))
                    .await?;
                Ok(form(known.as_ref(), Some(problem.into())))
            }
        }
    }

    /// Persons whose name begins so, and to whom Kibana lets cases of this owner be assigned.
    ///
    /// # Errors
    /// Why Kibana does not tell; `forbidden` without the right or the licence.
    pub async fn suggest_people(
        &self,
        source: &SourceId,
        owner: &str,
        text: &str,
    ) -> Result<Vec<Assignable>, CommandError> {
        let owners = [Owner::from(owner)];
        let space = self.space(source)?;
        let found = space.suggest_profiles(text, &owners, MOST_PEOPLE).await;
        let found = found.map_err(Error::from)?;
        let enabled = found.into_iter().filter(|profile| profile.enabled);
        Ok(enabled
            .map(|profile| {
                let uid = visible(&profile.uid);
                let name = person(&profile.user).name.unwrap_or_else(|| uid.clone());
                let username = profile.user.username.as_deref().map(visible);
                Assignable {
                    username: username.filter(|username| *username != name),
                    uid,
                    name,
                }
            })
            .collect())
    }

    /// Notes that a person saw all of a case up to something that was done to it at this time, as Kibana wrote it.
    ///
    /// # Errors
    /// `invalid_input` if it is no time; `cache_unreadable` if it cannot be kept.
    pub async fn look_at(&self, case: &CaseRef, until: &str) -> Result<(), CommandError> {
        let until: Timestamp = until
            .parse()
            .map_err(|_| Error::input("until", "it is no time"))?;
        let looked = case.clone();
        let database = self.inner.mirror.database();
        database
            .write(move |transaction| mine::look_at(transaction, &looked, until))
            .await?;
        self.tell_case(case);
        Ok(())
    }

    /// Pins something on the timeline of a case on this computer, under a name that the face gives it, or takes the pin away.
    ///
    /// # Errors
    /// `invalid_input` if the name is longer than 600 bytes; `cache_unreadable` if it cannot be kept.
    pub async fn pin(&self, case: &CaseRef, mark: &str, on: bool) -> Result<(), CommandError> {
        if mark.len() > mine::MOST_MARK {
            return Err(Error::input("mark", "it is too long").into());
        }
        let (pinned, mark) = (case.clone(), mark.to_owned());
        let database = self.inner.mirror.database();
        database
            .write(move |transaction| mine::pin(transaction, &pinned, &mark, on))
            .await?;
        self.tell_case(case);
        Ok(())
    }

    /// The new case that somebody has begun to write.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn new_case_draft(&self) -> Result<Option<NewCaseDraft>, CommandError> {
        Ok(self.inner.mirror.database().read(mine::new_case).await?)
    }

    /// Keeps the new case that somebody has begun to write; `None` throws it away.
    ///
    /// # Errors
    /// `cache_unreadable` if it cannot be kept.
    pub async fn put_new_case_draft(
        &self,
        draft: Option<NewCaseDraft>,
    ) -> Result<(), CommandError> {
        let database = self.inner.mirror.database();
        Ok(database
            .write(move |transaction| mine::put_new_case(transaction, draft.as_ref()))
            .await?)
    }

    async fn read_configuration(
        &self,
        source: &SourceId,
        owner: &str,
    ) -> Result<Option<Configuration>, Error> {
        let space = self.space(source)?;
        let all = space.configurations(&[Owner::from(owner)]).await?;
        Ok(all.into_iter().find(|one| one.owner.as_str() == owner))
    }
}

fn form(configuration: Option<&Configuration>, problem: Option<CommandError>) -> CaseForm {
    let (fields, templates) = configuration.map_or((&[][..], &[][..]), |configuration| {
        (
            configuration.custom_fields.as_slice(),
            configuration.templates.as_slice(),
        )
    });
    CaseForm {
        custom_fields: fields.iter().map(field).collect(),
        templates: templates.iter().map(template).collect(),
        problem,
    }
}

fn field(definition: &CustomFieldDefinition) -> CustomFieldForm {
    CustomFieldForm {
        key: definition.key.to_string(),
        label: visible(&definition.label),
        kind: match &definition.kind {
            CustomFieldType::Text => CustomFieldKind::Text,
            CustomFieldType::Toggle => CustomFieldKind::Toggle,
            CustomFieldType::Number => CustomFieldKind::Number,
            CustomFieldType::Other(_) => CustomFieldKind::Other,
        },
        required: definition.required,
        default_value: definition
            .default_value
            .as_ref()
            .map_or(CustomValue::None, CustomValue::from),
    }
}

/// Kibana takes a template's fields as a new case does; what is of another form is left out.
fn template(template: &Template) -> CaseTemplate {
    let fields = &template.case_fields;
    let text = |name: &str| fields[name].as_str().map(str::to_owned);
    let list = |name: &str| fields[name].as_array().into_iter().flatten();
    CaseTemplate {
        key: template.key.clone(),
        name: visible(&template.name),
        title: text("title"),
        description: text("description"),
        tags: list("tags").filter_map(owned).collect(),
        severity: text("severity"),
        assignees: list("assignees")
            .filter_map(|assignee| owned(&assignee["uid"]))
            .collect(),
        category: text("category"),
        sync_alerts: fields["settings"]["syncAlerts"].as_bool(),
        custom_fields: list("customFields")
            .filter_map(|field| {
                Some(CustomFieldEdit {
                    key: owned(&field["key"])?,
                    value: CustomValue::from(&field["value"]),
                })
            })
            .collect(),
    }
}

fn owned(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
