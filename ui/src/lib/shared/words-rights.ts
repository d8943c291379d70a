const MAY_NOT = {
  write: "change",
  assign: "assign",
  comment: "comment on",
  delete: "delete from",
} as const;

/** Words of what a key may not do. */
export const rightsWords = {
  readOnly: "read-only",
  placeReadOnly: (place: string) => `${place} – read-only`,
  mayNotOpen:
    "Read-only: this key may not open cases here. What is typed stays for another source.",
  mayNot: (right: keyof typeof MAY_NOT, place: string) =>
    `Read-only: this key may not ${MAY_NOT[right]} cases of ${place}.`,
} as const;
