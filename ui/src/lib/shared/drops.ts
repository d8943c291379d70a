import { dropTargetForExternal } from "@atlaskit/pragmatic-drag-and-drop/adapter/drop-target-for-external";
import { containsFiles } from "@atlaskit/pragmatic-drag-and-drop/utils/contains-files";
import { containsText } from "@atlaskit/pragmatic-drag-and-drop/utils/contains-text";
import { getFiles } from "@atlaskit/pragmatic-drag-and-drop/utils/get-files";
import { getHTML } from "@atlaskit/pragmatic-drag-and-drop/utils/get-html";
import { getText } from "@atlaskit/pragmatic-drag-and-drop/utils/get-text";
import { broughtText } from "./brought";

/**
 * Private type that every card dragged in this window carries. On Linux a drag inside the page can
 * also come in as an external one; by this type it is told apart.
 */
export const CARD_TYPE = "application/x-caseboard-card";

type ContainsSource = Parameters<typeof containsText>[0]["source"];

type TextDrop<T> = {
  /** What the element is for; it may be for something else by the time the text is let go. */
  aim?: () => T;
  /** Whether text is welcome now. */
  enabled: () => boolean;
  /** Whether it is read for what it names, so that files and links count, too; else it is taken as it stands. */
  reads?: boolean;
  onover: (over: boolean, aimed: T) => void;
  /** `aimed` is what the element was for when the text came over it. */
  ontext: (text: string, aimed: T) => void;
};

/** Makes an element take text from other programs, unless a place inside it does; the returned function ends that. */
export function takeText<T = null>(
  element: HTMLElement,
  { aim = () => null as T, enabled, onover, ontext, reads = true }: TextDrop<T>,
): () => void {
  let over: { aimed: T } | null = null;
  const look = (isOver: boolean) => {
    over = isOver ? (over ?? { aimed: aim() }) : null;
    onover(isOver, over?.aimed ?? aim());
  };
  return dropTargetForExternal({
    element,
    canDrop: ({ source }) =>
      enabled() && isForeignText(source) && (reads || containsText({ source })),
    getDropEffect: () => "copy",
    onDragEnter: ({ location }) => {
      look(location.current.dropTargets[0]?.element === element);
    },
    // A drag that comes into the window right over the element enters it without saying so.
    onDrag: ({ location }) => {
      look(location.current.dropTargets[0]?.element === element);
    },
    onDragLeave: () => {
      look(false);
    },
    onDrop: ({ location, source }) => {
      const aimed = over?.aimed ?? aim();
      look(false);
      if (location.current.dropTargets[0]?.element !== element) {
        return;
      }
      const text = getText({ source }) ?? "";
      if (reads) {
        void broughtText(text, getHTML({ source }) ?? "", getFiles({ source })).then((read) => {
          ontext(read, aimed);
        });
      } else if (text !== "") {
        ontext(text, aimed);
      }
    },
  });
}

/** Whether a drag brings text or files, and from outside this window. */
export function isForeignText(source: ContainsSource): boolean {
  return (
    !source.types.includes(CARD_TYPE) && (containsText({ source }) || containsFiles({ source }))
  );
}
