import type { Theme } from "$lib/backend/backend";
import { THEMES } from "$lib/app/preferences";

/** What a key is typed for. */
export type Asks = {
  for: "connect" | "replace";
  /** Short name of the deployment. */
  name: string;
  /** The only address that the key is used for. */
  url: string;
  theme: Theme;
};

/** What the shell wrote into the address of the window. */
export function readAsks(search: string): Asks {
  const said = new URLSearchParams(search);
  return {
    for: said.get("for") === "replace" ? "replace" : "connect",
    name: said.get("name") ?? "",
    url: said.get("url") ?? "",
    theme: THEMES.find((theme) => theme === said.get("theme")) ?? "system",
  };
}
