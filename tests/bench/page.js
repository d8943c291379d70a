// What the measurements ask of a page, put there by WebDriver: no page brings it along.
const MODIFIERS = ["Alt", "Control", "Meta", "Shift"];
// Farther than two rows ever stand apart.
const GAP = 24;
const invoke = (command, asked) => window.__TAURI_INTERNALS__.invoke(command, asked);

window.bench = {
  // Times from the next key press to the second frame after each condition came to hold: then it is on screen.
  next(conditions) {
    const early = conditions.findIndex((holds) => holds());
    if (early >= 0) {
      throw new Error(`condition ${early} holds before the key`);
    }
    this.timed = new Promise((resolve, reject) => {
      const times = [];
      const seen = conditions.map(() => false);
      let began = null;
      const look = () => {
        try {
          for (const [n, holds] of conditions.entries()) {
            if (!seen[n] && holds()) {
              seen[n] = true;
              requestAnimationFrame(() => requestAnimationFrame(() => shown(n)));
            }
          }
        } catch (error) {
          stop();
          reject(error);
        }
      };
      const shown = (n) => {
        times[n] = performance.now() - began;
        if (seen.every(Boolean) && Object.keys(times).length === seen.length) {
          stop();
          resolve(times);
        }
      };
      const changes = new MutationObserver(look);
      const stop = () => {
        changes.disconnect();
        removeEventListener("focusin", look);
      };
      const pressed = (event) => {
        if (!MODIFIERS.includes(event.key)) {
          removeEventListener("keydown", pressed, true);
          began = event.timeStamp;
          // Only what conditions look at: what is observed takes time, too.
          const attributeFilter = ["data-case", "style"];
          const looked = { attributeFilter, characterData: true, childList: true, subtree: true };
          changes.observe(document, looked);
          addEventListener("focusin", look);
        }
      };
      addEventListener("keydown", pressed, true);
    });
  },

  // Asks the core what the board will show for a text; answers whether it shows something else now.
  async expect(text) {
    const query = { text, asText: false, zone: "UTC" };
    const { columns } = await invoke("board", { query, rows: { offsets: {}, limit: 4 } });
    this.expected = columns.map(({ status, total, rows }) => ({
      status,
      total,
      ids: rows.map((row) => row.case.id),
    }));
    return !this.asExpected();
  },

  // Whether every column has its count and, on top, its cases.
  asExpected() {
    return this.expected.every(({ status, total, ids }) => {
      const column = document.querySelector(`[data-column="${status}"]`);
      const count = column?.querySelector(".total")?.textContent.replace(/\D/g, "");
      const at = (index) => column.querySelector(`[data-index="${index}"] [data-case]`);
      return Number(count) === total && ids.every((id, index) => at(index)?.dataset.case === id);
    });
  },

  // Whether the focus went from one case to another.
  moved() {
    const { case: now } = document.activeElement.dataset;
    return now !== undefined && now !== this.focused;
  },

  // Looks at every frame until `end`. With `rows`, also for places where no row is drawn, and rows that are only outlined.
  watch(scroller, rows) {
    const frames = [];
    const frame = () => {
      const drawn = rows === null ? {} : this.drawn(scroller, rows);
      frames.push({ at: performance.now(), top: scroller.scrollTop, ...drawn });
      this.nextFrame = requestAnimationFrame(frame);
    };
    this.frames = frames;
    this.nextFrame = requestAnimationFrame(frame);
  },

  drawn(scroller, rows) {
    const { top, bottom } = scroller.getBoundingClientRect();
    const places = [...scroller.querySelectorAll(rows)]
      .map((row) => ({ row, ...row.getBoundingClientRect().toJSON() }))
      .filter((place) => place.bottom > top && place.top < bottom)
      .sort((a, b) => a.top - b.top);
    let end = top + (scroller.querySelector(".head")?.offsetHeight ?? 0);
    let empty = false;
    for (const place of places) {
      empty ||= place.top - end > GAP;
      end = Math.max(end, place.bottom);
    }
    empty ||= bottom - end > GAP;
    return { empty, outlined: places.some(({ row }) => row.querySelector(".blank") !== null) };
  },

  // What the frames were like from the first to the last that moved.
  end() {
    cancelAnimationFrame(this.nextFrame);
    const moved = ({ top }, n, all) => n > 0 && top !== all[n - 1].top;
    const from = this.frames.findIndex(moved);
    const frames = this.frames.slice(from - 1, this.frames.findLastIndex(moved) + 1);
    const [first, last] = [frames[0], frames.at(-1)];
    return {
      took: frames.slice(1).map(({ at }, n) => at - frames[n].at),
      speed: (Math.abs(last.top - first.top) / (last.at - first.at)) * 1000,
      empty: frames.filter(({ empty }) => empty).length,
      outlined: frames.filter(({ outlined }) => outlined).length,
    };
  },

  // A plain scroller, for the empty page.
  fill(count) {
    const scroller = document.createElement("div");
    scroller.id = "rows";
    scroller.style.cssText = "position: fixed; inset: 60px 0 0; overflow: auto; contain: strict";
    const row = (_, n) => {
      const row = document.createElement("div");
      row.style.cssText = "height: 104px; border-bottom: 1px solid";
      row.textContent = `Row ${n}`;
      return row;
    };
    scroller.append(...Array.from({ length: count }, row));
    document.body.append(scroller);
  },
};
