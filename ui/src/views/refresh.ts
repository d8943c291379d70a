import { sameCase } from "$lib/case/case";
import { Coalesced } from "$lib/shared/coalesced";
import { reload, showPassed } from "./acts";
import { tellFresh } from "./approving";
import { refreshCases } from "./cases";
import { followBulk } from "./selecting";
import { tellNeeds, tellUndone } from "./writes";
import type { Parts } from "./parts.svelte";

/** Asks again for whatever the core says has changed; the returned function ends that. */
export function follow(parts: Parts): () => void {
  const { app, approvals, attach, backend, deployments, openCase, outbox } = parts;
  const { peek, results, search, tray } = parts;
  const again = {
    board: new Coalesced(async () => {
      await refreshCases(parts);
      if (results.text !== null && results.text === search.text) {
        await results.load(search.query);
      }
    }),
    openCase: new Coalesced(() => openCase.refresh()),
    peek: new Coalesced(async () => {
      if (peek.detail !== null) {
        await peek.show(peek.detail.row);
      }
    }),
    deployments: new Coalesced(() => deployments.load()),
    approvals: new Coalesced(() => approvals.load()),
    outbox: new Coalesced(async () => {
      await outbox.load();
      attach.follow(outbox.entries);
      tray.follow(outbox.entries);
      followBulk(parts);
    }),
    profile: new Coalesced(async () => {
      const before = app.info?.profile;
      await app.load();
      if (app.info?.profile !== before || deployments.list === null) {
        await reload(parts);
      }
    }),
  };
  approvals.onfresh = (count) => {
    tellFresh(parts, count);
  };
  outbox.listener = {
    onneeds: (entries) => {
      tellNeeds(parts, entries);
    },
    onundone: (undone) => {
      tellUndone(parts, undone);
    },
  };
  const stop = backend.listen((event) => {
    switch (event.kind) {
      case "caseChanged":
        again.board.poke();
        again.deployments.poke();
        if (sameCase(openCase.open, event.case)) {
          again.openCase.poke();
        }
        if (sameCase(peek.detail?.row.case ?? null, event.case)) {
          again.peek.poke();
        }
        break;
      case "sourceChanged":
      case "deploymentChanged":
        again.board.poke();
        again.deployments.poke();
        break;
      case "linkPassed":
        // A window that is only starting asks by itself once it is there.
        if (app.info !== null) {
          void showPassed(parts);
        }
        break;
      case "outboxChanged":
        again.outbox.poke();
        again.approvals.poke();
        break;
      case "profileChanged":
        again.profile.poke();
        break;
    }
  });
  return () => {
    stop();
    approvals.onfresh = null;
    outbox.listener = null;
    for (const work of Object.values(again)) {
      work.stop();
    }
  };
}
