/**
 * What the browser keeps of this page: small values in localStorage, under `dreamina.<name>`, each with the version of
 * its shape. Where storage is full or forbidden, the page works on, says so once, and forgets at the end. Parses nothing itself:
 * whoever stored a value reads it back with a function of its own.
 */
import { effect, type Signal, signal } from "@preact/signals";
import { isRecord } from "./is-record.ts";

const storageKey = (name: string): string => `dreamina.${name}`;

/** Whether something could not be kept. */
export const isStorageFailing: Signal<boolean> = signal(false);

export function noteStorageFailure(): void {
  isStorageFailing.value = true;
}

export type StoredValue<T> = {
  name: string;
  version: number;
  /** The value out of what was stored; undefined when it is none of its kind. */
  read: (stored: unknown) => T | undefined;
  /** What of it is stored, when that is not all. */
  write?: (value: T) => unknown;
  /** Whether each window of the page goes its own way. */
  isOwn?: boolean;
};

/** A signal that outlives the page. Other windows of the page see its changes, and this one theirs. */
export function storedSignal<T>(shape: StoredValue<T>, fallback: T): Signal<T> {
  const value = signal(load(shape) ?? fallback);
  // What has just been read need not be written.
  let known = value.peek();
  effect(() => {
    if (value.value === known) return;
    known = value.value;
    save(shape, known);
  });
  if (shape.isOwn) return value;
  globalThis.addEventListener?.("storage", ({ key, newValue }: StorageEvent) => {
    if (key !== storageKey(shape.name)) return;
    known = parse(newValue, shape) ?? fallback;
    value.value = known;
  });
  return value;
}

export function load<T>(shape: StoredValue<T>): T | undefined {
  return parse(loadText(storageKey(shape.name)), shape);
}

/** @returns whether it is kept. */
export function save<T>({ name, version, write }: Omit<StoredValue<T>, "read">, value: T): boolean {
  try {
    localStorage.setItem(storageKey(name), JSON.stringify({ version, value: write ? write(value) : value }));
    return true;
  } catch {
    noteStorageFailure();
    return false;
  }
}

/** The text under any key, also one that is not this page's own. */
export function loadText(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function parse<T>(text: string | null, { version, read }: StoredValue<T>): T | undefined {
  if (text === null) return undefined;
  try {
    const stored: unknown = JSON.parse(text);
    return isRecord(stored) && stored.version === version ? read(stored.value) : undefined;
  } catch {
    return undefined;
  }
}
