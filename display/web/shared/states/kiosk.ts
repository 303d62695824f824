// The states of the kiosk's touch page.
import type { Sample } from "../sample";

export const kiosk: Record<string, Sample> = {};
