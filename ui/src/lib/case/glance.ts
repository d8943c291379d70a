import type { CaseDetail } from "$lib/backend/backend";

/** What alerts of a case name, as numbers. */
export type Glance = { hosts: number; rules: number };

export function glanceOf(alerts: CaseDetail["alerts"]): Glance {
  const different = (name: "host" | "ruleName") =>
    new Set((alerts ?? []).flatMap(({ summary }) => summary?.[name] ?? [])).size;
  return { hosts: different("host"), rules: different("ruleName") };
}

/** Where a panel of some size stands beside a card, or under a row that is too wide for that; always inside the window. */
export function beside(
  card: { top: number; bottom: number; left: number; right: number },
  panel: { width: number; height: number },
  room: { width: number; height: number },
): { left: number; top: number } {
  const GAP = 8;
  const inside = (at: number, size: number, all: number) =>
    Math.max(GAP, Math.min(at, all - size - GAP));
  const top = inside(card.top, panel.height, room.height);
  if (card.right + GAP + panel.width + GAP <= room.width) {
    return { left: card.right + GAP, top };
  }
  if (card.left - GAP - panel.width >= GAP) {
    return { left: card.left - GAP - panel.width, top };
  }
  const under = card.bottom + GAP;
  const over = card.top - GAP - panel.height;
  return {
    left: inside(card.right - panel.width - GAP, panel.width, room.width),
    top: under + panel.height + GAP <= room.height || over < GAP ? under : over,
  };
}
