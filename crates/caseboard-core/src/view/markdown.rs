//! Markdown as a tree of known nodes. There is no node for HTML, styles or anything that loads.
#![expect(
    clippy::use_self,
    reason = "the derived TypeScript types cannot name `Self`"
)]

use serde::Serialize;

use crate::markdown;

/// A parsed text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Markdown {
    /// What stands in it, in order.
    pub blocks: Vec<Block>,
    /// The text went past a limit of nesting or size and is shown as plain text.
    pub plain: bool,
}

impl Markdown {
    /// Parses a text as those of a case are parsed.
    pub fn of(text: &str) -> Self {
        markdown::parse(text)
    }
}

/// A block of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Block {
    /// A paragraph.
    Paragraph {
        /// What stands in it, in order.
        inlines: Vec<Inline>,
    },
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// What stands in it, in order.
        inlines: Vec<Inline>,
    },
    /// Code as it was written.
    Code {
        /// Language named by the author.
        language: Option<String>,
        /// The text.
        text: String,
    },
    /// A quotation.
    Quote {
        /// What stands in it, in order.
        blocks: Vec<Block>,
    },
    /// A list, numbered or not.
    List {
        /// First number of a numbered list.
        start: Option<u32>,
        /// Its entries.
        items: Vec<ListItem>,
    },
    /// A table.
    Table {
        /// How each column is aligned.
        aligns: Vec<Align>,
        /// Cells of the head.
        head: Vec<Vec<Inline>>,
        /// Rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line across.
    Rule,
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ListItem {
    /// Whether the box of a task is ticked; `None` if it is no task.
    pub checked: Option<bool>,
    /// Where the mark between its brackets stands in the text, in UTF-16 units; `None` if it is no task.
    pub mark_at: Option<u32>,
    /// What stands in it, in order.
    pub blocks: Vec<Block>,
}

/// How a table's column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Align {
    /// Not at all.
    None,
    /// To the left.
    Left,
    /// To the middle.
    Center,
    /// To the right.
    Right,
}

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Inline {
    /// Plain text.
    Text {
        /// The text.
        text: String,
    },
    /// Emphasised.
    Emphasis {
        /// What stands in it, in order.
        inlines: Vec<Inline>,
    },
    /// Strong.
    Strong {
        /// What stands in it, in order.
        inlines: Vec<Inline>,
    },
    /// Struck through.
    Strike {
        /// What stands in it, in order.
        inlines: Vec<Inline>,
    },
    /// Code as it was written.
    Code {
        /// The text.
        text: String,
    },
    /// Shown as written and inert; where it points stands beside it.
    Link {
        /// Where it points, as written.
        href: String,
        /// What stands in it, in order.
        inlines: Vec<Inline>,
    },
    /// A picture that is never loaded: shown as a labelled chip.
    Image {
        /// What it is said to show.
        alt: String,
        /// Where it points, as written.
        href: String,
    },
    /// A character that would be invisible or would reorder the text, by its short name: `RLO`.
    Hidden {
        /// Short name: `RLO`, `ZWSP`, `U+E0041`.
        name: String,
    },
    /// A line break.
    Break,
}
