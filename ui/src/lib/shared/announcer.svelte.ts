/** The one polite live region. Problems are announced by the element that shows them. */
export class AnnouncerState {
  text = $state("");
  #turn = false;

  /** A no-break space at the end makes the same sentence twice two announcements. */
  say(text: string): void {
    this.#turn = !this.#turn;
    this.text = this.#turn ? text : `${text}\u00a0`;
  }
}
