//! What people do all day, each by keys alone.

use std::collections::BTreeSet;

use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Start, Window, control, control_enter},
};
use fantoccini::key::Key as Press;
use practice_kibana::{
    Alert, Key, PracticeKibana, Rights,
    faults::{Fault, Plan, Rule},
};
use serde_json::{Value, json};

/// A Kibana in which Maya, who sits at the window, and Jonas, who does not, may do everything.
struct Team {
    practice: PracticeKibana,
    maya: Key,
    jonas: Kibana,
}

impl Team {
    async fn begin() -> Self {
        Self::of(Key::new("maya").with("*", Rights::All)).await
    }

    /// The same, with another key of Maya's.
    async fn of(maya: Key) -> Self {
        let jonas = Key::new("jonas").with("*", Rights::All);
        let practice = kibana::empty(vec![maya.clone(), jonas.clone()]).await;
        let jonas = Kibana::new(practice.url(), &jonas.api_key);
        Self {
            practice,
            maya,
            jonas,
        }
    }

    /// A case that Jonas opened.
    async fn case(&self, seed: &mut Seed, severity: &str) -> String {
        let case = self.jonas.create_case("soc", &seed.title(), severity).await;
        case["id"].as_str().unwrap().to_owned()
    }

    /// Attaches an alert that happened at a minute of an hour long past.
    async fn alert_at(&self, seed: &mut Seed, case: &str, minute: u32) {
        let id = seed.alert_id();
        let source = json!({
            "@timestamp": format!("2026-11-20T12:{minute:02}:00.000Z"), "host": {"name": "ws-17"}, "kibana.alert.uuid": id,
            "kibana.alert.rule.uuid": "r", "kibana.alert.rule.name": "R", "kibana.alert.severity": "high",
            "kibana.alert.workflow_status": "open",
        });
        self.practice.practice().put_alert(Alert {
            space: "soc".to_owned(),
            index: ".internal.alerts-security.alerts-soc-000001".to_owned(),
            id: id.clone(),
            source: source.as_object().unwrap().clone(),
        });
        self.jonas.attach("soc", case, &id).await;
    }

    async fn window(&self) -> Window {
        let window = Window::open(Start::Own).await;
        window
            .connect("PROD", self.practice.url(), &self.maya.api_key)
            .await;
        window
    }

    fn cut_off(&self) {
        let plan = Plan::of([Rule::of(Fault::ResetBeforeCommit)]);
        self.practice.practice().faults().set(plan);
    }

    fn restore(&self) {
        self.practice.practice().faults().clear();
    }
}

fn key(key: Press) -> String {
    char::from(key).to_string()
}

/// Shift and another key, pressed together.
fn shift(letter: char) -> String {
    [Press::Shift.into(), letter, Press::Null.into()]
        .iter()
        .collect()
}

/// Goes to the first case by its key, and waits until the keyboard is there.
async fn go_to(window: &Window, case: &str) {
    window.card(case).await;
    window.press("j").await;
    until_focused(window, case).await;
}

async fn until_focused(window: &Window, case: &str) {
    window
        .until(&format!(
            "document.activeElement?.dataset.case === {case:?}"
        ))
        .await;
}

/// Opens the focused case by its key.
async fn open(window: &Window, case: &str) {
    window.press(&key(Press::Enter)).await;
    window
        .until(&format!(
            "document.activeElement?.dataset.openCase === {case:?}"
        ))
        .await;
}

/// Waits until what is read out holds these words.
async fn until_said(window: &Window, words: &str) {
    window
        .until(&format!(
            "[...document.querySelectorAll('[role=status]')].some((e) => e.textContent.includes({words:?}))"
        ))
        .await;
}

/// Goes on with Tab until the keyboard is on something.
async fn tab_to(window: &Window, css: &str) {
    let there = format!("document.activeElement?.matches({css:?}) ?? false");
    let mut n_pressed = 0;
    while window.eval(&there).await != true {
        assert!(n_pressed < 40, "Tab never comes to {css}");
        window.press(&key(Press::Tab)).await;
        n_pressed += 1;
    }
}

#[tokio::test]
async fn j01_seven_ids_from_anywhere_reach_the_right_case_by_keys_alone() {
    let mut seed = Seed::of("j01_seven_ids_from_anywhere_reach_the_right_case_by_keys_alone");
    let team = Team::begin().await;
    let right = team.case(&mut seed, "high").await;
    team.case(&mut seed, "low").await;
    let held = seed.alert_id();
    kibana::put_alert(&team.practice, "soc", &held, "Malware prevention");
    team.jonas.attach("soc", &right, &held).await;
    let free: Vec<_> = (0..5).map(|_| seed.alert_id()).collect();
    for id in &free {
        kibana::put_alert(&team.practice, "soc", id, "Malware prevention");
    }
    let unknown = seed.alert_id();
    let window = team.window().await;
    window.card(&right).await;
    window
        .paste_text(&format!("{}\n{held}\n{unknown}", free.join(" ")))
        .await;

    let of_tray = |id: &str| format!("document.querySelector('[data-tray={id:?}]')");
    for id in &free {
        window
            .until(&format!(
                "{}?.innerText.includes('no case known')",
                of_tray(id)
            ))
            .await;
    }
    window
        .until(&format!(
            "{}?.innerText.includes('in PROD/soc')",
            of_tray(&held)
        ))
        .await;
    window
        .until(&format!(
            "{}?.innerText.includes('in no source in use')",
            of_tray(&unknown)
        ))
        .await;
    window
        .until("document.querySelector('[data-tray-group] .choice')?.innerText.includes('holds one of them')")
        .await;
    window.press(&key(Press::Enter)).await;

    let all: BTreeSet<String> = free.iter().chain([&held]).cloned().collect();
    kibana::until(|| async { team.jonas.alerts("soc", &right).await == all }).await;
    // What has its place leaves; what nobody knows stays, with the reason.
    window
        .until("document.querySelector('[data-tray-group]') === null")
        .await;
    window
        .until(&format!(
            "{}?.innerText.includes('in no source in use')",
            of_tray(&unknown)
        ))
        .await;
    assert_eq!(
        window
            .eval("document.querySelectorAll('.recent li').length")
            .await,
        6
    );
    window
        .until("document.activeElement?.matches('[data-tray-screen]')")
        .await;
    window.press(&control('z')).await;
    let before = BTreeSet::from([held]);
    kibana::until(|| async { team.jonas.alerts("soc", &right).await == before }).await;
}

#[tokio::test]
async fn j02_what_is_new_is_found_peeked_at_and_opened_by_keys_alone() {
    let mut seed = Seed::of("j02_what_is_new_is_found_peeked_at_and_opened_by_keys_alone");
    let team = Team::begin().await;
    let worst = team.case(&mut seed, "critical").await;
    let maya = Kibana::new(team.practice.url(), &team.maya.api_key);
    let own = maya.create_case("soc", &seed.title(), "high").await;
    let own = own["id"].as_str().unwrap();
    let last = team.case(&mut seed, "low").await;
    let window = team.window().await;
    for case in [&worst, own, &last] {
        window.card(case).await;
    }
    window
        .element("[data-column=open] [aria-label='1 critical']")
        .await;
    window.press("n").await;
    until_focused(&window, &worst).await;
    window.press(" ").await;
    window.element(&format!("[data-peek={worst:?}]")).await;
    // What one wrote oneself is not new.
    window.press("n").await;
    until_focused(&window, &last).await;
    window.element(&format!("[data-peek={last:?}]")).await;
    window.press(&key(Press::Escape)).await;
    window
        .until("document.querySelector('[data-peek], [data-open-case]') === null")
        .await;
    open(&window, &last).await;
    let name = format!("document.querySelector('[data-column] [data-case={last:?}]')?.ariaLabel");
    window
        .until(&format!("{name}?.endsWith('unread') === false"))
        .await;
    assert_eq!(
        window
            .eval(&format!(
                "document.querySelector('[data-column] [data-case={worst:?}]').ariaLabel.endsWith('unread')"
            ))
            .await,
        true,
        "a peek is no reading"
    );
}

#[tokio::test]
async fn j03_take_this_case_and_start_by_keys_alone() {
    let mut seed = Seed::of("j03_take_this_case_and_start_by_keys_alone");
    let team = Team::begin().await;
    let case = team.case(&mut seed, "high").await;
    let window = team.window().await;
    go_to(&window, &case).await;
    window.press("i").await;
    until_said(&window, "Assigned to you").await;
    window.press("s").await;
    window.press("2").await;
    window.until_in_column(&case, "in-progress").await;
    until_focused(&window, &case).await;
    open(&window, &case).await;
    kibana::until(|| async {
        let told = team.jonas.case("soc", &case).await;
        told["status"] == "in-progress" && told["assignees"] == json!([{"uid": "u_maya_0"}])
    })
    .await;
}

#[tokio::test]
async fn j04_write_what_i_found_defanged_and_see_it_wait_by_keys_alone() {
    let mut seed = Seed::of("j04_write_what_i_found_defanged_and_see_it_wait_by_keys_alone");
    let team = Team::begin().await;
    let case = team.case(&mut seed, "high").await;
    let window = team.window().await;
    go_to(&window, &case).await;
    open(&window, &case).await;
    let token = seed.token();
    let defanged = format!("{token} talks to 203[.]0[.]113[.]9");
    window.press("r").await;
    window
        .until("document.activeElement?.matches('[data-composer]')")
        .await;
    window.press(&format!("{token} talks to 203.0.113.9")).await;
    let chord: String = [
        Press::Control.into(),
        Press::Shift.into(),
        'd',
        Press::Null.into(),
    ]
    .iter()
    .collect();
    window.press(&chord).await;
    window
        .until(&format!("document.activeElement?.value === {defanged:?}"))
        .await;
    team.cut_off();
    window.press(&control_enter()).await;
    let comment = format!(
        "[...document.querySelectorAll('[data-open-case] [data-story-entry]')].find((e) => e.innerText.includes({token:?}))"
    );
    window
        .until(&format!("{comment}?.querySelector('.clock')"))
        .await;
    team.restore();
    kibana::until(|| async { team.jonas.comments("soc", &case).await == [defanged.clone()] }).await;
    window
        .until(&format!("{comment}?.querySelector('.clock') === null"))
        .await;
}

#[tokio::test]
async fn j05_which_case_has_this_address_is_answered_and_opened_by_keys_alone() {
    let mut seed = Seed::of("j05_which_case_has_this_address_is_answered_and_opened_by_keys_alone");
    let team = Team::begin().await;
    let other = team.case(&mut seed, "critical").await;
    let told = team
        .jonas
        .create_case("ot", "Beacon to 203[.]0[.]113[.]9 again", "low")
        .await;
    let told = told["id"].as_str().unwrap();
    let window = team.window().await;
    window.card(&other).await;
    window.card(told).await;
    window.press("/").await;
    window
        .until("document.activeElement?.matches('[data-search]')")
        .await;
    window.press("203.0.113.9").await;
    window.element(&format!("[data-result={told:?}]")).await;
    let groups = window
        .eval("[...document.querySelectorAll('[role=listbox] .menu-heading')].map((e) => e.innerText.trim())")
        .await;
    assert_eq!(groups, json!(["Titles"]));
    window.press(&key(Press::Enter)).await;
    window
        .until(&format!(
            "document.activeElement?.dataset.openCase === {told:?}"
        ))
        .await;
}

#[tokio::test]
async fn j06_tell_the_story_in_order_with_zoom_and_pins_by_keys_alone() {
    let mut seed = Seed::of("j06_tell_the_story_in_order_with_zoom_and_pins_by_keys_alone");
    let team = Team::begin().await;
    let case = team.case(&mut seed, "high").await;
    for minute in [40, 0, 20] {
        team.alert_at(&mut seed, &case, minute).await;
    }
    let mut window = team.window().await;
    go_to(&window, &case).await;
    open(&window, &case).await;
    window.press("2").await;
    let lines = "document.querySelectorAll('[data-timeline] tr[data-line]')";
    let alerts = "[...document.querySelectorAll('[data-timeline] tr.alert .time')]";
    window.until(&format!("{alerts}.length === 3")).await;
    let minutes = window
        .eval(&format!(
            "{alerts}.map((e) => e.innerText.match(/:(\\d\\d):/)?.[1])"
        ))
        .await;
    assert_eq!(minutes, json!(["00", "20", "40"]), "in the order of events");

    window.press("j").await;
    window
        .until("document.activeElement?.dataset.line === '0'")
        .await;
    window.press("*").await;
    let pins = "[...document.querySelectorAll('[data-timeline] [aria-pressed=true]')].map((e) => e.innerText.trim()).join()";
    window.until(&format!("{pins} === '1'")).await;
    let n_lines: Value = window.eval(&format!("{lines}.length")).await;
    window.press("+").await;
    window.until(&format!("{lines}.length < {n_lines}")).await;
    window.press("0").await;
    window.until(&format!("{lines}.length === {n_lines}")).await;

    window.restart().await;
    go_to(&window, &case).await;
    open(&window, &case).await;
    window.press("2").await;
    window.until(&format!("{pins} === '1'")).await;
}

#[tokio::test]
async fn j08_close_it_properly_with_its_alerts_and_a_last_word_by_keys_alone() {
    let mut seed = Seed::of("j08_close_it_properly_with_its_alerts_and_a_last_word_by_keys_alone");
    let team = Team::begin().await;
    let case = team.case(&mut seed, "high").await;
    team.alert_at(&mut seed, &case, 0).await;
    let window = team.window().await;
    go_to(&window, &case).await;
    let text = seed.comment();
    window.press(&shift('s')).await;
    window
        .until("document.activeElement?.matches('[data-closing]')")
        .await;
    window
        .until("document.querySelector('[role=dialog]').innerText.includes('Also closes 1 alert.')")
        .await;
    window.press(&text).await;
    window.press(&key(Press::Enter)).await;
    window
        .until("document.querySelector('[role=dialog]') === null")
        .await;
    window.until_in_column(&case, "closed").await;
    kibana::until(|| async {
        team.jonas.case("soc", &case).await["status"] == "closed"
            && team.jonas.comments("soc", &case).await == [text.clone()]
    })
    .await;
}

#[tokio::test]
async fn j08_a_closing_that_is_taken_back_in_time_never_reaches_the_server() {
    let mut seed = Seed::of("j08_a_closing_that_is_taken_back_in_time_never_reaches_the_server");
    let team = Team::begin().await;
    let case = team.case(&mut seed, "high").await;
    team.alert_at(&mut seed, &case, 0).await;
    let window = team.window().await;
    go_to(&window, &case).await;
    let version = team.jonas.case("soc", &case).await["version"].clone();
    window.press(&shift('s')).await;
    window
        .until("document.activeElement?.matches('[data-closing]')")
        .await;
    window.press(&key(Press::Enter)).await;
    window.until_in_column(&case, "closed").await;
    until_focused(&window, &case).await;
    window.press(&control('z')).await;
    window.until_in_column(&case, "open").await;
    window
        .until("document.querySelector('footer').innerText.includes('waiting') === false")
        .await;
    let told = team.jonas.case("soc", &case).await;
    assert_eq!(
        (&told["status"], &told["version"]),
        (&json!("open"), &version),
        "nothing was sent"
    );
}

#[tokio::test]
async fn j10_the_cases_of_a_colleague_who_is_ill_get_another_one_by_keys_alone() {
    let mut seed =
        Seed::of("j10_the_cases_of_a_colleague_who_is_ill_get_another_one_by_keys_alone");
    // The space "default" is read-only to Maya.
    let maya = Key::new("maya").with("*", Rights::All);
    let team = Team::of(maya.with("default", Rights::Read)).await;
    let theirs = json!({"assignees": [{"uid": "u_jonas_0"}]});
    let (locked, _) = team.jonas.some_case(&mut seed, "default").await;
    team.jonas.patch("default", &locked, theirs.clone()).await;
    let mut of_jonas = Vec::new();
    for space in ["soc", "ot"] {
        for _ in 0..2 {
            let (case, _) = team.jonas.some_case(&mut seed, space).await;
            team.jonas.patch(space, &case, theirs.clone()).await;
            of_jonas.push((space, case));
        }
    }
    let of_nobody = team.case(&mut seed, "critical").await;
    let (closed, _) = team.jonas.some_case(&mut seed, "soc").await;
    let mut fields = theirs.clone();
    fields["status"] = json!("closed");
    team.jonas.patch("soc", &closed, fields).await;

    let window = team.window().await;
    window.card(&of_nobody).await;
    for (_, case) in &of_jonas {
        window.card(case).await;
    }
    window.press("/").await;
    window
        .until("document.activeElement?.matches('[data-search]')")
        .await;
    window.press("assignee:jonas is:open").await;
    window.press(&key(Press::Enter)).await;
    window
        .until("document.querySelectorAll('[data-column] [data-case]').length === 5")
        .await;
    window
        .until(&format!(
            "document.querySelector('[data-case={locked:?}]')?.getAttribute('aria-label').includes('read-only')"
        ))
        .await;
    window.press(&control('a')).await;
    window.press("a").await;
    window
        .until("document.querySelector('.bulk-sheet')?.innerText.includes('1 case, read-only key – will be skipped')")
        .await;
    window
        .until(
            "document.querySelector('.bulk-sheet [type=radio]:checked') === document.activeElement",
        )
        .await;
    // People are chosen for each space; those of one Kibana are the same.
    tab_to(&window, ".people").await;
    window.press(" ").await;
    window
        .until("document.activeElement?.matches('[role=dialog] input, [role=listbox] input, .picker input, input')")
        .await;
    window.press("maya").await;
    window
        .until("document.querySelectorAll('[role=option]').length === 1")
        .await;
    window.press(&key(Press::Enter)).await;
    window.press(&key(Press::Escape)).await;
    window
        .until("[...document.querySelectorAll('.bulk-sheet .people')].every((e) => e.innerText.includes('maya'))")
        .await;
    window.press(&control_enter()).await;
    kibana::until(|| async {
        for (space, case) in &of_jonas {
            if team.jonas.case(space, case).await["assignees"] != json!([{"uid": "u_maya_0"}]) {
                return false;
            }
        }
        true
    })
    .await;
    assert_eq!(
        team.jonas.case("soc", &of_nobody).await["assignees"],
        json!([])
    );
    for (space, case) in [("soc", &closed), ("default", &locked)] {
        assert_eq!(
            team.jonas.case(space, case).await["assignees"],
            theirs["assignees"]
        );
    }
}

#[tokio::test]
async fn j11_what_was_written_offline_is_sent_and_what_clashes_is_decided_by_keys_alone() {
    let mut seed =
        Seed::of("j11_what_was_written_offline_is_sent_and_what_clashes_is_decided_by_keys_alone");
    let team = Team::begin().await;
    let case = team.case(&mut seed, "high").await;
    let window = team.window().await;
    go_to(&window, &case).await;
    // Jonas is quicker, and the train goes into the tunnel before the window hears of it.
    let worse = json!({"severity": "critical"});
    team.jonas.patch("soc", &case, worse).await;
    team.cut_off();
    window.press(&control('r')).await;
    window.until_status_says("Working from").await;
    window.press("p").await;
    window.press("1").await;
    window.until_status_says("1 waiting").await;
    let text = seed.comment();
    until_focused(&window, &case).await;
    window.press("r").await;
    window
        .until("document.activeElement?.matches('[data-composer]')")
        .await;
    window.press(&text).await;
    window.press(&control_enter()).await;
    window.until_status_says("2 waiting").await;
    window.press(&key(Press::Escape)).await;

    team.restore();
    until_said(&window, "Sent 1, 1 needs you").await;
    assert_eq!(team.jonas.comments("soc", &case).await, [text]);
    assert_eq!(team.jonas.case("soc", &case).await["severity"], "critical");
    window.press("g").await;
    window.press("d").await;
    window
        .until("document.activeElement?.closest('[data-conflict]')")
        .await;
    assert_eq!(
        window
            .eval("[...document.querySelectorAll('[data-conflict] [role=radiogroup]')].length")
            .await,
        1,
        "it asks about that field only"
    );
    window.press(&key(Press::Down)).await;
    window.press(&control_enter()).await;
    kibana::until(|| async { team.jonas.case("soc", &case).await["severity"] == "low" }).await;
    window
        .until("document.querySelector('[data-offline]') === null")
        .await;
}
