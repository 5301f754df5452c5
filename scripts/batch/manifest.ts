/**
 * `manifest.jsonl` in the out folder: one line for each request that has ended. Lines are added as requests end, so a
 * later line of the same custom_id takes the place of an earlier one; at the end the file is written whole, in order.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { BatchRequest } from "./requests.ts";
import { appendLine, replaceFile } from "./whole-file.ts";

/** `skipped`: refused by the server and left out. */
export type Entry = {
  custom_id: string;
  line: number;
  prompt: string;
  task_id: string | null;
  status: "completed" | "failed" | "cancelled" | "skipped";
  files: { name: string; width: number; height: number; bytes: number }[];
  partial?: boolean;
  error?: { code: string; message: string; hint?: string };
};

export type Manifest = {
  get(customId: string): Entry | undefined;
  add(entry: Entry): void;
  entries(): Entry[];
  /** Forgets those with one of these statuses, because they are sent again. */
  drop(statuses: Entry["status"][]): void;
  /** Writes the file whole, in the order of the requests. */
  finish(): void;
};

export function openManifest(folder: string, requests: BatchRequest[]): Manifest {
  const file = path.join(folder, "manifest.jsonl");
  const before = read(file);
  const entries = new Map(before?.map((entry) => [entry.custom_id, entry]));
  const inOrder = () => requests.flatMap(({ customId }) => entries.get(customId) ?? []);
  const finish = () =>
    replaceFile(
      file,
      inOrder()
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join(""),
    );
  // A crash may have left the last line unfinished.
  if (before !== null) finish();
  return {
    get: (customId) => entries.get(customId),
    entries: inOrder,
    finish,
    drop(statuses) {
      for (const [id, { status }] of entries) if (statuses.includes(status)) entries.delete(id);
      finish();
    },
    add(entry) {
      appendLine(file, JSON.stringify(entry));
      entries.set(entry.custom_id, entry);
    },
  };
}

/** Null: there is no such file. */
function read(file: string): Entry[] | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Entry];
    } catch {
      return [];
    }
  });
}
