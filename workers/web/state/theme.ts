/** Light, dark, or the theme of the device. */
import { effect } from "@preact/signals";
import { storedSignal } from "#web/storage/storage.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const theme = storedSignal<Theme>(
  { name: "theme", version: 1, read: (stored) => themes.find((one) => one === stored) },
  "auto",
);

effect(() => {
  if (typeof document !== "undefined") document.documentElement.dataset.theme = theme.value;
});
