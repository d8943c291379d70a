/** One value that can be chosen from a list. */
export type Choice = { key: string; label: string; hint?: string | null; shortcut?: string };

/** How a list hangs from what it belongs to; where the focus goes then is its owner's to say. */
export const HANGING = {
  align: "start",
  sideOffset: 4,
  collisionPadding: 8,
  preventScroll: false,
  trapFocus: false,
  onCloseAutoFocus: (event: Event) => {
    event.preventDefault();
  },
} as const;
