import { mount } from "svelte";
import "./base.css";
import { dress } from "./lib/app/look";
import { DEFAULTS } from "./lib/app/preferences";
import { credentialSet } from "./lib/backend/vault";
import { readAsks } from "./lib/vault/vault";
import Vault from "./Vault.svelte";

/** The window in which keys are typed. What it says stands in its address; it asks nobody, and shows no word of a case. */
const asks = readAsks(location.search);
const wantsContrast = matchMedia("(prefers-contrast: more)").matches;
dress(document.documentElement, { ...DEFAULTS, theme: asks.theme }, wantsContrast);

const target = document.getElementById("app");
if (target !== null) {
  mount(Vault, { target, props: { asks, give: credentialSet } });
}
