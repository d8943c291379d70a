//! How far long work is, on a terminal and nowhere else.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Work that takes less shows nothing.
const TICK: Duration = Duration::from_millis(200);

/// A bar that goes away with the work.
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar with these words, if bars may be shown. Without a terminal on standard error nothing shows in any case.
    pub(crate) fn new(shown: bool, words: &'static str) -> Self {
        let bar = if shown {
            ProgressBar::no_length()
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{spinner} {msg} {pos}/{len} {elapsed}");
        bar.set_style(style.expect("the template is sound"));
        bar.set_message(words);
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    /// Tells for each part of the work whether it is done.
    pub(crate) fn show(&mut self, parts: impl Iterator<Item = bool>) {
        let (mut done, mut all) = (0, 0);
        for is_done in parts {
            all += 1;
            done += u64::from(is_done);
        }
        self.bar.set_length(all);
        self.bar.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
