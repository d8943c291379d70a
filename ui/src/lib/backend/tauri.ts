import { Channel } from "@tauri-apps/api/core";
import type { Answer, Backend, ResolvedAlert } from "./backend";
import { commands, events } from "./bindings";
import { toCommandError } from "./errors";

/** The core behind Tauri's commands and events. The only file of the window that knows Tauri. */
export function tauriBackend(): Backend {
  return {
    appInfo: () => answer(commands.appInfo()),
    openProfile: (profile) => answer(commands.openProfile(profile)),
    setPreferences: (preferences) => answer(commands.setPreferences(preferences)),
    boardPainted: () => answer(commands.boardPainted()),
    board: (query, rows) => answer(commands.board(query, rows)),
    boardWindow: (query, column, offset, limit) =>
      answer(commands.boardWindow(query, column, offset, limit)),
    list: (query, part) => answer(commands.list(query, part)),
    groups: (query, grouping, limit) => answer(commands.groups(query, grouping, limit)),
    readSearch: (text) => answer(commands.readSearch(text)),
    chipsToText: (chips) => answer(commands.chipsToText(chips)),
    searchFields: () => answer(commands.searchFields()),
    openCase: (caseRef) => answer(commands.openCase(caseRef)),
    addComment: (caseRef, text) => answer(commands.addComment(caseRef, text)),
    editCase: (caseRef, edit) => answer(commands.editCase(caseRef, edit)),
    editCases: (parts) => answer(commands.editCases(parts)),
    createCase: (source, form) => answer(commands.createCase(source, form)),
    newCaseDraft: () => answer(commands.newCaseDraft()),
    putNewCaseDraft: (draft) => answer(commands.putNewCaseDraft(draft)),
    editComment: (caseRef, comment, seen, text) =>
      answer(commands.editComment(caseRef, comment, seen, text)),
    deleteAttachment: (caseRef, attachment) =>
      answer(commands.deleteAttachment(caseRef, attachment)),
    lookAt: (caseRef, until) => answer(commands.lookAt(caseRef, until)),
    pin: (caseRef, mark, on) => answer(commands.pin(caseRef, mark, on)),
    caseForm: (source, owner) => answer(commands.caseForm(source, owner)),
    suggestPeople: (source, owner, text) => answer(commands.suggestPeople(source, owner, text)),
    previewMarkdown: (text) => answer(commands.previewMarkdown(text)),
    draft: (caseRef) => answer(commands.draft(caseRef)),
    putDraft: (caseRef, text) => answer(commands.putDraft(caseRef, text)),
    attachAlerts: (caseRef, text) => answer(commands.attachAlerts(caseRef, text)),
    attachIds: (caseRef, ids, unknown) => answer(commands.attachIds(caseRef, ids, unknown)),
    detachAlerts: (caseRef, ids) => answer(commands.detachAlerts(caseRef, ids)),
    readDrop: (text, column) => answer(commands.readDrop(text, column)),
    resolveAlerts: (ids, ontold) =>
      answer(commands.resolveAlerts(ids, new Channel<ResolvedAlert[]>(ontold))),
    suggestCases: (source, ids) => answer(commands.suggestCases(source, ids)),
    tray: () => answer(commands.tray()),
    putTray: (tray) => answer(commands.putTray(tray)),
    alertDetail: (source, alert) => answer(commands.alertDetail(source, alert)),
    searchAlerts: (text) => answer(commands.searchAlerts(text)),
    setAlertStatus: (caseRef, ids, status) => answer(commands.setAlertStatus(caseRef, ids, status)),
    openIncident: (parts) => answer(commands.openIncident(parts)),
    linkCases: (cases) => answer(commands.linkCases(cases)),
    outbox: () => answer(commands.outbox()),
    undoEntry: (entry) => answer(commands.undoEntry(entry)),
    retryEntry: (entry) => answer(commands.retryEntry(entry)),
    discardEntry: (entry) => answer(commands.discardEntry(entry)),
    keepMine: (entry, fields) => answer(commands.keepMine(entry, fields)),
    deployments: () => answer(commands.deployments()),
    connectDeployment: (deployment) => answer(commands.connectDeployment(deployment)),
    replaceKey: (deployment) => answer(commands.replaceKey(deployment)),
    testDeployment: (deployment) => answer(commands.testDeployment(deployment)),
    minimalRole: (deployment) => answer(commands.minimalRole(deployment)),
    removeDeployment: (deployment) => answer(commands.removeDeployment(deployment)),
    proposals: () => answer(commands.proposals()),
    approveProposal: (proposal, hash, how) => answer(commands.approveProposal(proposal, hash, how)),
    refuseProposal: (proposal, note) => answer(commands.refuseProposal(proposal, note)),
    agentPolicies: () => answer(commands.agentPolicies()),
    setAgentPolicy: (source, kind, policy) => answer(commands.setAgentPolicy(source, kind, policy)),
    setMarksComments: (marks) => answer(commands.setMarksComments(marks)),
    openLink: (link) => answer(commands.openLink(link)),
    linkedCase: (link) => answer(commands.linkedCase(link)),
    passedCase: () => answer(commands.passedCase()),
    setKeepOnDisk: (keep, evenUnsettled) => answer(commands.setKeepOnDisk(keep, evenUnsettled)),
    setSpaceShown: (source, shown) => answer(commands.setSpaceShown(source, shown)),
    syncNow: () => answer(commands.syncNow()),
    attend: (attention) => answer(commands.attend(attention)),
    listen(listener) {
      const listening = [
        events.caseChanged.listen(({ payload }) => {
          listener({ kind: "caseChanged", ...payload });
        }),
        events.sourceChanged.listen(({ payload }) => {
          listener({ kind: "sourceChanged", ...payload });
        }),
        events.deploymentChanged.listen(({ payload }) => {
          listener({ kind: "deploymentChanged", ...payload });
        }),
        events.linkPassed.listen(() => {
          listener({ kind: "linkPassed" });
        }),
        events.outboxChanged.listen(() => {
          listener({ kind: "outboxChanged" });
        }),
        events.profileChanged.listen(() => {
          listener({ kind: "profileChanged" });
        }),
      ];
      return () => {
        for (const unlisten of listening) {
          void unlisten.then((stop) => {
            stop();
          });
        }
      };
    },
  };
}

/** Tauri refuses with plain strings, and a lost channel throws: both become a `CommandError`. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    const result = await call;
    return result.status === "ok"
      ? result
      : { status: "error", error: toCommandError(result.error) };
  } catch (error) {
    return { status: "error", error: toCommandError(error) };
  }
}
