import {
  draggable,
  dropTargetForElements,
} from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { CARD_TYPE } from "$lib/shared/drops";
import { ALERTS } from "./drops.svelte";
import type { DraggedAlerts, DropsState } from "./drops.svelte";

/** Makes an element drag alerts of one source. Outside the window they are their ids as text. */
export function dragAlerts(
  element: HTMLElement,
  drops: DropsState,
  alerts: () => DraggedAlerts,
): () => void {
  return draggable({
    element,
    getInitialData: () => ({ [ALERTS]: alerts() }),
    getInitialDataForExternal: () => ({
      "text/plain": alerts().ids.join("\n"),
      // So that nobody takes it for a text of another program.
      [CARD_TYPE]: ALERTS,
    }),
    onDragStart: () => {
      drops.begin(alerts());
    },
  });
}

type AlertsDrop<T> = {
  /** What the element is for; it may be for something else by the time the alerts are let go. */
  aim?: () => T;
  /** What would come of it, or why nothing; `null` if this is no place for it. */
  would: (alerts: DraggedAlerts, aimed: T) => { label: string; refused: boolean } | null;
  drops: DropsState;
  /** `aimed` is what the element was for when the alerts came over it. */
  onalerts: (alerts: DraggedAlerts, aimed: T) => void;
};

/** Makes an element take alerts of the Tray. One of another source says why it does not. */
export function takeAlerts<T = null>(
  element: HTMLElement,
  { aim = () => null as T, drops, onalerts, would }: AlertsDrop<T>,
): () => void {
  let over: { aimed: T } | null = null;
  const aimed = () => over?.aimed ?? aim();
  const of = (data: Record<string | symbol, unknown>) => data[ALERTS] as DraggedAlerts | undefined;
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => {
      const alerts = of(source.data);
      return alerts !== undefined && would(alerts, aimed()) !== null;
    },
    getDropEffect: ({ source }) => {
      const alerts = of(source.data);
      // No effect would be told as "none": a place that refuses says so in words instead.
      return alerts === undefined || would(alerts, aimed())?.refused !== false ? "link" : "copy";
    },
    onDragEnter: () => {
      over = { aimed: aim() };
    },
    onDrag: ({ location, source }) => {
      const alerts = of(source.data);
      const hover = alerts === undefined ? null : would(alerts, aimed());
      // The innermost place speaks.
      if (hover !== null && location.current.dropTargets[0]?.element === element) {
        drops.over(element, hover);
      }
    },
    onDragLeave: () => {
      over = null;
      drops.leave(element);
    },
    onDrop: ({ location, source }) => {
      const target = aimed();
      over = null;
      drops.leave(element);
      const alerts = of(source.data);
      if (
        alerts !== undefined &&
        would(alerts, target)?.refused === false &&
        location.current.dropTargets[0]?.element === element
      ) {
        onalerts(alerts, target);
      }
    },
  });
}
