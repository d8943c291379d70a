//! Where the window stood, kept for the next start in the folder of the profile by tauri-plugin-store. Checked on load: what
//! cannot be read, or makes no window that a person can use, is as if nothing was kept.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Monitor, PhysicalPosition, WebviewWindow, WindowEvent, Wry};
use tauri_plugin_store::{Store, StoreExt as _};

use crate::window::SMALLEST;

const FILE: &str = "window.json";
const KEY: &str = "place";
/// Wider or higher than any screen.
const LARGEST: f64 = 16_384.0;
/// Pixels of a window's upper edge that have to be on a screen: enough to take hold of it.
const HOLD: f64 = 100.0;

/// Where a window stands when it is not maximised, and whether it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// Pixels, from the corner of all screens.
    x: i32,
    y: i32,
    /// Without the frame, and whatever the scale of the screen.
    width: f64,
    height: f64,
    maximised: bool,
}

/// A screen, in pixels, and how many of them are one of a window's.
#[derive(Debug, Clone, Copy)]
struct Screen {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    scale: f64,
}

/// The place that is kept for the window of a profile.
pub(crate) struct Places {
    profile: PathBuf,
    store: Arc<Store<Wry>>,
}

impl Places {
    pub(crate) fn of(app: &AppHandle, profile: &Path) -> Result<Self, tauri_plugin_store::Error> {
        Ok(Self {
            profile: profile.to_owned(),
            store: app.store(profile.join(FILE))?,
        })
    }

    /// The place that was kept, as far as the screens of today can show it.
    pub(crate) fn restore(&self, screens: &[Monitor]) -> Option<Place> {
        let screens: Vec<_> = screens.iter().map(Screen::of).collect();
        Some(self.kept()?.within(&screens))
    }

    /// Puts a new window where it belongs, and keeps where a person puts it from here on.
    pub(crate) fn follow(self, window: &WebviewWindow, place: Option<Place>) -> tauri::Result<()> {
        if let Some(place) = place {
            window.set_position(PhysicalPosition::new(place.x, place.y))?;
            if place.maximised {
                window.maximize()?;
            }
        }
        let of_window = window.clone();
        window.on_window_event(move |event| {
            if let WindowEvent::Moved(_)
            | WindowEvent::Resized(_)
            | WindowEvent::CloseRequested { .. } = event
                && let Err(error) = self.keep(&of_window)
            {
                tracing::warn!(%error, "the place of the window is not kept");
            }
        });
        Ok(())
    }

    /// The plugin saves it a little later, and when the app ends.
    fn keep(&self, window: &WebviewWindow) -> Result<(), Box<dyn std::error::Error>> {
        // The folder is made by who opens the profile, and for nobody else's eyes.
        if !self.profile.is_dir() {
            return Ok(());
        }
        let kept = self.kept();
        if let Some(place) = seen(window, kept)?.filter(|place| Some(*place) != kept) {
            self.store.set(KEY, serde_json::to_value(place)?);
        }
        Ok(())
    }

    fn kept(&self) -> Option<Place> {
        let place = Place::deserialize(self.store.get(KEY)?).ok()?;
        place.is_usable().then_some(place)
    }
}

/// The place of a window, where `kept` was its last one.
fn seen(window: &WebviewWindow, kept: Option<Place>) -> tauri::Result<Option<Place>> {
    if window.is_minimized()? || window.is_fullscreen()? {
        return Ok(kept);
    }
    let (at, size) = (window.outer_position()?, window.inner_size()?);
    let logical = size.to_logical(window.scale_factor()?);
    let seen = Place {
        x: at.x,
        y: at.y,
        width: logical.width,
        height: logical.height,
        maximised: false,
    };
    if window.is_maximized()? {
        return Ok(Some(Place {
            maximised: true,
            ..kept.unwrap_or(seen)
        }));
    }
    // One that fills its screen is about to be told that it is maximised.
    let fills = window.current_monitor()?.is_some_and(|screen| {
        let room = screen.work_area().size;
        size.width >= room.width && size.height >= room.height
    });
    Ok(if fills || !seen.is_usable() {
        kept
    } else {
        Some(seen)
    })
}

impl Place {
    pub(crate) fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    fn is_usable(&self) -> bool {
        (SMALLEST.0..=LARGEST).contains(&self.width)
            && (SMALLEST.1..=LARGEST).contains(&self.height)
    }

    /// The same on one of these screens: no larger than it, and where its upper edge can be taken hold of.
    fn within(self, screens: &[Screen]) -> Self {
        let held = screens.iter().find(|screen| screen.holds(&self));
        let Some(screen) = held.or(screens.first()) else {
            return self;
        };
        let width = self.width.min(screen.width / screen.scale).max(SMALLEST.0);
        let height = self
            .height
            .min(screen.height / screen.scale)
            .max(SMALLEST.1);
        let (x, y) = match held {
            Some(_) => (self.x, self.y),
            None => screen.centre(width, height),
        };
        Self {
            x,
            y,
            width,
            height,
            ..self
        }
    }
}

impl Screen {
    fn of(monitor: &Monitor) -> Self {
        let (at, size) = (monitor.position(), monitor.size());
        Self {
            x: at.x.into(),
            y: at.y.into(),
            width: size.width.into(),
            height: size.height.into(),
            scale: monitor.scale_factor(),
        }
    }

    /// Whether enough of a window's upper edge is on it.
    fn holds(&self, place: &Place) -> bool {
        let (left, top) = (f64::from(place.x), f64::from(place.y));
        let right = left + place.width * self.scale;
        let on_it = right.min(self.x + self.width) - left.max(self.x);
        on_it >= HOLD && top >= self.y && top <= self.y + self.height - HOLD
    }

    #[expect(clippy::cast_possible_truncation, reason = "screens are small")]
    fn centre(&self, width: f64, height: f64) -> (i32, i32) {
        let middle = |at: f64, room: f64, taken: f64| {
            (at + (room - taken * self.scale).max(0.0) / 2.0).round() as i32
        };
        (
            middle(self.x, self.width, width),
            middle(self.y, self.height, height),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::window::SIZE;

    const SCREEN: Screen = Screen {
        x: 0.0,
        y: 0.0,
        width: 2560.0,
        height: 1440.0,
        scale: 1.0,
    };
    const SHARP: Screen = Screen {
        x: 2560.0,
        y: 200.0,
        width: 3840.0,
        height: 2160.0,
        scale: 2.0,
    };

    fn place((x, y): (i32, i32), (width, height): (f64, f64)) -> Place {
        Place {
            x,
            y,
            width,
            height,
            maximised: false,
        }
    }

    #[test]
    fn a_place_on_a_screen_stays_as_it_is() {
        for at in [(0, 0), (-900, 100), (2460, 1340), (2600, 200), (6300, 200)] {
            let place = place(at, (1000.0, 700.0));
            assert_eq!(place.within(&[SCREEN, SHARP]), place, "{at:?}");
            assert_eq!(place.within(&[]), place, "{at:?}");
        }
    }

    #[test]
    fn a_place_off_every_screen_comes_back_onto_the_first() {
        for at in [
            (-950, 100),
            (2600, 200),
            (0, 1400),
            (100, -1),
            (i32::MAX, i32::MIN),
        ] {
            let found = place(at, (1000.0, 700.0)).within(&[SCREEN]);
            assert_eq!(found, place((780, 370), (1000.0, 700.0)), "{at:?}");
        }
        let maximised = Place {
            maximised: true,
            ..place((9000, 0), (1000.0, 700.0))
        };
        assert!(maximised.within(&[SHARP]).maximised);
        assert_eq!(
            place((0, 0), (1000.0, 700.0)).within(&[SHARP]),
            place((3480, 580), (1000.0, 700.0)),
            "its pixels are half of the screen's"
        );
    }

    #[test]
    fn a_window_is_no_larger_than_its_screen_and_no_smaller_than_it_may_be() {
        let size =
            |width, height, screen| place((5000, 200), (width, height)).within(&[screen]).size();
        assert_eq!(size(4000.0, 3000.0, SHARP), (1920.0, 1080.0));
        let tiny = Screen {
            width: 640.0,
            height: 480.0,
            ..SCREEN
        };
        assert_eq!(size(1280.0, 800.0, tiny), SMALLEST);
    }

    #[test]
    fn what_is_no_place_of_a_usable_window_is_as_if_it_was_not_kept() {
        let usable = |value| Place::deserialize(value).is_ok_and(|place| place.is_usable());
        let sized = |width: f64, height: f64| json!({"x": 1, "y": 2, "width": width, "height": height, "maximised": false});
        assert!(usable(sized(SMALLEST.0, SMALLEST.1)) && usable(sized(SIZE.0, SIZE.1)));
        for refused in [
            sized(SMALLEST.0 - 1.0, 700.0),
            sized(1000.0, SMALLEST.1 - 1.0),
            sized(1e9, 700.0),
            sized(-1000.0, 700.0),
            json!({"x": 1e12, "y": 2, "width": 1000, "height": 700, "maximised": false}),
            json!({"x": 1, "y": 2, "width": null, "height": 700, "maximised": false}),
            json!({"x": 1, "y": 2, "width": 1000, "height": 700}),
            json!({"x": 1, "y": 2, "width": 1000, "height": 700, "maximised": false, "title": "x"}),
            json!("large"),
            json!(null),
        ] {
            assert!(!usable(refused.clone()), "{refused}");
        }
    }
}
