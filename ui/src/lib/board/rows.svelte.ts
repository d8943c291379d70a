import {
  Virtualizer,
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
} from "@tanstack/virtual-core";
import type { Density } from "$lib/backend/backend";
import type { VirtualItem, VirtualizerOptions } from "@tanstack/virtual-core";
import { NOTHING_DRAWN, recycled } from "./rows";
import type { DrawnRow } from "./rows";

const FIRST_RECT = { width: 300, height: 720 };

/** How rows stand: cards are measured as they appear, rows of a list are all of one height. */
export type RowsLayout = {
  size: number;
  gap: number;
  paddingStart: number;
  /** Rows drawn before and behind those in sight. */
  overscan: number;
  /** What stays above the rows and takes from the height in which they show. */
  above: number;
  /** What lies over the first rows, and must not cover one that is scrolled to. */
  covered: number;
};

/** Usual height of a card, and the room between two. */
const CARDS: Readonly<Record<Density, { size: number; gap: number }>> = {
  comfortable: { size: 124, gap: 10 },
  default: { size: 104, gap: 8 },
  compact: { size: 56, gap: 4 },
};
const PADDING_END = 8;

export function cardLayout(density: Density): RowsLayout {
  return { ...CARDS[density], paddingStart: 2, overscan: 4, above: 0, covered: 0 };
}

/** What rows of one height are called: nothing is kept about them that their place does not tell. */
const byIndex = (index: number): number => index;

/** Which rows of a long series are drawn, and where. */
export class RowsState {
  #scroller: HTMLElement | null = null;
  #layout: RowsLayout;
  /** What each element showed when it was last looked at. */
  readonly #shown = new WeakMap<Element, VirtualItem["key"]>();
  /** Many heights are told at once: rows are placed once for all of them. */
  readonly #heights = new ResizeObserver((changes) => {
    this.#placing = false;
    for (const { target, borderBoxSize } of changes) {
      const index = Number((target as HTMLElement).dataset["index"]);
      if (this.#virtualizer.options.getItemKey(index) === this.#shown.get(target)) {
        this.#virtualizer.resizeItem(index, Math.round(borderBoxSize[0]?.blockSize ?? 0));
      }
    }
    this.#placing = true;
    this.#read();
  });
  #placing = true;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  /** What is drawn now, by index. */
  #drawn = NOTHING_DRAWN;
  items = $state.raw<readonly DrawnRow[]>([]);
  height = $state(0);
  /** The row that is kept on top. */
  stuck = $state<number | null>(null);

  constructor(layout: RowsLayout) {
    this.#layout = layout;
    this.#virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
      count: 0,
      getScrollElement: () => this.#scroller,
      ...this.#options(),
      initialRect: FIRST_RECT,
      useAnimationFrameWithResizeObserver: true,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => {
        if (this.#placing) {
          this.#read();
        }
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
  describe(count: number, keyOf: (index: number) => string | number): void {
    this.#set({ count, getItemKey: keyOf });
    this.#read();
  }

  /** Tells how many rows of one height there are, and which of them stay on top until the next such row comes. */
  describeEven(count: number, headings: readonly number[]): void {
    this.#set({
      count,
      getItemKey: byIndex,
      rangeExtractor: (range) => {
        const rows = defaultRangeExtractor(range);
        const stuck = headings.findLast((index) => index <= range.startIndex) ?? null;
        this.stuck = stuck;
        return stuck === null || rows.includes(stuck) ? rows : [stuck, ...rows];
      },
    });
    this.#read();
  }

  lay(layout: RowsLayout): void {
    this.#layout = layout;
    this.#set({});
    this.#virtualizer.measure();
    this.#read();
  }

  /** Follows the height of an element while it shows one row, which begins with a measurement; the returned function ends it. */
  follow(element: HTMLElement, key: VirtualItem["key"]): () => void {
    this.#shown.set(element, key);
    this.#heights.observe(element);
    return () => {
      this.#heights.unobserve(element);
    };
  }

  reveal(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  #options() {
    const { size, gap, paddingStart, overscan, covered, above } = this.#layout;
    return {
      estimateSize: () => size,
      gap,
      paddingStart,
      paddingEnd: PADDING_END,
      overscan,
      scrollPaddingStart: covered,
      scrollPaddingEnd: above,
    };
  }

  #set(over: Partial<VirtualizerOptions<HTMLElement, HTMLElement>>): void {
    this.#virtualizer.setOptions({
      ...this.#virtualizer.options,
      ...this.#options(),
      ...over,
    });
    this.#virtualizer._willUpdate();
  }

  #read(): void {
    this.#drawn = recycled(this.#drawn, this.#virtualizer.getVirtualItems());
    this.items = [...this.#drawn.values()];
    this.height = this.#virtualizer.getTotalSize();
  }
}
