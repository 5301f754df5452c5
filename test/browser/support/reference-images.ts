/** Reference images in tests: sample files, the ways into the form, and the jobs made from them. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { temporaryFolder } from "#test/integration/support/processes.ts";
import { arriveWith } from "./person.ts";
import type { Product } from "./product.ts";

export type Sample = { file: string; name: string; bytes: Buffer; sha256: string };

/** Registers the hooks of a temporary folder for the files; once, at the top of a test file. */
export function referenceImages(here: Product) {
  const folder = temporaryFolder();

  beforeAll(() => {
    mkdirSync(folder.path, { recursive: true });
  });

  afterAll(() => folder.remove());

  return {
    folder: folder.path,

    async sample(name: string, asked: string): Promise<Sample> {
      const answer = await fetch(`${here.simulator}/_samples/${asked}`);
      expect(answer.status).toBe(200);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const file = path.join(folder.path, name);
      writeFileSync(file, bytes);
      return { file, name, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
    },

    async visit(session: string): Promise<Page> {
      const page = await here.open("/", { permissions: ["clipboard-read", "clipboard-write"] });
      await arriveWith(page, session);
      return page;
    },

    /** Checksums of the images that the job got. */
    async inputsOf(prompt: string): Promise<(string | null)[][]> {
      const jobs = await here.jobsWith(prompt);
      return jobs.map((job) => job.inputs.map(({ sha256 }) => sha256));
    },
  };
}

export const images = (page: Page): Locator => page.getByRole("group", { name: /^Reference images/ });

/** The images that the form shows, in order. */
export async function namesIn(page: Page): Promise<string[]> {
  const shown = await images(page).getByRole("img").all();
  const labels = await Promise.all(
    shown.map(async (image) => (await image.getAttribute("alt")) ?? (await image.getAttribute("aria-label")) ?? ""),
  );
  return labels.map((label) => label.replace(/^Reference image \d+: /, ""));
}

export async function choose(page: Page, button: RegExp, files: { file: string }[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    images(page).getByRole("button", { name: button }).click(),
  ]);
  await chooser.setFiles(files.map(({ file }) => file));
}
