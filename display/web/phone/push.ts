// Web push for one ticket, where the browser and the hall both offer it. Everything here may fail quietly: the page itself rings anyway.
import { api } from "../shared/api";

/** Asks the person, subscribes, and tells the hall. True when this phone will be told even with the page closed. */
export async function startPush(track: string): Promise<boolean> {
  if (
    !("serviceWorker" in navigator) ||
    !("PushManager" in window) ||
    !("Notification" in window) ||
    !window.isSecureContext
  )
    return false;
  try {
    const { key } = await api<{ key: string }>("GET", "/push");
    if ((await Notification.requestPermission()) !== "granted") return false;
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(key),
    });
    await api("POST", `/track/${track}/push`, subscription.toJSON());
    return true;
  } catch (error) {
    console.warn("no web push here", error);
    return false;
  }
}

export async function stopPush(track: string): Promise<void> {
  try {
    await api("DELETE", `/track/${track}/push`);
  } catch (error) {
    console.warn("the hall was not told", error);
  }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(new ArrayBuffer(text.length));
  for (let n = 0; n < text.length; n++) bytes[n] = text.charCodeAt(n);
  return bytes;
}
