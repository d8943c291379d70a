//! The longest files and functions, printed and never a reason to fail.

use std::cmp::Reverse;

use super::RepoFile;

const SHOWN: usize = 10;
const SOURCES: [&str; 4] = [".rs", ".ts", ".svelte", ".css"];
/// Written by a test, read by nobody.
const GENERATED: &str = "ui/src/lib/backend/bindings.ts";

/// Prints both lists.
pub(super) fn print(files: &[RepoFile]) {
    let sources = || {
        files.iter().filter(|file| {
            file.path != GENERATED && SOURCES.iter().any(|end| file.path.ends_with(end))
        })
    };
    print_longest(
        "files",
        sources().map(|file| (file.text.lines().count(), file.path.clone())),
    );
    print_longest(
        "functions",
        sources().flat_map(|file| {
            functions(&file.text)
                .into_iter()
                .map(|(length, name)| (length, format!("{name} in {}", file.path)))
        }),
    );
}

fn print_longest(what: &str, measured: impl Iterator<Item = (usize, String)>) {
    let mut measured: Vec<_> = measured.collect();
    measured.sort_by_key(|(length, _)| Reverse(*length));
    println!("Longest {what}:");
    for (length, name) in measured.iter().take(SHOWN) {
        println!("{length:6}  {name}");
    }
}

/// Lengths by indentation, which rustfmt and prettier make reliable: a function ends at the next `}` that stands where it began.
fn functions(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<_> = text.lines().collect();
    let measure = |(start, line): (usize, &&str)| {
        let name = function_name(line)?;
        let end = format!(
            "{:indent$}}}",
            "",
            indent = line.len() - line.trim_start().len()
        );
        let length = lines.iter().skip(start).position(|line| *line == end)? + 1;
        Some((length, name.to_owned()))
    };
    lines.iter().enumerate().filter_map(measure).collect()
}

fn function_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| {
        [
            "pub", "async", "const", "unsafe", "export", "default", "static",
        ]
        .contains(word)
            || word.starts_with("pub(")
    });
    let keyword = words.next()?;
    if line.ends_with(';') || !["fn", "function"].contains(&keyword) {
        return None;
    }
    words.next()?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_where_its_indentation_does() {
        let text = "impl A {\n    pub(crate) fn one(&self) {\n        if x {\n        }\n    }\n}\n\nexport async function two<T>() {\n}\n";
        assert_eq!(
            functions(text),
            [(4, "one".to_owned()), (2, "two".to_owned())]
        );
    }
}
