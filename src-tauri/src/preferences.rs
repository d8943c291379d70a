//! The window's preferences, kept by tauri-plugin-store and nothing else. Checked on load and before they are saved: what
//! cannot be read is the default, field by field, so that a file of another version loses only what is not understood.

use std::{collections::HashSet, sync::Arc};

use caseboard_core::{
    code::{CommandError, ErrorCode},
    view::{Grouping, ListOrder},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use tauri::{AppHandle, WebviewWindow, Wry};
use tauri_plugin_store::{Store, StoreExt};

use crate::shell::Profile;

const KEY: &str = "window";
/// Percent, smallest and largest.
const SCALE: (u8, u8) = (90, 150);
const SCALE_STEP: u8 = 10;
/// Pixels, smallest and largest.
const SIDEBAR: (u16, u16) = (180, 400);
const PANE: (u16, u16) = (360, 720);
const MOST_VIEWS: usize = 50;
const MOST_REMEMBERED: usize = 20;
const LONGEST_NAME: usize = 80;
/// Far more than there are actions.
const MOST_KEYS: usize = 300;
/// `Mod+Alt+Shift+ArrowRight`, twice, is less.
const LONGEST_KEYS: usize = 60;
/// What the search language reads at most is less.
const LONGEST_TEXT: usize = 4096;

/// How the window looks and behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preferences {
    pub theme: Theme,
    pub zone: Zone,
    pub times: Times,
    pub density: Density,
    /// Size of everything in percent: 90 to 150, in steps of 10.
    pub scale: u8,
    /// Whether keys without a modifier do anything but move.
    pub single_keys: bool,
    /// Whether the sidebar is only a rail.
    pub sidebar_hidden: bool,
    /// Pixels: 180 to 400.
    pub sidebar_width: u16,
    /// Pixels: 360 to 720; `null` for what the window has room for.
    pub pane_width: Option<u16>,
    /// Saved views, in their order.
    pub views: Vec<SavedView>,
    /// Whether searches outlive the run. They may name hosts and people, and the file of preferences is not encrypted.
    pub keep_searches: bool,
    /// Searches that outlived the run, newest first; none unless they are kept.
    pub searches: Vec<String>,
    /// Ids of the actions that were chosen in the palette, newest first.
    pub recent_actions: Vec<String>,
    /// Keys that a person chose, each for one action.
    pub keys: Vec<ChosenKey>,
}

/// Colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    Light,
    Dark,
    /// Black and white, light or dark as the system says.
    Contrast,
}

/// Time zone of the times on screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Zone {
    #[default]
    Local,
    Utc,
}

/// How times of the last 24 hours are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Times {
    /// As the time that has passed.
    #[default]
    Relative,
    /// As date and time.
    Absolute,
}

/// How close cards and rows stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    Comfortable,
    #[default]
    Default,
    Compact,
}

/// A screen that shows cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CasesScreen {
    Board,
    List,
}

/// A search with the screen, the groups and the order that it is shown in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedView {
    /// What it is called, unique in its profile.
    pub name: String,
    /// The profile whose cases it is about.
    pub profile: Profile,
    pub screen: CasesScreen,
    /// In the search language.
    pub text: String,
    pub grouping: Option<Grouping>,
    pub order: ListOrder,
    pub descending: bool,
}

/// A key that a person chose for an action, instead of the first that it comes with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChosenKey {
    /// Id of the action.
    pub action: String,
    /// The key, or two with a space between them.
    pub keys: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            zone: Zone::default(),
            times: Times::default(),
            density: Density::default(),
            scale: 100,
            single_keys: true,
            sidebar_hidden: false,
            sidebar_width: 216,
            pane_width: None,
            views: Vec::new(),
            keep_searches: false,
            searches: Vec::new(),
            recent_actions: Vec::new(),
            keys: Vec::new(),
        }
    }
}

impl Preferences {
    /// The same within the limits that the window can show.
    fn checked(mut self) -> Self {
        self.scale = self.scale.clamp(SCALE.0, SCALE.1) / SCALE_STEP * SCALE_STEP;
        self.sidebar_width = self.sidebar_width.clamp(SIDEBAR.0, SIDEBAR.1);
        self.pane_width = self.pane_width.map(|width| width.clamp(PANE.0, PANE.1));
        self.views.retain(|view| {
            !view.name.trim().is_empty()
                && view.name.chars().count() <= LONGEST_NAME
                && view.text.len() <= LONGEST_TEXT
        });
        self.views.truncate(MOST_VIEWS);
        if !self.keep_searches {
            self.searches.clear();
        }
        self.searches.retain(|text| text.len() <= LONGEST_TEXT);
        self.searches.truncate(MOST_REMEMBERED);
        self.recent_actions
            .retain(|id| id.chars().count() <= LONGEST_NAME);
        self.recent_actions.truncate(MOST_REMEMBERED);
        let mut chosen = HashSet::new();
        self.keys.retain(|ChosenKey { action, keys }| {
            !action.is_empty()
                && action.chars().count() <= LONGEST_NAME
                && is_shortcut(keys)
                && chosen.insert(action.clone())
        });
        self.keys.truncate(MOST_KEYS);
        self
    }

    /// What can be read of what was saved; everything else is the default.
    fn read(saved: Value) -> Self {
        let Ok(Value::Object(mut whole)) = serde_json::to_value(Self::default()) else {
            return Self::default();
        };
        let Value::Object(saved) = saved else {
            return Self::default();
        };
        for (name, value) in saved {
            let Some(default) = whole.insert(name.clone(), value) else {
                whole.remove(&name);
                continue;
            };
            if Self::deserialize(&Value::Object(whole.clone())).is_err() {
                whole.insert(name, default);
            }
        }
        Self::deserialize(Value::Object(whole))
            .unwrap_or_default()
            .checked()
    }
}

pub(crate) fn load(app: &AppHandle) -> Preferences {
    store(app)
        .ok()
        .and_then(|store| store.get(KEY))
        .map(Preferences::read)
        .unwrap_or_default()
}

/// Shows everything in the window as large as is preferred.
pub(crate) fn apply(window: &WebviewWindow, preferences: &Preferences) -> Result<(), CommandError> {
    window
        .set_zoom(f64::from(preferences.scale) / 100.0)
        .map_err(|error| not_saved(&error))
}

/// Saves what of these the window can show, and tells what that is.
pub(crate) fn save(app: &AppHandle, preferences: Preferences) -> Result<Preferences, CommandError> {
    let checked = preferences.checked();
    let store = store(app).map_err(|error| not_saved(&*error))?;
    store.set(
        KEY,
        serde_json::to_value(&checked).map_err(|error| not_saved(&error))?,
    );
    store.save().map_err(|error| not_saved(&error))?;
    Ok(checked)
}

/// One key, or two with a space between them.
fn is_shortcut(keys: &str) -> bool {
    keys.len() <= LONGEST_KEYS
        && (1..=2).contains(&keys.split(' ').count())
        && keys.split(' ').all(|key| {
            !key.is_empty() && !key.contains(|one: char| one.is_whitespace() || one.is_control())
        })
}

/// The file stands beside the profiles, since it belongs to the window and not to any of them.
fn store(app: &AppHandle) -> Result<Arc<Store<Wry>>, Box<dyn std::error::Error>> {
    Ok(app.store(crate::profiles(app)?.join("preferences.json"))?)
}

fn not_saved(error: &dyn std::error::Error) -> CommandError {
    CommandError {
        code: ErrorCode::Internal,
        message: format!("the window's preferences could not be saved: {error}"),
        hint: Some("they hold until the app ends".to_owned()),
        retryable: true,
        detail: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_of_an_older_version_keeps_what_it_says() {
        let read = Preferences::read(json!({ "theme": "dark", "zone": "utc" }));
        let expected = Preferences {
            theme: Theme::Dark,
            zone: Zone::Utc,
            ..Preferences::default()
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn what_cannot_be_read_is_the_default_and_costs_nothing_else() {
        let read = Preferences::read(json!({
            "theme": "neon",
            "scale": 110,
            "sidebarWidth": "wide",
            "views": [{ "name": "half a view" }],
            "ofALaterVersion": true,
            "density": "compact",
        }));
        let expected = Preferences {
            scale: 110,
            density: Density::Compact,
            ..Preferences::default()
        };
        assert_eq!(read, expected);
        for junk in [json!(null), json!("x"), json!([1])] {
            assert_eq!(Preferences::read(junk), Preferences::default());
        }
    }

    #[test]
    fn sizes_and_lists_stay_within_their_limits() {
        let view = |name: &str| SavedView {
            name: name.to_owned(),
            profile: Profile::Own,
            screen: CasesScreen::List,
            text: "sev:high+".to_owned(),
            grouping: Some(Grouping::Status),
            order: ListOrder::Changed,
            descending: true,
        };
        let checked = Preferences {
            scale: 255,
            sidebar_width: 1,
            pane_width: Some(9000),
            views: [view(" "), view(&"n".repeat(LONGEST_NAME + 1))]
                .into_iter()
                .chain((0..MOST_VIEWS + 5).map(|at| view(&at.to_string())))
                .collect(),
            searches: vec!["host:web-07".to_owned()],
            recent_actions: vec!["open".to_owned(); MOST_REMEMBERED + 1],
            ..Preferences::default()
        }
        .checked();
        assert_eq!(
            (checked.scale, checked.sidebar_width, checked.pane_width),
            (150, 180, Some(720))
        );
        assert_eq!(checked.views.len(), MOST_VIEWS);
        assert_eq!(
            checked.views[0].name, "0",
            "views without a name are left out"
        );
        assert!(checked.searches.is_empty(), "nobody wanted searches kept");
        assert_eq!(checked.recent_actions.len(), MOST_REMEMBERED);
        let odd = Preferences {
            scale: 107,
            ..Preferences::default()
        };
        assert_eq!(odd.checked().scale, 100);
    }

    #[test]
    fn a_key_is_one_or_two_and_an_action_has_one_choice() {
        let key = |action: &str, keys: &str| ChosenKey {
            action: action.to_owned(),
            keys: keys.to_owned(),
        };
        let checked = Preferences {
            keys: vec![
                key("comment", "Mod+Shift+m"),
                key("comment", "q"),
                key("go-board", "g x"),
                key("", "z"),
                key("sync", ""),
                key("theme", "a b c"),
                key("zone", "a  b"),
                key("times", "a\tb"),
                key("undo", &"x".repeat(LONGEST_KEYS + 1)),
            ],
            ..Preferences::default()
        }
        .checked();
        assert_eq!(
            checked.keys,
            [key("comment", "Mod+Shift+m"), key("go-board", "g x")]
        );
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let saved = Preferences {
            keep_searches: true,
            searches: vec!["sev:high+ host:web-07".to_owned()],
            pane_width: Some(500),
            keys: vec![ChosenKey {
                action: "comment".to_owned(),
                keys: "Mod+Shift+m".to_owned(),
            }],
            ..Preferences::default()
        };
        assert_eq!(
            Preferences::read(serde_json::to_value(&saved).unwrap()),
            saved
        );
    }
}
