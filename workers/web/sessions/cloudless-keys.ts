/** Keys that were added without their cloud: only their owner can name it. They are never stored or sent so. */
import { signal } from "@preact/signals";
import type { CloudlessKey } from "#web/state/session-text.ts";

export const cloudlessKeys = signal<CloudlessKey[]>([]);

export function askForCloud(keys: readonly CloudlessKey[]): void {
  const known = new Set(cloudlessKeys.value.map(({ text }) => text));
  cloudlessKeys.value = [...cloudlessKeys.value, ...keys.filter(({ text }) => !known.has(text))];
}

export function leaveOut(key: CloudlessKey): void {
  cloudlessKeys.value = cloudlessKeys.value.filter((one) => one !== key);
}

export function forgetCloudless(): void {
  cloudlessKeys.value = [];
}
