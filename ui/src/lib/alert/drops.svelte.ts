import type { AlertId, SourceId } from "$lib/backend/backend";
import { keyOf } from "./tray";

/** Alerts of the Tray on their way to a case. What is dragged from another program tells nothing before it is dropped. */
export type DraggedAlerts = { source: SourceId; place: string; ids: readonly AlertId[] };

/** Under this key a drag inside the window carries its alerts. */
export const ALERTS = "alerts";

/** What a place would do with what hovers over it, or why it does nothing. */
export type Hover = { label: string; refused: boolean };

/** What is dragged over the window, and what would come of letting go. */
export class DropsState {
  dragged = $state.raw<DraggedAlerts | "text" | null>(null);
  hover = $state.raw<Hover | null>(null);
  /** The innermost place under the pointer. */
  #at: Element | null = null;

  begin(dragged: DraggedAlerts | "text"): void {
    this.dragged = dragged;
  }

  over(at: Element, hover: Hover): void {
    this.#at = at;
    this.hover = hover;
  }

  leave(at: Element): void {
    if (this.#at === at) {
      this.#at = null;
      this.hover = null;
    }
  }

  end(): void {
    this.dragged = null;
    this.hover = null;
    this.#at = null;
  }

  /** Where the alerts live that are dragged, if a place in this source cannot take them. */
  elsewhere(source: SourceId): string | null {
    const { dragged } = this;
    return dragged === null || dragged === "text" || keyOf(dragged.source) === keyOf(source)
      ? null
      : dragged.place;
  }
}
