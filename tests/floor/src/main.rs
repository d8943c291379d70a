//! An empty page in a window of the toolkit that Caseboard's window is of: what no page can be quicker than.
//! `cargo xtask bench ui` drives it beside Caseboard.

use std::{env, fs};

use tauri::{WebviewUrl, WebviewWindowBuilder};

#[expect(clippy::exit, reason = "Tauri's context macro has such a call")]
fn main() {
    tauri::Builder::default()
        .setup(|app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
                .title("Floor")
                .inner_size(1280.0, 800.0)
                .on_document_title_changed(|_, title| {
                    if title == "painted" {
                        tell_ready();
                    }
                })
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("a display and the system's webview are there");
}

/// As Caseboard tells it.
fn tell_ready() {
    if let Some(file) = env::var_os("CASEBOARD_READY_FILE") {
        fs::write(file, "").expect("whoever asked can read it there");
    }
}
