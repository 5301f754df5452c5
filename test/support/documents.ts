/** The documents for users and contributors. README and the pages of docs/ exist in two languages. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { markdownOf } from "./markdown.ts";

const root = path.join(import.meta.dirname, "../..");

const filesOf = (pattern: string) =>
  globSync(pattern, { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .toSorted();

const translatedFiles = [...filesOf("README*.md"), ...filesOf("docs/**/*.md")];
const chineseEnding = ".zh-CN.md";

const englishFiles = translatedFiles.filter((file) => !file.endsWith(chineseEnding));
export const chineseFiles = translatedFiles.filter((file) => file.endsWith(chineseEnding));

/** One entry a document, also for a file that is missing in Chinese. */
export const translations = englishFiles.map((english) => ({
  english,
  chinese: english.replace(/\.md$/, chineseEnding),
}));

export const documentFiles = [...translatedFiles, "SECURITY.md", "CONTRIBUTING.md"];

/** @param file its path from the root of the project. */
export const documentOf = (file: string) => markdownOf(readFileSync(path.join(root, file), "utf8"));
