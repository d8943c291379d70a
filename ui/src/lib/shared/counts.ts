import type { BoardRows } from "$lib/backend/backend";

/** Only the counts of a board. */
export const NO_ROWS: BoardRows = { offsets: {}, limit: 0 };
