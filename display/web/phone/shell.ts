// Keeps the page's own files on the phone, so that it opens without a network. Nothing of the hall or of a person is kept there.
export function keepShell(): void {
  if (!navigator.serviceWorker) return; // an old browser, or plain http: then the page needs the network to open
  const first = location.pathname.split("/")[1];
  navigator.serviceWorker
    .register("/shell.js", { scope: first === "book" ? "/book" : `/${first}/` })
    .catch((error: Error) => console.warn("the page cannot open without a network", error));
}
