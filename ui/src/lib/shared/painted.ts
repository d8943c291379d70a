/** Longer than any frame: a window that draws nothing, because nobody sees it, is not waited for. */
const LONGEST = 100;

/** Waits until what changed is on screen. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LONGEST);
    requestAnimationFrame(() => {
      // Behind the frame that is drawn now.
      setTimeout(resolve);
    });
  });
}
