//! The sink of the terminal: whatever is printed goes through a [`Page`], which lets nothing act on a terminal but our own
//! colours (S30).

use std::fmt::Write as _;

use caseboard_core::plain::{hidden_name, visible};
use serde::Serialize;

/// How a text is set off, where there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Strong,
    Faint,
    Red,
    Yellow,
}

/// Text for a terminal, line by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    text: String,
    colours: bool,
}

/// A part of a line.
pub(crate) type Part = (Style, String);

impl Style {
    /// The style of a severity.
    pub(crate) fn of_severity(severity: &str) -> Self {
        match severity {
            "critical" => Self::Red,
            "high" => Self::Yellow,
            _ => Self::Plain,
        }
    }

    fn sgr(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "\u{1b}[1m",
            Self::Faint => "\u{1b}[2m",
            Self::Red => "\u{1b}[31m",
            Self::Yellow => "\u{1b}[33m",
        }
    }
}

impl Page {
    pub(crate) fn new(colours: bool) -> Self {
        Self {
            text: String::new(),
            colours,
        }
    }

    /// One line. Line ends in it become blanks.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) {
        self.parts(&[(Style::Plain, text.as_ref().to_owned())]);
    }

    /// One line of parts.
    pub(crate) fn parts(&mut self, parts: &[Part]) {
        for (style, text) in parts {
            self.part(*style, text);
        }
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// A text of many lines, each further in.
    pub(crate) fn block(&mut self, text: &str) {
        for line in text.split('\n') {
            self.line(format!("  {}", line.strip_suffix('\r').unwrap_or(line)));
        }
    }

    /// A table: columns are as wide as their widest cell, the last one as it comes.
    pub(crate) fn table(&mut self, head: &[&str], rows: &[Vec<Part>]) {
        let head: Vec<Part> = head
            .iter()
            .map(|name| (Style::Strong, (*name).to_owned()))
            .collect();
        let rows: Vec<Vec<Part>> = std::iter::once(&head)
            .chain(rows)
            .map(|row| {
                let cells = row.iter();
                cells.map(|(style, text)| (*style, visible(text))).collect()
            })
            .collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|(_, text)| text.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<_> = (0..head.len()).map(width).collect();
        for row in &rows {
            for (n, (style, text)) in row.iter().enumerate() {
                self.part(*style, text);
                if n + 1 < row.len() {
                    let width = widths.get(n).copied().unwrap_or(0);
                    let pad = width.saturating_sub(text.chars().count()) + 2;
                    self.text.extend(std::iter::repeat_n(' ', pad));
                }
            }
            self.text.truncate(self.text.trim_end_matches(' ').len());
            self.text.push('\n');
        }
    }

    /// What is printed, without the last line end.
    pub(crate) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }

    fn part(&mut self, style: Style, text: &str) {
        let text = visible(text);
        if self.colours && style != Style::Plain {
            self.text.extend([style.sgr(), &text, "\u{1b}[0m"]);
        } else {
            self.text += &text;
        }
    }
}

/// JSON in which every hidden character is escaped, so that it is as harmless on a terminal as it is complete.
pub(crate) fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("views are JSON");
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden_name(c).is_none() {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(safe, "\\u{unit:04x}").expect("a text takes it");
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_line_up_and_have_no_trailing_blanks() {
        let mut page = Page::new(false);
        let row = |a: &str, b: &str| vec![(Style::Red, a.to_owned()), (Style::Plain, b.to_owned())];
        page.table(&["A", "TITLE"], &[row("long", "x"), row("ü", "")]);
        assert_eq!(page.finish(), "A     TITLE\nlong  x\nü");
    }

    #[test]
    fn colours_are_ours_and_only_where_asked_for() {
        let mut page = Page::new(true);
        page.parts(&[(Style::Red, "\u{1b}[32mx".to_owned())]);
        assert_eq!(page.finish(), "\u{1b}[31m⟨U+001B⟩[32mx\u{1b}[0m");
    }

    #[test]
    fn json_survives_with_its_hidden_characters_escaped() {
        let text = "a\u{1b}]8;;x\u{7}\u{9b}\u{202e}\u{e0041}\u{7f}\r\n\tü";
        let told = json(&text);
        assert!(told.chars().all(|c| hidden_name(c).is_none()), "{told}");
        assert_eq!(serde_json::from_str::<String>(&told).unwrap(), text);
    }
}
