// What is asked for when a number goes before others or apart: the green channel with its reason, or a class of the hall's own.
import type { GreenReason } from "../wire";

/** Those that somebody of a role may give. */
export const givenBy = (some: readonly GreenReason[], role: string): GreenReason[] =>
  some.filter((one) => !one.given_by || one.given_by.some((giver) => giver === role));
export const proofOf = (some: readonly GreenReason[], reason: string) =>
  some.find((one) => one.reason === reason)?.proof;
/** Whether it may be pressed: one is chosen, and what it asks for was seen. */
export const chosen = (some: readonly GreenReason[], reason: string, seen: boolean): boolean =>
  Boolean(reason) && (seen || !Object.keys(proofOf(some, reason) ?? {}).length);
export function asBody(some: readonly GreenReason[], reason: string, seen: boolean): Record<string, unknown> {
  const one = some.find((each) => each.reason === reason);
  return one && one.class !== "green" ? { class: one.class, proof_seen: seen } : { class: "green", reason };
}
