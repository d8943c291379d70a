//! The desktop face: plugins, state, commands, events and one window. It translates and never decides.

mod arguments;
pub mod bindings;
mod commands;
mod environment;
pub mod events;
#[cfg(target_os = "linux")]
mod instance;
mod links;
mod place;
pub mod preferences;
mod shell;
mod vault;
mod window;

pub use shell::{AppInfo, Profile};

use std::path::PathBuf;

use caseboard_core::crash;
use clap::Parser;
use tauri::{App, AppHandle, Manager, RunEvent};

use crate::{
    arguments::Arguments,
    place::Places,
    shell::{Shell, StartUp},
    vault::Vault,
};

/// Runs the app until its window is closed.
///
/// # Panics
/// If there is no display, or the system has no webview.
#[expect(clippy::exit, reason = "Tauri's context macro has such a call")]
pub fn run() {
    crash::leave_nothing(|line| tracing::error!("{line}"));
    environment::prepare();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .with_env_filter(environment::log_filter())
        .init();
    let arguments = Arguments::parse();
    let bindings = bindings::builder();
    tauri::Builder::default()
        .plugin(tauri_plugin_store::Builder::default().build())
        .invoke_handler(bindings.invoke_handler())
        .setup(move |app| {
            bindings.mount_events(app);
            set_up(app, arguments)
        })
        .build(tauri::generate_context!())
        .expect("a display and the system's webview are there")
        .run(|app, event| {
            if let RunEvent::Exit = event {
                tauri::async_runtime::block_on(app.state::<Shell>().close());
            }
        });
}

/// Nothing slow before the window: the profile is opened beside it.
fn set_up(app: &mut App, arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let start_up = StartUp {
        profiles: profiles(app.handle())?,
        profile: arguments.profile,
        link: arguments.link,
        ready_file: std::env::var_os("CASEBOARD_READY_FILE").map(PathBuf::from),
    };
    let shell = Shell::new(start_up);
    let profile = shell.folder();
    app.manage(shell);
    app.manage(Vault::default());
    #[cfg(target_os = "linux")]
    instance::be_the_one(app.handle(), &profile);
    window::open(app.handle(), Places::of(app.handle(), &profile)?)?;
    let app = app.handle().clone();
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        // A failure is told by the window, which asks `app_info`.
        drop(shell.open(&app, shell.first_profile()).await);
    });
    Ok(())
}

/// Where profiles are kept: `$XDG_DATA_HOME/caseboard`, or the platform's place.
fn profiles(app: &AppHandle) -> tauri::Result<PathBuf> {
    Ok(app.path().data_dir()?.join("caseboard"))
}
