/** Short names of characters that are invisible or reorder what stands around them: those of the core, in its words. */
const HIDDEN: ReadonlyMap<number, string> = new Map([
  [0x00ad, "SHY"],
  [0x034f, "CGJ"],
  [0x061c, "ALM"],
  [0x115f, "FILLER"],
  [0x1160, "FILLER"],
  [0x180e, "MVS"],
  [0x200b, "ZWSP"],
  [0x200c, "ZWNJ"],
  [0x200d, "ZWJ"],
  [0x200e, "LRM"],
  [0x200f, "RLM"],
  [0x2028, "LSEP"],
  [0x2029, "PSEP"],
  [0x202a, "LRE"],
  [0x202b, "RLE"],
  [0x202c, "PDF"],
  [0x202d, "LRO"],
  [0x202e, "RLO"],
  [0x2060, "WJ"],
  [0x2066, "LRI"],
  [0x2067, "RLI"],
  [0x2068, "FSI"],
  [0x2069, "PDI"],
  [0x3164, "FILLER"],
  [0xfeff, "BOM"],
  [0xffa0, "FILLER"],
]);

/** First and last of characters without a short name: controls, invisible operators, annotations, tags. */
const UNNAMED = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x2061, 0x2064],
  [0x206a, 0x206f],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
] as const;

/** A visible stand-in for a character that would not be seen. */
export function marker(name: string): string {
  return `⟨${name}⟩`;
}

/** Most texts: each of their characters is seen. */
const PLAIN = /^[ -~]*$/;

/** Text of Kibana as one line on screen: nothing in it is invisible or reorders its surroundings. */
export function shown(text: string): string {
  if (PLAIN.test(text)) {
    return text;
  }
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const name = HIDDEN.get(code);
    if (name !== undefined) {
      result += marker(name);
    } else if (code === 0x09 || code === 0x0a || code === 0x0d) {
      result += " ";
    } else if (UNNAMED.some(([first, last]) => code >= first && code <= last)) {
      result += marker(`U+${code.toString(16).toUpperCase().padStart(4, "0")}`);
    } else {
      result += character;
    }
  }
  return result;
}

/** An id with its middle left out: `e2a2fe19…086d76`. Short ids stay whole. */
export function shortId(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`;
}

/** Up to two capital letters for a person: `Maya Lindqvist` is `ML`. */
export function initials(name: string): string {
  const words = name.split(/[\s._@-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.map((word) => word.slice(0, 1).toUpperCase());
  return (letters.length > 1 ? [letters[0], letters.at(-1)] : letters).join("");
}

/** Digits in groups of three, with a narrow space. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A count with the word that it takes. */
export function plural(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Number of characters as a person and Kibana count them (UTF-16 units, as Kibana's limit does). */
export function nCharacters(text: string): number {
  return text.length;
}
