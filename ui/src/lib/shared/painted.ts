/** Longer than two frames: a window that draws nothing, because nobody sees it, is not waited for. */
const LONGEST = 100;

/** Waits until what changed is on screen: that is when the frame after it begins. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LONGEST);
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        // Behind the frame, which what follows would hold up.
        setTimeout(resolve);
      });
    });
  });
}
