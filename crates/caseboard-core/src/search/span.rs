//! Places in the text of a query.

use std::ops::Range;

/// From one byte to another of the text that was read; both on borders of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
}

/// A value and where it stands. Two are equal if the values are, wherever they stand.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// Where it stands.
    pub span: Span,
    /// What stands there.
    pub value: T,
}

/// Counts a text in UTF-16 code units, as webviews do.
#[derive(Debug)]
pub struct Utf16 {
    /// For each byte, and for the end, the units before it.
    units: Vec<u32>,
}

impl Span {
    /// From `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The part of the text.
    pub fn of(self, text: &str) -> &str {
        text.get(Range::from(self)).unwrap_or_default()
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start..span.end
    }
}

impl<T> Spanned<T> {
    /// A value and its place.
    pub fn new(span: Span, value: T) -> Self {
        Self { span, value }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl Utf16 {
    /// Counts the text once.
    pub fn of(text: &str) -> Self {
        let mut units = Vec::with_capacity(text.len() + 1);
        let mut before: u32 = 0;
        for c in text.chars() {
            units.extend(std::iter::repeat_n(before, c.len_utf8()));
            before += if c.len_utf16() == 2 { 2 } else { 1 };
        }
        units.push(before);
        Self { units }
    }

    /// Units before this byte.
    pub fn at(&self, byte: usize) -> u32 {
        let last = self.units.len() - 1;
        self.units[byte.min(last)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_as_javascript_does() {
        let text = "aß日🛡b";
        let utf16 = Utf16::of(text);
        for (byte, _) in text.char_indices() {
            let before = text.split_at(byte).0.encode_utf16().count();
            assert_eq!(utf16.at(byte) as usize, before, "before byte {byte}");
        }
        assert_eq!((utf16.at(text.len()), utf16.at(1000)), (6, 6));
    }
}
