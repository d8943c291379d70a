//! Texts full of alert ids, in the forms in which they are dropped. The time to read one is to grow like the text.

use std::fmt::Write as _;

use serde_json::json;

/// What is measured: its name, and the text.
pub(super) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("read 12,500 ids out of a text", words(12_500)),
        ("read 25,000 ids out of a text", words(25_000)),
        ("read 50,000 ids out of a text", words(50_000)),
        ("read 10,000 ids out of a mail", words(10_000)),
        ("read 10,000 links", links(10_000)),
        (
            "read 10,000 links, wrapped by a mail filter",
            wrapped(10_000),
        ),
        ("read 10,000 hits of a search", hits(10_000)),
        ("read 10,000 rows of CSV", rows(10_000)),
        ("read 10,000 rows of an HTML table", html(10_000)),
        (
            "read 10,000 links on one line",
            links(10_000).replace('\n', ","),
        ),
        (
            "read 50,000 links on one line",
            links(50_000).replace('\n', ","),
        ),
    ]
}

fn id(n: u32) -> String {
    let spread = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!(
        "{spread:016x}{:048x}",
        u128::from(spread).wrapping_mul(u128::from(spread))
    )
}

fn link(n: u32) -> String {
    format!(
        "https://k.test/s/soc/app/security/alerts/redirect/{}?index=.alerts-security.alerts-soc&timestamp=2026-11-23T12:04:31.000Z",
        id(n)
    )
}

/// As people write them, a word or two around each.
fn words(n: u32) -> String {
    lines(n, |n| {
        format!("> please look at {} on web-{}, and tell me", id(n), n % 100)
    })
}

fn links(n: u32) -> String {
    lines(n, link)
}

fn wrapped(n: u32) -> String {
    lines(n, |n| {
        let encoded =
            percent_encoding::utf8_percent_encode(&link(n), percent_encoding::NON_ALPHANUMERIC)
                .to_string();
        format!(
            "https://eur01.safelinks.protection.outlook.com/?url={encoded}&data=05%7C02%7C&reserved=0"
        )
    })
}

fn hits(n: u32) -> String {
    let hits: Vec<_> = (0..n)
        .map(|n| {
            json!({"_id": id(n), "_index": ".internal.alerts-security.alerts-soc-000001", "_source": {
                "@timestamp": "2026-11-23T12:04:31.000Z", "kibana.alert.rule.uuid": "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10",
                "kibana.alert.rule.name": "Malware prevention", "kibana.alert.severity": "high", "host": {"name": "web-07"},
            }})
        })
        .collect();
    format!("{:#}", json!({"hits": {"hits": hits}}))
}

fn rows(n: u32) -> String {
    let rows = lines(n, |n| {
        format!(
            "\"2026-11-23T12:04:31.000Z\",{},.alerts,\"Malware, prevented\",web-{}",
            id(n),
            n % 100
        )
    });
    format!("@timestamp,_id,_index,kibana.alert.rule.name,host.name\n{rows}")
}

fn html(n: u32) -> String {
    let rows = lines(n, |n| {
        format!(
            "<tr><td>{}</td><td><b>web-{}</b></td><td><a href=\"{}\">open</a></td></tr>",
            id(n),
            n % 100,
            link(n)
        )
    });
    format!("<table><tr><th>_id</th><th>host</th><th>link</th></tr>{rows}</table>")
}

fn lines(n: u32, line: impl Fn(u32) -> String) -> String {
    (0..n).fold(String::new(), |mut text, n| {
        writeln!(text, "{}", line(n)).expect("writing into a text does not fail");
        text
    })
}
