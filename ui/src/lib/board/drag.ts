import {
  draggable,
  dropTargetForElements,
} from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import type { CaseRow } from "$lib/backend/backend";
import { CARD_TYPE } from "$lib/shared/drops";
import { caseKey } from "./board";

/** Under this key the drag itself carries the card: the drag's end is told before the drop. */
const ROW = "row";

type CardDrag = {
  row: () => CaseRow;
  onstart: (row: CaseRow) => void;
  onend: () => void;
};

/** Makes a card draggable. Outside the window it is its handle as text. */
export function dragCard(element: HTMLElement, { row, onstart, onend }: CardDrag): () => void {
  return draggable({
    element,
    getInitialData: () => ({ [ROW]: row() }),
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
  ondrop: (row: CaseRow) => void;
};

/** Makes a column take cards. */
export function takeCards(
  element: HTMLElement,
  { enabled, onover, ondrop }: ColumnDrop,
): () => void {
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => enabled() && ROW in source.data,
    getDropEffect: () => "move",
    onDragEnter: () => {
      onover(true);
    },
    onDragLeave: () => {
      onover(false);
    },
    onDrop: ({ source }) => {
      onover(false);
      ondrop(source.data[ROW] as CaseRow);
    },
  });
}
