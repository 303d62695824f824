// The index of pages: as it stands in a hall, and while the hall does not answer.
import type { Sample } from "../sample";
import { hallRoom, NOW } from "./hall.ts";

export const home: Record<string, Sample> = {
  twelve: { now: NOW, rooms: { hall: hallRoom(12) } },
  lost: { now: NOW, rooms: { hall: hallRoom(4) }, lost: true },
};
