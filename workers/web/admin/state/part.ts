/** The part of the page that is shown. It is in the address, so that a reload and the browser's Back keep it. */
import { signal } from "@preact/signals";

export const partNames = ["figures", "keys", "pool", "running", "letters"] as const;
export type PartName = (typeof partNames)[number];

/** The part that a hash names, or null. Pure. */
export const partIn = (hash: string): PartName | null => partNames.find((name) => hash === `#${name}`) ?? null;

export const part = signal<PartName>(partIn(globalThis.location?.hash ?? "") ?? partNames[0]);

globalThis.addEventListener?.("hashchange", () => {
  const named = partIn(location.hash);
  if (named !== null) part.value = named;
  // A link such as "Skip to the content" has moved the focus: the address names the part again.
  else history.replaceState(null, "", `#${part.value}`);
});
