// All sample states by page and name: ?state=<name> opens a page in one of them; ./hall shots and the page tests walk them all.
import type { Sample } from "../sample";
import { board } from "./board.ts";
import { book } from "./book.ts";
import { desk } from "./desk.ts";
import { evaluate } from "./evaluate.ts";
import { guide } from "./guide.ts";
import { home } from "./home.ts";
import { kiosk } from "./kiosk.ts";
import { control, manage } from "./manage.ts";
import { pad } from "./pad.ts";
import { phone } from "./phone.ts";
import { windowScreen } from "./window.ts";

export const states: Record<string, Record<string, Sample>> = {
  board,
  book,
  control,
  desk,
  evaluate,
  guide,
  home,
  kiosk,
  manage,
  pad,
  phone,
  window: windowScreen,
};
