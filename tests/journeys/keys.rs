//! Where a key is found: in the keychain and in requests to its own address, and nowhere else.

use std::{fs, path::Path};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use caseboard_core::{
    code::CommandError,
    view::{CaseEdit, KeyState, SignIn},
};
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    proof::Proof,
    seed::Seed,
};
use practice_kibana::{Key, Rights, faults::Plan};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};

/// Every form in which a secret could stand somewhere.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let hex: Vec<_> = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hex = hex.concat();
    let url: String = secret.bytes().map(url_encoded).collect();
    let mut forms = vec![
        secret.as_bytes().to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        url.into_bytes(),
        secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        secret.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ];
    // Inside a longer text base64 depends on where the secret begins; what its neighbours touch is cut off.
    for before in 0..3 {
        let text = [&vec![b'x'; before][..], secret.as_bytes()].concat();
        let whole = text.len() / 3 * 4;
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            let first = if before == 0 { 0 } else { 4 };
            forms.push(encoded.as_bytes()[first..whole].to_vec());
        }
    }
    forms
}

fn url_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

pub(crate) fn holds(content: &[u8], secrets: &[String]) -> bool {
    let found = |form: &[u8]| content.windows(form.len()).any(|part| part == form);
    secrets
        .iter()
        .flat_map(|secret| forms(secret))
        .any(|form| found(&form))
}

/// Files below a folder that hold a secret, and how many there are in all.
pub(crate) fn search(dir: &Path, secrets: &[String]) -> (Vec<String>, usize) {
    let (mut hits, mut n) = (Vec::new(), 0);
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let (below, more) = search(&path, secrets);
            hits.extend(below);
            n += more;
        } else {
            n += 1;
            if holds(&fs::read(&path).unwrap(), secrets) {
                hits.push(path.display().to_string());
            }
        }
    }
    (hits, n)
}

/// What must not be found of a key: itself as it was given, and its secret half.
pub(crate) fn secrets_of(pair: &str) -> Vec<String> {
    let (_, secret) = pair.split_once(':').unwrap();
    vec![STANDARD.encode(pair), secret.to_owned()]
}

/// Answers that are none, from the first request on.
pub(crate) fn failing(round: u32) -> Plan {
    let fault = match round % 5 {
        0 => json!({"fault": "F15", "status": 307, "location": "https://elsewhere.test/"}),
        1 => json!({"fault": "F14"}),
        2 => json!({"fault": "F16", "kind": "invalid"}),
        3 => json!({"fault": "F16", "kind": "truncated"}),
        _ => json!({"fault": "F24", "kind": "none"}),
    };
    serde_json::from_value(json!({"rule": [fault]})).unwrap()
}

#[test]
fn the_search_finds_a_secret_in_every_form() {
    let secret = "k3y+of/the?canary";
    for (n, form) in forms(secret).into_iter().enumerate() {
        let content = [b"before ", &form[..], b" behind"].concat();
        assert!(holds(&content, &[secret.to_owned()]), "form {n}");
    }
    let inside = STANDARD.encode(format!("Basic maya:{secret}, as sent"));
    assert!(holds(inside.as_bytes(), &[secret.to_owned()]));
    assert!(!holds(b"nothing of it", &[secret.to_owned()]));
}

#[tokio::test]
async fn s14_a_key_is_in_no_file_and_in_no_error() {
    let mut proof = Proof::begin("S14", 10, 30);
    let mut n = 0;
    while let Some(seed) = proof.round() {
        session(n, seed).await;
        n += 1;
    }
}

/// One session with canaries of its own, most of which fails.
async fn session(n: u32, seed: u64) {
    let pair = format!("canary{n}:secret-{seed:016x}");
    let wrong = format!("canary{n}:wrong-{seed:016x}");
    let password = format!("password-{seed:016x}");
    let mut secrets = [secrets_of(&pair), secrets_of(&wrong)].concat();
    secrets.push(password.clone());
    let mut key = Key::new("canary").with("*", Rights::All);
    key.api_key = STANDARD.encode(&pair);
    let practice = kibana::empty(vec![key]).await;
    let mut words = Seed::of("s14_a_key_is_in_no_file_and_in_no_error");
    let (id, _) = Kibana::of(&practice).some_case(&mut words, "soc").await;
    let test = TestDesk::open().await;
    let desk = &test.desk;
    let connected = test.try_connect("PROD", practice.url(), &pair).await;
    let deployment = connected.unwrap().id;
    test.card(&id).await;
    test.until(async |desk| (desk.deployments()[0].key == KeyState::Stored).then_some(()))
        .await;
    let reference = case(&deployment, "soc", &id);
    desk.put_draft(&reference, "a draft").await.unwrap();

    let mut errors: Vec<CommandError> = Vec::new();
    let refused = desk.replace_key(&deployment, wrong.clone().into()).await;
    errors.push(refused.unwrap_err());
    let sign_in = SignIn::Password {
        user: "maya".to_owned(),
        password: password.into(),
    };
    let refused = desk.connect_with("ACME", practice.url(), &sign_in).await;
    errors.push(refused.unwrap_err());
    let refused = test
        .try_connect("ACME", practice.url(), &format!("{wrong}:"))
        .await;
    errors.push(refused.unwrap_err());

    practice.practice().faults().set(failing(n));
    let edit = CaseEdit {
        title: Some(words.title()),
        ..CaseEdit::default()
    };
    desk.edit_case(&reference, &edit).await.unwrap();
    let mut told = vec![format!(
        "{:?}",
        desk.test_saved_deployment(&deployment).await
    )];
    let refused = desk.attach_alerts(&reference, words.alert_id()).await;
    told.push(format!("{refused:?} {sign_in:?}"));
    let refused = test.try_connect("ACME", practice.url(), &pair).await;
    told.push(format!("{refused:?}"));
    desk.sync_now();
    practice.stop().await;
    told.push(format!(
        "{:?}",
        desk.test_saved_deployment(&deployment).await
    ));
    told.push(serde_json::to_string(&desk.deployments()).unwrap());
    told.push(format!("{:?}", desk.outbox().await.unwrap()));
    told.push(desk.export_journal(0, 1_000).await.unwrap());
    told.extend(errors.iter().map(|error| format!("{error:?}")));
    desk.shutdown().await;
    for text in told {
        assert!(!holds(text.as_bytes(), &secrets), "{text}");
    }
    let (hits, n_files) = search(test.profile.path(), &secrets);
    assert!(hits.is_empty(), "{hits:?}");
    assert!(
        n_files >= 3,
        "registry, lock and database are there: {n_files}"
    );
}

const N_DEPLOYMENTS: usize = 20;
const N_TESTS: u32 = 10;

/// Answers one request as a Kibana, or, once it is connected, now and then as one that leads elsewhere.
async fn answer(
    mut connection: TcpStream,
    n: usize,
    others: &[String],
    heads: &mpsc::UnboundedSender<String>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let elsewhere = &others[n % others.len()];
    let (status, more, body) = match n {
        // The wizard's requests, and the first of those that follow.
        0..4 => ("200 OK", String::new(), told(&head)),
        _ if n.is_multiple_of(4) => (
            "307 Temporary Redirect",
            format!("location: {elsewhere}/api/status\r\n"),
            Value::Null,
        ),
        _ if n % 4 == 1 => (
            "308 Permanent Redirect",
            format!("location: {elsewhere}/api/status\r\n"),
            Value::Null,
        ),
        _ => (
            "200 OK",
            format!("kbn-name: {elsewhere}\r\nhost: {elsewhere}\r\n"),
            told(&head),
        ),
    };
    heads.send(head).unwrap();
    let body = body.to_string();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nkbn-name: k\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n{body}"
    );
    drop(connection.write_all(answer.as_bytes()).await);
}

fn told(head: &str) -> Value {
    if head.contains("/api/status") {
        json!({"version": {"number": "9.2.0"}})
    } else if head.contains("/api/spaces/space") {
        json!([{"id": "default", "name": "Default"}])
    } else {
        json!({})
    }
}

#[tokio::test]
async fn s16_twenty_deployments_never_see_each_others_keys() {
    let mut listeners = Vec::new();
    for _ in 0..N_DEPLOYMENTS {
        listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
    }
    let url = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
    let urls: Vec<_> = listeners.iter().map(url).collect();
    let mut servers = JoinSet::new();
    let mut received = Vec::new();
    for listener in listeners {
        let (heads, arrived) = mpsc::unbounded_channel();
        received.push(arrived);
        let others = urls.clone();
        servers.spawn(async move {
            for n in 0.. {
                let (connection, _) = listener.accept().await.unwrap();
                answer(connection, n, &others, &heads).await;
            }
        });
    }
    let pair = |n: usize| format!("id{n}:key-of-{n}");
    let test = TestDesk::open().await;
    let mut ids = Vec::new();
    for (n, url) in urls.iter().enumerate() {
        let connected = test.try_connect(&format!("D{n:02}"), url, &pair(n)).await;
        ids.push(connected.unwrap().id);
    }
    for _ in 0..N_TESTS {
        let tests = ids.iter().map(|id| test.desk.test_saved_deployment(id));
        for tested in futures::future::join_all(tests).await {
            tested.unwrap();
        }
    }
    test.desk.shutdown().await;
    servers.shutdown().await;
    for (n, mut heads) in received.into_iter().enumerate() {
        let own = format!(
            "authorization: apikey {}\r\n",
            STANDARD.encode(pair(n)).to_lowercase()
        );
        let mut n_heads = 0;
        while let Ok(head) = heads.try_recv() {
            let one = head.matches("authorization:").count() == 1;
            assert!(one && head.contains(&own), "{n} was sent {head}");
            n_heads += 1;
        }
        assert!(n_heads >= N_TESTS, "{n_heads} requests reached {n}");
    }
}
