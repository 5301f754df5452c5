/** Whether the device is used by touch: it then has no F12 key, and no files are dragged to it. */
import { signal } from "@preact/signals";

const query = globalThis.matchMedia?.("(pointer: coarse)");

export const isTouched = signal(query?.matches ?? false);

query?.addEventListener("change", ({ matches }) => {
  isTouched.value = matches;
});
