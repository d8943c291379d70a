//! Merges two changes of one text line by line.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Lines of the base that one side replaced, and what with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hunk<'a> {
    from: usize,
    to: usize,
    lines: &'a [&'a str],
}

/// Both changes in one text; `None` where they overlap. Whose change is whose makes no difference.
pub(crate) fn merge(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let base: Vec<_> = base.split('\n').collect();
    let mine: Vec<_> = mine.split('\n').collect();
    let theirs: Vec<_> = theirs.split('\n').collect();
    let mut hunks = hunks(&base, &mine);
    for hunk in self::hunks(&base, &theirs) {
        if hunks.contains(&hunk) {
            continue;
        }
        if hunks.iter().any(|other| hunk.overlaps(other)) {
            return None;
        }
        hunks.push(hunk);
    }
    hunks.sort_by_key(|hunk| hunk.from);
    Some(apply(&base, &hunks).join("\n"))
}

impl Hunk<'_> {
    /// Insertions have no lines of the base: they overlap what they touch, because either order could be meant.
    fn overlaps(&self, other: &Self) -> bool {
        if self.from == self.to || other.from == other.to {
            self.from <= other.to && other.from <= self.to
        } else {
            self.from < other.to && other.from < self.to
        }
    }
}

fn hunks<'a>(base: &[&str], side: &'a [&'a str]) -> Vec<Hunk<'a>> {
    let changes = capture_diff_slices(Algorithm::Myers, base, side);
    changes
        .into_iter()
        .filter(|change| !matches!(change, DiffOp::Equal { .. }))
        .map(|change| {
            let (old, new) = (change.old_range(), change.new_range());
            Hunk {
                from: old.start,
                to: old.end,
                lines: &side[new],
            }
        })
        .collect()
}

fn apply<'a>(base: &[&'a str], hunks: &[Hunk<'a>]) -> Vec<&'a str> {
    let mut merged = Vec::new();
    let mut at = 0;
    for hunk in hunks {
        merged.extend(&base[at..hunk.from]);
        merged.extend(hunk.lines);
        at = hunk.to;
    }
    merged.extend(&base[at..]);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_different_lines_both_hold() {
        for (base, mine, theirs, both) in [
            ("a\nb\nc", "A\nb\nc", "a\nb\nC", Some("A\nb\nC")),
            ("a\nb\nc", "A\nb\nc", "a\nB\nc", Some("A\nB\nc")),
            ("a\nb\nc", "b\nc", "a\nb\nc\nd", Some("b\nc\nd")),
            ("a", "a\nb", "x\na", Some("x\na\nb")),
            ("a\nb", "a\nx\nb", "a\nx\nb", Some("a\nx\nb")),
            ("a\r\nb\r\n", "A\r\nb\r\n", "a\r\nB\r\n", Some("A\r\nB\r\n")),
            ("a\nb", "a\nx\nb", "a\ny\nb", None),
            ("a\nb\nc", "a\nX\nc", "a\nY\nc", None),
            ("a\nb\nc", "a\nc", "a\nB\nc", None),
            ("a", "b", "c", None),
            ("", "mine", "theirs", None),
        ] {
            assert_eq!(
                merge(base, mine, theirs).as_deref(),
                both,
                "{base:?}: {mine:?} and {theirs:?}"
            );
        }
    }
}
