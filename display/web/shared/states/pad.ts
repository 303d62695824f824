// The states of the pad at window 3.
import type { Sample } from "../sample";
import type { Evaluation, Window } from "../wire";
import { GRADES } from "./grades.ts";
import { at, clerk, FACE, hall, NOW, services } from "./hall.ts";

const base: Window = {
  no: "3",
  name: "收件窗口",
  name_en: "Intake",
  names: {},
  type: "收件",
  types: { zh: "收件", en: "Intake" },
  type_code: "intake",
  services: ["sb-pension"],
  state: "open",
  reason: null,
  clerk: clerk(0),
  ticket: null,
};
const asked: Evaluation = {
  number: "A022",
  service: "sb-retire",
  url: "https://hall.example.org/e/8mW2pQ7Lr1xZ",
  qr: "",
  token: "8mW2pQ7Lr1xZ",
  expires_at: at(0, 48),
  options: GRADES,
  anonymous: true,
};
const one = (evaluation: Evaluation | null, change: Partial<Window> = {}, more: Partial<Sample> = {}): Sample =>
  Object.assign({ now: NOW, rooms: { "pad:3": { hall, window: { ...base, ...change }, services, evaluation } } }, more);

export const pad: Record<string, Sample> = {
  idle: one(null),
  photo: one(null, { clerk: { ...clerk(1), photo: FACE } }),
  idle_long: one(null, { no: "A12", name: "“办不成事”反映窗口（兜底服务）", clerk: clerk(4) }),
  paused: one(null, { state: "paused", reason: "材料流转", reasons: { zh: "材料流转", en: "Moving files" } }),
  closed: one(null, { state: "closed", clerk: null }),
  asked: one(asked),
  tags: one(asked, {}, { did: { grade: 5, tags: ["510"] } }),
  tags_open: one(asked, {}, { did: { grade: 2, tags: ["209", "210", "212", "213"] } }),
  failed: one(asked, {}, { did: { grade: 4, tags: ["411"], failed: true } }),
  thanks: one(null, {}, { did: { ended: "thanks" } }),
  timed_out: one(null, {}, { did: { ended: "timed_out" } }),
  already: one(null, {}, { did: { ended: "already" } }),
  lost: one(null, {}, { lost: true }),
};
