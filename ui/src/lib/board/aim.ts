/**
 * Lets go by what a pointer began on another case, which was drawn in the element until this one took its place: `drawn`
 * names the case that is there. Keys and programs aim at nothing.
 */
export function keepsAim(element: HTMLElement, drawn: () => string | null): () => void {
  let aimed: string | null = null;
  const down = () => {
    aimed = drawn();
  };
  const began = (event: MouseEvent) => {
    const pointed = event.type === "dragstart" || event.detail > 0;
    if (pointed && aimed !== null && aimed !== drawn()) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const before = { capture: true };
  element.addEventListener("pointerdown", down, before);
  element.addEventListener("click", began, before);
  element.addEventListener("dragstart", began, before);
  return () => {
    element.removeEventListener("pointerdown", down, before);
    element.removeEventListener("click", began, before);
    element.removeEventListener("dragstart", began, before);
  };
}
