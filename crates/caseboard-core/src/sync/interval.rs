//! How often a source is read: by who looks at it, and soon after we wrote to it.

use std::time::Duration;

use crate::{id::SourceId, view::Attention};

/// Time between two passes over a source that is on the screen.
pub(crate) const VISIBLE: Duration = Duration::from_secs(15);
/// Time between two passes over a source that nobody sees.
const UNSEEN: Duration = Duration::from_mins(1);
/// Time between two passes while nobody is there.
const IDLE: Duration = Duration::from_mins(5);
/// How long after a write of ours its source is read: for what others see, and for what searching shows late.
pub(crate) const AFTER_WRITE: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// Time between two passes over a source.
pub(crate) fn interval(attention: &Attention, source: &SourceId) -> Duration {
    match attention {
        Attention::Focused { visible: None } => VISIBLE,
        Attention::Focused {
            visible: Some(visible),
        } => {
            if visible.contains(source) {
                VISIBLE
            } else {
                UNSEEN
            }
        }
        Attention::Unfocused => UNSEEN,
        Attention::Idle => IDLE,
    }
}

/// ± 20 %, so that sources and analysts do not ask in step.
pub(crate) fn jitter() -> f64 {
    rand::random_range(0.8..1.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::DeploymentId;

    #[test]
    fn what_is_looked_at_is_read_more_often() {
        let source = |space: &str| SourceId {
            deployment: DeploymentId::practice(),
            space: space.parse().unwrap(),
        };
        let seen = |spaces: &[&str]| Attention::Focused {
            visible: Some(spaces.iter().map(|space| source(space)).collect()),
        };
        for (attention, seconds) in [
            (Attention::default(), 15),
            (seen(&["soc"]), 15),
            (seen(&["ot", "soc"]), 15),
            (seen(&["ot"]), 60),
            (seen(&[]), 60),
            (Attention::Unfocused, 60),
            (Attention::Idle, 300),
        ] {
            let expected = Duration::from_secs(seconds);
            assert_eq!(
                interval(&attention, &source("soc")),
                expected,
                "{attention:?}"
            );
        }
    }
}
