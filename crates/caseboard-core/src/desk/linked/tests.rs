use kibana_cases::CaseId;

use super::*;
use crate::{code::ErrorCode, desk::world::World};

const ID: &str = "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";

fn case(world: &World, space: &str, id: &str) -> CaseRef {
    CaseRef {
        source: world.servers[0].source(space),
        id: id.parse().unwrap(),
    }
}

/// Links that want more than to show a case that is here, or name what is not here.
fn hostile() -> Vec<String> {
    let schemes = ["caseboard", "http", "https", "file", "javascript"];
    let verbs = [
        "add",
        "connect",
        "delete",
        "close",
        "settings",
        "deployment",
        "exec",
        "..",
        "",
    ];
    let hosts = [
        "evil.test",
        "127.0.0.1:1",
        "127.0.0.1@evil.test",
        "user:pw@127.0.0.1",
        "[::1]",
        "localhost",
    ];
    let odd = [
        "",
        ".",
        "..",
        "%2e%2e",
        "..%2f..%2fapi",
        "a b",
        "a\0b",
        "a\nb",
        "a;b",
        "a&b",
        "--profile=x",
        "-x=1",
        "$(id)",
        "`id`",
        "\u{202e}x",
        "<script>",
        "'",
        "\"",
        "a\\b",
        "a%00",
        "🦊",
        "?x=1",
        "#x",
    ];
    let mut links: Vec<String> = Vec::new();
    for verb in verbs {
        links.extend(schemes.map(|scheme| format!("{scheme}://{verb}/D0/soc/{ID}")));
        links.push(format!("caseboard:{verb}/D0/soc/{ID}"));
    }
    for host in hosts {
        for path in [
            format!("/app/security/cases/{ID}"),
            format!("/s/soc/app/security/cases/{ID}"),
            format!("/s/soc/api/cases/{ID}"),
            format!("/s/soc/app/security/cases/{ID}?connect=1"),
        ] {
            links.extend(["http", "https"].map(|scheme| format!("{scheme}://{host}{path}")));
        }
        links.push(format!("caseboard://case/http://{host}/soc/{ID}"));
        links.push(format!("caseboard://{host}/case/D0/soc/{ID}"));
        links.push(format!("caseboard://{host}@case/D0/soc/{ID}"));
    }
    for odd in odd {
        links.push(format!("caseboard://case/{odd}/soc/{ID}"));
        links.push(format!("caseboard://case/D0/{odd}/{ID}"));
        links.push(format!("caseboard://case/D0/soc/{odd}"));
        links.push(format!("caseboard://case/D0/soc/{ID}/{odd}"));
        links.push(format!("caseboard://case{odd}/D0/soc/{ID}x/"));
        links.push(format!("caseboard://case/D0/soc/{ID} {odd}x"));
        links.push(format!("http://127.0.0.1/s/{odd}/app/security/cases/"));
        links.push(format!("x{odd} caseboard://case/D0/soc/{ID}"));
    }
    links
}

#[tokio::test(start_paused = true)]
async fn a_link_names_the_case_by_alias_by_id_or_by_address() {
    let world = World::of(practice_kibana::World::Empty, 1, &["soc", "default"], 1).await;
    for (link, space) in [
        (format!("caseboard://case/D0/soc/{ID}"), "soc"),
        (format!(" caseboard://case/d0/default/{ID}\n"), "default"),
        (
            format!("http://127.0.0.1/s/soc/app/security/cases/{ID}"),
            "soc",
        ),
        (
            format!("http://127.0.0.1/app/security/cases/{ID}?tabId=alerts"),
            "default",
        ),
    ] {
        let found = world.desk.linked_case(&link);
        assert_eq!(found, Ok(case(&world, space, ID)), "{link}");
    }
    for link in [
        format!("caseboard://case/OTHER/soc/{ID}"),
        format!("caseboard://case/D0/elsewhere/{ID}"),
        format!("https://k.example/s/soc/app/security/cases/{ID}"),
    ] {
        let refused = world.desk.linked_case(&link).unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound, "{link}");
    }
}

#[tokio::test(start_paused = true)]
async fn s25_hostile_links_change_nothing_and_ask_nobody() {
    let world = World::of(practice_kibana::World::Empty, 1, &["soc", "default"], 1).await;
    world.desk.pause_back_fill(true);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let before = (
        world.desk.deployments().len(),
        world.desk.outbox().await.unwrap().entries.len(),
    );
    world.servers[0].take_asked();
    let links = hostile();
    assert!(links.len() >= 300, "{}", links.len());
    for link in &links {
        if let Ok(found) = world.desk.linked_case(link) {
            let known = ["soc", "default"].map(|space| world.servers[0].source(space));
            assert!(known.contains(&found.source), "{link:?}");
            assert!(found.id.as_str().parse::<CaseId>().is_ok(), "{link:?}");
            panic!("{link:?} leads to {found:?}");
        }
    }
    let asked = world.servers[0].take_asked();
    assert!(asked.is_empty(), "{asked:?}");
    let after = (
        world.desk.deployments().len(),
        world.desk.outbox().await.unwrap().entries.len(),
    );
    assert_eq!(after, before);
}
