import { plural } from "./text";

/** Words of the settings. */
export const settingsWords = {
  title: "Settings",
  region: "Settings",
  parts: "Parts of the settings",
  sections: {
    look: "Look",
    time: "Time",
    keyboard: "Keyboard",
    agents: "Agents",
    views: "Saved views",
    privacy: "Privacy",
  },
  /** Further words by which the palette finds them. */
  about: {
    look: "theme density scale size zoom contrast dark light",
    time: "zone UTC local relative absolute clock",
    keyboard: "keys shortcuts",
    agents: "assistants MCP grants policies approvals",
    views: "rename order remove",
    privacy: "disk storage searches encrypted",
  },
  holdsUntilEnd: "It holds until Caseboard ends.",
  theme: "Theme",
  themes: {
    system: "As the system",
    light: "Light",
    dark: "Dark",
    contrast: "High contrast",
  },
  contrastHint: "High contrast is black and white, light or dark as the system is.",
  density: "Density",
  densities: { comfortable: "comfortable", default: "default", compact: "compact" },
  densityNames: { comfortable: "Comfortable", default: "Default", compact: "Compact" },
  scale: "Size",
  scaleHint: "Of everything in the window.",
  zoom: "zoom size text larger smaller",
  percent: (percent: number) => `${percent} %`,
  smaller: "Smaller",
  larger: "Larger",
  zone: "Time zone",
  zones: { local: "Local time", utc: "UTC" },
  zoneHint:
    "Times on screen, and dates in a search that name no zone. Every time tells both when it is pointed at.",
  form: "Times of the last 24 hours",
  times: { relative: "As time that has passed", absolute: "As date and time" },
  formHint: "Older ones are always dates. Hours count from 0 to 24.",
  example: "Now",
  singles: "Keys without a modifier",
  singlesHint:
    "Single letters and signs act while no text field has the focus. Switch them off if they are pressed by accident or spoken.",
  singlesOff: "Keys without a modifier are switched off in the settings.",
  on: "On",
  off: "Off",
  allKeys: "All keys",
  keys: {
    hint: "Choose a key, then press the one you want instead. Arrows, Enter, Escape and their like stay what they are in every program.",
    changeHint: "Choose another key",
    change: (what: string, keys: string) => `Key for ${what}: ${keys}`,
    none: "none",
    press: "Press a key…",
    // Two keys, one after the other.
    then: (first: string) => `${first}, then…`,
    pressFor: (what: string) => `Press the new key for ${what}. Esc keeps it as it is.`,
    taken: (keys: string, by: string) => `${keys} is the key for “${by}”. Press another one.`,
    reserved: (keys: string) => `${keys} belongs to text and to moving about. Press another one.`,
    needsModifier: (mod: string) =>
      `It works while you type, too: press a key together with ${mod} or Alt.`,
    reset: (what: string, keys: string) => `Back to ${keys} for ${what}`,
    resetAll: "Back to the keys it came with",
    now: (what: string, keys: string) => `${keys} is now the key for “${what}”.`,
    allReset: "All keys are as they came.",
  },
  noViews: "Nothing is saved yet. Search for something, then save it as a view.",
  viewHint: "The first nine have a key each.",
  remove: (name: string) => `Remove ${name}`,
  up: (name: string) => `Move ${name} up`,
  down: (name: string) => `Move ${name} down`,
  storage: "Where cases are kept",
  storages: {
    onDisk: "In a file on this computer, encrypted with a key from the system’s keychain.",
    waitingForKey: "In memory, until the system’s keychain is unlocked.",
    memoryOnly: "In memory only. What is not sent when Caseboard ends is lost.",
    byChoice: "In memory only, as this profile was told to. Nothing of a case is on disk.",
    none: "No profile is open.",
  },
  keepSearches: "Remember searches",
  keepSearchesHint:
    "Searches may name hosts and people. They stay until they are forgotten, in a file that is not encrypted. Otherwise they go when Caseboard ends.",
  forget: "Forget searches",
  forgotten: "Searches are forgotten",
} as const;

/** Words of the command palette. */
export const paletteWords = {
  title: "Command palette",
  label: "Command or case",
  placeholder: "A command, a case, a view…",
  stepPlaceholder: "Choose…",
  asks: (title: string) => `${title}…`,
  recent: "Used lately",
  for: (handle: string) => `For ${handle}`,
  everywhere: "Everywhere",
  exact: "This case",
  cases: "Cases",
  search: "Search",
  searchFor: (text: string) => `Search cases for “${text}”`,
  onlySource: (place: string) => `Only ${place}`,
  hideSource: (place: string) => `Hide ${place}`,
  showSource: (place: string) => `Show ${place}`,
  setting: (section: string) => `Settings: ${section}`,
  now: "now",
  nothing: (text: string) => (text === "" ? "Nothing to do here." : `Nothing is called “${text}”.`),
  casesFailed: "Cases could not be searched.",
  foot: [
    [">", "commands"],
    ["#", "cases"],
    ["?", "keys"],
    ["↑ ↓", "choose"],
    ["Tab", "asks"],
    ["Enter", "does it"],
  ],
} as const;

/** Words of tags that say more than themselves. */
export const tagWords = {
  attack: (id: string, name: string | null, tactic: string | null) =>
    [
      name === null ? id : `${id} ${name}`,
      ...(tactic === null || tactic === name ? [] : [tactic]),
    ].join("\n"),
} as const;

/** Words of saved views. */
export const viewWords = {
  title: "Views",
  mine: "My cases",
  save: "Save view",
  saveEllipsis: "Save view…",
  dialog: "Save what is shown as a view",
  lead: (what: string) => `It keeps the search, the screen, its groups and its order: ${what}.`,
  name: "Name",
  nameHint: "Up to 80 characters.",
  nameMissing: "Give it a name.",
  nameTaken: "A view of this name becomes what is shown now.",
  replace: "Replace view",
  everything: "every case",
  what: (screen: string, text: string, layout: readonly string[]) =>
    [screen, text, ...layout].join(" · "),
  full: (most: number) => `There are ${plural(most, "view", "views")}, the most that are kept.`,
  say: {
    saved: (name: string) => `${name} is saved`,
    removed: (name: string) => `${name} is removed`,
    moved: (name: string, place: number) => `${name} is number ${place}`,
  },
} as const;
