// The evaluation that a code leads to.
import type { Sample } from "../sample";
import { hallRoom, NOW } from "./hall.ts";
import { evaluation, LONG, LONG_EN } from "./phone.ts";

const one = (more: object, did: Record<string, unknown> = {}): Sample => ({
  now: NOW,
  rooms: { hall: hallRoom(12) },
  answers: { "/evaluations/sample": { ...evaluation, ...more }, "/evaluations": {} },
  did,
});

export const evaluate: Record<string, Sample> = {
  asked: one({}),
  tags: one({}, { grade: 5, tags: ["510"] }),
  all_tags: one({}, { grade: 2, tags: ["210", "212"], unfolded: true }),
  thanks: one({}, { thanks: true }),
  already: one({ state: "given" }),
  expired: one({ state: "expired" }),
  long: one({ service_name: LONG, service_name_en: LONG_EN, number: "AX1027", window: "A12" }),
};
