//! The page as a whole, on the practice world, in both themes: nothing cut, nothing on top of each other, nothing that axe finds.

use caseboard_journeys::window::{Start, Window, card};

#[tokio::test]
async fn board_case_and_drop_have_no_faults_in_light_and_dark() {
    let window = Window::open(Start::Practice).await;
    for theme in ["light", "dark"] {
        window.theme(theme).await;
        window.element("[data-column=open] [data-case]").await;
        window.until_settled().await;
        window.check(&format!("board, {theme}")).await;
        let hidden = "[...document.querySelectorAll('[hidden]')].filter((part) => part.getClientRects().length > 0).map((part) => part.outerHTML)";
        assert_eq!(window.eval(hidden).await, serde_json::json!([]));
        let id = window.first_case().await;
        window.open_case(&id).await;
        window
            .until("document.querySelector('[data-open-case]')?.innerText.includes('Story')")
            .await;
        window.until_settled().await;
        window.check(&format!("case, {theme}")).await;
        window
            .drop_text(&card(&id), &"0123456789abcdef".repeat(4))
            .await;
        window.outcomes().await;
        window.until_settled().await;
        window.check(&format!("drop, {theme}")).await;
    }
}

#[tokio::test]
async fn welcome_and_dialog_have_no_faults_in_light_and_dark() {
    let window = Window::open(Start::Own).await;
    for theme in ["light", "dark"] {
        window.theme(theme).await;
        window
            .until("document.body.innerText.includes('Connect Kibana')")
            .await;
        window.check(&format!("welcome, {theme}")).await;
        window.click_button("Connect Kibana").await;
        window
            .until("document.querySelector('[role=dialog] input') !== null")
            .await;
        window.until_settled().await;
        window.check(&format!("dialog, {theme}")).await;
    }
}

#[tokio::test]
async fn a_toast_lies_over_no_part_of_the_window() {
    let window = Window::open(Start::Practice).await;
    window.element("[data-column=open] [data-case]").await;
    let id = window.first_case().await;
    window.open_case(&id).await;
    for (size, digit) in [((900, 600), "2"), ((1440, 900), "1")] {
        window.resize(size).await;
        window.press("s").await;
        window.press(digit).await;
        window
            .until("document.querySelector('.toasts')?.innerText.includes('Undo') === true")
            .await;
        window.until_settled().await;
        let covered = window.eval("(() => { const strip = document.querySelector('.toasts').getBoundingClientRect();
            return [...document.querySelectorAll('nav, header, main, footer, [data-open-case]')].filter((part) => { const box = part.getBoundingClientRect();
                return box.left < strip.right - 1 && box.right > strip.left + 1 && box.top < strip.bottom - 1 && box.bottom > strip.top + 1 }).map((part) => part.tagName) })()").await;
        assert_eq!(covered, serde_json::json!([]), "{size:?}");
        window.check(&format!("toast, {size:?}")).await;
    }
}

#[tokio::test]
async fn seeded_faults_are_found_in_both_themes() {
    let window = Window::open(Start::Practice).await;
    for theme in ["light", "dark"] {
        window.theme(theme).await;
        window.element("[data-column=open] [data-case]").await;
        window.until_settled().await;
        window.run("document.querySelector('[data-case] .title').style.color = 'rgb(128 128 128 / 0.4)'").await;
        let found = window.axe().await;
        assert!(
            found
                .iter()
                .any(|fault| fault.starts_with("color-contrast")),
            "text that hardly stands out is found: {found:?}"
        );
        window.run("const cut = document.createElement('p'); cut.textContent = 'far too long for its box'; Object.assign(cut.style, { width: '30px', overflow: 'hidden', whiteSpace: 'nowrap', position: 'fixed', top: '100px' }); document.body.append(cut);
            for (let n = 0; n < 2; n++) { const button = document.createElement('button'); button.textContent = 'x'; Object.assign(button.style, { position: 'fixed', top: '200px', left: '300px', width: '40px', height: '30px', zIndex: 9 }); document.body.append(button) }").await;
        let found = window.dom_faults().await;
        for fault in ["cut without a tooltip: p", "on each other: button"] {
            assert!(
                found.iter().any(|found| found.starts_with(fault)),
                "{fault}: {found:?}"
            );
        }
    }
}
