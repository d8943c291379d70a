//! What every member's `Cargo.toml` says, and what the lock files must not say. Read line by line: ours are written that way.

use super::RepoFile;

/// The one source that a lock file names: Cargo's own name of it, the same on every machine.
const LOCKED_SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Members that do not share lints and versions, dependencies from elsewhere. Fuzz crates are no members.
pub(super) fn problems(files: &[RepoFile]) -> Vec<String> {
    let members = files
        .iter()
        .filter(|file| {
            file.path.ends_with("/Cargo.toml") && !file.path.ends_with("/fuzz/Cargo.toml")
        })
        .flat_map(|file| member(&file.path, &file.text));
    let locks = files
        .iter()
        .filter(|file| file.path == "Cargo.lock")
        .flat_map(|file| lock(&file.text));
    members.chain(locks).collect()
}

fn member(path: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if !lines(text).any(|(table, line)| table == "lints" && line == "workspace = true") {
        problems.push(format!("{path}: lacks `[lints] workspace = true`"));
    }
    for (table, line) in lines(text).filter(|(table, _)| is_dependencies(table)) {
        if !shared(line) {
            problems.push(format!("{path}: [{table}] `{line}` must be declared in [workspace.dependencies] and used by `workspace = true`"));
        }
    }
    for (table, _) in lines(text).filter(|(table, _)| table.contains("dependencies.")) {
        problems.push(format!("{path}: write [{table}] as one line of its table"));
    }
    problems.dedup();
    problems
}

/// Every line that says something, with the table it stands in.
fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut table = "";
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(move |line| {
            match line
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
            {
                Some(name) => {
                    table = name;
                    None
                }
                None => Some((table, line)),
            }
        })
}

fn is_dependencies(table: &str) -> bool {
    table.rsplit('.').next().is_some_and(|last| {
        ["dependencies", "dev-dependencies", "build-dependencies"].contains(&last)
    })
}

fn shared(line: &str) -> bool {
    let words: String = line.split_whitespace().collect();
    words.split_once('=').is_some_and(|(name, value)| {
        let table = value
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        (name.ends_with(".workspace") && value == "true")
            || table.is_some_and(|table| table.split(',').any(|part| part == "workspace=true"))
    })
}

fn lock(text: &str) -> Vec<String> {
    let sources = text
        .lines()
        .filter_map(|line| line.strip_prefix("source = \"")?.strip_suffix('"'));
    sources
        .filter(|source| *source != LOCKED_SOURCE)
        .map(|source| format!("Cargo.lock: a package comes from {source}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n\n[dependencies]\nserde.workspace = true\n\
        tokio = { workspace = true, features = [\"fs\"] }\n";

    #[test]
    fn shared_lints_and_versions_pass() {
        assert_eq!(member("a/Cargo.toml", GOOD), Vec::<String>::new());
    }

    #[test]
    fn own_lints_and_own_versions_are_problems() {
        let check = |text: String, expected: &str| {
            let problems = member("a/Cargo.toml", &text);
            assert!(
                matches!(problems.as_slice(), [only] if only.contains(expected)),
                "{problems:?} should speak of {expected}"
            );
        };
        check(
            GOOD.replace("[lints]\nworkspace = true\n", ""),
            "lacks `[lints]",
        );
        check(
            GOOD.replace("serde.workspace = true", "serde = \"1\""),
            "`serde = \"1\"`",
        );
        check(
            format!("{GOOD}[target.'cfg(unix)'.dependencies]\nlibc = {{ version = \"1\" }}\n"),
            "[target.'cfg(unix)'.dependencies]",
        );
        check(
            format!("{GOOD}[dev-dependencies.http]\nversion = \"1\"\n"),
            "[dev-dependencies.http]",
        );
    }

    #[test]
    fn foreign_sources_in_the_lock_file_are_problems() {
        assert_eq!(
            lock(&format!("source = \"{LOCKED_SOURCE}\"\n")),
            Vec::<String>::new()
        );
        assert_eq!(lock("source = \"git+https://example.org/a\"\n").len(), 1);
    }
}
