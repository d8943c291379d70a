//! Looks at the page as a whole: text that is cut without a tooltip, controls that lie on each other, and what axe finds.

use serde_json::{Value, json};

use super::{Window, given};

impl Window {
    /// What axe finds wrong with the page: rule and first place of each violation.
    pub async fn axe(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(given("CASEBOARD_AXE")).unwrap();
        self.run(&axe).await;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then((found) => done(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}: ${v.nodes[0].failureSummary}`)), (error) => done([String(error)]))";
        texts(&self.page.execute_async(script, vec![]).await.unwrap())
    }

    /// Text that is cut off although nothing tells the whole of it, and controls that cover each other.
    pub async fn dom_faults(&self) -> Vec<String> {
        texts(&self.page.execute(AUDIT, vec![json!(null)]).await.unwrap())
    }
}

fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

const AUDIT: &str = r"
const faults = [];
const visible = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && e.getBoundingClientRect().width > 0;
const inView = (r) => r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth;
const name = (e) => `${e.tagName.toLowerCase()}.${e.className} ${JSON.stringify((e.textContent ?? '').trim().slice(0, 50))}`;
const told = (e) => e.closest('[title]') !== null || e.hasAttribute('aria-label') || e.querySelector('[title]') !== null;
for (const e of document.querySelectorAll('body *')) {
  if (!visible(e) || !inView(e.getBoundingClientRect())) continue;
  const style = getComputedStyle(e);
  const ownText = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== '');
  const scrolls = (axis) => ['auto', 'scroll'].includes(style[axis]);
  if (ownText && !(e instanceof SVGElement)) {
    const cutAcross = e.scrollWidth > e.clientWidth + 1 && style.overflowX !== 'visible' && !scrolls('overflowX') && e.clientWidth > 2;
    const cutDown = e.scrollHeight > e.clientHeight + 2 && style.overflowY !== 'visible' && !scrolls('overflowY') && e.clientHeight > 2;
    if ((cutAcross || cutDown) && !told(e)) faults.push(`cut without a tooltip: ${name(e)}`);
    const spills = e.scrollWidth > e.clientWidth + 2 && style.overflowX === 'visible' && style.display !== 'inline' && e.clientWidth > 2;
    if (spills) faults.push(`runs over its edge: ${name(e)}`);
  }
}
// Of what is scrolled, only the part inside its boxes is on the screen.
const seen = (e) => {
  let { left, top, right, bottom } = e.getBoundingClientRect();
  for (let box = e.parentElement; box !== null; box = box.parentElement) {
    if (getComputedStyle(box).overflowY === 'visible') continue;
    const r = box.getBoundingClientRect();
    [left, top, right, bottom] = [Math.max(left, r.left), Math.max(top, r.top), Math.min(right, r.right), Math.min(bottom, r.bottom)];
  }
  return { left, top, right, bottom };
};
const controls = [...document.querySelectorAll('button, input, textarea, select, a[href], [role=menuitem], [role=checkbox]')]
  .filter((e) => visible(e) && inView(e.getBoundingClientRect()) && !e.closest('[inert], [aria-hidden=true]'));
for (const [i, a] of controls.entries()) {
  for (const b of controls.slice(i + 1)) {
    if (a.contains(b) || b.contains(a) || (a.closest('[role=dialog]') !== b.closest('[role=dialog]'))) continue;
    const [p, q] = [seen(a), seen(b)];
    const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (across > 1 && down > 1) {
      const point = document.elementFromPoint(Math.max(p.left, q.left) + across / 2, Math.max(p.top, q.top) + down / 2);
      if (a.contains(point) || b.contains(point)) faults.push(`on each other: ${name(a)} and ${name(b)}`);
    }
  }
}
return faults;
";
