import type { CaseRow } from "$lib/backend/backend";
import { sameCase } from "$lib/case/case";
import { copy } from "$lib/shared/clipboard";
import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { currentRow } from "./acts";
import type { Parts } from "./parts.svelte";

/** What is copied of a case. */
export function copying(parts: Parts): Action[] {
  const row = () => currentRow(parts);
  const link = () => {
    const { detail } = parts.openCase;
    const current = row();
    return detail !== null && current !== null && sameCase(detail.row.case, current.case)
      ? detail.kibanaUrl
      : null;
  };
  const action = (
    id: string,
    title: string,
    shortcut: string,
    text: (row: CaseRow) => string | null,
    enabled: () => boolean = () => row() !== null,
  ): Action => ({
    id,
    title,
    group: words.actions.groups.act,
    shortcut: [shortcut],
    also: words.app.copy,
    enabled,
    run: () => {
      const current = row();
      const what = current === null ? null : text(current);
      if (what !== null) {
        void copied(parts, title, what);
      }
    },
  });
  return [
    action(
      "copy-handle",
      words.caseView.copyHandle,
      "Mod+c",
      ({ handle, title }) => `${handle} ${title}`,
      // What is selected is what the key copies.
      () => row() !== null && (getSelection()?.isCollapsed ?? true),
    ),
    action("copy-id", words.actions.copyId, "Shift+y", (current) => current.case.id),
    action("copy-link", words.actions.copyLink, "Mod+Shift+c", link, () => link() !== null),
    action(
      "copy-markdown",
      words.actions.copyMarkdown,
      "Mod+Alt+c",
      (current) => markdownLink(current, link()),
      () => link() !== null,
    ),
  ];
}

/** `[PROD/soc#42](address) Title`, with nothing of the title that Markdown would read. */
export function markdownLink({ handle, title }: CaseRow, address: string | null): string {
  const plain = title.replace(/[\\`*_{}[\]<>()#+!|~-]/g, String.raw`\$&`);
  return address === null ? `${handle} ${plain}` : `[${handle}](${address}) ${plain}`;
}

async function copied({ announcer, toasts }: Parts, title: string, text: string): Promise<void> {
  if (await copy(text)) {
    announcer.say(words.app.copied);
  } else {
    toasts.hint(title, words.app.notCopied);
  }
}
