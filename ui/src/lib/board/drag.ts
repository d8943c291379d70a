import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import type { CaseRow } from "$lib/backend/backend";
import { CARD_TYPE } from "$lib/shared/drops";
import { grouped } from "$lib/shared/text";
import { caseKey } from "./board";

/** Under this key the drag itself carries the card. */
const ROW = "row";

type CardDrag = {
  row: () => CaseRow;
  /** Whether it may be moved. */
  may: () => boolean;
  /** How many cases go along, with itself. */
  many: () => number;
  onstart: (row: CaseRow) => void;
  onend: () => void;
};

/** Makes a card draggable. Outside the window it is its handle as text. */
export function dragCard(
  element: HTMLElement,
  { row, may, many, onstart, onend }: CardDrag,
): () => void {
  return draggable({
    element,
    canDrag: may,
    getInitialData: () => ({ [ROW]: row() }),
    getInitialDataForExternal: () => ({
      "text/plain": row().handle,
      [CARD_TYPE]: caseKey(row().case),
    }),
    onGenerateDragPreview: ({ nativeSetDragImage }) => {
      const count = many();
      if (count > 1) {
        setCustomNativeDragPreview({
          nativeSetDragImage,
          getOffset: () => ({ x: 16, y: 16 }),
          render: ({ container }) => {
            container.append(stack(element, count));
          },
        });
      }
    },
    onDragStart: () => {
      onstart(row());
      // A column that scrolls meanwhile may take the card itself away: its drag ends all the same.
      const stop = monitorForElements({
        onDrop: () => {
          stop();
          onend();
        },
      });
    },
  });
}

/** What hangs from the pointer while several cards are dragged: the card on the edges of two more, and how many there are. */
function stack(card: HTMLElement, count: number): HTMLElement {
  const pile = document.createElement("div");
  pile.className = "card-stack";
  pile.style.width = `${card.offsetWidth}px`;
  const top = card.cloneNode(true) as HTMLElement;
  const badge = document.createElement("span");
  badge.className = "card-stack-count";
  badge.textContent = grouped(count);
  pile.append(top, badge);
  return pile;
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
