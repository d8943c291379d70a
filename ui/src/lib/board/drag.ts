import {
  draggable,
  dropTargetForElements,
} from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import type { CaseRow } from "$lib/backend/backend";
import { CARD_TYPE } from "$lib/shared/drops";
import { caseKey } from "./board";

type CardDrag = {
  row: () => CaseRow;
  onstart: (row: CaseRow) => void;
  onend: () => void;
};

/** Makes a card draggable. Outside the window it is its handle as text. */
export function dragCard(element: HTMLElement, { row, onstart, onend }: CardDrag): () => void {
  return draggable({
    element,
    canDrag: () => !row().pending,
    getInitialDataForExternal: () => ({
      "text/plain": row().handle,
      [CARD_TYPE]: caseKey(row().case),
    }),
    onDragStart: () => {
      onstart(row());
    },
    onDrop: onend,
  });
}

type ColumnDrop = {
  enabled: () => boolean;
  onover: (over: boolean) => void;
  ondrop: () => void;
};

/** Makes a column take cards. */
export function takeCards(
  element: HTMLElement,
  { enabled, onover, ondrop }: ColumnDrop,
): () => void {
  return dropTargetForElements({
    element,
    canDrop: enabled,
    getDropEffect: () => "move",
    onDragEnter: () => {
      onover(true);
    },
    onDragLeave: () => {
      onover(false);
    },
    onDrop: () => {
      onover(false);
      ondrop();
    },
  });
}
