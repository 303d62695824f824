// Who is signed in on a staff page: look, sign in, change the password, sign out. What somebody may do is the server's to say.
import { ref } from "vue";
import { api, Refused, rememberCsrf } from "../api";
import { onAnother } from "../sample";
import type { MadeSecondFactor, Me, OwnSecondFactor, Session, SignedIn } from "../wire";

/** undefined: not asked yet; null: nobody. */
export const me = ref<Me | null | undefined>(undefined);

/** A second factor is to be set up before anything else. */
export const mustEnrol = ref(false);

/** How many characters a new password needs at least: the hall says it. */
export const passwordLength = ref(10);

/** Signed in on this page by hand, not found signed in after a reload. */
export const entered = ref(false);

onAnother(() => {
  me.value = undefined;
  mustEnrol.value = false;
  passwordLength.value = 10;
  entered.value = false;
});

/** After a reload: is the cookie still good? An answer that does not come is thrown on (Away). */
export async function look(): Promise<void> {
  try {
    admit(await api<SignedIn>("GET", "/session"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    me.value = null;
  }
}

/** `code`: of the second factor, where the hall has asked for one. */
export async function signIn(name: string, password: string, code = ""): Promise<void> {
  const session = await api<SignedIn>("POST", "/session", { name, password, ...(code ? { code } : {}) });
  entered.value = true;
  admit(session);
}

/** On how many other machines this person is signed in. */
export async function signedInElsewhere(): Promise<number> {
  const { items } = await api<{ items: Session[] }>("GET", "/sessions");
  return items.filter((one) => one.mine && !one.here).length;
}

/** Ends this person's sessions on other machines. */
export const leaveElsewhere = () => api("DELETE", "/session/elsewhere");

export async function setPassword(old: string, password: string): Promise<void> {
  await api("PUT", "/session/password", { old, password });
  if (me.value) me.value = { ...me.value, must_change: false };
}

const HASHING = 30_000; // ms: the hall hashes each recovery code as slowly as a password

/** A new second factor, which counts once its first code was sent back. `code`: of the one that it replaces. */
export const beginFactor = (password: string, code: string) =>
  api<MadeSecondFactor>(
    "PUT",
    "/session/second-factor",
    { password, ...(code ? { code } : {}) },
    { patience: HASHING },
  );

/** The first code of a new second factor: every session of before ends, and this page has a new one. */
export async function confirmFactor(code: string): Promise<void> {
  admit(await api<SignedIn>("PUT", "/session/second-factor/confirmation", { code }));
}

export const ownFactor = () => api<OwnSecondFactor>("GET", "/session/second-factor");

export const turnOffFactor = (password: string, code: string) =>
  api("POST", "/session/second-factor/removal", { password, code });

/** Ends the session here whatever the server says; the page starts afresh, so nothing of it is left in memory. */
export async function signOut(): Promise<void> {
  await api("DELETE", "/session").catch((error: Error) => console.warn("signed out here only", error));
  location.reload();
}

function admit(session: SignedIn): void {
  if (session.csrf) rememberCsrf(session.csrf);
  if (session.password_length) passwordLength.value = session.password_length;
  mustEnrol.value = Boolean(session.must_enrol);
  me.value = session.staff ?? null;
}

const SAY_AGAIN = 60_000; // ms
const STAY = 300_000; // ms: shorter than any session may be idle
const used = () => void api("GET", "/session").catch((error: Error) => console.warn("the session is not known", error));

/** Somebody is at this page: what is typed or pointed at keeps the session, though nothing is asked of the hall. Gives what ends it. */
export function present(): () => void {
  let said = Date.now();
  const seen = () => {
    if (!me.value || Date.now() - said < SAY_AGAIN) return;
    said = Date.now();
    used();
  };
  const signs = ["pointerdown", "keydown", "wheel"] as const;
  for (const sign of signs) addEventListener(sign, seen, { passive: true });
  return () => signs.forEach((sign) => removeEventListener(sign, seen));
}

/** Keeps the session of a screen that nobody touches. Gives what ends it. */
export function stay(): () => void {
  const timer = window.setInterval(used, STAY);
  return () => window.clearInterval(timer);
}
