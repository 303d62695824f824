// At which pages a role of staff works. What it may do there the hall decides.
import type { StaffRole } from "../wire";

export type StaffPage = "desk" | "guide" | "manage";

export const PAGES_OF: Record<StaffRole, StaffPage[]> = {
  clerk: ["desk", "guide"],
  guide: ["guide", "manage"], // there: who asks what is kept of them, and acts to confirm
  manager: ["manage", "desk", "guide"],
  auditor: ["manage"],
  admin: ["manage", "desk"],
  security: ["manage"],
};
