use proptest::prelude::*;

use super::*;

/// Pieces that forms are made of, so that random texts come near to them.
const PIECES: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\n",
    "\r\n",
    "|",
    "\t",
    ";",
    "_id",
    "\"_id\":",
    "_index",
    "kibana.alert.uuid",
    "https://",
    "/app/",
    "/app/security/alerts/redirect/",
    "?index=",
    "&timestamp=",
    "×tamp=",
    "flyout=(",
    "right:(params:(id:",
    "!(",
    "!",
    "'",
    "(",
    ")",
    "%",
    "%2F",
    "https%3A%2F%2F",
    "__;",
    "**",
    "<table>",
    "<tr>",
    "<td>",
    "<a href=\"",
    ">",
    "…",
    "...",
    "/cases/",
    "--",
    " ",
];

fn near_misses() -> impl Strategy<Value = String> {
    let id = (0..IDS.len()).prop_map(|n| IDS[n].1.to_owned());
    let piece = (0..PIECES.len()).prop_map(|n| PIECES[n].to_owned());
    let piece = prop_oneof![6 => piece, 2 => id, 1 => "\\PC{0,6}"];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}|[0-9a-f…./%-]{0,200}|(?s).{0,60}") {
        let read = read(&text, None);
        prop_assert!(read.ids.len() <= text.len());
    }

    #[test]
    fn what_comes_near_to_a_form_is_read_without_panic(text in near_misses(), column in "_id|id|x") {
        let lines = count(text.lines().count().max(1));
        let read = read(&text, Some(&column));
        let ids: BTreeSet<_> = read.ids.iter().map(|found| &found.id).collect();
        prop_assert_eq!(ids.len(), read.ids.len(), "each id stands once");
        for found in &read.ids {
            prop_assert!((1..=lines).contains(&found.line), "{} of {lines} lines", found.line);
        }
        for found in &read.cases {
            prop_assert!((1..=lines).contains(&found.line));
        }
    }

    #[test]
    fn ids_survive_any_separators(ids in prop::collection::hash_set("[0-9a-f]{64}", 1..20), separator in "[ ,;|\t\n\"'<>(){}\\[\\]]{1,3}") {
        let ids: Vec<_> = ids.into_iter().collect();
        let read = read(&ids.join(&separator), None);
        let found: Vec<_> = read.ids.into_iter().map(|found| found.id.to_string()).collect();
        prop_assert_eq!(found, ids);
    }

    #[test]
    fn a_link_gives_back_what_it_was_made_of(id in "[A-Za-z0-9_-]{1,40}", space in "[a-z0-9_-]{1,20}", index in "[.a-z0-9-]{0,39}[a-z0-9]", wrapped in 0_u8..4) {
        let link = format!("https://k.test/kb/s/{space}/app/security/alerts/redirect/{id}?index={index}&timestamp=2026-11-23T12:04:31.000Z");
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let link = (0..wrapped).fold(link, |link, _| format!("https://eur01.safelinks.protection.outlook.com/?url={}&data=x", encode(&link)));
        let read = read(&link, None);
        let found = &read.ids[0];
        let hint = found.hint.as_deref().unwrap();
        prop_assert_eq!(found.id.as_str(), id);
        prop_assert_eq!(hint.kibana.as_deref(), Some("https://k.test/kb"));
        prop_assert_eq!(hint.space.as_deref(), Some(space.as_str()));
        prop_assert_eq!(hint.index.as_deref(), Some(index.as_str()));
        prop_assert_eq!(read.ids.len(), 1);
    }

    #[test]
    fn hits_are_the_same_in_one_line_and_in_many(ids in prop::collection::hash_set("[ -~]{1,30}", 1..10)) {
        let ids: Vec<_> = ids.into_iter().filter(|id| id != "." && id != "..").collect();
        let hits: Vec<_> = ids.iter().map(|id| serde_json::json!({"_id": id, "_index": ".alerts"})).collect();
        let answer = serde_json::json!({"hits": {"hits": hits}});
        for text in [answer.to_string(), serde_json::to_string_pretty(&answer).unwrap()] {
            let read = read(&text, None);
            let found: Vec<_> = read.ids.iter().map(|found| found.id.to_string()).collect();
            prop_assert_eq!(&found, &ids);
        }
    }
}
