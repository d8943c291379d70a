//! Words as numbers: each is kept once, and a text is a list of them.

use std::{collections::HashMap, sync::Arc};

use super::words;

/// Every word of the texts that were read.
#[derive(Default)]
pub(crate) struct Dictionary {
    numbers: HashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
}

/// The words of a case, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct CaseWords {
    pub(super) title: Arc<[u32]>,
    pub(super) description: Arc<[u32]>,
}

/// Some of the words of a dictionary.
pub(super) struct WordSet(Vec<u64>);

impl Dictionary {
    /// Reads the texts of a case.
    pub(crate) fn read(&mut self, title: &str, description: &str) -> CaseWords {
        CaseWords {
            title: self.numbers(title),
            description: self.numbers(description),
        }
    }

    fn numbers(&mut self, text: &str) -> Arc<[u32]> {
        words(text).map(|word| self.number(word)).collect()
    }

    fn number(&mut self, word: String) -> u32 {
        if let Some(number) = self.numbers.get(word.as_str()) {
            return *number;
        }
        let word: Arc<str> = word.into();
        let number = u32::try_from(self.words.len()).expect("there is no memory for so many words");
        self.words.push(Arc::clone(&word));
        self.numbers.insert(word, number);
        number
    }

    /// The number of a word, if it occurs.
    pub(super) fn find(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// The words that pass a test.
    pub(super) fn all(&self, test: impl Fn(&str) -> bool) -> WordSet {
        let mut bits = vec![0; self.words.len().div_ceil(64)];
        for (number, word) in self.words.iter().enumerate() {
            if test(word) {
                bits[number / 64] |= 1 << (number % 64);
            }
        }
        WordSet(bits)
    }
}

impl WordSet {
    pub(super) fn has(&self, word: u32) -> bool {
        let number = usize::try_from(word).unwrap_or(usize::MAX);
        let bits = self.0.get(number / 64).copied().unwrap_or_default();
        bits & (1 << (number % 64)) != 0
    }
}
