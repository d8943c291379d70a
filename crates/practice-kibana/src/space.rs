//! The spaces of the server, which requests may create, change and delete.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::{Deserialize, Serialize};

/// The space that Kibana makes itself and never deletes.
pub(crate) const DEFAULT_SPACE: &str = "default";

/// A space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// The id, as in `/s/{id}`.
    pub id: String,
    /// The name on screen.
    pub name: String,
    /// What the space is for; may be empty.
    pub description: String,
    /// The colour of its avatar, `#rrggbb`.
    pub color: Option<String>,
    /// The one or two letters of its avatar.
    pub initials: Option<String>,
    /// The picture of its avatar, as a data URL.
    pub image_url: Option<String>,
    /// Ids of the features that are switched off in it, beside those that its solution hides.
    pub disabled_features: Vec<String>,
    /// The solution that it shows.
    pub solution: Option<Solution>,
}

/// What a space shows of Kibana. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Solution {
    /// `es`: search.
    Search,
    /// `oblt`: observability.
    Observability,
    /// `security`.
    Security,
    /// `classic`: everything, as if no solution were chosen.
    Classic,
}

impl Space {
    /// Makes the eight spaces of a large world. The first three are called as those of the practice world.
    pub fn eight() -> Vec<Self> {
        Self::eight_named().into()
    }

    pub(crate) fn eight_named() -> [Self; 8] {
        [
            Self::new("default", "Default"),
            Self::new("soc", "SOC Europe"),
            Self::new("ot", "OT plants"),
            Self::new("amer", "SOC Americas"),
            Self::new("apac", "SOC Asia Pacific"),
            Self::new("cloud", "Cloud platform"),
            Self::new("fraud", "Fraud"),
            Self::new("red", "Red team exercises"),
        ]
    }

    /// Makes a space that has nothing but its name.
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            description: String::new(),
            color: None,
            initials: None,
            image_url: None,
            disabled_features: Vec::new(),
            solution: None,
        }
    }

    pub(crate) fn is_reserved(&self) -> bool {
        self.id == DEFAULT_SPACE
    }
}

/// All spaces, in the order in which they came. Only the store changes them.
///
/// They have a lock of their own, because a request asks for its space while it holds the documents.
/// Whoever needs both takes the documents first.
#[derive(Debug, Default)]
pub(crate) struct Spaces(RwLock<Vec<Space>>);

impl Spaces {
    pub(crate) fn all(&self) -> Vec<Space> {
        self.read().clone()
    }

    pub(crate) fn get(&self, id: &str) -> Option<Space> {
        self.read().iter().find(|space| space.id == id).cloned()
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.read().iter().any(|space| space.id == id)
    }

    /// Adds a space, or replaces the one of the same id in its place.
    pub(crate) fn put(&self, space: Space) {
        let mut spaces = self.write();
        match spaces.iter_mut().find(|known| known.id == space.id) {
            Some(known) => *known = space,
            None => spaces.push(space),
        }
    }

    pub(crate) fn remove(&self, id: &str) {
        self.write().retain(|space| space.id != id);
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Space>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Space>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
