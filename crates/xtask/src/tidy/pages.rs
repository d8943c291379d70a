//! What the pages may bring along.

use serde_json::Value;

use super::RepoFile;

const MOST_RUNTIME_PACKAGES: usize = 15;

/// Too many runtime packages, and lock entries that name where they were fetched from.
pub(super) fn problems(files: &[RepoFile]) -> Vec<String> {
    let text = |path: &str| {
        files
            .iter()
            .find(|file| file.path == path)
            .map(|file| file.text.as_str())
    };
    let package = text("ui/package.json").map(manifest).unwrap_or_default();
    let lock = text("ui/package-lock.json").map(lock).unwrap_or_default();
    package.into_iter().chain(lock).collect()
}

fn manifest(text: &str) -> Vec<String> {
    let Ok(package) = serde_json::from_str::<Value>(text) else {
        return vec!["ui/package.json: not JSON".to_owned()];
    };
    let count = package
        .get("dependencies")
        .and_then(Value::as_object)
        .map_or(0, serde_json::Map::len);
    let too_many = (count > MOST_RUNTIME_PACKAGES).then(|| {
        format!("ui/package.json: {count} runtime packages, at most {MOST_RUNTIME_PACKAGES}")
    });
    too_many.into_iter().collect()
}

fn lock(text: &str) -> Vec<String> {
    let Ok(lock) = serde_json::from_str::<Value>(text) else {
        return vec!["ui/package-lock.json: not JSON".to_owned()];
    };
    let entries = lock
        .get("packages")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let fetched = entries.filter(|(_, entry)| {
        entry
            .get("resolved")
            .and_then(Value::as_str)
            .is_some_and(|from| from.contains("://"))
    });
    let names: Vec<_> = fetched.map(|(name, _)| name.as_str()).collect();
    let problem = names.first().map(|first| {
        format!("ui/package-lock.json: {} entries say where they came from, {first} first: set omit-lockfile-registry-resolved", names.len())
    });
    problem.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fifteen_runtime_packages_are_enough() {
        let with = |count: usize| {
            let names: serde_json::Map<_, _> = (0..count)
                .map(|n| (format!("p{n}"), json!("1.0.0")))
                .collect();
            manifest(&json!({ "dependencies": names }).to_string()).len()
        };
        assert_eq!((with(14), with(15), with(16)), (0, 0, 1));
    }

    #[test]
    fn the_lock_file_names_no_host() {
        let with = |entry: Value| {
            lock(&json!({"packages": {"": {}, "node_modules/a": entry}}).to_string()).len()
        };
        assert_eq!(with(json!({"version": "1.0.0", "integrity": "x"})), 0);
        assert_eq!(
            with(json!({"version": "1.0.0", "resolved": "https://example.org/a.tgz"})),
            1
        );
    }
}
