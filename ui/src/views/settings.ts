/** Parts of the settings, in their order. */
export const SECTIONS = ["look", "time", "keyboard", "views", "agents", "privacy"] as const;
export type SettingsSection = (typeof SECTIONS)[number];
