import type {
  CaseRef,
  CaseRow,
  CommandError,
  DeploymentView,
  Profile,
  SourceId,
} from "$lib/backend/backend";
import { sameCase } from "$lib/case/case";
import { countOutcomes, isEmpty } from "$lib/alert/alert";
import type { Report } from "$lib/alert/alert";
import { pasted } from "$lib/shared/clipboard";
import { keyCaps } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { casesOf, focusCases, refreshCases, showCases } from "./cases";
import { placeOf } from "./history.svelte";
import type { Parts, Screen } from "./parts.svelte";
import { refuses } from "./rights";

/** What a person can do that touches more than one topic. */

export async function attachText(parts: Parts, row: CaseRow, text: string): Promise<void> {
  const { attach, announcer, openCase, outbox } = parts;
  if (refuses(parts, row, "comment")) {
    return;
  }
  announcer.say(words.say.looking(row.handle));
  const run = await attach.start({ case: row.case, handle: row.handle, title: row.title }, text);
  if (run.report !== null) {
    announcer.say(
      isEmpty(run.report) ? words.attach.nothing : words.attach.summary(countOutcomes(run.report)),
    );
    if (run.report.items.some(({ outcome }) => outcome.kind === "waiting")) {
      await outbox.load();
      attach.follow(outbox.entries);
    }
    if (sameCase(openCase.open, run.report.case)) {
      await openCase.refresh();
    }
    await keepRest(parts, run.report);
  }
}

/** What did not belong to the case waits in the Tray. */
async function keepRest({ toasts, tray, shell }: Parts, report: Report): Promise<void> {
  const rest = report.items.filter(
    ({ outcome }) => outcome.kind === "elsewhere" || outcome.kind === "notFound",
  );
  if (rest.length > 0) {
    const ids = rest.map(({ id, line }) => ({ id, line, certain: true, hint: null }));
    await tray.put(ids, words.tray.origin.left);
    if (shell.screen !== "tray") {
      toasts.hint(report.handle, words.tray.left(rest.length));
    }
  }
}

/**
 * The case that keys and pastes are about: the open one if the focus is in its pane or there are no cards, else the
 * focused card or row.
 */
export function currentRow(parts: Parts): CaseRow | null {
  const { openCase, shell } = parts;
  const cases = casesOf(parts);
  const open = openCase.row;
  if (shell.screen !== shell.cases) {
    return open;
  }
  const inPane = Boolean(document.activeElement?.closest("[data-open-case]"));
  if (inPane && open !== null) {
    return open;
  }
  return cases.hasFocus ? (cases.focused ?? open) : (open ?? cases.focused);
}

/** The case that a paste goes to: the open one with the focus, or the card or row that has it. */
export function pasteRow(parts: Parts): CaseRow | null {
  const { openCase, shell } = parts;
  const cases = casesOf(parts);
  if (document.activeElement?.closest("[data-open-case]")) {
    return openCase.row;
  }
  return shell.screen === shell.cases && cases.hasFocus ? cases.focused : null;
}

export async function attachClipboard(parts: Parts, row: CaseRow): Promise<void> {
  const text = await pasted();
  if (text === null) {
    tell(parts, row.handle, words.say.pressPaste(keyCaps("Mod+V").join(" ")));
  } else if (text.trim() === "") {
    tell(parts, row.handle, words.say.nothingToPaste);
  } else {
    await attachText(parts, row, text);
  }
}

export function showCase(parts: Parts, ref: CaseRef): void {
  void openAnew(parts, ref);
}

/** The same, until all of it is there. */
export function openAnew(parts: Parts, ref: CaseRef): Promise<void> {
  keepDraft(parts);
  parts.peek.close();
  void parts.drafts.of(ref).load();
  return parts.openCase.show(ref, casesOf(parts).rowOf(ref));
}

export function closeCase(parts: Parts): void {
  keepDraft(parts);
  parts.openCase.close();
  focusCases(parts);
}

function keepDraft({ drafts, openCase }: Parts): void {
  if (openCase.open !== null) {
    void drafts.of(openCase.open).keep();
  }
}

/** One toast tells of everything that newly needs a person. */
export const NEEDS = "needs";
/** Another of everything that agents newly ask. */
export const REQUESTS = "requests";

/** Whether the window is so narrow that the open case lies over the screen beside it. */
function paneCovers(): boolean {
  return globalThis.matchMedia("(width < 1180px)").matches;
}

/** Shows a screen, and puts the focus there. */
export function showScreen(parts: Parts, screen: Screen): void {
  if (screen === "board" || screen === "list") {
    void showCases(parts, screen);
    return;
  }
  casesOf(parts).hasFocus = false;
  parts.shell.screen = screen;
  if (paneCovers()) {
    keepDraft(parts);
    parts.openCase.close();
  }
  if (screen === "outbox") {
    parts.toasts.dismissKey(NEEDS);
  } else if (screen === "approvals") {
    parts.toasts.dismissKey(REQUESTS);
  }
  // The screen exists one turn after it was asked for.
  requestAnimationFrame(() => {
    const selector = screen === "tray" ? "[data-tray-screen]" : `[data-${screen}]`;
    document.querySelector<HTMLElement>(selector)?.focus();
  });
}

export function comment(parts: Parts, ref: CaseRef): void {
  casesOf(parts).hasFocus = false;
  if (!sameCase(parts.openCase.open, ref)) {
    void parts.shell.untilThere(openAnew(parts, ref));
  }
  parts.openCase.compose();
}

/** Takes a space into use or out of it; answers why not, if so. */
export async function showSpaceAsked(
  parts: Parts,
  source: SourceId,
  shown: boolean,
): Promise<CommandError | null> {
  const error = await parts.deployments.setShown(source, shown);
  if (error === null) {
    await refreshCases(parts);
  }
  return error;
}

export async function showSpace(parts: Parts, source: SourceId, shown: boolean): Promise<void> {
  const error = await showSpaceAsked(parts, source, shown);
  if (error !== null) {
    parts.toasts.problem(source.space, error, {
      place: source.space,
      safe: words.errors.safe.nothingChanged,
    });
  }
}

export async function syncNow({ backend, toasts }: Parts): Promise<void> {
  const result = await backend.syncNow();
  if (result.status === "error") {
    toasts.problem(words.header.sync, result.error, {
      place: words.errors.here,
      safe: words.errors.safe.shownIsOlder,
    });
  }
}

export async function openProfile(parts: Parts, profile: Profile): Promise<void> {
  await parts.drafts.keepAll();
  await parts.app.openProfile(profile);
  await reload(parts);
}

/** Own deployments live in their own profile: connecting one from practice goes there first. */
export async function connect(parts: Parts): Promise<void> {
  if (parts.app.info?.profile === "practice") {
    await openProfile(parts, "own");
  }
  if (parts.app.info?.profile === "own") {
    parts.shell.connect();
  }
}

/** Shows a deployment that was just connected, and warns if its key may do more than it should. */
export async function connected(parts: Parts, { id, name }: DeploymentView): Promise<void> {
  const { tests, toasts } = parts;
  await reload(parts);
  await tests.run(id);
  const warning = tests.of(id).test?.warning ?? null;
  if (warning !== null) {
    const headline = words.office.warning(warning);
    const told = { headline, why: "", safe: "", next: words.office.warningNext };
    const action = {
      label: words.office.show,
      run: () => {
        toasts.dismissKey(id);
        showScreen(parts, "deployments");
      },
    };
    toasts.told(name, told, { action, code: null, key: id });
  }
}

/** Has a new key typed, in the window of keys. */
export async function replaceKey(
  { announcer, backend, deployments, tests, toasts }: Parts,
  { id, name }: DeploymentView,
): Promise<void> {
  const result = await backend.replaceKey(id);
  if (result.status === "error") {
    toasts.problem(name, result.error, { place: name, safe: words.replaceKey.safe });
    return;
  }
  if (result.data !== null) {
    tests.forget(id);
    announcer.say(words.replaceKey.done(name));
    await deployments.load();
  }
}

/** Removes a deployment; answers why not, if so. */
export async function removeDeployment(
  parts: Parts,
  { id, name }: DeploymentView,
): Promise<CommandError | null> {
  const { announcer, backend, deployments, shell, tests } = parts;
  const result = await backend.removeDeployment(id);
  if (result.status === "error") {
    return result.error;
  }
  shell.dialog = null;
  tests.forget(id);
  announcer.say(words.office.say.removed(name));
  await deployments.load();
  await refreshCases(parts);
  return null;
}

/** Asks a person, in a dialog of the system, whether a link of a case is to be opened. */
export async function openLink({ backend, toasts }: Parts, link: string): Promise<void> {
  const result = await backend.openLink(link);
  if (result.status === "error") {
    toasts.problem(words.links.passed, result.error, {
      place: words.links.passed,
      safe: words.links.failed,
    });
  }
}

/** Shows the case that a link names; answers whether the text is such a link. It does nothing else. */
export async function followLink(parts: Parts, text: string): Promise<boolean> {
  const result = await parts.backend.linkedCase(text);
  if (result.status === "ok") {
    showCase(parts, result.data);
    return true;
  }
  if (result.error.code !== "not_found") {
    return false;
  }
  tell(parts, words.links.passed, words.links.notHere);
  return true;
}

/** Shows the case of the link that the app was started with, or started again, if there was one. */
export async function showPassed(parts: Parts): Promise<void> {
  const result = await parts.backend.passedCase();
  if (result.status === "error") {
    const { noCase, notHere } = words.links;
    tell(parts, words.links.passed, result.error.code === "invalid_input" ? noCase : notHere);
  } else if (result.data !== null) {
    showCase(parts, result.data);
  }
}

/** Forgets what was shown of another profile, and reads the open one. */
export async function reload(parts: Parts): Promise<void> {
  const { approvals, attach, board, bulkRun, deployments, history, list, openCase } = parts;
  const { outbox, peek, selection, tests, tray } = parts;
  approvals.clear();
  tests.clear();
  attach.clear();
  peek.close();
  tray.forget();
  bulkRun.clear();
  selection.clear();
  outbox.clear();
  board.clear();
  list.clear();
  deployments.clear();
  openCase.clear();
  history.begin({ ...placeOf(parts), focused: null });
  await Promise.all([
    deployments.load(),
    refreshCases(parts),
    outbox.load(),
    tray.load(),
    approvals.load(),
  ]);
}

function tell({ toasts }: Parts, subject: string, text: string): void {
  toasts.hint(subject, text);
}
