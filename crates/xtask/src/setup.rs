//! Installs what a fresh machine lacks, after saying so. What is there already is left alone, without a word.

use std::{collections::BTreeMap, env, fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{answer, cargo, has, npm, program, shown, succeed, ui};

/// Debian packages that the build needs.
const BUILD: [&str; 9] = [
    "build-essential",
    "ca-certificates",
    "curl",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
];

/// Debian packages for a window without a desktop: display, bus, keyring, driver, mouse, picture.
const WINDOW: [&str; 12] = [
    "dbus",
    "dbus-x11",
    "fonts-dejavu-core",
    "gir1.2-gtk-3.0",
    "gnome-keyring",
    "imagemagick",
    "libglib2.0-bin",
    "libsecret-tools",
    "python3-gi",
    "webkit2gtk-driver",
    "xdotool",
    "xvfb",
];

/// What the packages above bring, as other systems can be asked for it: programs and libraries.
const PROGRAMS: [&str; 9] = [
    "cc",
    "pkg-config",
    "Xvfb",
    "dbus-daemon",
    "gdbus",
    "gnome-keyring-daemon",
    "WebKitWebDriver",
    "xdotool",
    "import",
];
const LIBRARIES: [&str; 3] = ["webkit2gtk-4.1", "librsvg-2.0", "openssl"];

const CARGO_DENY: &str = "0.20.2";

/// `cargo xtask setup`: everything that any command would install.
pub(crate) fn everything() -> Result<ExitCode> {
    for_tests()?;
    cargo_deny()?;
    println!("Everything is there.");
    Ok(ExitCode::SUCCESS)
}

/// What building, running and testing need.
pub(crate) fn for_tests() -> Result<()> {
    system_packages()?;
    ui_packages()
}

fn system_packages() -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if has("dpkg-query") && has("apt-get") {
        debian()
    } else {
        other_linux()
    }
}

fn debian() -> Result<()> {
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let root = answer(program("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut update = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update"];
    let mut install = vec![
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-y",
        "--no-install-recommends",
    ];
    install.extend(&missing);
    if !root {
        update.insert(0, "sudo");
        install.insert(0, "sudo");
    }
    println!(
        "Caseboard needs {} system packages: {}",
        missing.len(),
        missing.join(" ")
    );
    if !root && !has("sudo") {
        bail!(
            "there is no sudo here; as root run: apt-get update && apt-get install -y --no-install-recommends {}",
            missing.join(" ")
        );
    }
    for (words, essential) in [(update, false), (install, true)] {
        println!("Running: {}", words.join(" "));
        let done = words
            .split_first()
            .map_or(Ok(()), |(first, rest)| succeed(program(first).args(rest)));
        match done {
            // One broken package source does not mean that ours are not there.
            Err(error) if !essential => println!("Going on although {error:#}"),
            done => done.context("the system packages could not be installed")?,
        }
    }
    Ok(())
}

fn missing_packages() -> Vec<&'static str> {
    let wanted = || BUILD.into_iter().chain(WINDOW);
    // The status is not zero when one of them is unknown; what it prints is right all the same.
    let output = program("dpkg-query")
        .args(["-W", "-f=${Package} ${Status}\n"])
        .args(wanted())
        .output();
    let known = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    not_installed(&known, wanted())
}

fn not_installed<'a>(known: &str, wanted: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let installed: Vec<_> = known
        .lines()
        .filter_map(|line| line.strip_suffix(" install ok installed"))
        .collect();
    wanted.filter(|name| !installed.contains(name)).collect()
}

fn other_linux() -> Result<()> {
    let programs = PROGRAMS.into_iter().filter(|name| !has(name));
    let libraries = LIBRARIES
        .into_iter()
        .filter(|name| answer(program("pkg-config").args(["--exists", name])).is_none());
    let missing: Vec<_> = programs.chain(libraries).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "Caseboard needs what is missing here: {}\nRun: {}",
        missing.join(" "),
        install_command(&missing)
    );
}

/// The exact command where packages can be asked for by what they hold; else the names that Debian has for them.
fn install_command(missing: &[&str]) -> String {
    if has("dnf") {
        let capability = |name: &&str| {
            if LIBRARIES.contains(name) {
                format!("'pkgconfig({name})'")
            } else {
                format!("/usr/bin/{name}")
            }
        };
        return format!(
            "sudo dnf install {}",
            missing.iter().map(capability).collect::<Vec<_>>().join(" ")
        );
    }
    if has("pacman") {
        let packages = "base-devel webkit2gtk-4.1 webkitgtk-6.0 libappindicator-gtk3 librsvg xdotool openssl xorg-server-xvfb dbus glib2 \
                        gnome-keyring libsecret imagemagick python-gobject ttf-dejavu";
        return format!("sudo pacman -S --needed {packages}");
    }
    format!(
        "what is called on Debian: apt-get install {} {}",
        BUILD.join(" "),
        WINDOW.join(" ")
    )
}

/// Installs exactly what the lock file names, and runs no script of any package.
fn ui_packages() -> Result<()> {
    if ui_packages_are_current() {
        return Ok(());
    }
    if !has("npm") && !cfg!(windows) {
        bail!("npm is missing: Caseboard's pages need Node 20 or newer");
    }
    let mut install = npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    println!(
        "The UI's packages are missing or not those of the lock file. Running in ui: {}",
        shown(&install)
    );
    succeed(&mut install)
}

/// npm keeps a record of what it installed; both are compared, so that no stamp of ours can be wrong.
fn ui_packages_are_current() -> bool {
    let read = |name: &str| serde_json::from_str(&fs::read_to_string(ui().join(name)).ok()?).ok();
    match (
        read("package-lock.json"),
        read("node_modules/.package-lock.json"),
    ) {
        (Some(locked), Some(installed)) => same_packages(&locked, &installed),
        _ => false,
    }
}

fn same_packages(locked: &Value, installed: &Value) -> bool {
    let (locked, installed) = (packages(locked), packages(installed));
    let nothing_missing = locked
        .iter()
        .all(|(path, entry)| match installed.get(path) {
            Some(found) => same(entry, found),
            // Those of other platforms, and leftovers that npm records but never installs.
            None => ["optional", "extraneous"]
                .into_iter()
                .any(|word| entry.get(word) == Some(&Value::Bool(true))),
        });
    nothing_missing && installed.keys().all(|path| locked.contains_key(path))
}

fn packages(lock: &Value) -> BTreeMap<&str, &Value> {
    let entries = lock
        .get("packages")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    entries
        .map(|(path, entry)| (path.as_str(), entry))
        .filter(|(path, _)| !path.is_empty())
        .collect()
}

fn same(locked: &Value, installed: &Value) -> bool {
    ["version", "integrity"]
        .iter()
        .all(|key| locked.get(key) == installed.get(key))
}

/// The path of cargo-deny, installed once. It lies in Cargo's home and not in `target`, because it takes minutes to compile and a
/// fresh clone or `cargo clean` should not pay for it again.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let place = cargo_home()?
        .join("caseboard-tools")
        .join(format!("cargo-deny-{CARGO_DENY}"));
    let binary = place
        .join("bin")
        .join(format!("cargo-deny{}", env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        // Optimised code is not worth its compile time here.
        let mut install = cargo(&[
            "install",
            "cargo-deny",
            "--locked",
            "--version",
            CARGO_DENY,
            "--debug",
            "--root",
        ]);
        install.arg(&place).env("CARGO_PROFILE_DEV_DEBUG", "0");
        println!(
            "cargo-deny is missing; installing it takes some minutes, once. Running: {}",
            shown(&install)
        );
        succeed(&mut install)?;
    }
    Ok(binary)
}

fn cargo_home() -> Result<PathBuf> {
    let given = env::var_os("CARGO_HOME").map(PathBuf::from);
    given
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .context("there is neither CARGO_HOME nor a home folder")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn removed_and_unknown_packages_are_missing() {
        let known = "xvfb install ok installed\ndbus deinstall ok config-files\ncurl install ok installed\n";
        assert_eq!(
            not_installed(known, ["curl", "dbus", "xvfb", "xdotool"].into_iter()),
            ["dbus", "xdotool"]
        );
    }

    #[test]
    fn packages_of_other_platforms_are_not_missing() {
        let locked = json!({"packages": {
            "": {"name": "ui"},
            "node_modules/vite": {"version": "8.0.0", "integrity": "a"},
            "node_modules/other": {"version": "1.0.0", "integrity": "b", "optional": true},
            "node_modules/left": {"version": "1.0.0", "integrity": "b", "extraneous": true},
        }});
        let check = |installed: Value, expected: bool| {
            assert_eq!(
                same_packages(&locked, &json!({ "packages": installed })),
                expected,
                "{installed}"
            );
        };
        check(
            json!({"node_modules/vite": {"version": "8.0.0", "integrity": "a"}}),
            true,
        );
        check(
            json!({"node_modules/vite": {"version": "8.0.0", "integrity": "c"}}),
            false,
        );
        check(json!({}), false);
        check(
            json!({"node_modules/vite": {"version": "8.0.0", "integrity": "a"}, "node_modules/more": {"version": "1.0.0"}}),
            false,
        );
    }
}
