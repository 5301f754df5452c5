/**
 * Small values in localStorage, under `dreamina.<name>`, each with the version of its format. When storage is full or
 * blocked, the page continues, shows one notice, and loses the values when it is closed.
 */
import { effect, type Signal, signal } from "@preact/signals";
import { isRecord } from "./is-record.ts";

const storageKey = (name: string): string => `dreamina.${name}`;

/** Whether a value could not be stored. */
export const isStorageFailing: Signal<boolean> = signal(false);

export function noteStorageFailure(): void {
  isStorageFailing.value = true;
}

export type StoredValue<T> = {
  name: string;
  version: number;
  /** Validates the stored value; undefined when it is invalid. */
  read: (stored: unknown) => T | undefined;
  /** The part of the value that is stored; without it, all. */
  write?: (value: T) => unknown;
  /** Whether windows of the page do not share the value while they are open. */
  isOwn?: boolean;
};

/** A signal that is stored. Windows of the page see each other's changes. */
export function storedSignal<T>(shape: StoredValue<T>, fallback: T): Signal<T> {
  const value = signal(load(shape) ?? fallback);
  // The value just read need not be written.
  let known = value.peek();
  effect(() => {
    if (value.value === known) return;
    known = value.value;
    save(shape, known);
  });
  if (shape.isOwn) return value;
  const take = (text: string | null) => {
    known = parse(text, shape) ?? fallback;
    value.value = known;
  };
  globalThis.addEventListener?.("storage", ({ key, newValue }: StorageEvent) => {
    if (key === storageKey(shape.name)) take(newValue);
  });
  // A window in the back-forward cache does not hear of changes.
  globalThis.addEventListener?.("pageshow", ({ persisted }: PageTransitionEvent) => {
    if (persisted && !isStorageFailing.peek()) take(loadText(storageKey(shape.name)));
  });
  return value;
}

export function load<T>(shape: StoredValue<T>): T | undefined {
  return parse(loadText(storageKey(shape.name)), shape);
}

/** @returns whether the value was stored. */
export function save<T>({ name, version, write }: Omit<StoredValue<T>, "read">, value: T): boolean {
  try {
    localStorage.setItem(storageKey(name), JSON.stringify({ version, value: write ? write(value) : value }));
    return true;
  } catch {
    noteStorageFailure();
    return false;
  }
}

/** The text under any key, without the prefix. */
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
