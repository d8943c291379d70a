//! A real mouse on the window's display, by xdotool, and another program's window to drag from.
//!
//! Without a window manager the app's window stands at 0,0, so a place in the page is a place on the display.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::time;

use super::Window;

/// Pauses that a hand makes too: GTK and WebKit begin a drag only after some movement over some time.
const GRIP: Duration = Duration::from_millis(80);
const STEP: Duration = Duration::from_millis(25);
const HOVER: Duration = Duration::from_millis(150);
const STEPS: i64 = 12;

/// Where the other program's label stands: beside the app's window.
const OTHER_WINDOW: (i64, i64) = (1300, 200);

/// A place on the display, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub x: i64,
    pub y: i64,
}

/// A GTK program with one label that can be dragged and gives its text away.
pub struct OtherProgram {
    program: Child,
    pub label: Place,
}

impl Window {
    /// The middle of an element.
    pub async fn middle(&self, css: &str) -> Place {
        let script = format!(
            "(() => {{ const box = document.querySelector({css:?}).getBoundingClientRect(); return [box.x + box.width / 2, box.y + Math.min(box.height / 2, 60)].map(Math.round) }})()"
        );
        let at = self.eval(&script).await;
        let number = |value: &Value| value.as_i64().unwrap();
        Place {
            x: number(&at[0]),
            y: number(&at[1]),
        }
    }

    /// Where an element ends, from the top.
    pub async fn bottom(&self, css: &str) -> i64 {
        let script =
            format!("Math.round(document.querySelector({css:?}).getBoundingClientRect().bottom)");
        self.eval(&script).await.as_i64().unwrap()
    }

    /// Presses, moves and releases the real mouse.
    pub async fn drag(&self, from: Place, to: Place) {
        self.grip(from).await;
        self.carry(from, to).await;
        self.let_go();
    }

    /// Presses the real mouse, and does not release it.
    pub async fn grip(&self, from: Place) {
        self.pointer(&["mousemove", &from.x.to_string(), &from.y.to_string()]);
        time::sleep(GRIP).await;
        self.pointer(&["mousedown", "1"]);
        time::sleep(GRIP).await;
    }

    /// Moves what is held, and rests there.
    pub async fn carry(&self, from: Place, to: Place) {
        for step in 1..=STEPS {
            let along = |from: i64, to: i64| (from + (to - from) * step / STEPS).to_string();
            self.pointer(&["mousemove", &along(from.x, to.x), &along(from.y, to.y)]);
            time::sleep(STEP).await;
        }
        time::sleep(HOVER).await;
        self.pointer(&[
            "mousemove",
            &(to.x + 3).to_string(),
            &(to.y + 3).to_string(),
        ]);
        time::sleep(HOVER).await;
    }

    /// Releases the real mouse.
    pub fn let_go(&self) {
        self.pointer(&["mouseup", "1"]);
    }

    /// Starts another program whose label gives away `text`.
    pub async fn other_program(&self, text: &str) -> OtherProgram {
        let program = Command::new("/usr/bin/python3")
            .args(["-c", SOURCE, text])
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let found = Command::new("xdotool")
            .args([
                "search",
                "--sync",
                "--onlyvisible",
                "--name",
                "^drag source$",
            ])
            .envs(&self.environment)
            .output()
            .unwrap();
        assert!(found.status.success(), "the other program shows its window");
        time::sleep(HOVER).await;
        OtherProgram {
            program,
            label: Place {
                x: OTHER_WINDOW.0 + 60,
                y: OTHER_WINDOW.1 + 30,
            },
        }
    }

    /// Lets xdotool do something on the window's display.
    pub fn pointer(&self, arguments: &[&str]) {
        let moved = Command::new("xdotool")
            .args(arguments)
            .envs(&self.environment)
            .status()
            .unwrap();
        assert!(moved.success(), "xdotool {arguments:?}");
    }
}

impl Drop for OtherProgram {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

const SOURCE: &str = r#"
import sys, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk, Gdk
window = Gtk.Window(title="drag source")
window.set_default_size(120, 60)
box = Gtk.EventBox()
box.add(Gtk.Label(label="alerts"))
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY | Gdk.DragAction.MOVE)
box.drag_source_add_text_targets()
box.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_text(sys.argv[1], -1))
window.add(box)
window.move(1300, 200)
window.show_all()
Gtk.main()
"#;
