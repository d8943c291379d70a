import { mount } from "svelte";
import "./base.css";
import type { Density, Theme } from "./lib/backend/backend";
import { DEFAULTS } from "./lib/app/preferences";
import { dress } from "./lib/app/look";
import Gallery from "./gallery/Gallery.svelte";

/** The gallery page: `?theme=` and `?density=` dress it, `?part=` shows one part alone. */
const search = new URLSearchParams(location.search);
const theme = (search.get("theme") ?? "system") as Theme;
const density = (search.get("density") ?? "default") as Density;
dress(document.documentElement, { ...DEFAULTS, density, theme }, false);

const target = document.getElementById("app");
if (target !== null) {
  mount(Gallery, { target, props: { part: search.get("part") } });
}
