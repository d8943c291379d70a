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

type AlertsDrop = {
  /** What would come of it, or why nothing; `null` if this is no place for it. */
  would: (alerts: DraggedAlerts) => { label: string; refused: boolean } | null;
  drops: DropsState;
  onalerts: (alerts: DraggedAlerts) => void;
};

/** Makes an element take alerts of the Tray. One of another source says why it does not. */
export function takeAlerts(
  element: HTMLElement,
  { drops, onalerts, would }: AlertsDrop,
): () => void {
  const of = (data: Record<string | symbol, unknown>) => data[ALERTS] as DraggedAlerts | undefined;
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => {
      const alerts = of(source.data);
      return alerts !== undefined && would(alerts) !== null;
    },
    getDropEffect: ({ source }) => {
      const alerts = of(source.data);
      // No effect would be told as "none": a place that refuses says so in words instead.
      return alerts === undefined || would(alerts)?.refused !== false ? "link" : "copy";
    },
    onDrag: ({ location, source }) => {
      const alerts = of(source.data);
      const hover = alerts === undefined ? null : would(alerts);
      // The innermost place speaks.
      if (hover !== null && location.current.dropTargets[0]?.element === element) {
        drops.over(element, hover);
      }
    },
    onDragLeave: () => {
      drops.leave(element);
    },
    onDrop: ({ location, source }) => {
      drops.leave(element);
      const alerts = of(source.data);
      if (
        alerts !== undefined &&
        would(alerts)?.refused === false &&
        location.current.dropTargets[0]?.element === element
      ) {
        onalerts(alerts);
      }
    },
  });
}
