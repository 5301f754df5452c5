/** Light, dark, or the theme of the device. */
import { effect } from "@preact/signals";
import { storedSignal } from "#web/storage/storage.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const theme = storedSignal<Theme>(
  { name: "theme", version: 1, read: (stored) => themes.find((one) => one === stored) },
  "auto",
);

/** Of the browser's bar, where it takes the page's colour: the paper of tokens.css. */
const barColours = { light: "#f5f3ee", dark: "#131412" };

effect(() => {
  if (typeof document === "undefined") return;
  document.documentElement.dataset.theme = theme.value;
  for (const scheme of ["light", "dark"] as const) {
    const colour = barColours[theme.value === "auto" ? scheme : theme.value];
    document.querySelector(`meta[name="theme-color"][media*="${scheme}"]`)?.setAttribute("content", colour);
  }
});
