// A device's token: it reaches the page once as #token=… and then lives in this browser. It never stays in the address.
const KEY = "hall.token";

let kept: string | null | undefined;

export function token(): string | null {
  if (kept !== undefined) return kept;
  const found = /(?:^#|&)token=([^&]+)/.exec(location.hash);
  if (found) {
    kept = decodeURIComponent(found[1]);
    store(place(), kept);
    history.replaceState(null, "", location.pathname + location.search);
  } else kept = recall(place());
  return kept;
}

/** One machine may show two pages (a window screen and its pad): each keeps its own token. */
function place(): string {
  return `${KEY}.${location.pathname.split("/").slice(0, 3).join("/")}`;
}

/** Storage may be shut (private mode, policy): then a thing is simply not remembered. */
export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch (error) {
    console.warn("not remembered", key, error);
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch (error) {
    console.warn("not recalled", key, error);
    return null;
  }
}
