//! What intruders write is shown as text: S01, S02, S06 and S07 in the real window, S04 from inside the page, and the same probes in a window
//! that shows texts without any care.

use std::{collections::BTreeSet, time::Instant};

use caseboard_core::plain;
use caseboard_journeys::{
    hostile::{self, Attack},
    kibana::{self, Kibana},
    proof::Proof,
    window::{Start, Window, control},
};
use fantoccini::key::Key;
use practice_kibana::{
    Options, PracticeKibana,
    faults::{Fault, Plan, Strange},
};
use rand::{SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha12Rng;
use serde_json::Value;

/// Screens, and what opens above them.
const N_SCREENS: u32 = 20;
/// Comments of one case.
const A_CASE: usize = 100;

/// Attacks as comments, so many to a case; returns the cases with what is in each.
async fn written<'a>(server: &Kibana, attacks: &'a [Attack]) -> Vec<(String, &'a [Attack])> {
    let mut cases = Vec::new();
    for comments in attacks.chunks(A_CASE) {
        let case = server.create_case("soc", "Hostile", "low").await;
        let id = case["id"].as_str().unwrap().to_owned();
        for attack in comments {
            server.comment("soc", &id, &attack.text).await;
        }
        cases.push((id, comments));
    }
    cases
}

/// Opens a case and waits until its last comment is told.
async fn read(window: &Window, id: &str, comments: &[Attack]) {
    window.open_case(id).await;
    let told = format!(
        "document.querySelectorAll('[data-open-case={id:?}] [data-story-entry] .markdown').length >= {}",
        comments.len()
    );
    window.until(&told).await;
    window.until_settled().await;
}

/// A window on a Kibana, ready for the probes.
async fn looking_at(start: Start, practice: &PracticeKibana) -> Window {
    let window = Window::open(start).await;
    window
        .connect("PROD", practice.url(), practice.api_key())
        .await;
    window.run("window.here = true; window.hits ??= []").await;
    window
}

fn some(attacks: &[Attack], n: u32, seed: u64) -> Vec<Attack> {
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    let n = usize::try_from(n).unwrap();
    attacks.sample(&mut random, n).cloned().collect()
}

#[tokio::test]
async fn s01_what_a_comment_holds_is_shown_as_text() {
    let practice = kibana::empty(vec![]).await;
    let all = hostile::attacks(practice.url());
    let n = u32::try_from(all.len()).unwrap();
    assert!(n >= 2_000, "{n}");
    let mut proof = Proof::begin("S01", 500, n);
    let attacks = some(&all, if proof.is_long() { n } else { 500 }, proof.seed());
    let cases = written(&Kibana::of(&practice), &attacks).await;
    let window = looking_at(Start::Own, &practice).await;
    for (id, comments) in cases {
        read(&window, &id, comments).await;
        hostile::provoke(&window).await;
        let shown = window.eval("[...document.querySelectorAll('[data-story-entry] .markdown')].map((text) => text.textContent + [...text.querySelectorAll('[title]')].map((e) => e.title).join(' ')).join('\\n')").await;
        let shown = shown.as_str().unwrap();
        for Attack { number, text } in comments {
            assert!(
                shown.contains(&number.to_string()),
                "{number} is not told: {text}\n{shown}"
            );
            proof.round().unwrap();
        }
        assert_eq!(hostile::faults(&window).await, [""; 0], "{id}");
    }
}

/// The practice world, but every text in every answer is an attack.
async fn hostile_world() -> PracticeKibana {
    let practice = PracticeKibana::start(Options {
        log: true,
        ..Options::default()
    });
    let practice = practice.await.unwrap();
    let faults = practice.practice().faults();
    faults.set(Plan::always(Fault::Strange(Strange::Hostile)));
    practice
}

/// Requests that a page sent and not the client: those for what attacks load.
fn asked_for_beacons(practice: &PracticeKibana) -> usize {
    let fired = practice.practice().faults().fired();
    fired
        .iter()
        .filter(|fired| fired.path.starts_with("/beacon"))
        .count()
}

/// Fails with what a screen fell for.
async fn look(window: &Window, proof: &mut Proof, screen: &str) {
    proof.round().unwrap();
    window.until_settled().await;
    hostile::provoke(window).await;
    assert_eq!(hostile::faults(window).await, [""; 0], "{screen}");
}

async fn go(window: &Window, proof: &mut Proof, button: &str, css: &str) {
    window.click_button(button).await;
    window.element(css).await;
    look(window, proof, button).await;
}

async fn escape(window: &Window) {
    window.press(&char::from(Key::Escape).to_string()).await;
}

#[tokio::test]
async fn s02_every_text_of_every_answer_is_shown_as_text_on_every_screen() {
    let practice = hostile_world().await;
    let mut proof = Proof::begin("S02", N_SCREENS, N_SCREENS);
    let server = Kibana::of(&practice);
    let window = looking_at(Start::Own, &practice).await;
    window.element("[data-column=open] [data-case]").await;
    look(&window, &mut proof, "board").await;
    let titles = window.titles().await;
    for case in server.open_cases("soc").await {
        let title = plain::visible(case["title"].as_str().unwrap());
        assert!(
            titles.contains(&title),
            "{title} is not on the board: {titles:#?}"
        );
    }
    go(&window, &mut proof, "List", "[data-cell]").await;
    go(
        &window,
        &mut proof,
        "Board",
        "[data-column=open] [data-case]",
    )
    .await;

    let id = window.first_case().await;
    window.open_case(&id).await;
    for tab in ["story", "timeline", "alerts"] {
        let tab_button = window.element(&format!("[data-case-tab={tab}]")).await;
        tab_button.click().await.unwrap();
        look(&window, &mut proof, tab).await;
    }
    for (keys, opens) in [
        ("c", "[role=dialog]"),
        ("?", "[role=dialog]"),
        (&control('k'), "[role=dialog]"),
        ("a", "[role=option]"),
        ("t", "[role=option]"),
        ("y", "[role=option]"),
        ("p", "[role=menuitem]"),
        ("s", "[role=menuitem]"),
    ] {
        window
            .run("document.querySelector('[data-open-case]').focus()")
            .await;
        window.press(keys).await;
        window.element(opens).await;
        look(&window, &mut proof, keys).await;
        escape(&window).await;
        window
            .until(&format!("document.querySelector({opens:?}) === null"))
            .await;
    }

    // A refusal in the server's own words.
    server.delete("soc", &id).await;
    window.fill("Comment", "nobody will read this").await;
    window
        .press(&caseboard_journeys::window::control_enter())
        .await;
    go(&window, &mut proof, "Outbox", "[data-entry]").await;

    let alerts = server.unattached_alerts("soc").await;
    window.paste_text(&alerts[..9].join(" ")).await;
    go(&window, &mut proof, "Tray", "[data-tray-group]").await;
    for screen in ["My cases", "Approvals", "Deployments", "Settings"] {
        go(&window, &mut proof, screen, "main").await;
    }
    assert_eq!(asked_for_beacons(&practice), 0);
    assert!(proof.is_done());
}

#[tokio::test]
async fn s04_nothing_leads_the_window_away_or_opens_another() {
    let practice = kibana::empty(vec![]).await;
    let mut proof = Proof::begin("S04", 12, 12);
    let window = looking_at(Start::Own, &practice).await;
    let beacon = format!("{}/beacon", practice.url());
    // A rule for what is asked for, so that it is counted.
    let faults = practice.practice().faults();
    faults.set(Plan::always(Fault::Strange(Strange::Extra)));
    for probe in [
        "location.href = url",
        "location.assign(url)",
        "location.replace('data:text/html,x')",
        "location.href = 'javascript:window.hits = [1]'",
        "open(url)",
        "open('file:///etc/passwd', '_top')",
        "put('a', { href: url, target: '_top' }).click()",
        "put('a', { href: url, target: '_blank', rel: 'opener' }).click()",
        "put('a', { href: url, download: 'x' }).click()",
        "const form = put('form', { action: url, method: 'post' }); form.submit()",
        "document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: `0;url=${url}` }))",
        "const data = new DataTransfer(); data.setData('text/uri-list', url); for (const type of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))",
    ] {
        proof.round().unwrap();
        window.run(&format!("const url = {beacon:?}; const put = (name, parts) => document.body.appendChild(Object.assign(document.createElement(name), parts)); {probe}")).await;
        window.until_settled().await;
        let left = hostile::faults(&window).await;
        let left: Vec<_> = left
            .iter()
            .filter(|fault| {
                !fault.starts_with("the policy had") && !fault.starts_with("there is <")
            })
            .collect();
        assert!(left.is_empty(), "{probe}: {left:?}");
    }
    assert_eq!(asked_for_beacons(&practice), 0);
    window
        .until("document.querySelector('main') !== null")
        .await;
}

#[tokio::test]
async fn s06_what_hides_or_lies_is_told_and_stays_in_its_frame() {
    let hidden: Vec<char> = (0..=0x000E_007F)
        .filter_map(char::from_u32)
        .filter(|&c| plain::hidden_name(c).is_some())
        .collect();
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let n = u32::try_from(hidden.len()).unwrap();
    assert!(n >= 150, "{n}");
    let mut proof = Proof::begin("S06", n, n);
    let title = |chars: &[char]| {
        chars
            .iter()
            .flat_map(|&c| ['a', c, 'b'])
            .collect::<String>()
    };
    let mut cases = Vec::new();
    for chars in hidden.chunks(30) {
        let case = server.create_case("soc", &title(chars), "low").await;
        let id = case["id"].as_str().unwrap().to_owned();
        server
            .comment(
                "soc",
                &id,
                &format!(
                    "{0}\n\n`{0}`\n\n[{0}](<https://example.test/{0}>)\n\n- {0}",
                    title(chars)
                ),
            )
            .await;
        cases.push((id, chars));
    }
    let window = looking_at(Start::Own, &practice).await;
    for (id, chars) in cases {
        window.open_case(&id).await;
        let told = format!(
            "document.querySelector('[data-open-case={id:?}] [data-story-entry] .markdown')"
        );
        window.until(&format!("{told} !== null")).await;
        let expected = plain::visible(&title(chars));
        let shown = window
            .eval(&format!(
                "document.querySelector({:?}).textContent",
                format!("{} .title", caseboard_journeys::window::card(&id))
            ))
            .await;
        assert_eq!(shown.as_str().unwrap().trim(), expected);
        let comment = window.eval(&format!("{told}.textContent")).await;
        let comment = comment.as_str().unwrap();
        assert!(
            comment.matches(&expected).count() >= 3,
            "{expected} is told thrice in {comment}"
        );
        let page = window.eval("document.body.textContent").await;
        let left: Vec<_> = page
            .as_str()
            .unwrap()
            .chars()
            .filter(|c| chars.contains(c))
            .collect();
        assert!(left.is_empty(), "{left:?} is on the page");
        assert_eq!(hostile::faults(&window).await, [""; 0], "{id}");
        for _ in chars {
            proof.round().unwrap();
        }
    }
}

#[tokio::test]
async fn s07_a_case_full_of_texts_that_stall_a_page_still_answers_keys() {
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let n = u32::try_from(A_CASE).unwrap();
    let mut proof = Proof::begin("S07", n, n);
    let case = server.create_case("soc", "Stalls", "low").await;
    let id = case["id"].as_str().unwrap().to_owned();
    while proof.round().is_some() {
        server.comment("soc", &id, &"*a* ".repeat(4_900)).await;
    }
    let window = looking_at(Start::Own, &practice).await;
    let begun = Instant::now();
    window.open_case(&id).await;
    let told = "document.querySelectorAll('[data-story-entry] .markdown').length";
    window.until(&format!("{told} >= {n}")).await;
    proof.figures.insert("told_ms".to_owned(), ms(begun));
    let begun = Instant::now();
    window
        .run("document.querySelector('[data-open-case]').focus()")
        .await;
    window.press("j").await;
    window
        .until("document.activeElement.matches('[data-story-entry]')")
        .await;
    proof
        .figures
        .insert("key_by_the_driver_ms".to_owned(), ms(begun));
    let elements = window.eval("document.querySelectorAll('*').length").await;
    let elements = elements.as_u64().unwrap();
    proof.figures.insert("elements".to_owned(), elements.into());
    assert!(elements < 10_000, "{elements} elements of one case");
}

fn ms(since: Instant) -> Value {
    (since.elapsed().as_secs_f64() * 1_000.0).into()
}

#[tokio::test]
async fn the_same_probes_are_tripped_by_a_window_that_shows_texts_without_care() {
    let practice = kibana::empty(vec![]).await;
    let attacks = some(&hostile::attacks(practice.url()), 700, 1);
    let cases = written(&Kibana::of(&practice), &attacks).await;
    // A rule for whatever is asked for, so that it is counted.
    let rules = practice.practice().faults();
    rules.set(Plan::always(Fault::Strange(Strange::Extra)));
    let mut ran = BTreeSet::new();
    let mut faults = Vec::new();
    for (id, comments) in cases {
        // What one case does to the page, the next would not survive.
        let window = looking_at(Start::Naive, &practice).await;
        read(&window, &id, comments).await;
        hostile::provoke(&window).await;
        ran.extend(hostile::hits(&window).await);
        faults.extend(hostile::faults(&window).await);
    }
    assert!(ran.len() >= 300, "{} ran", ran.len());
    let asked = asked_for_beacons(&practice);
    assert!(asked > 0, "this engine lets at least one of them ask");
    for kind in [
        "script ran",
        "there is",
        "it listens",
        "an attribute",
        "it left",
    ] {
        let found = faults.iter().any(|fault| fault.starts_with(kind));
        assert!(found, "{kind}: {faults:#?}");
    }
}
