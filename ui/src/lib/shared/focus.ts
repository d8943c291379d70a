/** What can have the keyboard. */
export const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex="0"]';

/** Gives an element the keyboard as soon as it is there: what is typed right after it was asked for belongs to it. */
export function takeFocus(element: Element | null): void {
  if (element instanceof HTMLElement) {
    element.focus({ preventScroll: true });
  }
}
