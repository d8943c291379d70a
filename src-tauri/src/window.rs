//! The windows: the main one, and the one in which keys are typed. Both: no navigation away from the app's own pages, no new windows, no downloads.

use tauri::{
    AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent,
    webview::NewWindowResponse,
};
use url::form_urlencoded;

use crate::{
    place::{Place, Places},
    preferences::{self, Theme},
    vault::{Asks, Purpose, Vault},
};

const VAULT: &str = "vault";
const VAULT_SIZE: (f64, f64) = (480.0, 360.0);
/// Of the main window when nothing else is known.
pub(crate) const SIZE: (f64, f64) = (1280.0, 800.0);
pub(crate) const SMALLEST: (f64, f64) = (900.0, 600.0);

pub(crate) fn open(app: &AppHandle, places: Places) -> tauri::Result<()> {
    let place = places.restore(&app.available_monitors()?);
    let size = place.as_ref().map_or(SIZE, Place::size);
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title("Caseboard")
        .inner_size(size.0, size.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .disable_drag_drop_handler()
        // WebDriver cannot attach to an incognito window.
        .incognito(!cfg!(feature = "automation"))
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    places.follow(&window, place)?;
    let of_main = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::Destroyed = event {
            #[cfg(target_os = "linux")]
            crate::instance::retire(&of_main);
            close_vault(&of_main);
        }
    });
    // What cannot be zoomed is shown as it is.
    if let Err(error) = preferences::apply(&window, &preferences::load(app)) {
        tracing::warn!(error = error.message, "the window keeps its size of type");
    }
    Ok(())
}

/// Brings the main window to the front, for whoever started the app again.
#[cfg(target_os = "linux")]
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window("main") else {
        return;
    };
    let shown = window.unminimize().and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window does not come to the front");
    }
}

/// Opens the window in which a key is typed, or shows in the one that is open what it is for now.
pub(crate) fn open_vault(app: &AppHandle, asks: &Asks) -> tauri::Result<()> {
    let page = vault_page(asks, preferences::load(app).theme);
    if let Some(vault) = app.get_webview_window(VAULT) {
        let mut url = vault.url()?;
        url.set_query(page.split_once('?').map(|(_, query)| query));
        vault.navigate(url)?;
        return vault.set_focus();
    }
    let mut window = WebviewWindowBuilder::new(app, VAULT, WebviewUrl::App(page.into()))
        .title("Caseboard: key")
        .inner_size(VAULT_SIZE.0, VAULT_SIZE.1)
        .resizable(false)
        .disable_drag_drop_handler()
        .incognito(!cfg!(feature = "automation"))
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    if let Some(main) = app.get_webview_window("main") {
        window = window.parent(&main)?;
    }
    let of_vault = app.clone();
    window.build()?.on_window_event(move |event| {
        if let WindowEvent::Destroyed = event {
            of_vault.state::<Vault>().closed();
        }
    });
    Ok(())
}

/// Closes the window in which a key is typed, if it is open.
pub(crate) fn close_vault(app: &AppHandle) {
    let Some(vault) = app.get_webview_window(VAULT) else {
        return;
    };
    if let Err(error) = vault.destroy() {
        tracing::warn!(%error, "the window of keys stays open");
    }
}

/// The page, with everything that it says: it can ask nobody.
fn vault_page(asks: &Asks, theme: Theme) -> String {
    let purpose = match asks.purpose {
        Purpose::Connect(_) => "connect",
        Purpose::Replace(_) => "replace",
    };
    let theme = match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::Contrast => "contrast",
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("for", purpose)
        .append_pair("name", &asks.name)
        .append_pair("url", &asks.url)
        .append_pair("theme", theme)
        .finish();
    format!("vault.html?{query}")
}

fn is_our_page(url: &Url) -> bool {
    let origin = (url.scheme(), url.host_str());
    matches!(
        origin,
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_navigated_to() {
        let allowed = |url: &str| is_our_page(&Url::parse(url).unwrap());
        assert!(allowed("tauri://localhost/index.html") && allowed("http://tauri.localhost/"));
        for foreign in [
            "https://evil.test/",
            "http://tauri.evil.test/",
            "http://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://evil.test/",
            "about:blank",
        ] {
            assert!(!allowed(foreign), "{foreign}");
        }
    }
}
