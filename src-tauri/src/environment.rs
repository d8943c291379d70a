//! The environment that the webview starts in. Set before anything else runs.

use tracing_subscriber::EnvFilter;

/// Set where there is no graphics card: compositing without it costs nine times the frame budget.
const RENDERER_SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Takes away what would open the webview to inspection, and chooses the renderer.
pub(crate) fn prepare() {
    if !cfg!(feature = "automation") {
        remove_webview_switches();
    }
    #[cfg(target_os = "linux")]
    if !has_graphics_card() && std::env::var_os(RENDERER_SWITCH).is_none() {
        set(RENDERER_SWITCH, Some("1"));
    }
}

/// What is logged: our own notes, unless `RUST_LOG` asks for more.
pub(crate) fn log_filter() -> EnvFilter {
    let asked = std::env::var_os("RUST_LOG").and_then(|filter| filter.into_string().ok());
    asked
        .and_then(|filter| EnvFilter::try_new(filter).ok())
        .unwrap_or_else(|| EnvFilter::new("warn,caseboard_core=info,caseboard_desktop=info"))
}

fn remove_webview_switches() {
    let names: Vec<_> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .collect();
    for name in names.iter().filter(|name| opens_the_webview(name)) {
        set(name, None);
    }
}

fn opens_the_webview(name: &str) -> bool {
    name != RENDERER_SWITCH
        && (["TAURI_WEBVIEW_AUTOMATION", "GTK_MODULES"].contains(&name)
            || name.starts_with("WEBKIT_")
            || name.starts_with("WEBVIEW2_"))
}

#[cfg(target_os = "linux")]
fn has_graphics_card() -> bool {
    let is_renderer =
        |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("renderD");
    std::fs::read_dir("/dev/dri").is_ok_and(|devices| devices.flatten().any(is_renderer))
}

#[expect(
    unsafe_code,
    reason = "the only way to change the environment that GTK and WebKit read"
)]
fn set(name: &str, value: Option<&str>) {
    match value {
        // SAFETY: called first thing in `run`, before any other thread exists.
        Some(value) => unsafe { std::env::set_var(name, value) },
        // SAFETY: as above.
        None => unsafe { std::env::remove_var(name) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_the_webview_is_taken_away_and_nothing_else() {
        for name in [
            "TAURI_WEBVIEW_AUTOMATION",
            "WEBKIT_INSPECTOR_SERVER",
            "WEBKIT_INSPECTOR_HTTP_SERVER",
            "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
            "GTK_MODULES",
        ] {
            assert!(opens_the_webview(name), "{name}");
        }
        for name in [RENDERER_SWITCH, "PATH", "HOME", "DISPLAY"] {
            assert!(!opens_the_webview(name), "{name}");
        }
    }
}
