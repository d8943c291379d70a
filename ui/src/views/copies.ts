import type { CaseRow } from "$lib/backend/backend";
import { sameCase } from "$lib/case/case";
import { copy } from "$lib/shared/clipboard";
import type { Action } from "$lib/shared/keys";
import { defang, refang } from "$lib/shared/defang";
import { quoted } from "$lib/search/search";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";
import { currentRow } from "./acts";
import { searchFor } from "./cases";
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
    ...fangs(parts),
    {
      id: "filter-tag",
      title: words.actions.filterTag,
      group: words.actions.groups.act,
      shortcut: [],
      enabled: () => (row()?.tags.length ?? 0) > 0,
      choices: () =>
        (row()?.tags ?? []).map((tag) => ({
          id: tag,
          title: shown(tag),
          run: () => void searchFor(parts, tagSearch(parts.search.text, tag)),
        })),
      run: () => undefined,
    },
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

/** Of what is selected in the composer, or of all of it: written so that nothing makes a link of it, and back. */
function fangs({ announcer }: Parts): Action[] {
  const field = () => {
    const focused = document.activeElement;
    const isComposer = focused instanceof HTMLTextAreaElement && focused.matches("[data-composer]");
    return isComposer ? focused : null;
  };
  const action = (
    id: string,
    title: string,
    shortcut: string,
    change: (text: string) => string,
  ): Action => ({
    id,
    title,
    group: words.actions.groups.act,
    shortcut: [shortcut],
    where: "composer",
    inText: true,
    keyOnly: true,
    enabled: () => field() !== null,
    run: () => {
      const composer = field();
      if (composer === null) {
        return;
      }
      const { selectionEnd: end, selectionStart: start, value } = composer;
      const [from, to] = start === end ? [0, value.length] : [start, end];
      composer.setRangeText(change(value.slice(from, to)), from, to, "select");
      composer.dispatchEvent(new Event("input", { bubbles: true }));
      announcer.say(title);
    },
  });
  return [
    action("defang", words.actions.defang, "Mod+Shift+d", defang),
    action("refang", words.actions.refang, "Mod+Shift+r", refang),
  ];
}

/** The search with one more tag that cases must have. */
export function tagSearch(text: string, tag: string): string {
  return [text.trim(), `tag:${quoted(tag)}`].filter((part) => part !== "").join(" ");
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
