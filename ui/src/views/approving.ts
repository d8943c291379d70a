import { tick } from "svelte";
import type { ProposalView } from "$lib/backend/backend";
import { actOf, hasHour, stateOf } from "$lib/agent/agent";
import type { Action } from "$lib/shared/keys";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";
import { REQUESTS, showScreen } from "./acts";
import type { Parts } from "./parts.svelte";

/** Answers to what agents ask, by keyboard: for the card that has the focus, and no other. */
export function approving(parts: Parts): Action[] {
  const { approvals, clock, shell } = parts;
  const focused = () => {
    const id = document.activeElement?.closest<HTMLElement>("[data-proposal]")?.dataset["proposal"];
    const proposal = id === undefined ? null : approvals.find(id);
    return proposal !== null && stateOf(proposal, clock.now) === "open" ? proposal : null;
  };
  const action = (
    id: string,
    title: string,
    shortcut: string,
    run: (proposal: ProposalView) => void,
    fits: (proposal: ProposalView) => boolean = () => true,
  ): Action => ({
    id,
    title,
    group: words.approvals.title,
    where: "approvals",
    shortcut: [shortcut],
    enabled: () => {
      const proposal = shell.screen === "approvals" ? focused() : null;
      return proposal !== null && fits(proposal);
    },
    run: () => {
      const proposal = focused();
      if (proposal !== null) {
        run(proposal);
      }
    },
  });
  const moving = (id: string, title: string, keys: string[], by: 1 | -1): Action => ({
    id,
    title,
    group: words.approvals.title,
    where: "approvals",
    shortcut: keys,
    keyOnly: true,
    enabled: () => shell.screen === "approvals",
    run: () => {
      move(by);
    },
  });
  return [
    action("allow", words.approvals.approve, "y", (one) => void approve(parts, one, false)),
    action(
      "allow-hour",
      words.approvals.approveHour,
      "Shift+y",
      (one) => void approve(parts, one, true),
      hasHour,
    ),
    action("refuse", words.approvals.refuse, "-", (one) => {
      askToRefuse(parts, one);
    }),
    moving("next-request", words.approvals.next, ["j"], 1),
    moving("previous-request", words.approvals.previous, ["k"], -1),
  ];
}

/** Says yes, unless the person has yet to say that nothing of elsewhere is in it. */
export async function approve(
  parts: Parts,
  proposal: ProposalView,
  forAnHour: boolean,
): Promise<void> {
  const { announcer, approvals } = parts;
  if (approvals.needsDespite(proposal)) {
    cardOf(proposal)?.querySelector<HTMLElement>("[data-despite]")?.focus();
    return;
  }
  const at = placeOf(proposal);
  const error = await approvals.approve(proposal, forAnHour);
  if (error === null) {
    announcer.say(words.approvals.say.approved(shown(proposal.client)));
  }
  await answered(parts, proposal, error, at);
}

export function askToRefuse({ shell }: Parts, proposal: ProposalView): void {
  shell.dialog = { kind: "refuse", proposal };
}

export async function refuse(parts: Parts, proposal: ProposalView, note: string): Promise<void> {
  const { announcer, approvals } = parts;
  const at = placeOf(proposal);
  const error = await approvals.refuse(proposal, note);
  if (error === null) {
    announcer.say(words.approvals.say.refused(shown(proposal.client)));
  }
  await answered(parts, proposal, error, at);
}

/** Tells of new requests, unless the person looks at them. */
export function tellFresh(parts: Parts, count: number): void {
  const { announcer, shell, toasts } = parts;
  const headline = words.approvals.fresh(count);
  if (shell.screen === "approvals") {
    announcer.say(headline);
    return;
  }
  const action = {
    label: words.approvals.show,
    run: () => {
      showScreen(parts, "approvals");
    },
  };
  const told = { headline, why: "", safe: words.approvals.freshSafe, next: "" };
  toasts.told(words.approvals.title, told, { action, code: null, key: REQUESTS });
}

async function answered(
  parts: Parts,
  proposal: ProposalView,
  error: Parameters<Parts["toasts"]["problem"]>[1] | null,
  at: number,
): Promise<void> {
  if (error !== null) {
    const place = `${shown(proposal.client)}: ${actOf(proposal)}`;
    parts.toasts.problem(place, error, { place, safe: words.approvals.failed });
  }
  await tick();
  const cards = openCards();
  const next = cards[Math.min(at, cards.length - 1)];
  (next ?? document.querySelector<HTMLElement>("[data-approvals]"))?.focus();
}

function move(by: 1 | -1): void {
  const cards = [...document.querySelectorAll<HTMLElement>("[data-proposal]")];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  cards[Math.min(Math.max(at + by, 0), cards.length - 1)]?.focus();
}

function cardOf({ id }: ProposalView): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-proposal="${CSS.escape(id)}"]`);
}

function openCards(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-proposal-state="open"]')];
}

/** Where it stands among those that are open. */
function placeOf(proposal: ProposalView): number {
  const card = cardOf(proposal);
  return card === null ? 0 : Math.max(0, openCards().indexOf(card));
}
