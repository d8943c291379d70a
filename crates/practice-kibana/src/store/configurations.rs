//! Configurations of an owner's cases, connectors to other systems, and pushing a case to one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Stamp, Store, Version, Write,
    cases::{set_status, status_for_alerts},
};
use crate::{
    error::ApiError,
    rules::{
        ClosureType, ConfigurationParts, CustomFieldDefinition, NewConnector, ObservableType,
        Status, Word as _,
    },
    time::iso,
};

/// How the cases of one owner in one space are set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) id: String,
    pub(crate) space: String,
    pub(crate) version: Version,
    pub(crate) owner: String,
    pub(crate) connector: Value,
    pub(crate) closure_type: ClosureType,
    pub(crate) custom_fields: Vec<CustomFieldDefinition>,
    /// As they were sent.
    pub(crate) templates: Vec<Map<String, Value>>,
    pub(crate) observable_types: Vec<ObservableType>,
    pub(crate) created: Stamp,
    pub(crate) updated: Option<Stamp>,
}

/// A way to another system. Its secrets are not kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Connector {
    pub(crate) id: String,
    pub(crate) space: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) config: Value,
}

impl Configuration {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "version": self.version.token(),
            "owner": self.owner,
            "closure_type": self.closure_type.word(),
            "connector": self.connector,
            "mappings": self.mappings(),
            "error": null,
            "created_at": iso(self.created.at),
            "created_by": self.created.by,
            "updated_at": self.updated.as_ref().map(|stamp| iso(stamp.at)),
            "updated_by": self.updated.as_ref().map(|stamp| &stamp.by),
            "customFields": self.custom_fields.iter().map(CustomFieldDefinition::to_json).collect::<Vec<_>>(),
            "templates": self.templates,
            "observableTypes": self.observable_types.iter().map(ObservableType::to_json).collect::<Vec<_>>(),
        })
    }

    /// Which field of a case goes where in the other system.
    fn mappings(&self) -> Value {
        if self.connector["type"] == ".none" {
            return json!([]);
        }
        json!([
            {"source": "title", "target": "title", "action_type": "overwrite"},
            {"source": "description", "target": "description", "action_type": "overwrite"},
            {"source": "comments", "target": "comments", "action_type": "append"},
        ])
    }

    fn take(&mut self, parts: ConfigurationParts) {
        if let Some(connector) = parts.connector {
            self.connector = connector;
        }
        if let Some(closure_type) = parts.closure_type {
            self.closure_type = closure_type;
        }
        if let Some(templates) = parts.templates {
            self.templates = templates;
        }
        if let Some(observable_types) = parts.observable_types {
            self.observable_types = observable_types;
        }
        if let Some(custom_fields) = parts.custom_fields {
            self.custom_fields = custom_fields;
            self.prune_templates();
        }
    }

    /// Takes the fields that are no longer configured out of the templates.
    fn prune_templates(&mut self) {
        for template in &mut self.templates {
            let values = template
                .get_mut("caseFields")
                .and_then(|fields| fields.get_mut("customFields"))
                .and_then(Value::as_array_mut);
            if let Some(values) = values {
                values.retain(|value| {
                    self.custom_fields
                        .iter()
                        .any(|field| value["key"] == field.key.as_str())
                });
            }
        }
    }
}

impl Store {
    /// The configurations of a space.
    pub(crate) fn configurations<'a>(
        &'a self,
        space: &'a str,
    ) -> impl Iterator<Item = &'a Configuration> {
        self.configurations
            .values()
            .filter(move |configuration| configuration.space == space)
    }

    /// The configuration of an owner's cases, if there is one.
    pub(crate) fn configuration_of(&self, space: &str, owner: &str) -> Option<&Configuration> {
        self.configurations
            .values()
            .find(|configuration| configuration.space == space && configuration.owner == owner)
    }

    /// The custom fields that an owner's cases have.
    pub(crate) fn custom_field_definitions(
        &self,
        space: &str,
        owner: &str,
    ) -> &[CustomFieldDefinition] {
        self.configuration_of(space, owner)
            .map_or(&[], |configuration| &configuration.custom_fields)
    }

    pub(crate) fn configuration(&self, space: &str, id: &str) -> Result<&Configuration, ApiError> {
        self.configurations
            .get(id)
            .filter(|configuration| configuration.space == space)
            .ok_or_else(|| ApiError::no_object("cases-configure", id))
    }

    /// Creates the configuration of an owner in the place of the one there was.
    pub(crate) fn create_configuration(
        &mut self,
        space: &str,
        stamp: &Stamp,
        owner: String,
        parts: ConfigurationParts,
    ) -> Configuration {
        let replaced = self
            .configuration_of(space, &owner)
            .map(|old| old.id.clone());
        let mut configuration = Configuration {
            id: self.new_id(),
            space: space.to_owned(),
            version: Version::default(),
            owner,
            connector: Value::Null,
            closure_type: ClosureType::ByUser,
            custom_fields: Vec::new(),
            templates: Vec::new(),
            observable_types: Vec::new(),
            created: stamp.clone(),
            updated: None,
        };
        configuration.take(parts);
        let id = configuration.id.clone();
        let mut writes: Vec<Write> = replaced.map(Write::DropConfiguration).into_iter().collect();
        writes.push(Write::Configuration(Box::new(configuration)));
        self.commit(writes);
        self.configuration(space, &id)
            .expect("it was just created")
            .clone()
    }

    /// Changes a configuration if its version is the one that the caller saw.
    pub(crate) fn patch_configuration(
        &mut self,
        space: &str,
        stamp: &Stamp,
        id: &str,
        (version, parts): (&str, ConfigurationParts),
    ) -> Result<Configuration, ApiError> {
        let mut configuration = self.configuration(space, id)?.clone();
        if configuration.version.token() != version {
            return Err(ApiError::configuration_changed());
        }
        configuration.take(parts);
        configuration.updated = Some(stamp.clone());
        self.commit(vec![Write::Configuration(Box::new(configuration))]);
        self.configuration(space, id).cloned()
    }

    /// The connectors of a space, by name.
    pub(crate) fn connectors(&self, space: &str) -> Vec<&Connector> {
        let mut connectors: Vec<&Connector> = self
            .connectors
            .values()
            .filter(|connector| connector.space == space)
            .collect();
        connectors.sort_by(|left, right| (&left.name, &left.id).cmp(&(&right.name, &right.id)));
        connectors
    }

    pub(crate) fn connector(&self, space: &str, id: &str) -> Result<&Connector, ApiError> {
        self.connectors
            .get(id)
            .filter(|connector| connector.space == space)
            .ok_or_else(|| ApiError::no_object("action", id))
    }

    pub(crate) fn create_connector(&mut self, space: &str, new: NewConnector) -> Connector {
        let connector = Connector {
            id: self.new_id(),
            space: space.to_owned(),
            name: new.name,
            kind: new.kind,
            config: new.config,
        };
        self.commit(vec![Write::Connector(Box::new(connector.clone()))]);
        connector
    }

    /// Sends a case to another system: here it only gets the number it would have there.
    pub(crate) fn push_case(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case: &str,
        connector: &str,
    ) -> Result<(), ApiError> {
        let old = self.case(space, case)?.clone();
        let connector = self.connector(space, connector)?.clone();
        if old.status == Status::Closed {
            return Err(ApiError::pushing_closed_case(&old.title));
        }
        let known_as = old
            .external_service
            .as_ref()
            .filter(|known| known["connector_id"] == *connector.id);
        let external_id = known_as
            .and_then(|known| known["external_id"].as_str().map(str::to_owned))
            .unwrap_or_else(|| (10_000 + self.sequence).to_string());
        let service = json!({
            "connector_id": connector.id,
            "connector_name": connector.name,
            "external_id": external_id,
            "external_title": format!("SOC-{external_id}"),
            "external_url": format!("https://tickets.practice.example/browse/SOC-{external_id}"),
            "pushed_at": iso(stamp.at),
            "pushed_by": stamp.by,
        });
        let mut new = old.clone();
        new.external_service = Some(service.clone());
        new.updated = Some(stamp.clone());
        let closes = self
            .configuration_of(space, &old.owner)
            .is_some_and(|configuration| configuration.closure_type == ClosureType::ByPushing);
        let mut actions = vec![self.user_action(
            &new,
            stamp,
            ("pushed", "push_to_service"),
            json!({"externalService": service}),
        )];
        if closes {
            set_status(&mut new, Status::Closed, stamp);
            let payload = json!({"status": Status::Closed.word()});
            actions.push(self.user_action(&new, stamp, ("status", "update"), payload));
        }
        let mut writes = Vec::new();
        for attachment in self
            .attachments(case)
            .iter()
            .filter(|attachment| attachment.kind() == "user")
        {
            let mut pushed = attachment.clone();
            pushed.pushed = Some(stamp.clone());
            writes.push(Write::Attachment(Box::new(pushed)));
        }
        if let Some(status) = status_for_alerts(&old, &new) {
            let attached: Vec<_> = self
                .attachments(case)
                .iter()
                .flat_map(super::Attachment::alerts)
                .collect();
            let synced = self.sync_writes(&attached, status, stamp.at);
            writes.extend(
                synced
                    .into_values()
                    .map(|alert| Write::Alert(Box::new(alert))),
            );
        }
        writes.push(Write::Case(Box::new(new)));
        writes.append(&mut actions);
        self.commit(writes);
        Ok(())
    }
}
