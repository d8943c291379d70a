import {
  Virtualizer,
  elementScroll,
  observeElementOffset,
  observeElementRect,
} from "@tanstack/virtual-core";
import type { VirtualItem } from "@tanstack/virtual-core";

const ESTIMATED_CARD = 104;
const GAP = 8;
const OVERSCAN = 4;
const FIRST_RECT = { width: 300, height: 720 };

/** Which rows of a long column are drawn, and where. Heights are measured as cards appear. */
export class RowsState {
  #scroller: HTMLElement | null = null;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  items = $state.raw<readonly VirtualItem[]>([]);
  height = $state(0);

  constructor() {
    this.#virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
      count: 0,
      getScrollElement: () => this.#scroller,
      estimateSize: () => ESTIMATED_CARD,
      gap: GAP,
      paddingStart: 2,
      paddingEnd: GAP,
      overscan: OVERSCAN,
      initialRect: FIRST_RECT,
      useAnimationFrameWithResizeObserver: true,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => {
        this.#read();
      },
    });
  }

  /** Starts on a scroller; the returned function ends it. */
  start(scroller: HTMLElement): () => void {
    this.#scroller = scroller;
    const stop = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.#read();
    return () => {
      this.#scroller = null;
      stop();
    };
  }

  /** Tells how many rows there are and what each is called; sizes stay with their keys. */
  describe(count: number, keyOf: (index: number) => string): void {
    this.#virtualizer.setOptions({ ...this.#virtualizer.options, count, getItemKey: keyOf });
    this.#virtualizer._willUpdate();
    this.#read();
  }

  measure(element: HTMLElement): void {
    this.#virtualizer.measureElement(element);
  }

  reveal(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  #read(): void {
    this.items = this.#virtualizer.getVirtualItems();
    this.height = this.#virtualizer.getTotalSize();
  }
}
