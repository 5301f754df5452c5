/**
 * The page's two languages. A table holds the same texts in both. `messages` returns those of the current language; a
 * component that calls it renders again when the language changes.
 */
import { effect } from "@preact/signals";
import { storedSignal } from "#web/storage/storage.ts";

export type Language = "en" | "zh";
export type Table<T> = Record<Language, T>;

const isLanguage = (value: unknown): value is Language => value === "en" || value === "zh";

/** The first of the browser's languages that the page has. */
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

/** An amount with at most a tenth of the usual smallest unit: images cost cents. */
export const money = (amount: number, currency: string): string =>
  amount.toLocaleString(locale(), { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: 3 });

/** A number with the English noun in its singular or plural form. Chinese has one form. */
export const plural = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

if (typeof document !== "undefined") {
  effect(() => {
    document.documentElement.lang = locale();
  });
}
