//! Takes the disarming out of indicators: `hxxp://evil[.]example` becomes `http://evil.example`.
//!
//! The same function is used on both sides: queries are refanged when they are read, and text is refanged before it goes
//! into the index. So either form finds either form. What is shown stays as it was written.

/// What people put in place of a character, and the character.
const DISARMED: &[(&str, &str)] = &[
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    ("[:]", ":"),
    ("(:)", ":"),
    ("[://]", "://"),
    ("(://)", "://"),
    ("[/]", "/"),
    ("[@]", "@"),
    ("(@)", "@"),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
];
/// Disarmed schemes, with the colon that makes them one.
const SCHEMES: &[(&str, &str)] = &[("hxxp:", "http:"), ("hxxps:", "https:"), ("fxp:", "ftp:")];

/// The text with every disarmed indicator armed again. A text without one comes back as it is, and a second call changes
/// nothing more. Takes time linear in the text.
pub fn refang(text: &str) -> String {
    let mut armed = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut armed, c);
    }
    armed
}

/// The disarmed form in round parentheses with which `text` begins, as long as it is. Such parentheses are no group.
pub(super) fn parenthesised(text: &str) -> Option<usize> {
    DISARMED
        .iter()
        .map(|(form, _)| *form)
        .find(|form| form.starts_with('(') && starts_with(text, form))
        .map(str::len)
}

/// Never leaves a disarmed form at the end, so that there is none anywhere.
fn push(armed: &mut String, c: char) {
    armed.push(c);
    let forms = match c {
        ']' | ')' | '}' => DISARMED,
        ':' => SCHEMES,
        _ => return,
    };
    let found = forms.iter().find(|(form, _)| ends_with(armed, form));
    let Some((form, raw)) = found else { return };
    let start = armed.len() - form.len();
    if c == ':' && armed.split_at(start).0.ends_with(char::is_alphanumeric) {
        return;
    }
    armed.truncate(start);
    for c in raw.chars() {
        push(armed, c);
    }
}

fn starts_with(text: &str, form: &str) -> bool {
    text.get(..form.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(form))
}

fn ends_with(text: &str, form: &str) -> bool {
    let start = text.len().checked_sub(form.len());
    start
        .and_then(|start| text.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case(form))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn disarmed_indicators_are_armed_again() {
        for (text, raw) in [
            ("203[.]0[.]113[.]9", "203.0.113.9"),
            ("203(.)0(.)113{.}9", "203.0.113.9"),
            ("evil[dot]example(DOT)org", "evil.example.org"),
            ("hxxp://evil.example/a?b=[1]", "http://evil.example/a?b=[1]"),
            ("hXXps[:]//evil[.]example", "https://evil.example"),
            ("HXXP[://]evil.example", "http://evil.example"),
            ("fxp://evil[.]example[/]x", "ftp://evil.example/x"),
            ("2001[:]db8[:][:]1", "2001:db8::1"),
            (
                "a[@]b[.]example, c[at]d(dot)example",
                "a@b.example, c@d.example",
            ),
            ("see (hxxp://x[.]y)", "see (http://x.y)"),
            ("[[.]]", "."),
            ("[[dot]]", "."),
        ] {
            assert_eq!(refang(text), raw, "{text}");
        }
    }

    #[test]
    fn everything_else_is_left_alone() {
        for text in [
            "",
            "array[0].name",
            "f(x).y",
            "the dot and the at",
            "[dots] (atom)",
            "phxxp: xhxxp://a",
            "hxxp is not a scheme",
            "C:\\Users\\[x]",
            "日[本]語 🛡",
        ] {
            assert_eq!(refang(text), text);
        }
    }

    proptest! {
        #[test]
        fn a_second_time_changes_nothing(text in "([\\[\\](){}.:@/]|dot|at|hxxp|hxxps|fxp|[a-z]|é){0,40}") {
            let once = refang(&text);
            prop_assert_eq!(refang(&once), once);
        }

        #[test]
        fn disarming_is_undone(host in "[a-z0-9]{1,8}(\\.[a-z0-9]{1,8}){1,4}", path in "[a-z0-9/._-]{0,20}") {
            let raw = format!("https://{host}/{path}");
            let disarmed = raw.replace("http", "hxxp").replace("://", "[:]//").replace('.', "[.]");
            prop_assert_eq!(refang(&disarmed), raw);
        }
    }
}
