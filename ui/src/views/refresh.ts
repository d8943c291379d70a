import { sameCase } from "$lib/case/case";
import { Coalesced } from "$lib/shared/coalesced";
import { reload } from "./acts";
import type { Parts } from "./parts.svelte";

/** Asks again for whatever the core says has changed; the returned function ends that. */
export function follow(parts: Parts): () => void {
  const { app, backend, board, deployments, openCase } = parts;
  const again = {
    board: new Coalesced(() => board.refresh()),
    openCase: new Coalesced(() => openCase.refresh()),
    deployments: new Coalesced(() => deployments.load()),
    profile: new Coalesced(async () => {
      const before = app.info?.profile;
      await app.load();
      if (app.info?.profile !== before || deployments.list === null) {
        await reload(parts);
      }
    }),
  };
  const stop = backend.listen((event) => {
    switch (event.kind) {
      case "caseChanged":
        again.board.poke();
        again.deployments.poke();
        if (sameCase(openCase.open, event.case)) {
          again.openCase.poke();
        }
        break;
      case "sourceChanged":
      case "deploymentChanged":
        again.board.poke();
        again.deployments.poke();
        break;
      case "profileChanged":
        again.profile.poke();
        break;
    }
  });
  return () => {
    stop();
    for (const work of Object.values(again)) {
      work.stop();
    }
  };
}
