//! Deployments of the desk: connect, replace a key, choose spaces.

use std::collections::HashMap;

use kibana_cases::{Address, Client, Credentials};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{Desk, live::Live, outage::Outage};
use crate::{
    approver, cache,
    code::CommandError,
    deployment::{
        Deployment, SavedSpace,
        probe::{probe, test},
        role,
        version::Version,
    },
    error::Error,
    event::DeskEvent,
    id::{DeploymentId, SourceId},
    outbox,
    view::{DeploymentTest, DeploymentView, KeyMark, KeyState, NewDeployment, SignIn},
};

/// Spaces that a new deployment begins with, if its URL names none.
const MOST_FIRST_SPACES: usize = 8;

/// What signs in, as the keychain keeps it: bound to the address it was given for (D6).
#[derive(Serialize, Deserialize)]
struct KeyItem {
    url: String,
    /// The user name, if `key` is its password and not an API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    key: String,
    /// When it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given_at: Option<String>,
}

impl KeyItem {
    /// By what people tell it from others: nothing of a password.
    fn mark(&self) -> KeyMark {
        let shown = self.key.trim_end_matches('=');
        let last4 = shown
            .char_indices()
            .nth_back(3)
            .and_then(|(at, _)| shown.get(at..));
        KeyMark {
            last4: last4.filter(|_| self.user.is_none()).map(str::to_owned),
            given_at: self.given_at.clone(),
        }
    }
}

impl Desk {
    /// Every deployment, with its spaces and how fresh they are.
    pub fn deployments(&self) -> Vec<DeploymentView> {
        let state = self.state();
        let mut views: Vec<_> = state
            .deployments
            .iter()
            .map(|live| state.view(live))
            .collect();
        if self.agent.only.is_some() {
            for view in &mut views {
                view.spaces.retain(|space| self.may_see(&space.source));
            }
            views.retain(|view| !view.spaces.is_empty());
        }
        views
    }

    /// One deployment.
    ///
    /// # Errors
    /// `not_found` if there is no such deployment.
    pub fn deployment(&self, id: &DeploymentId) -> Result<DeploymentView, CommandError> {
        let state = self.state();
        Ok(state.view(state.deployment(id)?))
    }

    /// Tests an address with a key, or with user name and password, and saves nothing.
    ///
    /// # Errors
    /// `invalid_input` with the field. What is wrong behind the address stands in the test.
    pub async fn test_deployment(
        &self,
        url: &str,
        sign_in: &SignIn,
    ) -> Result<DeploymentTest, CommandError> {
        let address = Address::read(url).map_err(Error::from)?;
        let client = self.client_of(&address.url, credentials(sign_in)?)?;
        Ok(test(&client).await)
    }

    /// Tests a deployment as it is saved.
    ///
    /// # Errors
    /// `not_found` if there is no such deployment, `unauthenticated` if its key has to be given again.
    pub async fn test_saved_deployment(
        &self,
        id: &DeploymentId,
    ) -> Result<DeploymentTest, CommandError> {
        let (client, followed) = {
            let state = self.state();
            let live = state.deployment(id)?;
            let client = live.client.clone().ok_or_else(|| Error::NoKey {
                deployment: live.saved.name.clone(),
            });
            (client?, live.followed())
        };
        let test = test(&client).await;
        self.note_tested(id, &followed, &test.spaces);
        Ok(test)
    }

    /// The role that a key of this deployment needs at least, for the spaces in use and its version: JSON to copy.
    ///
    /// # Errors
    /// `not_found` if there is no such deployment.
    pub fn minimal_role(&self, id: &DeploymentId) -> Result<String, CommandError> {
        let state = self.state();
        let saved = &state.deployment(id)?.saved;
        let in_use = saved.spaces.iter().filter(|space| space.shown);
        let spaces: Vec<_> = in_use.map(|space| space.id.clone()).collect();
        let version = saved.kibana_version.as_deref().and_then(Version::read);
        Ok(role::minimal(version, &spaces))
    }

    /// Tests address and key, then saves the deployment and puts the key into the keychain. If the test fails nothing is saved.
    ///
    /// # Errors
    /// `invalid_input` with the field; or why the test failed, in the order of mending: `unreachable`, `tls_untrusted`,
    /// `not_kibana`, `redirected`, `unauthenticated`, `forbidden`.
    pub async fn connect(
        &self,
        new: &NewDeployment,
        key: SecretString,
    ) -> Result<DeploymentView, CommandError> {
        self.connect_with(&new.name, &new.url, &SignIn::Key(key))
            .await
    }

    /// The address that a new deployment would have, for whoever asks for its key. Nothing is sent.
    ///
    /// # Errors
    /// `invalid_input` with the field.
    pub fn check_new(&self, new: &NewDeployment) -> Result<String, CommandError> {
        let name = short_name(&new.name)?;
        let taken = |live: &Live| live.saved.name == name;
        if self.state().deployments.iter().any(taken) {
            return Err(name_taken().into());
        }
        Ok(Address::read(&new.url).map_err(Error::from)?.url)
    }

    /// As [`Desk::connect`], with a key or with user name and password.
    ///
    /// # Errors
    /// As [`Desk::connect`].
    pub async fn connect_with(
        &self,
        name: &str,
        url: &str,
        sign_in: &SignIn,
    ) -> Result<DeploymentView, CommandError> {
        let name = short_name(name)?;
        let address = Address::read(url).map_err(Error::from)?;
        let key = self.client(&address.url, sign_in)?;
        let found = probe(&key.client).await.map_err(Error::from)?;
        let first = |n: usize, space: &kibana_cases::KibanaSpace| match &address.space {
            Some(named) => space.id == *named,
            None => n < MOST_FIRST_SPACES,
        };
        let spaces = found.spaces.into_iter().enumerate();
        let deployment = Deployment {
            id: new_id(),
            name,
            url: address.url.clone(),
            kibana_version: found.kibana_version,
            me: found.me.and_then(|me| me.profile_uid),
            spaces: spaces
                .map(|(n, space)| SavedSpace {
                    shown: first(n, &space),
                    id: space.id,
                    name: space.name,
                })
                .collect(),
        };
        Ok(self.install(deployment, key, Clash::Refuse)?)
    }

    /// Takes in a deployment that its owner describes in full at every start: the embedded one, with a new address and key each time.
    ///
    /// # Errors
    /// As [`Desk::connect`].
    pub async fn adopt(
        &self,
        id: DeploymentId,
        name: &str,
        url: &str,
        key: &str,
    ) -> Result<DeploymentView, CommandError> {
        let key = self.client(url, &SignIn::Key(key.into()))?;
        let found = probe(&key.client).await.map_err(Error::from)?;
        let saved = self
            .state()
            .deployment(&id)
            .ok()
            .map(|live| live.saved.clone());
        let mut deployment = saved.unwrap_or_else(|| Deployment {
            id,
            name: name.to_owned(),
            url: String::new(),
            kibana_version: None,
            me: None,
            spaces: found
                .spaces
                .iter()
                .map(|space| SavedSpace {
                    id: space.id.clone(),
                    name: space.name.clone(),
                    shown: true,
                })
                .collect(),
        });
        url.clone_into(&mut deployment.url);
        deployment.merge(found);
        let of_it = deployment.id.clone();
        let database = self.inner.mirror.database();
        database
            .write(move |transaction| cache::stay(transaction, &of_it))
            .await?;
        Ok(self.install(deployment, key, Clash::Replace)?)
    }

    /// Tests a new key against the saved address, then puts it in the place of the old one.
    ///
    /// # Errors
    /// As [`Desk::connect`]; the old key stays.
    pub async fn replace_key(
        &self,
        id: &DeploymentId,
        key: SecretString,
    ) -> Result<DeploymentView, CommandError> {
        self.replace_sign_in(id, &SignIn::Key(key)).await
    }

    /// As [`Desk::replace_key`], with a key or with user name and password.
    ///
    /// # Errors
    /// As [`Desk::connect`]; what signed in before stays.
    pub async fn replace_sign_in(
        &self,
        id: &DeploymentId,
        sign_in: &SignIn,
    ) -> Result<DeploymentView, CommandError> {
        let mut deployment = self.state().deployment(id)?.saved.clone();
        let key = self.client(&deployment.url, sign_in)?;
        deployment.merge(probe(&key.client).await.map_err(Error::from)?);
        Ok(self.install(deployment, key, Clash::Replace)?)
    }

    /// Gives a deployment another address. The key was given for the old one and for no other (D6): it is deleted, and has to
    /// be given again. Another spelling of the same address changes nothing.
    ///
    /// # Errors
    /// `invalid_input` with the field; `not_found`; `keychain_unavailable` if the key could not be deleted: then nothing changed.
    pub async fn set_address(
        &self,
        id: &DeploymentId,
        url: &str,
    ) -> Result<DeploymentView, CommandError> {
        let new = Address::read(url).map_err(Error::from)?.url;
        {
            let state = self.state();
            let live = state.deployment(id)?;
            if Address::read(&live.saved.url).is_ok_and(|old| old.url == new) {
                return Ok(state.view(live));
            }
        }
        self.delete_key(id).await?;
        self.inner.registry.change(|all| {
            let saved = all.iter_mut().find(|saved| saved.id == *id);
            saved
                .ok_or(Error::Unknown { what: "deployment" })?
                .url
                .clone_from(&new);
            Ok(())
        })?;
        {
            let mut state = self.state();
            let live = state
                .deployment_mut(id)
                .ok_or(Error::Unknown { what: "deployment" })?;
            live.saved.url = new;
            live.watches.clear();
            live.back_fill = None;
            (live.client, live.key, live.key_mark) = (None, KeyState::Missing, None);
            let deployment = live.saved.name.clone();
            live.problem = Some(Error::NoKey { deployment }.into());
        }
        // Tells the outbox, too, that there is no client any more.
        self.watch_spaces(id);
        self.tell(DeskEvent::DeploymentChanged {
            deployment: id.clone(),
        });
        let state = self.state();
        Ok(state.view(state.deployment(id)?))
    }

    /// Removes a deployment, its key, and what is kept of its cases. What Kibana holds stays as it is, and so does the outbox's
    /// journal. Nothing unsent is thrown away: whoever wants to remove the deployment sends or discards it first, and from then
    /// on nothing more is taken in for it.
    ///
    /// # Errors
    /// `rejected` while something that was written for it is not settled; `not_found`; `keychain_unavailable` if the key could
    /// not be deleted, or what keeps the profile's file closed, because nobody knows then what is written in it. The deployment
    /// stays.
    pub async fn remove_deployment(&self, id: &DeploymentId) -> Result<(), CommandError> {
        let is_new = self.state().deployment(id)?.is_new;
        if !is_new {
            self.file_is_open().await?;
        }
        let database = self.inner.outbox.database();
        let of_it = id.clone();
        database
            .write(move |transaction| outbox::leave(transaction, &of_it))
            .await?;
        let of_it = id.clone();
        if let Err(error) = self.delete_key(id).await {
            database
                .write(move |transaction| cache::stay(transaction, &of_it))
                .await?;
            return Err(error.into());
        }
        database
            .write(move |transaction| {
                approver::forget(transaction, &of_it)?;
                outbox::forget(transaction, &of_it)
            })
            .await?;
        self.inner.registry.change(|all| {
            all.retain(|saved| saved.id != *id);
            Ok(())
        })?;
        self.inner.outbox.connect(id, None);
        {
            let mut state = self.state();
            state.deployments.retain(|live| live.saved.id != *id);
            state.facts.retain(|source, _| source.deployment != *id);
        }
        self.tell(DeskEvent::DeploymentChanged {
            deployment: id.clone(),
        });
        Ok(())
    }

    /// Deletes a deployment's key. Where the keychain never had it, a keychain that fails is no obstacle.
    async fn delete_key(&self, id: &DeploymentId) -> Result<(), Error> {
        let deleted = self.inner.keychain.delete(&self.item_name(id)).await;
        let had_none = self.state().deployment(id)?.key == KeyState::MemoryOnly;
        match deleted {
            Err(error) if !had_none => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Takes a space into use or out of it.
    ///
    /// # Errors
    /// `not_found` if there is no such space, `cache_unreadable` if it could not be saved.
    pub async fn set_space_shown(
        &self,
        source: &SourceId,
        shown: bool,
    ) -> Result<Vec<DeploymentView>, CommandError> {
        self.inner.registry.change(|all| {
            let deployment = all
                .iter_mut()
                .find(|saved| saved.id == source.deployment)
                .ok_or(Error::Unknown { what: "deployment" })?;
            find_space(deployment, source)?.shown = shown;
            Ok(())
        })?;
        {
            let mut state = self.state();
            let live = state
                .deployment_mut(&source.deployment)
                .ok_or(Error::Unknown { what: "deployment" })?;
            find_space(&mut live.saved, source)?.shown = shown;
            if !shown {
                live.watches.remove(&source.space);
            }
        }
        if !shown {
            self.inner.mirror.forget(source).await?;
            self.refresh_facts().await;
        }
        self.watch_spaces(&source.deployment);
        self.tell(DeskEvent::DeploymentChanged {
            deployment: source.deployment.clone(),
        });
        Ok(self.deployments())
    }

    /// Brings a saved deployment to life: reads its key in the background, however long the keychain takes.
    pub(super) fn begin(&self, deployment: Deployment) {
        let desk = self.clone();
        let id = deployment.id.clone();
        self.put_live(Live {
            saved: deployment,
            is_new: false,
            client: None,
            key: KeyState::Missing,
            key_mark: None,
            problem: None,
            watches: HashMap::new(),
            outage: Outage::default(),
            back_fill: None,
        });
        self.own(async move { desk.load_key(&id).await });
    }

    pub(super) async fn load_key(&self, id: &DeploymentId) {
        let Ok((name, url)) = self
            .state()
            .deployment(id)
            .map(|live| (live.saved.name.clone(), live.saved.url.clone()))
        else {
            return;
        };
        let opened = self.saved_client(id, &name, &url).await;
        let mut answers = false;
        {
            let mut state = self.state();
            // Somebody may have given a key or another address meanwhile.
            let Some(live) = state
                .deployment_mut(id)
                .filter(|live| live.client.is_none() && live.saved.url == url)
            else {
                return;
            };
            match opened {
                Ok((client, mark)) => {
                    (live.client, live.key, live.problem) = (Some(client), KeyState::Stored, None);
                    live.key_mark = Some(mark);
                    answers = true;
                }
                Err(error) => live.problem = Some(error.into()),
            }
        }
        if answers {
            self.ask_keychain_again();
        }
        self.watch_spaces(id);
        self.tell(DeskEvent::DeploymentChanged {
            deployment: id.clone(),
        });
    }

    async fn saved_client(
        &self,
        id: &DeploymentId,
        name: &str,
        url: &str,
    ) -> Result<(Client, KeyMark), Error> {
        let missing = || Error::NoKey {
            deployment: name.to_owned(),
        };
        let item = self
            .inner
            .keychain
            .load(&self.item_name(id))
            .await?
            .ok_or_else(missing)?;
        let item: KeyItem = serde_json::from_str(item.expose_secret()).map_err(|_| missing())?;
        if item.url != url {
            return Err(missing());
        }
        let mark = item.mark();
        let key = SecretString::from(item.key);
        let sign_in = match item.user {
            Some(user) => SignIn::Password {
                user,
                password: key,
            },
            None => SignIn::Key(key),
        };
        Ok((self.client_of(url, credentials(&sign_in)?)?, mark))
    }

    /// The client of a deployment, of the same crowd as all others, and the keychain's item of what signs in.
    fn client(&self, url: &str, sign_in: &SignIn) -> Result<NewKey, Error> {
        let credentials = credentials(sign_in)?;
        let (user, key) = match sign_in {
            SignIn::Key(_) => (None, credentials.encoded()),
            SignIn::Password { user, password } => (Some(user.clone()), password),
        };
        let item = KeyItem {
            url: url.to_owned(),
            user,
            key: key.expose_secret().to_owned(),
            given_at: Some(self.inner.clock.now().to_string()),
        };
        let mark = item.mark();
        let item = serde_json::to_string(&item).expect("texts are JSON");
        let client = self.client_of(url, credentials)?;
        Ok(NewKey {
            client,
            item: item.into(),
            mark,
        })
    }

    pub(super) fn client_of(&self, url: &str, credentials: Credentials) -> Result<Client, Error> {
        let client = Client::builder(url, credentials).crowd(self.inner.crowd.clone());
        Ok(client.build()?)
    }

    /// Saves a deployment whose key was tested, and brings it to life.
    pub(super) fn install(
        &self,
        deployment: Deployment,
        key: NewKey,
        clash: Clash,
    ) -> Result<DeploymentView, Error> {
        let id = deployment.id.clone();
        self.inner.registry.change(|all| {
            if clash == Clash::Refuse && all.iter().any(|saved| saved.name == deployment.name) {
                return Err(name_taken());
            }
            all.retain(|saved| saved.id != deployment.id);
            all.push(deployment.clone());
            Ok(())
        })?;
        let url = deployment.url.clone();
        self.put_live(Live {
            saved: deployment,
            is_new: clash == Clash::Refuse,
            client: Some(key.client),
            key: KeyState::Saving,
            key_mark: Some(key.mark),
            problem: None,
            watches: HashMap::new(),
            outage: Outage::default(),
            back_fill: None,
        });
        self.watch_spaces(&id);
        self.tell(DeskEvent::DeploymentChanged {
            deployment: id.clone(),
        });
        self.begin_saving_key(&id, url, key.item);
        let state = self.state();
        Ok(state.view(state.deployment(&id)?))
    }

    /// Puts a key into the keychain, however long the keychain takes; the deployment works meanwhile.
    fn begin_saving_key(&self, id: &DeploymentId, url: String, item: SecretString) {
        let (desk, id) = (self.clone(), id.clone());
        self.inner.tasks.spawn(async move {
            let name = desk.item_name(&id);
            let saved = desk.inner.keychain.save(&name, &item).await;
            if desk.state().deployment(&id).is_err() {
                // Removed meanwhile; a keychain that fails now failed to save it, too.
                drop(desk.inner.keychain.delete(&name).await);
                return;
            }
            let mut state = desk.state();
            // Another key may have taken its place meanwhile.
            let Some(live) = state
                .deployment_mut(&id)
                .filter(|live| live.key == KeyState::Saving && live.saved.url == url)
            else {
                return;
            };
            match saved {
                Ok(()) => live.key = KeyState::Stored,
                Err(error) => {
                    (live.key, live.problem) =
                        (KeyState::MemoryOnly, Some(Error::from(error).into()));
                }
            }
            let answers = live.key == KeyState::Stored;
            drop(state);
            if answers {
                desk.ask_keychain_again();
            }
            desk.tell(DeskEvent::DeploymentChanged { deployment: id });
        });
    }

    fn item_name(&self, id: &DeploymentId) -> String {
        format!("{}/{id}", self.inner.profile)
    }

    pub(super) fn put_live(&self, live: Live) {
        let mut state = self.state();
        match state.deployment_mut(&live.saved.id) {
            Some(before) => {
                let is_new = before.is_new;
                *before = Live { is_new, ..live };
            }
            None => state.deployments.push(live),
        }
    }
}

/// A key that was just given.
pub(super) struct NewKey {
    pub(super) client: Client,
    /// As the keychain keeps it.
    pub(super) item: SecretString,
    pub(super) mark: KeyMark,
}

/// What to do when a deployment of that name or id is saved already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    Refuse,
    Replace,
}

pub(super) fn credentials(sign_in: &SignIn) -> Result<Credentials, Error> {
    let credentials = match sign_in {
        SignIn::Key(key) => Credentials::api_key(key.expose_secret()),
        SignIn::Password { user, password } => Credentials::basic(user, password),
    };
    Ok(credentials.map_err(kibana_cases::Error::from)?)
}

fn find_space<'a>(
    deployment: &'a mut Deployment,
    source: &SourceId,
) -> Result<&'a mut SavedSpace, Error> {
    deployment
        .spaces
        .iter_mut()
        .find(|space| space.id == source.space)
        .ok_or(Error::Unknown { what: "space" })
}

fn name_taken() -> Error {
    Error::input("name", "another deployment has this name")
}

fn short_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    if !(2..=8).contains(&name.len()) || !name.chars().all(allowed) {
        return Err(Error::input("name", "use 2 to 8 capital letters or digits"));
    }
    Ok(name.to_owned())
}

pub(super) fn new_id() -> DeploymentId {
    DeploymentId::try_from(format!("d-{:016x}", rand::random::<u64>()))
        .expect("hexadecimal digits are allowed in it")
}
