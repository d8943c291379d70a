//! The built app in a real window: a display, a home folder, a session bus and a keyring of its own, driven by `WebKitWebDriver`.
//!
//! The session comes from `cargo xtask session`, through the process boundary, so that tests and `cargo xtask run` start the same one.

mod again;
pub mod audit;
mod driver;
pub mod pointer;

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, Locator, elements::Element, key::Key, wd::WindowHandle};
use practice_kibana::PracticeKibana;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time;

use self::driver::{begin, connect, free_port};
use crate::kibana::{self, Kibana};

/// A hang guard, far longer than anything expected: nothing is timed by it.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often the page is looked at while waiting.
const LOOK: Duration = Duration::from_millis(50);

/// A running app and its window. Dropping it ends everything that was started.
pub struct Window {
    pub page: Client,
    pub environment: HashMap<String, String>,
    driver: Child,
    session: Child,
    start: Start,
    /// Home of the session; logs lie in it.
    pub dir: TempDir,
}

/// Which profile the app opens, and whether there is a keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Practice,
    Own,
    OwnWithoutKeyring,
    /// The app that shows texts without any care, with an own profile.
    Naive,
    /// Not the app, but the empty page that it is compared with.
    Floor,
}

impl Start {
    /// Name of the profile.
    fn profile(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Own | Self::OwnWithoutKeyring | Self::Naive => "default",
            Self::Floor => "",
        }
    }
}

impl Window {
    /// Starts the app and waits for its page.
    pub async fn open(start: Start) -> Self {
        Self::open_with(start, &[]).await
    }

    /// The same with a command line.
    pub async fn open_with(start: Start, arguments: &[&str]) -> Self {
        let dir = tempfile::Builder::new().prefix("cb-").tempdir().unwrap();
        let (session, environment) = session(dir.path(), start == Start::OwnWithoutKeyring);
        let (driver, page) = begin(&environment, dir.path(), start, arguments).await;
        let window = Self {
            page,
            environment,
            driver,
            session,
            start,
            dir,
        };
        window.ready().await;
        window
    }

    /// Starts the app with an own profile, and connects a Kibana.
    pub async fn on(kibana: &PracticeKibana) -> Self {
        let window = Self::open(Start::Own).await;
        window.connect("PROD", kibana.url(), kibana.api_key()).await;
        window
    }

    /// Closes the window as a person does, and starts the app again in the same session.
    pub async fn restart(&mut self) {
        self.restart_with(&[]).await;
    }

    /// The same with a command line.
    pub async fn restart_with(&mut self, arguments: &[&str]) {
        self.leave().await;
        (self.driver, self.page) =
            begin(&self.environment, self.dir.path(), self.start, arguments).await;
        self.ready().await;
    }

    /// Closes the window as a person does; the session goes on.
    pub async fn leave(&mut self) {
        self.page.clone().close().await.unwrap();
        // A driver that ends takes what it has not passed on with it.
        self.until_gone().await;
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }

    async fn ready(&self) {
        self.until("document.querySelector('main') !== null").await;
        self.run("window.violations = []; document.addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.effectiveDirective} ${e.blockedURI}`))").await;
    }

    /// Connects a Kibana as a person does, through the dialog and the window of keys.
    pub async fn connect(&self, name: &str, url: &str, key: &str) {
        self.ask_to_connect(name, url).await;
        self.give_key(key).await;
    }

    /// The same up to the window of keys.
    pub async fn ask_to_connect(&self, name: &str, url: &str) {
        self.click_button("Connect Kibana").await;
        self.fill("Short name", name).await;
        self.fill("Address", url).await;
        self.click_button("Connect").await;
    }

    /// Types a key into the window of keys, which closes when the key was taken.
    pub async fn give_key(&self, key: &str) {
        let main = self.page.window().await.unwrap();
        self.type_key(key).await;
        self.page.switch_to_window(main).await.unwrap();
        self.until_windows(1).await;
    }

    /// Types a key into the window of keys, and stays there.
    pub async fn type_key(&self, key: &str) {
        let main = self.page.window().await.unwrap();
        let windows = self.until_windows(2).await;
        let vault = windows.into_iter().find(|window| *window != main);
        self.page.switch_to_window(vault.unwrap()).await.unwrap();
        self.fill("API key", key).await;
        // Afterwards, because the page may be gone before its script could answer.
        let button = self.button("Test and").await;
        self.run(&format!(
            "const button = {button}; setTimeout(() => button.click())"
        ))
        .await;
    }

    /// Waits until so many windows are open.
    async fn until_windows(&self, n: usize) -> Vec<WindowHandle> {
        let looked = time::timeout(PATIENCE, async {
            let mut look = time::interval(LOOK);
            loop {
                look.tick().await;
                let windows = self.page.windows().await.unwrap();
                if windows.len() == n {
                    return windows;
                }
            }
        });
        let windows = looked.await;
        windows.unwrap_or_else(|_| panic!("there never were {n} windows"))
    }

    /// Runs a script that returns a value.
    pub async fn eval(&self, script: &str) -> Value {
        self.page
            .execute(&format!("return ({script})"), vec![])
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Runs a script for what it does.
    pub async fn run(&self, script: &str) {
        self.page
            .execute(script, vec![])
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"));
    }

    /// Waits until an expression is true in the page.
    pub async fn until(&self, expression: &str) {
        self.until_within(PATIENCE, expression).await;
    }

    /// The same where much has to happen before.
    pub async fn until_within(&self, patience: Duration, expression: &str) {
        let looked = time::timeout(patience, async {
            let mut look = time::interval(LOOK);
            loop {
                look.tick().await;
                if self.eval(&format!("Boolean({expression})")).await == json!(true) {
                    return;
                }
            }
        });
        if looked.await.is_err() {
            let text = self.eval("document.body.innerText").await;
            panic!(
                "it never came to hold: {expression}\nthe window shows:\n{}",
                text.as_str().unwrap_or_default()
            );
        }
    }

    /// The first element that a selector finds, once there is one.
    pub async fn element(&self, css: &str) -> Element {
        self.until(&format!("document.querySelector({css:?}) !== null"))
            .await;
        self.page.find(Locator::Css(css)).await.unwrap()
    }

    /// Clicks the visible button or menu entry of a name, in the dialog that is open if there is one.
    pub async fn click_button(&self, name: &str) {
        let button = self.button(name).await;
        self.run(&format!("{button}.click()")).await;
    }

    /// What finds that button in a script, once there is one.
    async fn button(&self, name: &str) -> String {
        let find = format!(
            "[...(document.querySelector('[role=dialog]') ?? document).querySelectorAll('button, [role=menuitem], [role=menuitemradio]')].find((b) => (b.getAttribute('aria-label') ?? b.textContent).trim().startsWith({name:?}) && b.checkVisibility())"
        );
        self.until(&format!("{find} !== undefined")).await;
        find
    }

    /// Types into the field of a label.
    pub async fn fill(&self, label: &str, text: &str) {
        let find = format!(
            "[...document.querySelectorAll('input, textarea')].find((f) => (f.getAttribute('aria-label') ?? f.labels?.[0]?.textContent ?? '').trim().startsWith({label:?}))"
        );
        self.until(&format!("{find} !== undefined")).await;
        self.run(&format!(
            "const field = {find}; field.focus(); field.select()"
        ))
        .await;
        let field = self.page.active_element().await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses keys wherever the focus is.
    pub async fn press(&self, keys: &str) {
        self.page
            .active_element()
            .await
            .unwrap()
            .send_keys(keys)
            .await
            .unwrap();
    }

    /// The card of a case, once it is painted.
    pub async fn card(&self, case: &str) -> Element {
        self.element(&card(case)).await
    }

    /// Opens a case by its card, and waits until all of it was read.
    pub async fn open_case(&self, case: &str) {
        self.card(case).await;
        self.run(&format!("document.querySelector({:?}).click()", card(case)))
            .await;
        self.until(&format!(
            "document.querySelector('[data-open-case={case:?}]') !== null"
        ))
        .await;
    }

    /// Puts the keyboard on a case's card.
    pub async fn focus_card(&self, case: &str) {
        self.card(case).await;
        self.run(&format!("document.querySelector({:?}).focus()", card(case)))
            .await;
    }

    /// The practice Kibana inside the app, by the address in its profile and the key in its keyring.
    pub async fn practice(&self) -> Kibana {
        let file =
            self.environment["XDG_DATA_HOME"].clone() + "/caseboard/practice/deployments.json";
        let saved: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        kibana::until(|| async { self.secret("practice/practice").is_some() }).await;
        let item: Value = serde_json::from_str(&self.secret("practice/practice").unwrap()).unwrap();
        assert_eq!(
            item["url"], saved["deployments"][0]["url"],
            "the key is bound to the address"
        );
        Kibana::new(item["url"].as_str().unwrap(), item["key"].as_str().unwrap())
    }

    /// What the session's Secret Service holds for the app under a name.
    pub fn secret(&self, name: &str) -> Option<String> {
        let found = Command::new("secret-tool")
            .args([
                "lookup",
                "service",
                "io.caseboard.desktop",
                "username",
                name,
            ])
            .envs(&self.environment)
            .output()
            .unwrap();
        let secret = String::from_utf8(found.stdout).unwrap();
        (!secret.is_empty()).then_some(secret)
    }

    /// Id of the first card of the board.
    pub async fn first_case(&self) -> String {
        let id = self
            .eval("document.querySelector('[data-column=open] [data-case]').dataset.case")
            .await;
        id.as_str().unwrap().to_owned()
    }

    /// Ticks or unticks a space in the sidebar.
    pub async fn toggle_space(&self, name: &str) {
        let find = format!(
            "[...document.querySelectorAll('nav [role=checkbox], nav input[type=checkbox], aside [role=checkbox], aside input[type=checkbox]')].find((box) => (box.getAttribute('aria-label') ?? box.closest('label')?.textContent ?? box.labels?.[0]?.textContent ?? '').trim().endsWith({name:?}))"
        );
        self.until(&format!("{find} !== undefined")).await;
        self.run(&format!("{find}.click()")).await;
    }

    /// Replaces the key of the only deployment as a person does, through the window of keys.
    pub async fn replace_key(&self, key: &str) {
        self.click_button("Replace key").await;
        self.give_key(key).await;
    }

    /// Pastes text as a person does with no text field in focus.
    pub async fn paste_text(&self, text: &str) {
        let script = "document.activeElement?.blur(); const data = new DataTransfer(); data.setData('text/plain', arguments[0]);
            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
        self.page.execute(script, vec![json!(text)]).await.unwrap();
    }

    /// Waits until nothing moves any more: fonts are there, and two frames in a row look the same to the layout.
    pub async fn until_settled(&self) {
        let script = "const done = arguments[arguments.length - 1]; (async () => { await document.fonts.ready;
            const layout = () => [...document.querySelectorAll('body *')].map((e) => { const r = e.getBoundingClientRect(); return `${r.x},${r.y},${r.width},${r.height}` }).join(';');
            let before = ''; for (let n = 0; n < 600; n++) { await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            const running = document.getAnimations().some((a) => a.playState === 'running' && a.effect?.getComputedTiming().endTime !== Infinity);
            const now = layout(); if (!running && now === before) return; before = now; } })().then(() => done(true), (error) => done(String(error)));";
        assert_eq!(
            self.page.execute_async(script, vec![]).await.unwrap(),
            json!(true)
        );
    }

    /// Fails with everything that is wrong with the page as a whole.
    pub async fn check(&self, what: &str) {
        let faults = [self.dom_faults().await, self.axe().await].concat();
        assert!(faults.is_empty(), "{what}:\n{}", faults.join("\n"));
        assert_eq!(self.violations().await, json!([]), "{what}");
    }

    /// Waits until a case's card stands in a column.
    pub async fn until_in_column(&self, case: &str, status: &str) {
        self.until(&format!(
            "document.querySelector('[data-column={status:?}] [data-case={case:?}]') !== null"
        ))
        .await;
    }

    /// Waits until the status bar holds these words.
    pub async fn until_status_says(&self, words: &str) {
        self.until(&format!(
            "document.querySelector('footer')?.innerText.includes({words:?})"
        ))
        .await;
    }

    /// Waits until the open case holds these words.
    pub async fn until_case_says(&self, words: &str) {
        self.until(&format!(
            "document.querySelector('[data-open-case]')?.innerText.includes({words:?})"
        ))
        .await;
    }

    /// Chooses the radio button of a label.
    pub async fn choose(&self, label: &str) {
        let find = format!(
            "[...document.querySelectorAll('input[type=radio]')].find((radio) => radio.labels?.[0]?.innerText.trim().startsWith({label:?}))"
        );
        self.until(&format!("{find} !== undefined")).await;
        self.run(&format!("{find}.click()")).await;
    }

    /// Waits until a problem with this code is shown, and returns its words.
    pub async fn problem(&self, code: &str) -> String {
        let shown = format!("document.querySelector('[data-error-code={code:?}]')");
        self.until(&format!("{shown}?.checkVisibility()")).await;
        self.eval(&format!("{shown}.innerText"))
            .await
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Drops text onto an element as a browser would, without a pointer.
    pub async fn drop_text(&self, css: &str, text: &str) {
        let script = "const [css, text] = arguments; const target = document.querySelector(css); const data = new DataTransfer(); data.setData('text/plain', text);
            const box = target.getBoundingClientRect(); const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, cancelable: true, dataTransfer: data };
            for (const type of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(type, at));";
        self.page
            .execute(script, vec![json!(css), json!(text)])
            .await
            .unwrap();
    }

    /// Outcomes of the last drop, by alert id.
    pub async fn outcomes(&self) -> HashMap<String, String> {
        self.until("document.querySelector('[data-outcome]') !== null")
            .await;
        let pairs = self.eval("[...document.querySelectorAll('[data-outcome]')].map((row) => [row.dataset.alert, row.dataset.outcome])").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        pairs
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| (text(&pair[0]), text(&pair[1])))
            .collect()
    }

    /// Titles of all cards of the board, also of those that are not scrolled in.
    pub async fn titles(&self) -> Vec<String> {
        let script = "const done = arguments[arguments.length - 1]; (async () => {
            const titles = new Set(); const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            for (const column of document.querySelectorAll('[data-column]')) {
                const scroller = [...column.querySelectorAll('*')].find((e) => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY !== 'visible' && getComputedStyle(e).overflowY !== 'hidden');
                for (let top = 0; ; top += 300) {
                    if (scroller) scroller.scrollTop = top;
                    for (let n = 0; n < 200; n++) { await frame(); if (column.querySelector('.blank') === null) break; }
                    for (const card of column.querySelectorAll('[data-case] .title')) titles.add(card.textContent.trim());
                    if (!scroller || top > scroller.scrollHeight) break;
                }
                if (scroller) scroller.scrollTop = 0;
            }
            return [...titles];
        })().then(done, (error) => done([String(error)]));";
        let titles = self.page.execute_async(script, vec![]).await.unwrap();
        titles
            .as_array()
            .unwrap()
            .iter()
            .map(|title| title.as_str().unwrap().to_owned())
            .collect()
    }

    /// Chooses light or dark whatever the system says.
    pub async fn theme(&self, theme: &str) {
        let info = self.invoke("app_info", json!({})).await;
        let mut preferences = info["preferences"].clone();
        preferences["theme"] = json!(theme);
        self.invoke("set_preferences", json!({ "preferences": preferences }))
            .await;
        self.page.refresh().await.unwrap();
        self.until(&format!(
            "document.documentElement.dataset.theme === {theme:?}"
        ))
        .await;
    }

    /// Calls a command directly, as the page's own code does.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Value {
        let script = "const [command, args, done] = arguments; window.__TAURI_INTERNALS__.invoke(command, args).then(done, (error) => done({ error }))";
        self.page
            .execute_async(script, vec![json!(command), arguments])
            .await
            .unwrap()
    }

    /// What the content security policy refused since the window opened.
    pub async fn violations(&self) -> Value {
        self.eval("window.violations ?? []").await
    }

    /// Gives the window another size, in pixels.
    pub async fn resize(&self, (width, height): (u32, u32)) {
        self.page
            .set_window_rect(0, 0, width, height)
            .await
            .unwrap();
        self.until(&format!(
            "innerWidth === {width} && innerHeight === {height}"
        ))
        .await;
    }

    /// Takes a picture of the window, which stands in the display's corner.
    pub async fn picture(&self, file: &Path) {
        let size = self.eval("`${innerWidth}x${innerHeight}+0+0`").await;
        let taken = Command::new("import")
            .args([
                "-window",
                "root",
                "-crop",
                size.as_str().unwrap(),
                "+repage",
            ])
            .arg(file)
            .envs(&self.environment)
            .status();
        assert!(taken.unwrap().success(), "ImageMagick takes the picture");
    }

    /// Starts the browser that comes with the webview's engine on the window's display, for pages that need no app.
    pub async fn browser(&self) -> (Child, Client) {
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .envs(&self.environment)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let page = connect(&mut driver, port, None).await;
        (driver, page)
    }

    /// Ends the app as closing its window does, and waits until it is gone.
    pub async fn close(mut self) {
        self.page.clone().close().await.unwrap();
        drop(self.session.stdin.take());
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The driver ends the app, the session everything else; whoever is gone already needs no ending.
        drop(self.driver.kill());
        drop(self.driver.wait());
        drop(self.session.stdin.take());
        drop(self.session.wait());
    }
}

/// Selects a card.
pub fn card(case: &str) -> String {
    format!("[data-column] [data-case=\"{case}\"]")
}

/// Control and Enter, pressed together.
pub fn control_enter() -> String {
    control(Key::Enter.into())
}

/// Control and another key, pressed together.
pub fn control(key: char) -> String {
    [Key::Control.into(), key, Key::Null.into()]
        .iter()
        .collect()
}

/// A path that `cargo xtask` passes on.
pub fn given(name: &str) -> PathBuf {
    std::env::var_os(name)
        .unwrap_or_else(|| panic!("{name} is missing: run this through cargo xtask test or shots"))
        .into()
}

/// A session without a window, and the variables that make a program part of it. It ends when its standard input is closed.
pub fn session(dir: &Path, without_keyring: bool) -> (Child, HashMap<String, String>) {
    let mut command = Command::new(given("CASEBOARD_XTASK"));
    command
        .args(["session", "--dir"])
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if without_keyring {
        command.arg("--no-keyring");
    }
    let mut session = command.spawn().unwrap();
    let mut line = String::new();
    let mut output: BufReader<ChildStdout> = BufReader::new(session.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    (
        session,
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("no session: {error}: {line}")),
    )
}
