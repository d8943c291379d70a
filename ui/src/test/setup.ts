import "@testing-library/jest-dom/vitest";
import { configure } from "@testing-library/svelte";

// A hang guard, far longer than anything expected: nothing is timed by it.
configure({ asyncUtilTimeout: 20_000 });

/* What jsdom lacks and the window's libraries ask for. Nothing here changes what is tested. */

class NoResizes implements ResizeObserver {
  observe(): void {
    // jsdom lays nothing out, so nothing ever changes its size.
  }
  unobserve(): void {
    // See above.
  }
  disconnect(): void {
    // See above.
  }
}

globalThis.ResizeObserver = NoResizes;
Element.prototype.scrollIntoView = () => undefined;
document.elementsFromPoint = () => [];
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.scrollTo = () => undefined;
globalThis.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
globalThis.CSS = { escape: (text: string) => text.replace(/["\\]/g, "\\$&") } as typeof CSS;

Blob.prototype.text = function text() {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(reader.result as string);
    };
    reader.onerror = reject;
    reader.readAsText(this);
  });
};

// The virtualiser measures: a column is 800 px high, a card 100 px.
const height = {
  configurable: true,
  get(this: HTMLElement) {
    return this.getAttribute("role") === "listitem" ? 100 : 800;
  },
};
const width = { configurable: true, get: () => 300 };
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: height,
  offsetWidth: width,
  clientHeight: height,
  clientWidth: width,
});
// A menu hides when what it hangs from has no size.
Element.prototype.getBoundingClientRect = () => new DOMRect(10, 10, 300, 100);
Element.prototype.getClientRects = () =>
  Object.assign([new DOMRect(10, 10, 300, 100)], { item: () => null });
