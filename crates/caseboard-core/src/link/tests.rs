use proptest::prelude::*;
use serde::Deserialize;

use super::*;

/// Links, and what becomes of them.
#[derive(Deserialize)]
struct Table {
    opens: Vec<Opens>,
    refused: Vec<String>,
}

#[derive(Deserialize)]
struct Opens {
    url: String,
    opened: String,
    host: String,
    warning: Option<String>,
}

/// Addresses as people and intruders write them: likely parts, and anything between them.
fn written() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(vec![
            "http", "https", "HTTPS", "file", "javascript", ":", "://", "/", "//", "\\", "@", "?", "#", "%2f", "%40", ".", "a.example",
            "evil.example", "xn--", "xn--pypal-4ve.example", "pаypal.example", "münchen.example", "127.1", "[::1]", ":443", ":80", "..",
            "\u{202e}", "\u{200b}", "\t", " ", "x=y", "&",
        ]).prop_map(str::to_owned),
        1 => "\\PC{1,4}",
        1 => any::<char>().prop_map(String::from),
    ];
    let parts = prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat());
    prop_oneof![
        parts.clone(),
        parts.clone().prop_map(|rest| format!("https://{rest}")),
        parts.prop_map(|rest| format!("https://a.example{rest}")),
    ]
}

#[test]
fn s05_exactly_what_leads_where_it_says_is_opened() {
    let table: Table = serde_json::from_str(include_str!("tests/urls.json")).unwrap();
    assert!(table.opens.len() + table.refused.len() >= 400);
    for Opens {
        url,
        opened,
        host,
        warning,
    } in table.opens
    {
        let link = Link::read(&url).unwrap_or_else(|error| panic!("{url:?}: {error:?}"));
        let warned = link.warning().map(|warning| match warning {
            LinkWarning::MixedAlphabets => "mixed",
            LinkWarning::OtherAlphabet => "other",
        });
        assert_eq!(
            (link.url(), link.host(), warned),
            (&*opened, &*host, warning.as_deref()),
            "{url:?}"
        );
    }
    for url in table.refused {
        assert_eq!(Link::read(&url).ok(), None, "{url:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn s05_what_is_shown_is_what_is_opened(text in written()) {
        if let Ok(link) = Link::read(&text) {
            let opened = Url::parse(link.url()).unwrap();
            prop_assert_eq!(opened.as_str(), link.url(), "writing and reading change nothing");
            prop_assert_eq!(opened.host_str(), Some(link.host()));
            prop_assert!(matches!(opened.scheme(), "http" | "https"));
            prop_assert_eq!((opened.username(), opened.password()), ("", None));
            prop_assert!(link.url().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert_eq!(Link::read(link.url()), Ok(link));
        }
    }
}
