//! HTML as browsers and mail programs put it on the clipboard: tables by rows, links by where they lead, all else line by line.

use std::cell::RefCell;

use html5ever::{
    LocalName,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};

use super::{
    found::Found,
    table::{Columns, Header, Wanted},
    text,
};

/// Elements that say that a text is HTML. An id in `<` and `>` is none.
const ELEMENTS: [&str; 31] = [
    "!doctype",
    "html",
    "head",
    "body",
    "meta",
    "style",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "div",
    "span",
    "p",
    "a",
    "ul",
    "ol",
    "li",
    "pre",
    "code",
    "b",
    "i",
    "br",
    "h1",
    "h2",
    "h3",
    "font",
    "blockquote",
    "img",
    "section",
];
/// Elements that part words from each other.
const BLOCKS: [&str; 27] = [
    "html",
    "head",
    "body",
    "title",
    "div",
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
    "dl",
    "dt",
    "dd",
    "form",
];

/// Whether a text is HTML, or a mail or page that holds some.
pub(super) fn is_html(text: &str) -> bool {
    let begins = text.trim_start().strip_prefix('<').is_some_and(|rest| {
        let start: String = rest.chars().take(12).collect();
        let name = start
            .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
            .next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        ELEMENTS.contains(&name.as_str()) || name.starts_with("!--")
    });
    begins
        || ["<table", "<html", "<TABLE", "<HTML"]
            .iter()
            .any(|element| text.contains(element))
}

/// Reads a whole text.
pub(super) fn read(found: &mut Found, html: &str, wanted: Wanted<'_>) {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    // Alone it ends a line in HTML, and nowhere else.
    let html = html.replace("\r\n", "\n").replace('\r', " ");
    // Line by line: the tokenizer counts one that ends right behind `<` twice.
    for (line, number) in html.split_inclusive('\n').zip(1..) {
        tokenizer.sink.0.borrow_mut().line = number;
        queue.push_back(StrTendril::from(line));
        // Scripts are not run: whatever the tokenizer stops at, it goes on behind.
        while !queue.is_empty() {
            let _script = tokenizer.feed(&queue);
        }
    }
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    page.end_row();
    page.end_text();
    let mut rows = Rows::Plain;
    for piece in page.pieces {
        match piece {
            Piece::Text(line, piece) => text::read(found, &piece, line, wanted),
            Piece::Link(line, link) => text::line(found, &link, line),
            Piece::Table => rows = Rows::Plain,
            Piece::Row(line, cells) => {
                row(found, line, &cells, (&mut rows, wanted));
            }
        }
    }
}

/// What the rows of a table are.
#[derive(Debug)]
enum Rows {
    /// Texts and links, like any other.
    Plain,
    /// Their columns have names.
    Named(Columns),
    /// Until somebody chose a column, nothing of them is taken.
    Unsure,
}

fn row(found: &mut Found, line: u32, cells: &[Cell], (rows, wanted): (&mut Rows, Wanted<'_>)) {
    let texts: Vec<_> = cells.iter().map(|cell| cell.text.clone()).collect();
    match rows {
        Rows::Named(columns) => {
            columns.take(found, &texts, line);
            if let Some(cell) = cells.get(columns.id()) {
                cell.links
                    .iter()
                    .for_each(|link| text::line(found, link, line));
            }
        }
        Rows::Plain => match Columns::of(&texts, wanted) {
            Some(Header::Known(columns)) => *rows = Rows::Named(columns),
            Some(Header::Unsure(names)) => {
                found.read.columns = names;
                *rows = Rows::Unsure;
            }
            None => {
                for cell in cells {
                    cell.text
                        .lines()
                        .for_each(|part| text::line(found, part, line));
                    cell.links
                        .iter()
                        .for_each(|link| text::line(found, link, line));
                }
            }
        },
        Rows::Unsure => {}
    }
}

#[derive(Debug, Default)]
struct Sink(RefCell<Page>);

/// What was told so far.
#[derive(Debug, Default)]
struct Page {
    /// The line that is read, from 1.
    line: u32,
    pieces: Vec<Piece>,
    text: String,
    text_line: u32,
    row: Vec<Cell>,
    row_line: u32,
    in_cell: bool,
    /// Inside a script or a style.
    is_hidden: bool,
}

#[derive(Debug)]
enum Piece {
    Text(u32, String),
    Link(u32, String),
    /// Another table begins or ends.
    Table,
    Row(u32, Vec<Cell>),
}

#[derive(Debug, Default)]
struct Cell {
    text: String,
    links: Vec<String>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.0.borrow_mut().text(&text),
            Token::TagToken(tag) => return self.0.borrow_mut().tag(&tag),
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &LocalName = &tag.name;
        let begins = tag.kind == TagKind::StartTag;
        match &**name {
            "script" | "style" => {
                self.is_hidden = begins;
                if begins {
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                }
            }
            "table" => {
                self.end_row();
                self.end_text();
                self.pieces.push(Piece::Table);
            }
            "tr" => self.end_row(),
            "td" | "th" if begins => {
                self.end_text();
                if self.row.is_empty() {
                    self.row_line = self.line;
                }
                self.row.push(Cell::default());
                self.in_cell = true;
            }
            "td" | "th" => self.in_cell = false,
            "a" if begins => self.link(tag),
            block if BLOCKS.contains(&block) => self.end_line(),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn text(&mut self, text: &str) {
        match self.row.last_mut() {
            _ if self.is_hidden => {}
            Some(cell) if self.in_cell => cell.text.push_str(text),
            _ => {
                if self.text.is_empty() {
                    self.text_line = self.line;
                }
                self.text.push_str(text);
            }
        }
    }

    fn link(&mut self, tag: &Tag) {
        let Some(to) = tag
            .attrs
            .iter()
            .find(|attribute| &*attribute.name.local == "href")
        else {
            return;
        };
        let to = to.value.to_string();
        match self.row.last_mut() {
            Some(cell) if self.in_cell => cell.links.push(to),
            _ => self.pieces.push(Piece::Link(self.line, to)),
        }
    }

    fn end_line(&mut self) {
        match self.row.last_mut() {
            Some(cell) if self.in_cell => cell.text.push('\n'),
            _ => self.end_text(),
        }
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.pieces.push(Piece::Text(self.text_line, text));
        }
    }

    fn end_row(&mut self) {
        self.in_cell = false;
        let row = std::mem::take(&mut self.row);
        if !row.is_empty() {
            self.pieces.push(Piece::Row(self.row_line, row));
        }
    }
}
