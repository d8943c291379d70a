import type { Attention, Backend } from "$lib/backend/backend";

/** Who touches nothing for so long looks at something else. */
const IDLE_AFTER = 10 * 60_000;
const TOUCHES = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** Tells the core how closely somebody looks, whenever that changes; the returned function ends it. */
export function attend(backend: Backend): () => void {
  const stop = new AbortController();
  let focused = true;
  let told: Attention["kind"] = "focused";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (attention: Attention) => {
    if (attention.kind !== told) {
      told = attention.kind;
      void backend.attend(attention);
    }
  };
  const touched = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell({ kind: "idle" });
    }, IDLE_AFTER);
    tell(focused ? { kind: "focused", visible: null } : { kind: "unfocused" });
  };
  const listen = (name: string, heard: () => void) => {
    window.addEventListener(name, heard, { passive: true, capture: true, signal: stop.signal });
  };

  for (const name of TOUCHES) {
    listen(name, touched);
  }
  window.addEventListener(
    "focus",
    () => {
      focused = true;
      touched();
    },
    { signal: stop.signal },
  );
  window.addEventListener(
    "blur",
    () => {
      focused = false;
      touched();
    },
    { signal: stop.signal },
  );
  touched();
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}
