//! Hostile text: attacks on whoever shows it, from the files in `tests/hostile`, and what a page looks like that fell for one.

use std::collections::BTreeSet;

use crate::window::Window;

const EVENTS: &str = include_str!("../hostile/events.txt");
const ELEMENTS: &str = include_str!("../hostile/elements.txt");
const ADDRESSES: &str = include_str!("../hostile/addresses.txt");
const PLACES: &str = include_str!("../hostile/places.txt");
const WHOLE: &str = include_str!("../hostile/whole.txt");

/// Number of the first attack: no shorter number of a page is taken for one.
const FIRST: usize = 10_000;

/// One attack.
#[derive(Debug, Clone)]
pub struct Attack {
    /// Its number, which stands in its text, and in `window.hits` once it ran.
    pub number: usize,
    /// What an intruder writes.
    pub text: String,
}

/// All attacks. What they load lies below `/beacon/` of `server`.
pub fn attacks(server: &str) -> Vec<Attack> {
    let elements = lines(ELEMENTS)
        .flat_map(|element| lines(EVENTS).map(move |event| element.replace("{on}", event)));
    let places = lines(PLACES)
        .flat_map(|place| lines(ADDRESSES).map(move |address| place.replace("{url}", address)));
    let written = elements
        .chain(places)
        .chain(lines(WHOLE).map(str::to_owned));
    written
        .enumerate()
        .map(|(index, line)| {
            let number = FIRST + index;
            let text = line
                .replace("{hit}", &format!("(window.hits??=[]).push({number})"))
                .replace("{beacon}", &format!("{server}/beacon/{number}"))
                .replace("{n}", &number.to_string());
            Attack {
                number,
                text: unescaped(&text),
            }
        })
        .collect()
}

fn lines(file: &str) -> impl Iterator<Item = &str> + Clone {
    file.lines()
        .filter(|line| !line.is_empty() && !line.starts_with(";; "))
}

/// Quotes stand as they are, everything else as in JSON.
fn unescaped(line: &str) -> String {
    serde_json::from_str(&format!("\"{}\"", line.replace('"', "\\\""))).unwrap()
}

/// What a page says that fell for an attack. Each is a sentence with what was found; a page that shows text as text has none.
pub async fn faults(window: &Window) -> Vec<String> {
    let found = window.eval(FAULTS).await;
    let mut faults: Vec<String> = serde_json::from_value(found).unwrap();
    let windows = window.page.windows().await.unwrap().len();
    if windows != 1 {
        faults.push(format!("there are {windows} windows"));
    }
    faults
}

/// Numbers of the attacks that ran.
pub async fn hits(window: &Window) -> BTreeSet<usize> {
    serde_json::from_value(window.eval("window.hits ?? []").await).unwrap()
}

/// Does to each element whatever an attack on it may wait for, and follows each link that is script.
pub async fn provoke(window: &Window) {
    window.run(PROVOKE).await;
}

const FAULTS: &str = r"(() => {
    const faults = [];
    // What a page fell for may have put itself in the place of these.
    const names = (element) => Element.prototype.getAttributeNames.call(element);
    const closest = (element, css) => Element.prototype.closest.call(element, css);
    if (window.hits?.length !== 0) faults.push(`script ran: ${[...(window.hits ?? [])].slice(0, 9)}`);
    if (!/^tauri:\/\/localhost\/?$/.test(location.href)) faults.push(`the page is ${location.href}`);
    if (window.here !== true) faults.push('the page was loaded again');
    for (const { name } of performance.getEntriesByType('resource')) {
        if (!/^(tauri:|ipc:|http:\/\/ipc\.localhost\/)/.test(name)) faults.push(`it asked for ${name}`);
    }
    for (const violation of window.violations ?? []) faults.push(`the policy had to refuse ${violation}`);
    const never = 'script, style, link, meta, base, title:not(svg title), iframe, frame, frameset, object, embed, applet, img, picture, image, video, audio, source, track, a, area, map, math, marquee, template, noscript, portal, slot, [srcdoc], [src], [href], [action], [formaction], [ping], [name]:not(input[type=radio])';
    for (const element of document.querySelectorAll(`body :is(${never})`)) {
        if (!closest(element, 'script[type=module]')) faults.push(`there is ${element.outerHTML.slice(0, 120)}`);
    }
    const own = new Set(['class', 'title', 'dir', 'translate', 'aria-label', 'aria-hidden', 'type', 'role', 'start', 'scope']);
    for (const frame of document.querySelectorAll('.markdown')) {
        const { contain, overflow, position } = getComputedStyle(frame);
        if (contain !== 'content' || overflow !== 'hidden' || position !== 'relative') faults.push(`a frame is open: ${contain}, ${overflow}, ${position}`);
        for (const element of frame.querySelectorAll('*')) {
            const strange = closest(element, 'svg, button, input') ? undefined : names(element).find((name) => !own.has(name));
            if (strange !== undefined) faults.push(`an attribute came in: ${element.outerHTML.slice(0, 120)}`);
            if (closest(element, '.tick') === null && !['static', 'relative'].includes(getComputedStyle(element).position)) faults.push(`it left its place: ${element.outerHTML.slice(0, 120)}`);
        }
    }
    for (const element of document.querySelectorAll('*')) {
        if (names(element).some((name) => name.startsWith('on'))) faults.push(`it listens: ${element.outerHTML.slice(0, 120)}`);
    }
    const kind = (fault) => fault.split(' ').slice(0, 2).join(' ');
    return faults.filter((fault, at) => faults.slice(0, at).filter((other) => kind(other) === kind(fault)).length < 3);
})()";

const PROVOKE: &str = r"for (const element of document.querySelectorAll('*')) {
    for (const name of Element.prototype.getAttributeNames.call(element)) {
        if (name.startsWith('on')) EventTarget.prototype.dispatchEvent.call(element, new Event(name.slice(2)));
    }
    const href = Element.prototype.getAttribute.call(element, 'href');
    if (/^\s*javascript:/i.test(href ?? '')) EventTarget.prototype.dispatchEvent.call(element, new MouseEvent('click', { bubbles: true, cancelable: true }));
}";
