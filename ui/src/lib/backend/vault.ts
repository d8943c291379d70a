import type { Answer } from "./backend";
import { commands } from "./bindings";
import { answer } from "./tauri";

/** The one command of the window of keys. */
export function credentialSet(key: string): Promise<Answer<null>> {
  return answer(commands.credentialSet(key));
}
