//! The behaviours of Kibana, B001 to B185, that the practice server was just seen to have.
//!
//! Two programs of tests hold it to them, one a release. A behaviour counts when a test that is
//! named after it has passed. Which ones need none says the program itself, in lines
//! `//! - B013: reason.` at its beginning.

use std::{collections::BTreeSet, fs, mem};

use anyhow::{Context as _, Result};

use crate::process::root;

const BEHAVIOURS: u16 = 185;
/// No more than these may be without a test where the server plays the newest release.
const EXCEPTIONS: usize = 5;

/// A program of tests, and how it is recognised among others.
struct Program {
    release: &'static str,
    /// A test that no other program has.
    mark: &'static str,
    source: &'static str,
    exceptions: usize,
}

const PROGRAMS: [Program; 2] = [
    Program {
        release: "9.x",
        mark: "plays_9_x",
        source: "crates/practice-kibana/tests/api/main.rs",
        exceptions: EXCEPTIONS,
    },
    Program {
        release: "8.18",
        mark: "plays_8_18",
        source: "crates/practice-kibana/tests/api_8_18/main.rs",
        // What newer releases brought is excepted there, too.
        exceptions: 2 * EXCEPTIONS,
    },
];

/// Reads what test programs say, line by line.
#[derive(Default)]
pub(crate) struct Behaviours {
    /// Of the program that is running.
    passed: BTreeSet<u16>,
    mark: Option<usize>,
    /// Of each program that has ended.
    seen: [BTreeSet<u16>; PROGRAMS.len()],
}

impl Behaviours {
    pub(crate) fn read(&mut self, line: &str) {
        if line.starts_with("test result: ") {
            let passed = mem::take(&mut self.passed);
            if let Some(seen) = self.mark.take().and_then(|mark| self.seen.get_mut(mark)) {
                seen.extend(passed);
            }
            return;
        }
        let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... ok"))
        else {
            return;
        };
        let test = name.rsplit("::").next().unwrap_or(name);
        if let Some(mark) = PROGRAMS.iter().position(|program| program.mark == test) {
            self.mark = Some(mark);
        }
        self.passed.extend(behaviour(test));
    }

    /// What is missing without a reason.
    pub(crate) fn missing(&self) -> Result<Vec<String>> {
        let mut missing = Vec::new();
        for (program, seen) in PROGRAMS.iter().zip(&self.seen) {
            let source = root().join(program.source);
            let source = fs::read_to_string(&source)
                .with_context(|| format!("cannot read {}", source.display()))?;
            missing.extend(program.missing(seen, &exceptions(&source)));
        }
        Ok(missing)
    }

    /// How many behaviours were seen, a release.
    pub(crate) fn summary(&self) -> String {
        let counts: Vec<String> = PROGRAMS
            .iter()
            .zip(&self.seen)
            .map(|(program, seen)| format!("{} of {BEHAVIOURS} on {}", seen.len(), program.release))
            .collect();
        format!("Kibana's behaviours: {}", counts.join(", "))
    }
}

impl Program {
    /// What is wrong with the behaviours that were seen.
    fn missing(&self, seen: &BTreeSet<u16>, excepted: &BTreeSet<u16>) -> Vec<String> {
        let mut texts: Vec<String> = (1..=BEHAVIOURS)
            .filter(|id| !seen.contains(id) && !excepted.contains(id))
            .map(|id| format!("B{id:03} has no test that passed on {}", self.release))
            .collect();
        if excepted.len() > self.exceptions {
            texts.push(format!(
                "{} excepts {} behaviours, of {} at most",
                self.source,
                excepted.len(),
                self.exceptions
            ));
        }
        texts
    }
}

/// The behaviour that a test is named after, as `b017_…`.
fn behaviour(test: &str) -> Option<u16> {
    let (id, _) = test.split_once('_')?;
    let is_id = |digits: &&str| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
    let digits = id.strip_prefix('b').filter(is_id)?;
    digits
        .parse()
        .ok()
        .filter(|id| (1..=BEHAVIOURS).contains(id))
}

/// The behaviours that a program says it has no test for, each with a reason.
fn exceptions(source: &str) -> BTreeSet<u16> {
    source
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .filter_map(|line| line.strip_prefix("//! - B")?.split_once(": "))
        .filter(|(_, reason)| !reason.trim().is_empty())
        .filter_map(|(id, _)| behaviour(&format!("b{id}_")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> Behaviours {
        let mut behaviours = Behaviours::default();
        output.lines().for_each(|line| behaviours.read(line));
        behaviours
    }

    #[test]
    fn passed_tests_count_for_the_release_that_their_program_plays() {
        let output = "\
            running 4 tests\n\
            test create::b018_create_is_200 ... ok\n\
            test http::b001_post_without_xsrf_is_400 ... FAILED\n\
            test plays_9_x ... ok\n\
            test patch::b065_title_is_changed ... ok\n\
            \n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored\n\
            running 2 tests\n\
            test plays_8_18 ... ok\n\
            test patch::b065_title_is_changed ... ok\n\
            test result: ok. 2 passed; 0 failed; 0 ignored\n\
            running 1 test\n\
            test somewhere::b099_else ... ok\n\
            test result: ok. 1 passed; 0 failed; 0 ignored";
        let behaviours = read(output);
        assert_eq!(
            behaviours.seen,
            [BTreeSet::from([18, 65]), BTreeSet::from([65])]
        );
        assert_eq!(
            behaviours.summary(),
            "Kibana's behaviours: 2 of 185 on 9.x, 1 of 185 on 8.18"
        );
    }

    #[test]
    fn a_program_that_broke_counts_for_nothing() {
        let output = "test plays_9_x ... ok\ntest b001_a ... ok\n";
        assert_eq!(read(output).seen, [BTreeSet::new(), BTreeSet::new()]);
    }

    #[test]
    fn only_names_of_behaviours_are_behaviours() {
        let check = |test: &str, expect: Option<u16>| {
            assert_eq!(behaviour(test), expect, "{test}");
        };
        check("b001_post", Some(1));
        check("b185_file", Some(185));
        check("b000_none", None);
        check("b186_none", None);
        check("b18_short", None);
        check("b0185_long", None);
        check("b+18_odd", None);
        check("b018", None);
        check("create_b018_late", None);
    }

    #[test]
    fn exceptions_need_a_reason_and_stand_at_the_beginning() {
        let source = "\
            //! The tests.\n\
            //!\n\
            //! - B013: it cannot be overloaded.\n\
            //! - B014:\n\
            //! - B200: there is none.\n\
            \n\
            //! - B015: too late.\n";
        assert_eq!(exceptions(source), BTreeSet::from([13]));
    }

    #[test]
    fn programs_are_where_they_are_looked_for() {
        for program in PROGRAMS {
            let source = fs::read_to_string(root().join(program.source)).unwrap();
            assert!(
                source.contains(&format!("fn {}()", program.mark)),
                "{} is not in {}",
                program.mark,
                program.source
            );
            let excepted = exceptions(&source);
            assert!(excepted.len() <= program.exceptions, "{excepted:?}");
            let missing = program.missing(&BTreeSet::new(), &excepted);
            assert_eq!(missing.len(), usize::from(BEHAVIOURS) - excepted.len());
        }
    }

    #[test]
    fn what_is_missing_without_a_reason_is_told() {
        let program = &PROGRAMS[0];
        let all: BTreeSet<u16> = (1..=BEHAVIOURS).collect();
        let few: BTreeSet<u16> = all.iter().copied().filter(|id| *id > 2).collect();
        let none = BTreeSet::new();
        assert_eq!(program.missing(&all, &none), [""; 0]);
        assert_eq!(program.missing(&few, &BTreeSet::from([1, 2])), [""; 0]);
        assert_eq!(
            program.missing(&few, &BTreeSet::from([1])),
            ["B002 has no test that passed on 9.x"]
        );
        let six: BTreeSet<u16> = (1..=6).collect();
        assert_eq!(program.missing(&all, &six).len(), 1, "six are too many");
    }
}
