//! Rules as they are written in TOML and JSON: one flat table with the fault's id and its parameters.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Fault, RoutePattern, Rule, When,
    fault::{
        Encoding, Garbled, Loss, ManyHeaders, RetryAfter, RetryAfterKind, RightsLeft, Shift,
        Strange, VersionFault,
    },
};

/// What a bomb becomes: 10 GiB.
const BOMB: u64 = 10 * 1024 * 1024 * 1024;

/// A rule in its written form.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleForm {
    fault: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nth: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    applied: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

impl TryFrom<RuleForm> for Rule {
    type Error = String;

    fn try_from(mut form: RuleForm) -> Result<Self, String> {
        let fault = form.take_fault()?;
        form.refuse_the_rest()?;
        for (name, number) in [
            ("nth", form.nth),
            ("every", form.every),
            ("from", form.from),
            ("to", form.to),
            ("limit", form.limit),
        ] {
            if number == Some(0) {
                return Err(format!("`{name}` is at least 1"));
            }
        }
        if form
            .probability
            .is_some_and(|probability| !(0.0..=1.0).contains(&probability))
        {
            return Err("`probability` is a number from 0 to 1".to_owned());
        }
        let route = form.route.as_deref().map(RoutePattern::parse).transpose()?;
        Ok(Self {
            fault,
            route,
            space: form.space,
            when: When {
                nth: form.nth,
                every: form.every,
                from: form.from,
                to: form.to,
                probability: form.probability,
            },
            limit: form.limit,
        })
    }
}

impl RuleForm {
    fn take_fault(&mut self) -> Result<Fault, String> {
        Ok(match self.fault.as_str() {
            "F01" => Fault::RefuseConnect,
            "F02" => Fault::StaySilent,
            "F03" => Fault::Trickle {
                pause: self.take_wait(1)?,
            },
            "F04" => Fault::ResetBeforeRead,
            "F05" => Fault::ResetBeforeCommit,
            "F06" => Fault::ResetAfterCommit,
            "F07" => Fault::CutBody {
                bytes: self.bytes.take().map(to_usize),
            },
            "F08" => Fault::FailAfterCommit {
                status: self.take_status(&[500, 502, 504])?,
            },
            "F09" => Fault::ConflictAfterCommit,
            "F10" => Fault::HalfCommit,
            "F11" => Fault::PartOfBulk {
                applied: self.applied.take().unwrap_or(1),
            },
            "F12" => Fault::LateCommit {
                after: self.take_wait(30)?,
            },
            "F13" => Fault::Throttle {
                status: self.take_status(&[429, 503])?,
                retry_after: RetryAfter {
                    kind: self.take_kind(RetryAfterKind::WORDS, RetryAfterKind::read)?,
                    wait: self.take_wait(30)?,
                },
            },
            "F14" => Fault::LoginPage,
            "F15" => Fault::Redirect {
                status: self.take_status(&[302, 307, 308])?,
                location: self
                    .location
                    .take()
                    .unwrap_or_else(|| "https://elsewhere.test/login".to_owned()),
            },
            "F16" => Fault::Garble(self.take_kind(Garbled::WORDS, Garbled::read)?),
            "F17" => Fault::EndlessBody,
            "F18" => Fault::Bomb {
                encoding: self.take_kind(Encoding::WORDS, Encoding::read)?,
                size: self.bytes.take().unwrap_or(BOMB),
            },
            "F19" => Fault::Headers(self.take_kind(ManyHeaders::WORDS, ManyHeaders::read)?),
            "F20" => Fault::Strange(self.take_kind(Strange::WORDS, Strange::read)?),
            "F21" => Fault::SearchLag {
                lag: self.take_wait(5)?,
            },
            "F22" => Fault::ShiftPages(self.take_kind(Shift::WORDS, Shift::read)?),
            "F23" => Fault::LoseCase(self.take_kind(Loss::WORDS, Loss::read)?),
            "F24" => Fault::ReduceKey {
                left: self.take_kind(RightsLeft::WORDS, RightsLeft::read)?,
                lasting: self.seconds.take().map(to_wait).transpose()?,
            },
            "F25" => Fault::SkewClock {
                seconds: self.take_skew()?,
            },
            "F28" => Fault::Reorder {
                at_most: self.take_wait(5)?,
            },
            "F29" => Fault::PoisonPool,
            "F30" => Fault::Versions(self.take_kind(VersionFault::WORDS, VersionFault::read)?),
            other => {
                return Err(format!(
                    "no fault is called {other}; there are F01 to F25 and F28 to F30"
                ));
            }
        })
    }

    fn take_wait(&mut self, default: u64) -> Result<Duration, String> {
        self.seconds
            .take()
            .map_or(Ok(Duration::from_secs(default)), to_wait)
    }

    /// Whole seconds, a day ahead if none are told.
    fn take_skew(&mut self) -> Result<i64, String> {
        const DAY: f64 = 86_400.0;
        const LARGEST: f64 = 366.0 * DAY;
        let seconds = self.seconds.take().unwrap_or(DAY);
        if seconds.fract() != 0.0 || seconds.abs() > LARGEST {
            return Err("F25 takes whole `seconds`, no more than a year".to_owned());
        }
        Ok(Duration::from_secs_f64(seconds.abs())
            .as_secs()
            .cast_signed()
            * if seconds < 0.0 { -1 } else { 1 })
    }

    fn take_status(&mut self, known: &[u16]) -> Result<u16, String> {
        let status = self.status.take().unwrap_or(known[0]);
        if known.contains(&status) {
            return Ok(status);
        }
        let known: Vec<String> = known.iter().map(u16::to_string).collect();
        Err(format!(
            "{} takes a status of {}",
            self.fault,
            known.join(" or ")
        ))
    }

    fn take_kind<T>(&mut self, words: &[&str], read: fn(&str) -> Option<T>) -> Result<T, String> {
        let kind = self.kind.take();
        let word = kind.as_deref().unwrap_or(words[0]);
        read(word)
            .ok_or_else(|| format!("the kind of {} is one of {}", self.fault, words.join(", ")))
    }

    fn refuse_the_rest(&self) -> Result<(), String> {
        let left = [
            ("kind", self.kind.is_some()),
            ("seconds", self.seconds.is_some()),
            ("status", self.status.is_some()),
            ("location", self.location.is_some()),
            ("applied", self.applied.is_some()),
            ("bytes", self.bytes.is_some()),
        ];
        match left.into_iter().find(|(_, is_there)| *is_there) {
            Some((name, _)) => Err(format!("{} takes no `{name}`", self.fault)),
            None => Ok(()),
        }
    }

    fn with_fault(mut self, fault: Fault) -> Self {
        fault.id().clone_into(&mut self.fault);
        let kind = |word: &str| Some(word.to_owned());
        match fault {
            Fault::RefuseConnect
            | Fault::StaySilent
            | Fault::ResetBeforeRead
            | Fault::ResetBeforeCommit
            | Fault::ResetAfterCommit
            | Fault::ConflictAfterCommit
            | Fault::HalfCommit
            | Fault::LoginPage
            | Fault::EndlessBody
            | Fault::PoisonPool => {}
            Fault::Trickle { pause: wait }
            | Fault::LateCommit { after: wait }
            | Fault::SearchLag { lag: wait }
            | Fault::Reorder { at_most: wait } => self.seconds = Some(wait.as_secs_f64()),
            Fault::CutBody { bytes } => self.bytes = bytes.map(|bytes| bytes as u64),
            Fault::FailAfterCommit { status } => self.status = Some(status),
            Fault::PartOfBulk { applied } => self.applied = Some(applied),
            Fault::Throttle {
                status,
                retry_after,
            } => {
                self.status = Some(status);
                self.kind = kind(retry_after.kind.word());
                self.seconds = Some(retry_after.wait.as_secs_f64());
            }
            Fault::Redirect { status, location } => {
                self.status = Some(status);
                self.location = Some(location);
            }
            Fault::Garble(garbled) => self.kind = kind(garbled.word()),
            Fault::Bomb { encoding, size } => {
                self.kind = kind(encoding.word());
                self.bytes = Some(size);
            }
            Fault::Headers(headers) => self.kind = kind(headers.word()),
            Fault::Strange(strange) => self.kind = kind(strange.word()),
            Fault::ShiftPages(shift) => self.kind = kind(shift.word()),
            Fault::LoseCase(loss) => self.kind = kind(loss.word()),
            Fault::ReduceKey { left, lasting } => {
                self.kind = kind(left.word());
                self.seconds = lasting.map(|lasting| lasting.as_secs_f64());
            }
            #[expect(clippy::cast_precision_loss, reason = "no more than a year")]
            Fault::SkewClock { seconds } => self.seconds = Some(seconds as f64),
            Fault::Versions(versions) => self.kind = kind(versions.word()),
        }
        self
    }
}

impl From<Rule> for RuleForm {
    fn from(rule: Rule) -> Self {
        let form = Self {
            route: rule.route.map(|route| route.as_str().to_owned()),
            space: rule.space,
            nth: rule.when.nth,
            every: rule.when.every,
            from: rule.when.from,
            to: rule.when.to,
            probability: rule.when.probability,
            limit: rule.limit,
            ..Self::default()
        };
        form.with_fault(rule.fault)
    }
}

fn to_wait(seconds: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| "`seconds` is a number of seconds, not less than 0".to_owned())
}

fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use crate::faults::Plan;

    #[test]
    fn every_fault_survives_being_written() {
        let rule = |id: u8| format!("[[rule]]\nfault = \"F{id:02}\"\n");
        let ids: Vec<u8> = (1..=25).chain(28..=30).collect();
        let text: String = ids.iter().map(|&id| rule(id)).collect();
        let plan = Plan::from_toml(&text).unwrap();
        let written = serde_json::to_value(&plan).unwrap();
        let again: Plan = serde_json::from_value(written).unwrap();
        assert_eq!(again, plan);
        let read: Vec<&str> = plan.rules.iter().map(|rule| rule.fault.id()).collect();
        let asked: Vec<String> = ids.iter().map(|id| format!("F{id:02}")).collect();
        assert_eq!(read, asked);
    }
}
