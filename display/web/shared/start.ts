// What every page does first: its styles, its mount, and the hall's own look once it is known.
import { createApp, watchEffect, type App, type Component } from "vue";
import "./tokens.css";
import { another, asked, stateAsked } from "./sample";
import { both, follow, speak, type Texts } from "./words";
import { say } from "./words/common";
import type { Hall } from "./wire";

export function start(page: Component): void {
  const titles = document.querySelector<HTMLElement>("title[data-titles]");
  const texts = JSON.parse(titles?.dataset.titles ?? "{}") as Texts;
  const wall = asked("wall");
  if (wall) document.documentElement.dataset.wall = wall;
  const open = () => {
    if (titles) document.title = both(texts);
    if (stateAsked()) document.title = `${say("sample")} · ${document.title}`;
    const app = createApp(page);
    app.mount("#page");
    return app;
  };
  const app = open();
  if (stateAsked()) turnInPlace(app, open);
}

/** A sample is turned by its address, unloaded: to another language, or to another state, in which it begins as if it were loaded. */
function turnInPlace(app: App, open: () => App): void {
  const root = document.documentElement;
  const { wall } = root.dataset;
  let state = stateAsked();
  addEventListener("popstate", () => {
    speak(asked("lang") ?? "", false);
    if (stateAsked() === state) return;
    state = stateAsked();
    app.unmount();
    another();
    root.removeAttribute("style");
    if (wall) root.dataset.wall = wall;
    app = open();
  });
}

/** The hall's name in the title, its colours over the tokens, its language where nobody chose one. */
export function wear(hall: () => Hall | undefined | null, title: () => string): void {
  const root = document.documentElement;
  watchEffect(() => {
    const mine = hall();
    if (!mine) return;
    follow(mine.language);
    document.title = [stateAsked() ? say("sample") : "", title(), mine.name].filter(Boolean).join(" · ");
    const look = mine.look ?? {};
    if (look.wall && !asked("wall") && root.dataset.wall) root.dataset.wall = look.wall;
    if (look.ink && root.dataset.wall !== "dark")
      ["--ink", "--deep"].forEach((name) => root.style.setProperty(name, look.ink as string));
    if (look.call) root.style.setProperty("--call", look.call);
  });
}
