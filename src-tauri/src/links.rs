//! Links to the outside: a person is asked by the system's own dialog, which no page can draw or answer, and then the browser
//! opens exactly what was shown.

use std::process::{Child, Command, Stdio};

use caseboard_core::{
    code::{CommandError, ErrorCode},
    link::{Link, LinkWarning},
};
use rfd::{AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// What the environment may hold for the command line, and no browser needs to know.
const SECRETS: &[&str] = &["KIBANA_API_KEY", "KIBANA_PASSWORD", "KIBANA_USERNAME"];
const OPEN: &str = "Open in the browser";
const CANCEL: &str = "Cancel";

/// Asks whether a link is to be opened, and opens it then. Tells whether it was.
pub(crate) async fn open(window: &WebviewWindow, link: Link) -> Result<bool, CommandError> {
    if !ask(window, &link).await? {
        return Ok(false);
    }
    let browser = tauri::async_runtime::spawn_blocking(move || start_browser(link.url()));
    let browser = browser.await.map_err(|error| failed(&error))?;
    let mut browser = browser.map_err(|error| failed(&error))?;
    // Reaped when it ends, which may be long after.
    std::thread::spawn(move || browser.wait());
    Ok(true)
}

async fn ask(window: &WebviewWindow, link: &Link) -> Result<bool, CommandError> {
    let (title, text) = (format!("Open {}?", link.host()), question(link));
    let level = match link.warning() {
        Some(_) => MessageLevel::Warning,
        None => MessageLevel::Info,
    };
    let (sender, shown) = oneshot::channel();
    let parent = window.clone();
    // Dialogs belong to the thread that draws.
    let begun = window.run_on_main_thread(move || {
        let dialog = AsyncMessageDialog::new()
            .set_parent(&parent)
            .set_level(level)
            .set_title(title)
            .set_description(text)
            .set_buttons(MessageButtons::OkCancelCustom(
                OPEN.to_owned(),
                CANCEL.to_owned(),
            ));
        drop(sender.send(dialog.show()));
    });
    begun.map_err(|error| failed(&error))?;
    let answer = shown.await.map_err(|error| failed(&error))?.await;
    Ok(match answer {
        MessageDialogResult::Ok | MessageDialogResult::Yes => true,
        MessageDialogResult::Custom(button) => button == OPEN,
        MessageDialogResult::No | MessageDialogResult::Cancel => false,
    })
}

/// Everything that tells where a link leads.
fn question(link: &Link) -> String {
    let letters = link.host_in_letters();
    let host = match letters {
        Some(letters) => format!("{} ({letters})", link.host()),
        None => link.host().to_owned(),
    };
    let warning = match link.warning() {
        Some(LinkWarning::MixedAlphabets) => {
            "\n\nCareful: its name mixes letters of several alphabets, as look-alikes do."
        }
        Some(LinkWarning::OtherAlphabet) => {
            "\n\nCareful: its name has letters that may look like others."
        }
        None => "",
    };
    let (scheme, url) = (link.scheme(), link.url());
    format!(
        "This link stands in a case. Whoever wrote it learns that it was opened.\n\nScheme: {scheme}\nHost: {host}{warning}\n\n{url}"
    )
}

/// The first of the system's ways to open an address that is there.
fn start_browser(url: &str) -> std::io::Result<Child> {
    let mut last = None;
    for mut command in open::commands(url) {
        match spawn(&mut command) {
            Ok(browser) => return Ok(browser),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| std::io::ErrorKind::NotFound.into()))
}

fn spawn(command: &mut Command) -> std::io::Result<Child> {
    for name in SECRETS {
        command.env_remove(name);
    }
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    quiet.stderr(Stdio::null()).spawn()
}

fn failed(error: &dyn std::error::Error) -> CommandError {
    CommandError {
        code: ErrorCode::Internal,
        message: format!("the link could not be opened: {error}"),
        hint: None,
        retryable: true,
        detail: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_shows_scheme_host_and_the_whole_address() {
        let question = |url: &str| question(&Link::read(url).unwrap());
        let plain = question("https://a.example/x?y=1#z");
        assert!(plain.ends_with("Scheme: https\nHost: a.example\n\nhttps://a.example/x?y=1#z"));
        let mixed = question("http://pаypal.example/");
        assert!(
            mixed.contains("Host: xn--pypal-4ve.example (pаypal.example)"),
            "{mixed}"
        );
        assert!(
            mixed.contains("mixes letters") && mixed.ends_with("http://xn--pypal-4ve.example/")
        );
    }

    #[test]
    fn a_browser_inherits_no_key() {
        let mut command = Command::new("env");
        command.env("KIBANA_API_KEY", "c2VjcmV0");
        for name in SECRETS {
            command.env_remove(name);
        }
        assert!(command.get_envs().all(|(_, value)| value.is_none()));
    }
}
