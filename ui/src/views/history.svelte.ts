import type { CaseRef, CaseRow } from "$lib/backend/backend";
import type { CasesName, Parts, Screen } from "./parts.svelte";

/** Where a person is: what the window shows, and which case has the focus there. */
export type Place = {
  screen: Screen;
  cases: CasesName;
  text: string;
  open: CaseRef | null;
  focused: CaseRow | null;
};

const MOST_PLACES = 100;

/** Where the window is now. */
export function placeOf({ openCase, search, shell }: Parts): Omit<Place, "focused"> {
  const { cases, screen } = shell;
  return { screen, cases, text: search.text.trim(), open: openCase.open };
}

/** Where a person was, as in a browser. */
export class HistoryState {
  readonly #go: (place: Place) => Promise<void>;
  #places = $state.raw<readonly Place[]>([]);
  #at = $state(-1);
  /** While it goes somewhere, what is seen on the way is no place of its own. */
  #going = false;
  readonly canGoBack = $derived(this.#at > 0);
  readonly canGoForward = $derived(this.#at < this.#places.length - 1);

  constructor(go: (place: Place) => Promise<void>) {
    this.#go = go;
  }

  /** Notes where the window is. What is typed into the search is one place, however long it gets. */
  note(place: Place): void {
    const here = this.#places[this.#at];
    if (this.#going || (here !== undefined && isSame(here, place))) {
      return;
    }
    const typing =
      here !== undefined &&
      here.text !== "" &&
      place.text !== "" &&
      here.text !== place.text &&
      isSame({ ...here, text: place.text }, place);
    const before = this.#places.slice(0, typing ? this.#at : this.#at + 1);
    this.#places = [...before, place].slice(-MOST_PLACES);
    this.#at = this.#places.length - 1;
  }

  /** Keeps which case has the focus, for the way back. */
  focus(focused: CaseRow | null): void {
    const here = this.#places[this.#at];
    if (!this.#going && here !== undefined && focused !== null) {
      this.#places = this.#places.with(this.#at, { ...here, focused });
    }
  }

  back(): Promise<void> {
    return this.#step(-1);
  }

  forward(): Promise<void> {
    return this.#step(1);
  }

  /** Forgets everything and begins here, for another profile. */
  begin(place: Place): void {
    this.#places = [place];
    this.#at = 0;
  }

  async #step(by: 1 | -1): Promise<void> {
    const place = this.#places[this.#at + by];
    if (place === undefined) {
      return;
    }
    this.#at += by;
    this.#going = true;
    try {
      await this.#go(place);
    } finally {
      this.#going = false;
    }
  }
}

function isSame(a: Place, b: Place): boolean {
  return (
    a.screen === b.screen &&
    a.cases === b.cases &&
    a.text === b.text &&
    a.open?.id === b.open?.id &&
    a.open?.source.space === b.open?.source.space &&
    a.open?.source.deployment === b.open?.source.deployment
  );
}
