import { combine } from "@atlaskit/pragmatic-drag-and-drop/utils/combine";
import type { CaseAlert, CaseRow, NewStatus, ResolvedAlert } from "$lib/backend/backend";
import { takeAlerts } from "$lib/alert/drag";
import type { DraggedAlerts, Hover } from "$lib/alert/drops.svelte";
import { takeText } from "$lib/shared/drops";
import { isNewStatus } from "$lib/shared/statuses";
import { words } from "$lib/shared/words";
import { insertAlerts } from "./edits";
import type { Parts } from "./parts.svelte";
import { reasonAgainst } from "./rights";
import { dropOnCase, newCaseFrom, trayText } from "./trays";

/** Where alerts and texts can be let go, and what comes of it. */

type Place = (element: HTMLElement) => () => void;

/** A case takes alerts of its own source; others say where they live. */
export function takesForCase(parts: Parts, row: () => CaseRow | null): Place {
  const { drops } = parts;
  return (element) =>
    takeAlerts(element, {
      aim: row,
      drops,
      would: ({ ids, place }, target) => {
        if (target === null) {
          return null;
        }
        const elsewhere = drops.elsewhere(target.case.source);
        if (elsewhere !== null) {
          return { label: words.drop.elsewhere(place), refused: true };
        }
        if (target.status === "closed") {
          return { label: words.drop.closed(target.handle), refused: true };
        }
        const why = reasonAgainst(parts, target, "comment");
        return why !== null
          ? { label: why, refused: true }
          : {
              label: words.drop.toCase(words.drop.alerts(ids.length), target.handle),
              refused: false,
            };
      },
      onalerts: (alerts, target) => {
        if (target !== null) {
          dropOnCase(parts, target, alerts);
        }
      },
    });
}

/** The empty part of a column begins a new case with its status. */
export function takesForColumn(parts: Parts, status: string): Place {
  const { drops } = parts;
  const hover = (what: string): Hover =>
    status === "closed"
      ? { label: words.drop.closedColumn, refused: true }
      : { label: words.drop.toNew(what, words.status(status)), refused: false };
  const begin = (alerts: DraggedAlerts | string) => {
    if (isNewStatus(status) && status !== "closed") {
      void beginCase(parts, alerts, status);
    }
  };
  return (element) =>
    combine(
      takeText(element, {
        enabled: () => isNewStatus(status),
        onover: (over) => {
          if (over) {
            drops.over(element, hover(words.drop.some));
          } else {
            drops.leave(element);
          }
        },
        ontext: (text) => {
          begin(text);
        },
      }),
      takeAlerts(element, {
        drops,
        would: ({ ids }) => (isNewStatus(status) ? hover(words.drop.alerts(ids.length)) : null),
        onalerts: (alerts) => {
          begin(alerts);
        },
      }),
    );
}

/** Any other place of the window puts a text into the Tray. */
export function takesForTray(parts: Parts): Place {
  const { drops } = parts;
  return (element) =>
    takeText(element, {
      enabled: () => true,
      onover: (over) => {
        if (over) {
          drops.over(element, { label: words.drop.toTray, refused: false });
        } else {
          drops.leave(element);
        }
      },
      ontext: (text) => void trayText(parts, text, "dropped"),
    });
}

/** The composer takes alerts as lines; any other text as it is. */
export function takesForComposer(parts: Parts, row: () => CaseRow | null): Place {
  const { drops } = parts;
  const hover = { label: words.drop.toComposer, refused: false };
  return (element) =>
    combine(
      takeText(element, {
        enabled: () => row() !== null,
        reads: false,
        onover: (over) => {
          if (over) {
            drops.over(element, hover);
          } else {
            drops.leave(element);
          }
        },
        ontext: (text) => {
          const target = row();
          if (target !== null) {
            void insertText(parts, target, text);
          }
        },
      }),
      takeAlerts(element, {
        drops,
        would: () => (row() === null ? null : hover),
        onalerts: ({ ids }) => {
          const target = row();
          if (target !== null) {
            void insertText(parts, target, ids.join("\n"));
          }
        },
      }),
    );
}

async function beginCase(
  parts: Parts,
  alerts: DraggedAlerts | string,
  status: Exclude<NewStatus, "closed">,
): Promise<void> {
  if (typeof alerts !== "string") {
    await newCaseFrom(parts, alerts.ids, status);
    return;
  }
  await trayText(parts, alerts, "dropped");
  await newCaseFrom(parts, parts.tray.lastIds, status);
}

async function insertText(parts: Parts, row: CaseRow, text: string): Promise<void> {
  const { backend, drafts } = parts;
  const dropped = await backend.readDrop(text, null);
  const ids = dropped.status === "ok" ? dropped.data.text.ids : [];
  const found: ResolvedAlert[] = [];
  if (ids.length > 0) {
    await backend.resolveAlerts(ids, (alerts) => {
      found.push(...alerts);
    });
  }
  const alerts = found.flatMap(({ id, whereabouts }): CaseAlert[] => {
    const [place] = whereabouts.kind === "found" ? whereabouts.places : [];
    return place === undefined
      ? []
      : [{ id, index: place.index, attachedAt: "", summary: place.summary }];
  });
  if (alerts.length > 0) {
    insertAlerts(parts, row, alerts);
  } else {
    const draft = drafts.of(row.case);
    draft.text = draft.text === "" ? text : `${draft.text.trimEnd()}\n\n${text}`;
  }
}
