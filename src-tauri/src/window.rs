//! The main window: no navigation away from the app's own pages, no new windows, no downloads.

use tauri::{AppHandle, Url, WebviewUrl, WebviewWindowBuilder, webview::NewWindowResponse};

use crate::preferences;

const SIZE: (f64, f64) = (1280.0, 800.0);
const SMALLEST: (f64, f64) = (900.0, 600.0);

pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title("Caseboard")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .disable_drag_drop_handler()
        // WebDriver cannot attach to an incognito window.
        .incognito(!cfg!(feature = "automation"))
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    // What cannot be zoomed is shown as it is.
    if let Err(error) = preferences::apply(&window, &preferences::load(app)) {
        tracing::warn!(error = error.message, "the window keeps its size of type");
    }
    Ok(())
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
