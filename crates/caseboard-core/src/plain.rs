//! Characters that hide: invisible ones and those that reorder text are shown by name, wherever foreign text is shown.

/// The short name of a character that would be invisible or would reorder the text around it; `None` for all others.
///
/// Tabs and line ends are not hidden: they are what they look like.
pub fn hidden_name(c: char) -> Option<String> {
    let name = match c {
        '\t' | '\n' | '\r' => return None,
        '\u{00AD}' => "SHY",
        '\u{034F}' => "CGJ",
        '\u{061C}' => "ALM",
        '\u{180E}' => "MVS",
        '\u{200B}' => "ZWSP",
        '\u{200C}' => "ZWNJ",
        '\u{200D}' => "ZWJ",
        '\u{200E}' => "LRM",
        '\u{200F}' => "RLM",
        '\u{2028}' => "LSEP",
        '\u{2029}' => "PSEP",
        '\u{202A}' => "LRE",
        '\u{202B}' => "RLE",
        '\u{202C}' => "PDF",
        '\u{202D}' => "LRO",
        '\u{202E}' => "RLO",
        '\u{2060}' => "WJ",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        '\u{FEFF}' => "BOM",
        '\u{3164}' | '\u{FFA0}' | '\u{115F}' | '\u{1160}' => "FILLER",
        '\u{2061}'..='\u{2064}'
        | '\u{206A}'..='\u{206F}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => {
            return Some(format!("U+{:04X}", u32::from(c)));
        }
        c if c.is_control() => return Some(format!("U+{:04X}", u32::from(c))),
        _ => return None,
    };
    Some(name.to_owned())
}

/// One line of foreign text with hidden characters as `⟨RLO⟩` and line ends as blanks.
pub fn visible(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut line, c| {
            match hidden_name(c) {
                Some(name) => line.extend(["⟨", &name, "⟩"]),
                None if c.is_whitespace() => line.push(' '),
                None => line.push(c),
            }
            line
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_named() {
        assert_eq!(visible("invoice_\u{202E}fdp.exe"), "invoice_⟨RLO⟩fdp.exe");
        assert_eq!(
            visible("a\u{200B}b\u{0}c\u{1B}[31m"),
            "a⟨ZWSP⟩b⟨U+0000⟩c⟨U+001B⟩[31m"
        );
        assert_eq!(visible("\u{E0041}\u{FEFF}"), "⟨U+E0041⟩⟨BOM⟩");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "Odd PowerShell on WS-17",
            "Zażółć gęślą jaźń",
            "日本語",
            "قاعدة",
            "a–b “c” 🛡",
        ] {
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible("two\nlines\tand a tab"), "two lines and a tab");
    }
}
