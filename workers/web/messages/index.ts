/**
 * The page's two languages. A table holds the same words in both; `messages` gives the current one, and whoever calls it
 * while drawing is drawn again when the language changes.
 */
import { effect } from "@preact/signals";
import { storedSignal } from "#web/storage/storage.ts";

export type Language = "en" | "zh";
export type Table<T> = Record<Language, T>;

const isLanguage = (value: unknown): value is Language => value === "en" || value === "zh";

/** The language the browser asks for first, of those that there are. */
export function preferred(languages: readonly string[]): Language {
  return languages.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}

export const language = storedSignal<Language>(
  { name: "language", version: 1, read: (stored) => (isLanguage(stored) ? stored : undefined) },
  preferred(globalThis.navigator?.languages ?? []),
);

export const messages = <T>(table: Table<T>): T => table[language.value];

/** For `lang` attributes and Intl. */
export const locale = (): string => (language.value === "zh" ? "zh-CN" : "en");

export const number = (value: number): string => value.toLocaleString(locale());

/** English needs it; Chinese has one form for any number. */
export const plural = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

if (typeof document !== "undefined") {
  effect(() => {
    document.documentElement.lang = locale();
  });
}
