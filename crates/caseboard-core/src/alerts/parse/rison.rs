//! RISON, the form in which Kibana writes its state into addresses. Read as far as it goes: links are cut and damaged on the way.
//!
//! Numbers stay texts, since an id of digits is no number.

use serde_json::{Map, Value};

/// How deep objects and arrays may lie in each other.
const MOST_DEPTH: u32 = 64;

/// The value with which `text` begins, as much of it as is there.
pub(super) fn read(text: &str) -> Value {
    Reader { rest: text }.value(0)
}

/// Whether a text can be an object or an array at all.
pub(super) fn is_rison(text: &str) -> bool {
    text.starts_with('(') || text.starts_with("!(")
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u32) -> Value {
        if depth > MOST_DEPTH {
            self.rest = "";
        }
        if self.skip('(') {
            return Value::Object(self.object(depth));
        }
        if self.skip('\'') {
            return Value::String(self.quoted());
        }
        if self.skip('!') {
            return match self.next() {
                Some('(') => Value::Array(self.array(depth)),
                Some('t') => Value::Bool(true),
                Some('f') => Value::Bool(false),
                _ => Value::Null,
            };
        }
        Value::String(self.bare(&[',', ')']).to_owned())
    }

    fn object(&mut self, depth: u32) -> Map<String, Value> {
        let mut object = Map::new();
        while !self.ends() {
            let key = if self.skip('\'') {
                self.quoted()
            } else {
                self.bare(&[':', ',', ')']).to_owned()
            };
            if self.skip(':') {
                let value = self.value(depth + 1);
                object.insert(key, value);
            }
            self.pass_comma();
        }
        object
    }

    fn array(&mut self, depth: u32) -> Vec<Value> {
        let mut array = Vec::new();
        while !self.ends() {
            array.push(self.value(depth + 1));
            self.pass_comma();
        }
        array
    }

    /// Whether the object or array ends here; passes over its end.
    fn ends(&mut self) -> bool {
        self.rest.is_empty() || self.skip(')')
    }

    /// Passes over the comma; over whatever else stands before it, too, which nothing should.
    fn pass_comma(&mut self) {
        self.bare(&[',', ')']);
        self.skip(',');
    }

    fn quoted(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\'' => break,
                '!' => text.extend(self.next()),
                c => text.push(c),
            }
        }
        text
    }

    fn bare(&mut self, ends: &[char]) -> &'a str {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }

    fn skip(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_as_far_as_they_go() {
        for (text, value) in [
            ("(a:b,c:'d e')", json!({"a": "b", "c": "d e"})),
            ("!(a,b)", json!(["a", "b"])),
            (
                "(a:!t,b:!f,c:!n,d:!())",
                json!({"a": true, "b": false, "c": null, "d": []}),
            ),
            ("(a:'it!'s !!')", json!({"a": "it's !"})),
            ("(a:12,b:0e1)", json!({"a": "12", "b": "0e1"})),
            (
                "(at:2026-11-23T12:04:31.000Z,b:c)",
                json!({"at": "2026-11-23T12:04:31.000Z", "b": "c"}),
            ),
            ("(a:(b:(c:d", json!({"a": {"b": {"c": "d"}}})),
            ("(a:b))]) and more", json!({"a": "b"})),
            ("(a:'b", json!({"a": "b"})),
            ("(a", json!({})),
            ("(a,b:c)", json!({"b": "c"})),
            ("('a':'b')", json!({"a": "b"})),
            ("(a:b'c',d:e)", json!({"a": "b'c'", "d": "e"})),
            ("()", json!({})),
            ("", json!("")),
            ("!", json!(null)),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
    }

    #[test]
    fn no_depth_is_too_deep() {
        let deep = "(a:".repeat(100_000);
        assert!(read(&deep).is_object());
        assert!(read(&"!(".repeat(100_000)).is_array());
    }
}
