import { trustedScript } from "#web/trusted-script.ts";

/** Registers the service worker where the page is installed: nothing is shared with other pages. */
export function receiveShared(): void {
  const register = () => void navigator.serviceWorker?.register(trustedScript("share", "/share.js")).catch(() => {});
  if (matchMedia("(display-mode: standalone)").matches) register();
  addEventListener("appinstalled", register);
}
