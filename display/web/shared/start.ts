// What every page does first: its styles, its mount, and the hall's own look once it is known.
import { createApp, watchEffect, type Component } from "vue";
import "./tokens.css";
import { asked, stateAsked } from "./sample";
import { both, follow, speak } from "./words";
import { say } from "./words/common";
import type { Hall } from "./wire";

export function start(page: Component): void {
  const titles = document.querySelector<HTMLElement>("title[data-titles]");
  if (titles) document.title = both(JSON.parse(titles.dataset.titles ?? "{}"));
  if (stateAsked()) {
    document.title = `${say("sample")} · ${document.title}`;
    addEventListener("popstate", () => speak(asked("lang") ?? "", false)); // a sample is turned by its address, unloaded
  }
  const wall = asked("wall");
  if (wall) document.documentElement.dataset.wall = wall;
  createApp(page).mount("#page");
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
