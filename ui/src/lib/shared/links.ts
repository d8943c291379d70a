import { getContext, hasContext, setContext } from "svelte";

type OpenLink = (link: string) => void;

const LINKS = Symbol("links");

/** Says who asks a person before a link of a case is opened. */
export function setLinks(open: OpenLink): void {
  setContext(LINKS, open);
}

/** `null` where links can only be read. */
export function getLinks(): OpenLink | null {
  return hasContext(LINKS) ? getContext<OpenLink>(LINKS) : null;
}
