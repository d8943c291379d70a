//! Markdown, parsed once, here, into the tree of [`crate::view`]. No HTML, nothing that loads, no link that acts.

use std::mem;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::{
    plain::hidden_name,
    view::{Align, Block, Inline, ListItem, Markdown},
};

/// Deepest nesting before a text is shown plain (S07).
const DEEPEST: usize = 100;
/// Most nodes of one text, and of all texts of a case, before what comes next is shown plain (S07).
pub(crate) const MOST_NODES: usize = 20_000;

/// Parses a text. One that goes past a limit comes back whole, as plain paragraphs.
pub(crate) fn parse(text: &str) -> Markdown {
    parse_within(text, &mut { MOST_NODES })
}

/// Parses one of several texts that are shown together; takes its nodes from those that are left for them.
pub(crate) fn parse_within(text: &str, n_left: &mut usize) -> Markdown {
    match Builder::build(text, n_left) {
        Some(blocks) => Markdown {
            blocks,
            plain: false,
        },
        None => Markdown {
            blocks: vec![Block::Code {
                language: None,
                text: text.chars().flat_map(shown).collect(),
            }],
            plain: true,
        },
    }
}

/// What is open while the events pass: a container of blocks or of inlines, to be closed into its parent.
enum Open {
    Quote(Vec<Block>),
    List {
        start: Option<u32>,
        items: Vec<ListItem>,
    },
    Item {
        task: Option<(bool, u32)>,
        blocks: Vec<Block>,
    },
    Paragraph(Vec<Inline>),
    /// Inlines straight in a list item, which pulldown-cmark leaves without a paragraph.
    Tight(Vec<Inline>),
    Heading {
        level: u8,
        inlines: Vec<Inline>,
    },
    Code {
        language: Option<String>,
        text: String,
    },
    Html(String),
    Table {
        aligns: Vec<Align>,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row(Vec<Vec<Inline>>),
    Cell(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Strike(Vec<Inline>),
    Link {
        href: String,
        inlines: Vec<Inline>,
    },
    Image {
        href: String,
        inlines: Vec<Inline>,
    },
}

/// Counts a text's UTF-16 units, once through.
struct Units<'a> {
    text: &'a str,
    at: usize,
    n: usize,
}

impl Units<'_> {
    /// Units before a byte, which is not before the one asked for last.
    fn before(&mut self, byte: usize) -> u32 {
        let passed = self.text.get(self.at..byte).unwrap_or_default();
        self.n += passed.encode_utf16().count();
        self.at = byte;
        u32::try_from(self.n).unwrap_or(u32::MAX)
    }
}

#[derive(Default)]
struct Builder {
    root: Vec<Block>,
    open: Vec<Open>,
    n_nodes: usize,
}

impl Builder {
    /// `None` once a limit is passed; then nothing is taken from what is left.
    fn build(text: &str, n_left: &mut usize) -> Option<Vec<Block>> {
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut builder = Self::default();
        let mut units = Units { text, at: 0, n: 0 };
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            builder.n_nodes += 1;
            if builder.n_nodes > *n_left || builder.open.len() > DEEPEST {
                return None;
            }
            if let Event::TaskListMarker(ticked) = event {
                builder.tick(ticked, units.before(range.start + 1));
            } else {
                builder.event(event);
            }
        }
        builder.close_tight();
        *n_left -= builder.n_nodes;
        Some(builder.root)
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Code(text) => self.inline(Inline::Code {
                text: text.chars().flat_map(shown).collect(),
            }),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            // Of extensions that are switched off.
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            // It is told with its place.
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ) {
            self.open_tight();
        } else {
            self.close_tight();
        }
        self.open.push(match tag {
            Tag::BlockQuote(_) => Open::Quote(Vec::new()),
            Tag::List(start) => Open::List { start: start.and_then(|start| u32::try_from(start).ok()), items: Vec::new() },
            Tag::Item => Open::Item { task: None, blocks: Vec::new() },
            Tag::Heading { level, .. } => Open::Heading { level: level as u8, inlines: Vec::new() },
            Tag::CodeBlock(kind) => Open::Code { language: language(&kind), text: String::new() },
            Tag::HtmlBlock => Open::Html(String::new()),
            Tag::Table(aligns) => Open::Table { aligns: aligns.into_iter().map(align).collect(), head: Vec::new(), rows: Vec::new() },
            Tag::TableHead | Tag::TableRow => Open::Row(Vec::new()),
            Tag::TableCell => Open::Cell(Vec::new()),
            Tag::Emphasis => Open::Emphasis(Vec::new()),
            Tag::Strong => Open::Strong(Vec::new()),
            Tag::Strikethrough => Open::Strike(Vec::new()),
            Tag::Link { dest_url, .. } => Open::Link { href: visible_href(&dest_url), inlines: Vec::new() },
            Tag::Image { dest_url, .. } => Open::Image { href: visible_href(&dest_url), inlines: Vec::new() },
            Tag::Paragraph
            // Of extensions that are switched off: their text is kept.
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => Open::Paragraph(Vec::new()),
        });
    }

    fn end(&mut self, end: TagEnd) {
        if matches!(end, TagEnd::Item | TagEnd::BlockQuote(_)) {
            self.close_tight();
        }
        let Some(open) = self.open.pop() else { return };
        match open {
            Open::Quote(blocks) => self.block(Block::Quote { blocks }),
            Open::List { start, items } => self.block(Block::List { start, items }),
            Open::Item { task, blocks } => {
                let (checked, mark_at) = task.unzip();
                if let Some(Open::List { items, .. }) = self.open.last_mut() {
                    items.push(ListItem {
                        checked,
                        mark_at,
                        blocks,
                    });
                }
            }
            Open::Paragraph(inlines) | Open::Tight(inlines) => {
                self.block(Block::Paragraph { inlines });
            }
            Open::Heading { level, inlines } => self.block(Block::Heading { level, inlines }),
            Open::Code { language, text } => self.block(Block::Code { language, text }),
            Open::Html(text) => self.block(Block::Paragraph {
                inlines: vec![Inline::Text {
                    text: text.trim_end().to_owned(),
                }],
            }),
            Open::Table { aligns, head, rows } => self.block(Block::Table { aligns, head, rows }),
            Open::Row(cells) => {
                if let Some(Open::Table { head, rows, .. }) = self.open.last_mut() {
                    if matches!(end, TagEnd::TableHead) {
                        *head = cells;
                    } else {
                        rows.push(cells);
                    }
                }
            }
            Open::Cell(inlines) => {
                if let Some(Open::Row(cells)) = self.open.last_mut() {
                    cells.push(inlines);
                }
            }
            Open::Emphasis(inlines) => self.inline(Inline::Emphasis { inlines }),
            Open::Strong(inlines) => self.inline(Inline::Strong { inlines }),
            Open::Strike(inlines) => self.inline(Inline::Strike { inlines }),
            Open::Link { href, inlines } => self.inline(Inline::Link { href, inlines }),
            Open::Image { href, inlines } => self.inline(Inline::Image {
                alt: text_of(&inlines),
                href,
            }),
        }
    }

    fn tick(&mut self, ticked: bool, at: u32) {
        if let Some(Open::Item { task, .. }) = self
            .open
            .iter_mut()
            .rev()
            .find(|open| matches!(open, Open::Item { .. }))
        {
            *task = Some((ticked, at));
        }
    }

    /// Adds text; hidden characters in it become nodes of their own, or names where there can be no node.
    fn text(&mut self, text: &str) {
        if let Some(Open::Code { text: code, .. } | Open::Html(code)) = self.open.last_mut() {
            code.extend(text.chars().flat_map(shown));
            return;
        }
        let mut run = String::new();
        for c in text.chars() {
            match hidden_name(c) {
                None => run.push(c),
                Some(name) => {
                    self.run(&mut run);
                    self.n_nodes += 1;
                    self.inline(Inline::Hidden { name });
                }
            }
        }
        self.run(&mut run);
    }

    fn run(&mut self, run: &mut String) {
        if !run.is_empty() {
            self.inline(Inline::Text {
                text: mem::take(run),
            });
        }
    }

    fn inline(&mut self, inline: Inline) {
        self.open_tight();
        let Some(inlines) = self.open.last_mut().and_then(Open::inlines) else {
            return;
        };
        match (inlines.last_mut(), inline) {
            (Some(Inline::Text { text: before }), Inline::Text { text }) => before.push_str(&text),
            (_, inline) => inlines.push(inline),
        }
    }

    fn block(&mut self, block: Block) {
        match self.open.last_mut() {
            Some(Open::Quote(blocks) | Open::Item { blocks, .. }) => blocks.push(block),
            _ => self.root.push(block),
        }
    }

    fn open_tight(&mut self) {
        if self
            .open
            .last_mut()
            .is_none_or(|open| open.inlines().is_none())
        {
            self.open.push(Open::Tight(Vec::new()));
        }
    }

    fn close_tight(&mut self) {
        if matches!(self.open.last(), Some(Open::Tight(_))) {
            self.end(TagEnd::Paragraph);
        }
    }
}

impl Open {
    fn inlines(&mut self) -> Option<&mut Vec<Inline>> {
        match self {
            Self::Paragraph(inlines)
            | Self::Tight(inlines)
            | Self::Heading { inlines, .. }
            | Self::Cell(inlines)
            | Self::Emphasis(inlines)
            | Self::Strong(inlines)
            | Self::Strike(inlines)
            | Self::Link { inlines, .. }
            | Self::Image { inlines, .. } => Some(inlines),
            Self::Quote(_)
            | Self::List { .. }
            | Self::Item { .. }
            | Self::Code { .. }
            | Self::Html(_)
            | Self::Table { .. }
            | Self::Row(_) => None,
        }
    }
}

fn language(kind: &CodeBlockKind<'_>) -> Option<String> {
    match kind {
        CodeBlockKind::Fenced(language) if !language.is_empty() => {
            Some(crate::plain::visible(language))
        }
        CodeBlockKind::Fenced(_) | CodeBlockKind::Indented => None,
    }
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

fn visible_href(href: &str) -> String {
    crate::plain::visible(href)
}

/// A character as text that cannot hide: itself, or its name in brackets.
fn shown(c: char) -> impl Iterator<Item = char> {
    let name = hidden_name(c).map(|name| format!("⟨{name}⟩"));
    let plain = name.is_none().then_some(c);
    name.unwrap_or_default()
        .chars()
        .collect::<Vec<_>>()
        .into_iter()
        .chain(plain)
}

fn text_of(inlines: &[Inline]) -> String {
    inlines.iter().fold(String::new(), |mut text, inline| {
        match inline {
            Inline::Text { text: more } | Inline::Code { text: more } => text.push_str(more),
            Inline::Emphasis { inlines }
            | Inline::Strong { inlines }
            | Inline::Strike { inlines }
            | Inline::Link { inlines, .. } => {
                text.push_str(&text_of(inlines));
            }
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::Hidden { name } => text.extend(["⟨", name, "⟩"]),
            Inline::Break => text.push(' '),
        }
        text
    })
}

#[cfg(test)]
mod pathological;
#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text {
            text: text.to_owned(),
        }
    }

    fn paragraph(words: &str) -> Block {
        Block::Paragraph {
            inlines: vec![text(words)],
        }
    }

    #[test]
    fn html_is_text() {
        for html in [
            "<img src=x onerror=alert(1)>",
            "<script>alert(1)</script>",
            "<svg/onload=alert(1)>",
        ] {
            let parsed = format!("{:?}", parse(html).blocks);
            assert!(parsed.contains("Text"), "{html} is shown: {parsed}");
            assert!(
                !parsed.contains("Link") && !parsed.contains("Image"),
                "{html} makes nothing but text: {parsed}"
            );
        }
        assert_eq!(
            parse("a <b>c</b> d").blocks,
            [paragraph("a <b>c</b> d")],
            "nothing of it vanishes"
        );
    }

    #[test]
    fn links_and_images_keep_where_they_point() {
        let parsed = parse("[x](javascript:alert(1)) ![y](https://evil.test/a.png)").blocks;
        let link = Inline::Link {
            href: "javascript:alert(1)".to_owned(),
            inlines: vec![text("x")],
        };
        let image = Inline::Image {
            alt: "y".to_owned(),
            href: "https://evil.test/a.png".to_owned(),
        };
        assert_eq!(
            parsed,
            [Block::Paragraph {
                inlines: vec![link, text(" "), image]
            }]
        );
    }

    #[test]
    fn tasks_keep_their_ticks_and_where_their_marks_stand() {
        let item = |checked, mark_at, words| ListItem {
            checked: Some(checked),
            mark_at: Some(mark_at),
            blocks: vec![paragraph(words)],
        };
        let written = "\u{1f600} é\n\n- [x] isolate web-07\n- [ ] collect image";
        let [_, tasks] = parse(written).blocks.try_into().unwrap();
        let expected = Block::List {
            start: None,
            items: vec![
                item(true, 9, "isolate web-07"),
                item(false, 30, "collect image"),
            ],
        };
        assert_eq!(tasks, expected);
        let units: Vec<_> = written.encode_utf16().collect();
        assert_eq!((units[9], units[30]), (u16::from(b'x'), u16::from(b' ')));
    }

    #[test]
    fn a_tight_list_with_a_list_in_it_keeps_its_order() {
        let inner = Block::List {
            start: Some(1),
            items: vec![ListItem {
                checked: None,
                mark_at: None,
                blocks: vec![paragraph("b")],
            }],
        };
        let parsed = parse("- a\n  1. b\n- c").blocks;
        let items = vec![
            ListItem {
                checked: None,
                mark_at: None,
                blocks: vec![paragraph("a"), inner],
            },
            ListItem {
                checked: None,
                mark_at: None,
                blocks: vec![paragraph("c")],
            },
        ];
        assert_eq!(parsed, [Block::List { start: None, items }]);
    }

    #[test]
    fn a_table_has_head_rows_and_aligns() {
        let parsed = parse("| a | b |\n|---|--:|\n| 1 | **2** |").blocks;
        let strong = Inline::Strong {
            inlines: vec![text("2")],
        };
        let head = vec![vec![text("a")], vec![text("b")]];
        assert_eq!(
            parsed,
            [Block::Table {
                aligns: vec![Align::None, Align::Right],
                head,
                rows: vec![vec![vec![text("1")], vec![strong]]]
            }]
        );
    }

    #[test]
    fn hidden_characters_become_markers_everywhere() {
        let marker = Inline::Hidden {
            name: "RLO".to_owned(),
        };
        assert_eq!(
            parse("a\u{202E}b").blocks,
            [Block::Paragraph {
                inlines: vec![text("a"), marker, text("b")]
            }]
        );
        let code = parse("```\na\u{202E}b\n```").blocks;
        assert_eq!(
            code,
            [Block::Code {
                language: None,
                text: "a⟨RLO⟩b\n".to_owned()
            }]
        );
    }

    #[test]
    fn past_the_limits_the_text_is_whole_and_plain() {
        let deep = format!("{}x", "> ".repeat(DEEPEST + 2));
        let wide = "*a* ".repeat(MOST_NODES);
        for pathological in [deep, wide] {
            let parsed = parse(&pathological);
            assert!(parsed.plain);
            assert_eq!(
                parsed.blocks,
                [Block::Code {
                    language: None,
                    text: pathological
                }]
            );
        }
    }
}
