//! Who may depend on whom: the drawing in `ARCHITECTURE.md`, as a table.

use serde_json::Value;

/// Edges of the shipped programs, and of the stories, which are tests only as a whole.
const NORMAL: [(&str, &str); 9] = [
    ("caseboard-desktop", "caseboard-core"),
    // Ids only, which cross to TypeScript.
    ("caseboard-desktop", "kibana-cases"),
    ("caseboard-desktop", "practice-kibana"),
    ("caseboard-cli", "caseboard-core"),
    ("caseboard-cli", "practice-kibana"),
    ("caseboard-core", "kibana-cases"),
    ("caseboard-journeys", "caseboard-core"),
    ("caseboard-journeys", "kibana-cases"),
    ("caseboard-journeys", "practice-kibana"),
];

/// Edges for tests only: the practice server's router behind the client's transport.
const TESTS_ONLY: [(&str, &str); 2] = [
    ("caseboard-core", "practice-kibana"),
    ("kibana-cases", "practice-kibana"),
];

/// Outside packages that belong to some members: name or its beginning, and the members.
const RESERVED: [(&str, &[&str]); 2] = [
    // The floor is what the desktop is measured by.
    ("tauri", &["caseboard-desktop", "caseboard-floor"]),
    ("reqwest", &["kibana-cases"]),
];

/// How one member names another package.
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    /// `None` for a normal one.
    kind: Option<&'a str>,
}

/// Edges that are not drawn, from the answer of `cargo metadata --no-deps`.
pub(super) fn problems(metadata: &Value) -> Vec<String> {
    let members: Vec<_> = packages(metadata)
        .filter_map(|package| text(package, "name"))
        .collect();
    packages(metadata)
        .flat_map(edges)
        .filter_map(|edge| problem(&edge, members.contains(&edge.to)))
        .collect()
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    list(metadata, "packages")
}

fn edges(package: &Value) -> impl Iterator<Item = Edge<'_>> {
    let from = text(package, "name").unwrap_or_default();
    list(package, "dependencies").filter_map(move |dependency| {
        Some(Edge {
            from,
            to: text(dependency, "name")?,
            kind: text(dependency, "kind"),
        })
    })
}

fn problem(edge: &Edge<'_>, is_member: bool) -> Option<String> {
    if is_member {
        not_drawn(edge)
    } else {
        not_yours(edge)
    }
}

fn not_drawn(Edge { from, to, kind }: &Edge<'_>) -> Option<String> {
    let drawn = NORMAL.contains(&(from, to));
    let drawn_for_tests = TESTS_ONLY.contains(&(from, to));
    match kind {
        None if drawn => None,
        None if drawn_for_tests => Some(format!(
            "{from} → {to} is for tests only: move it to [dev-dependencies]"
        )),
        Some("dev") if drawn || drawn_for_tests => None,
        None | Some(_) => Some(format!(
            "{from} → {to} ({} dependency) is not in the drawing of ARCHITECTURE.md: leave it out, or change the drawing and \
             crates/xtask/src/tidy/edges.rs first",
            kind.unwrap_or("normal")
        )),
    }
}

fn not_yours(Edge { from, to, .. }: &Edge<'_>) -> Option<String> {
    let family = |name: &str| {
        *to == name
            || to
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('-'))
    };
    let (_, owners) = RESERVED
        .into_iter()
        .find(|(name, owners)| family(name) && !owners.contains(from))?;
    Some(format!(
        "{from} → {to}: only {} may name it",
        owners.join(" and ")
    ))
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with_edge(from: &str, to: &str, kind: Option<&str>) -> Vec<String> {
        let member = |name: &str| json!({"name": name, "dependencies": if name == from { json!([{"name": to, "kind": kind}]) } else { json!([]) }});
        let members = [
            "caseboard-cli",
            "caseboard-core",
            "caseboard-desktop",
            "caseboard-floor",
            "caseboard-journeys",
            "kibana-cases",
            "practice-kibana",
            "xtask",
        ];
        problems(&json!({ "packages": members.map(member) }))
    }

    #[test]
    fn drawn_edges_pass_and_others_do_not() {
        let check = |from, to, kind, fine| {
            assert_eq!(
                with_edge(from, to, kind).is_empty(),
                fine,
                "{from} → {to} {kind:?}"
            );
        };
        check("caseboard-core", "kibana-cases", None, true);
        check("caseboard-core", "kibana-cases", Some("dev"), true);
        check("caseboard-core", "practice-kibana", Some("dev"), true);
        check("caseboard-core", "practice-kibana", None, false);
        check("caseboard-core", "practice-kibana", Some("build"), false);
        check("caseboard-cli", "kibana-cases", None, false);
        check("caseboard-cli", "caseboard-desktop", Some("dev"), false);
        check("practice-kibana", "kibana-cases", Some("dev"), false);
        check("xtask", "caseboard-core", None, false);
        check("caseboard-journeys", "practice-kibana", None, true);
        check("caseboard-desktop", "caseboard-core", Some("build"), false);
    }

    #[test]
    fn reserved_packages_stay_where_they_belong() {
        let check = |from, to, fine| {
            assert_eq!(with_edge(from, to, None).is_empty(), fine, "{from} → {to}");
        };
        check("caseboard-desktop", "tauri-plugin-store", true);
        check("caseboard-floor", "tauri-build", true);
        check("caseboard-core", "tauri", false);
        check("caseboard-core", "tauri-specta", false);
        check("caseboard-core", "taurine", true);
        check("kibana-cases", "reqwest", true);
        check("practice-kibana", "reqwest", false);
    }

    #[test]
    fn the_message_says_what_to_do() {
        let [message] = with_edge("kibana-cases", "practice-kibana", None)
            .try_into()
            .unwrap();
        assert_eq!(
            message,
            "kibana-cases → practice-kibana is for tests only: move it to [dev-dependencies]"
        );
    }
}
