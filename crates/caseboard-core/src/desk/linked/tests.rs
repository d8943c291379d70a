use std::time::Duration;

use kibana_cases::NewCase;

use super::*;
use crate::{
    code::ErrorCode,
    desk::world::{Asked, World},
    proof::Proof,
};

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

/// All that a link could change: deployments, what waits to be written, and what was.
async fn state(world: &World) -> (usize, usize, usize) {
    (
        world.desk.deployments().len(),
        world.desk.outbox().await.unwrap().entries.len(),
        world.servers[0].practice.log().len(),
    )
}

#[tokio::test(start_paused = true)]
async fn s25_hostile_links_change_nothing_and_ask_nobody() {
    let world = World::of(practice_kibana::World::Empty, 1, &["soc", "default"], 1).await;
    world.desk.pause_back_fill(true);
    let server = &world.servers[0];
    let space = server.client.space(&"soc".parse().unwrap());
    let new = NewCase::new("a case", "of a colleague");
    let there = space.create_case(&new).await.unwrap();
    let there = case(&world, "soc", there.id.as_str());
    tokio::time::sleep(Duration::from_mins(5)).await;
    let before = state(&world).await;

    let links = hostile();
    let n_links = u32::try_from(links.len()).unwrap();
    assert!(n_links >= 300, "{n_links}");
    let mut proof = Proof::begin("S25", n_links, n_links);
    server.take_asked();
    for link in &links {
        proof.round().unwrap();
        // Nothing is awaited, so that nothing else can ask meanwhile.
        let refused = world.desk.linked_case(link).unwrap_err();
        let told = [ErrorCode::InvalidInput, ErrorCode::NotFound];
        assert!(told.contains(&refused.code), "{link:?}: {refused:?}");
        let asked = server.take_asked();
        assert!(asked.is_empty(), "{link:?}: {asked:?}");
    }
    assert_eq!(state(&world).await, before);

    // The case of a link that is none of these is read once, and nothing is done to it.
    server.take_asked();
    let link = format!("caseboard://case/D0/soc/{}", there.id);
    assert_eq!(world.desk.linked_case(&link), Ok(there.clone()));
    world.desk.open_case(&there).await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    let asked = server.take_asked();
    let of_case = format!("/api/cases/{}", there.id);
    let reads = asked.iter().filter(|asked| asked.path.ends_with(&of_case));
    assert_eq!(reads.count(), 1, "{asked:?}");
    let is_read = |asked: &Asked| asked.method == http::Method::GET;
    assert!(asked.iter().all(is_read), "{asked:?}");
    assert_eq!(state(&world).await, before);
}
