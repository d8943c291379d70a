/** What lies over the page: each is shown by itself, under this name. */
export const DIALOGS = [
  "bulk-status",
  "bulk-people",
  "bulk-tags",
  "bulk-report",
  "new-case",
  "connect",
  "discard",
  "save-view",
  "toasts",
] as const;

export type Dialog = (typeof DIALOGS)[number];
