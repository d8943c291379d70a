//! What no file of the repository may contain.

use super::RepoFile;

/// Folders of the machines that this is written on. Put together here, so that this file may be read too.
const MACHINE_FOLDERS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// Hosts of package registries: where packages come from is each machine's own business.
const REGISTRY_HOSTS: [&str; 8] = [
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("index.cra", "tes.io"),
    concat!("static.cra", "tes.io"),
    concat!("//cra", "tes.io"),
    concat!("deb.deb", "ian.org"),
    concat!("//py", "pi.org"),
    concat!("files.python", "hosted.org"),
];

/// HTML strings on a page, paths and hosts of somebody's machine.
pub(super) fn problems(files: &[RepoFile]) -> Vec<String> {
    let found = |file: &RepoFile| {
        let lines = file.text.lines().zip(1..);
        let hits = lines.filter_map(|(line, number)| {
            Some(format!(
                "{}:{number}: {}",
                file.path,
                problem(&file.path, line)?
            ))
        });
        hits.collect::<Vec<_>>()
    };
    files.iter().flat_map(found).collect()
}

fn problem(path: &str, line: &str) -> Option<String> {
    if path.starts_with("ui/src/") && line.contains("{@html") {
        return Some("no HTML strings on a page: build elements".to_owned());
    }
    if let Some(folder) = MACHINE_FOLDERS
        .into_iter()
        .find(|folder| names_folder(line, folder))
    {
        return Some(format!("{folder} exists on one machine only"));
    }
    let host = REGISTRY_HOSTS
        .into_iter()
        .find(|host| line.contains(host))?;
    Some(format!("no host of a package registry here: {host}"))
}

/// Whether the path begins here, and is not the middle of a longer one.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|before| !before.is_alphanumeric() && !"._-~/}>)".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_paths_are_folders_of_a_machine() {
        let [folder, _] = MACHINE_FOLDERS;
        let check = |line: String, found: bool| {
            assert_eq!(problem("a.rs", &line).is_some(), found, "{line}");
        };
        check(format!("\"{folder}main\""), true);
        check(format!("{folder}main"), true);
        check(format!("cd {folder}"), true);
        check(format!("see src{folder}x"), false);
        check(format!("https://example.org{folder}x"), false);
    }

    #[test]
    fn html_strings_are_refused_on_pages_only() {
        assert!(problem("ui/src/App.svelte", "<p>{@html text}</p>").is_some());
        assert!(problem("crates/xtask/src/tidy/texts.rs", "<p>{@html text}</p>").is_none());
    }

    #[test]
    fn registries_are_named_nowhere() {
        for host in REGISTRY_HOSTS {
            assert!(
                problem("ui/.npmrc", &format!("registry=https:{host}/")).is_some(),
                "{host}"
            );
        }
    }
}
