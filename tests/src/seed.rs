//! Words and ids drawn from a seed that is printed, and taken back by `SEED=`.

use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha12Rng;

const SUBJECTS: &[&str] = &[
    "Beacon",
    "Dropper",
    "Kerberoast",
    "Macro",
    "Mimikatz",
    "Phish",
    "Sideload",
    "Webshell",
];
const PLACES: &[&str] = &[
    "web-07", "vpn-gw-2", "ws-17", "dc-01", "hmi-3", "mail-2", "build-4", "kiosk-9",
];
const VERBS: &[&str] = &[
    "isolated",
    "imaged",
    "blocked",
    "reset",
    "searched",
    "contained",
    "escalated",
    "watched",
];

/// A source of words and ids, the same for the same seed.
#[derive(Debug)]
pub struct Seed {
    random: ChaCha12Rng,
}

impl Seed {
    /// The seed of `SEED`, else a new one; printed either way, with the name of the story.
    pub fn of(story: &str) -> Self {
        let given = std::env::var_os("SEED").and_then(|seed| seed.to_str()?.parse().ok());
        let seed = given.unwrap_or_else(rand::random);
        eprintln!("{story}: SEED={seed}");
        Self {
            random: ChaCha12Rng::seed_from_u64(seed),
        }
    }

    /// A case title.
    pub fn title(&mut self) -> String {
        format!(
            "{} on {} {}",
            self.pick(SUBJECTS),
            self.pick(PLACES),
            self.token()
        )
    }

    /// A comment of two sentences.
    pub fn comment(&mut self) -> String {
        format!(
            "{} was {} at once. Ticket {} is next.",
            self.pick(PLACES),
            self.pick(VERBS),
            self.token()
        )
    }

    /// Six letters that no other text has.
    pub fn token(&mut self) -> String {
        (0..6)
            .map(|_| char::from(self.random.random_range(b'a'..=b'z')))
            .collect()
    }

    /// An alert id of 64 hexadecimal digits.
    pub fn alert_id(&mut self) -> String {
        (0..64)
            .map(|_| char::from(*b"0123456789abcdef".choose(&mut self.random).unwrap()))
            .collect()
    }

    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words.choose(&mut self.random).unwrap()
    }
}
