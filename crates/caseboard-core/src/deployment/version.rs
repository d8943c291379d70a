//! What depends on the version of a Kibana (`kibana-cases-api.md` §2 and §9).

use crate::view::KibanaAbility;

/// Major and minor number, which is all that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32);

const SINCE: [(KibanaAbility, Version); 5] = [
    (KibanaAbility::Observables, Version(8, 18)),
    (KibanaAbility::AssignRight, Version(8, 18)),
    (KibanaAbility::IncrementalIds, Version(9, 1)),
    (KibanaAbility::CaseTimes, Version(9, 2)),
    (KibanaAbility::ExtractedObservables, Version(9, 3)),
];

impl Version {
    /// Reads `9.1.2`, whatever stands behind the second number.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(str::parse);
        Some(Self(numbers.next()?.ok()?, numbers.next()?.ok()?))
    }

    /// What it does not have.
    pub(crate) fn unavailable(self) -> Vec<KibanaAbility> {
        let missing = SINCE.iter().filter(|(_, since)| self < *since);
        missing.map(|(ability, _)| *ability).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_says_what_it_lacks() {
        use KibanaAbility as A;
        let all = SINCE.map(|(ability, _)| ability).to_vec();
        for (text, lacks) in [
            ("8.17.9", all),
            (
                "8.18.0",
                vec![A::IncrementalIds, A::CaseTimes, A::ExtractedObservables],
            ),
            (
                "9.0.4",
                vec![A::IncrementalIds, A::CaseTimes, A::ExtractedObservables],
            ),
            ("9.1.2", vec![A::CaseTimes, A::ExtractedObservables]),
            ("9.2.0", vec![A::ExtractedObservables]),
            ("9.10.0-SNAPSHOT", vec![]),
            ("10.0.0", vec![]),
        ] {
            assert_eq!(Version::read(text).unwrap().unavailable(), lacks, "{text}");
        }
        for unknown in ["", "9", "nine.one", "-1.2"] {
            assert_eq!(Version::read(unknown), None, "{unknown:?}");
        }
    }
}
