import { mount } from "svelte";
import App from "./App.svelte";
import "./base.css";
import { tauriBackend } from "./lib/backend/tauri";

const target = document.getElementById("app");
if (target !== null) {
  mount(App, { target, props: { backend: tauriBackend() } });
}
