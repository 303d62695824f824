// The gestures of a desk and their keys. Which of them may be done now is the server's to say (`ticket.moves`); here is only how they are pressed.
import { reactive } from "vue";
import { recall, store } from "../shared/token";
import type { Move } from "../shared/wire";

export type Gesture =
  "keys" | "main" | "recall" | "undo" | "miss" | "hold" | "transfer" | "outcome" | "legs" | "pause" | "line";

/** Blocks of the function row: next / again / nobody came — aside, on to another, other result — pause, line. F5, F11 and F12 stay the browser's. */
export const DEFAULTS: Record<Gesture, string> = {
  keys: "F1",
  main: "F2",
  recall: "F3",
  undo: "Backspace",
  miss: "F4",
  hold: "F6",
  transfer: "F7",
  outcome: "F8",
  legs: "KeyT",
  pause: "F9",
  line: "F10",
};
export const GESTURES = Object.keys(DEFAULTS) as Gesture[];

/** How a clerk makes each move: with which gesture, from the list, or not at a desk. A new one does not compile before it is said. */
export const BY_GESTURE = {
  start: "main",
  finish: "main",
  recall: "recall",
  undo: "undo",
  miss: "miss",
  hold: "hold",
  transfer: "transfer",
  call: "list",
  resume: "list",
  return: "list",
  make_green: "list",
  postpone: null,
  checkin: null,
  rebook: null,
  cancel: null,
  put_back: null,
  onward: null,
  expire: null,
  refer: "outcome",
  take_back: null,
  keep_booking: null,
} as const satisfies Record<Move, Gesture | "list" | null>;
type Made = typeof BY_GESTURE;
/** What is picked from the list. */
export type Picked = { [M in Move]: Made[M] extends "list" ? M : never }[Move];

/** Gesture → key (`KeyboardEvent.code`, so an input method or another layout changes nothing). */
export const keys = reactive<Record<Gesture, string>>({ ...DEFAULTS });

const place = (name: string) => `hall.desk.keys.${name}`;

/** The clerk's own keys: from the server where it keeps them, else as this machine remembers. */
export function wearKeys(name: string, given: Record<string, string> | null | undefined): void {
  const kept = given ?? (JSON.parse(recall(place(name)) ?? "null") as Record<string, string> | null);
  for (const gesture of GESTURES) keys[gesture] = kept?.[gesture] ?? DEFAULTS[gesture];
}

/** Sets one key; a gesture that had it gets the old one in exchange, and is returned. */
export function setKey(gesture: Gesture, code: string): Gesture | null {
  const other = GESTURES.find((one) => one !== gesture && keys[one] === code) ?? null;
  if (other) keys[other] = keys[gesture];
  keys[gesture] = code;
  return other;
}

export function rememberKeys(name: string): void {
  store(place(name), JSON.stringify(keys));
}

export function gestureOf(event: KeyboardEvent): Gesture | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  return GESTURES.find((gesture) => keys[gesture] === event.code) ?? null;
}

/** A key as it is printed on keyboards. */
export function keyName(code: string): string {
  const own: Record<string, string> = {
    Space: "␣",
    Backspace: "⌫",
    Enter: "↵",
    NumpadEnter: "Num ↵",
    NumpadAdd: "Num +",
    NumpadSubtract: "Num −",
    NumpadMultiply: "Num ×",
    NumpadDivide: "Num ÷",
    NumpadDecimal: "Num .",
    Backquote: "`",
    Minus: "-",
    Equal: "=",
  };
  return own[code] ?? code.replace(/^Key|^Digit|^Arrow/, "").replace(/^Numpad/, "Num ");
}

/** Keys a page must not take from the browser or the person. */
export const FORBIDDEN = new Set([
  "Escape",
  "Tab",
  "F5",
  "F11",
  "F12",
  "ShiftLeft",
  "ShiftRight",
  "ControlLeft",
  "ControlRight",
  "AltLeft",
  "AltRight",
  "MetaLeft",
  "MetaRight",
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Enter",
]);
