//! What a command tells: a text or JSON, and an exit code.

use caseboard_core::code::CommandError;

/// What is to be printed, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) text: String,
    pub(crate) exit: u8,
}

/// What a command gives.
pub(crate) type Result<T = Told> = std::result::Result<T, CommandError>;

impl From<String> for Told {
    fn from(text: String) -> Self {
        Self { text, exit: 0 }
    }
}
