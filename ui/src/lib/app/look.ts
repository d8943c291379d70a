import type { Preferences, Theme } from "$lib/backend/backend";

/** What the root element wears: `null` leaves the choice between light and dark to the system. */
export function themeOf(theme: Theme, systemWantsContrast: boolean): Theme | null {
  if (theme === "system") {
    return systemWantsContrast ? "contrast" : null;
  }
  return theme;
}

/** Dresses the page in what a person prefers. */
export function dress(
  root: HTMLElement,
  { density, paneWidth, sidebarWidth, theme }: Preferences,
  systemWantsContrast: boolean,
): void {
  const worn = themeOf(theme, systemWantsContrast);
  if (worn === null) {
    delete root.dataset["theme"];
  } else {
    root.dataset["theme"] = worn;
  }
  root.dataset["density"] = density;
  root.style.setProperty("--sidebar-width", `${sidebarWidth}px`);
  if (paneWidth === null) {
    root.style.removeProperty("--pane-width");
  } else {
    root.style.setProperty("--pane-width", `${paneWidth}px`);
  }
}
