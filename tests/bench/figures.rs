//! What was measured, and how it is told.

use std::fmt::{self, Display, Formatter};

use anyhow::ensure;
use serde_json::{Value, json};

/// Heads the lines of moments.
pub(crate) const HEADING: &str = "     median            p95          worst      ratio  budget  ";

/// Milliseconds of many rounds.
#[derive(Debug)]
pub(crate) struct Figures {
    median: f64,
    p95: f64,
    worst: f64,
    rounds: usize,
}

/// Something that the app was measured in, beside the empty page.
#[derive(Debug)]
pub(crate) struct Moment {
    pub(crate) name: &'static str,
    /// What it should take, in milliseconds.
    pub(crate) budget: f64,
    pub(crate) app: Figures,
    pub(crate) floor: Figures,
    /// What else was seen.
    pub(crate) note: Option<String>,
}

impl Figures {
    /// # Errors
    /// If there is nothing to tell of.
    pub(crate) fn of(mut took: Vec<f64>) -> anyhow::Result<Self> {
        ensure!(!took.is_empty(), "nothing was measured");
        took.sort_by(f64::total_cmp);
        let at = |hundredth: usize| took[(took.len() * hundredth / 100).min(took.len() - 1)];
        Ok(Self {
            median: at(50),
            p95: at(95),
            worst: at(100),
            rounds: took.len(),
        })
    }

    fn to_json(&self) -> Value {
        json!({"median": self.median, "p95": self.p95, "worst": self.worst, "rounds": self.rounds})
    }
}

impl Moment {
    /// Prints it.
    pub(crate) fn told(self) -> Self {
        println!("{self}");
        self
    }

    fn ratio(&self) -> f64 {
        self.app.median / self.floor.median
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name, "budget": self.budget, "app": self.app.to_json(), "floor": self.floor.to_json(),
            "ratio": self.ratio(), "note": self.note,
        })
    }
}

impl Display for Moment {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Self { app, floor, .. } = self;
        for (app, floor) in [
            (app.median, floor.median),
            (app.p95, floor.p95),
            (app.worst, floor.worst),
        ] {
            write!(out, "{app:6.0} / {floor:4.0}  ")?;
        }
        let over = if app.median > self.budget { '!' } else { ' ' };
        write!(
            out,
            "{:6.2}  {:5.0}{over}  {}",
            self.ratio(),
            self.budget,
            self.name
        )?;
        match &self.note {
            Some(note) => write!(out, " ({note})"),
            None => Ok(()),
        }
    }
}
