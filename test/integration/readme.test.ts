/** What the READMEs and docs/operate.md show, carried out as it stands there: only the address is the running one's. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, startProduct } from "#test/clients/support/product.ts";
import { caller, type TaskAnswer, tellSimulator } from "./support/caller.ts";
import { temporaryFolder } from "./support/processes.ts";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "../..");
const session = "us-demo-us";
/** Simulated seconds per real second, where a test has not stopped the clock. */
const usualSpeed = 20;

let product: Product;
const folder = temporaryFolder();

beforeAll(async () => {
  product = await startProduct(usualSpeed);
  // The pictures that the composition's command names.
  for (const [name, sample] of [
    ["cat.png", "1024x768.png"],
    ["moon.jpg", "800x600.jpg"],
  ] as const) {
    const answer = await fetch(`${product.simulatorUrl}/_samples/${sample}`);
    expect(answer.status).toBe(200);
    writeFileSync(path.join(folder.path, name), Buffer.from(await answer.arrayBuffer()));
  }
});

afterAll(async () => {
  await product?.stop();
  folder.remove();
});

type Block = { kind: string; code: string };
const blocksOf = (file: string): Block[] =>
  [...readFileSync(path.join(root, file), "utf8").matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, kind = "", code = ""]) => ({ kind, code }),
  );

/** The commands a reader would paste: each `curl` with the lines that continue it. */
const curlsOf = (file: string): string[] =>
  blocksOf(file)
    .filter(({ kind }) => kind === "sh")
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, "").split("\n"))
    .filter((line) => line.startsWith("curl "));

const snippetOf = (file: string, wanted: string): string => {
  const found = blocksOf(file).filter(({ kind }) => kind === wanted);
  if (found.length !== 1) throw new Error(`${file} has ${found.length} blocks of ${wanted}`);
  return found[0]?.code ?? "";
};

/** With what a reader puts in: the address, the task of the answer before, a picture of the simulator, a session. */
const filledIn = (text: string, task = "") =>
  text
    .replaceAll(/http:\/\/localhost:8787|https:\/\/<your address>/g, product.url)
    .replaceAll(/imgtask_\w+/g, task)
    .replaceAll("http://127.0.0.1:…", product.simulatorUrl)
    .replaceAll("<your sessions or API key>", session);

/** Pastes a command into a shell. @returns the answer's JSON. */
async function pasted<T>(command: string): Promise<T> {
  const { stdout } = await run("sh", ["-c", command], { cwd: folder.path });
  return JSON.parse(stdout) as T;
}

async function expectPictures(urls: readonly string[], count: number): Promise<void> {
  expect(urls).toHaveLength(count);
  for (const url of urls) {
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
  }
}

describe.each(["README.md", "README.zh-CN.md"])("%s", (file) => {
  const commands = () => {
    const [submit = "", poll = "", compose = "", composeLinks = "", ...others] = curlsOf(file);
    expect(others).toEqual([]);
    return { submit, poll, compose, composeLinks };
  };
  const me = () => caller(product.url, `Bearer ${session}`);

  it("the README's commands submit a task, get the answer that is shown, and poll until four pictures", async () => {
    const { submit, poll } = commands();
    const task = await pasted<TaskAnswer>(filledIn(submit));
    const shown = JSON.parse(snippetOf(file, "json")) as Record<string, unknown>;
    const kinds = (answer: object) => Object.entries(answer).map(([name, value]) => [name, typeof value]);
    expect(kinds(task)).toEqual(kinds(shown));
    expect(task).toMatchObject({ object: shown.object, status: shown.status });

    const first = await pasted<TaskAnswer>(filledIn(poll, task.task_id));
    expect(first.task_id).toBe(task.task_id);
    const statuses = (await me().follow(task.task_id)).map(({ status }) => status);
    expect(["pending", "processing", "completed"]).toEqual(expect.arrayContaining([...new Set(statuses)]));
    const done = await pasted<TaskAnswer>(filledIn(poll, task.task_id));
    expect(done).toMatchObject({ status: "completed", progress: 100 });
    await expectPictures(done.images ?? [], 4);
  });

  it("the README's command for a composition of files gets four pictures", async () => {
    const task = await pasted<TaskAnswer & { input_images: number }>(filledIn(commands().compose));
    expect(task.input_images).toBe(2);
    const done = await me().result(task.task_id);
    expect(done.status).toBe("completed");
    await expectPictures(done.images ?? [], 4);
  });

  it("the README's command for a composition of a link gets four pictures", async () => {
    const task = await pasted<TaskAnswer & { input_images: number }>(filledIn(commands().composeLinks));
    expect(task.input_images).toBe(1);
    const done = await me().result(task.task_id);
    expect(done.status).toBe("completed");
    await expectPictures(done.images ?? [], 4);
  });

  it("the README's code for OpenAI's own package gets two pictures", async () => {
    const code = filledIn(snippetOf(file, "js"));
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
    await expectPictures(stdout.trim().split("\n"), 2);
  });

  it("the README's code for events prints each state of a task, and ends with the task", async () => {
    const id = await me().submit({ prompt: `the events of ${file}` });
    const code = filledIn(snippetOf(file, "ts"), id);
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
    const lines = stdout.trim().split("\n");
    expect(lines.at(-1)).toBe("completed 100 4");
    expect(lines.filter((line) => line.startsWith("completed"))).toHaveLength(1);
  });
});

describe("docs/operate.md", () => {
  it("the command shown for /health gets the caller's own tasks and every field that docs/operate.md explains", async () => {
    const [command = "", ...others] = curlsOf("docs/operate.md");
    expect(others).toEqual([]);
    await tellSimulator(product.simulatorUrl, "clock", { speed: 0 });
    const id = await caller(product.url, session).submit({ prompt: "how is it", resolution: "1k" });
    const health = await pasted<Record<string, unknown>>(filledIn(command)).finally(() =>
      tellSimulator(product.simulatorUrl, "clock", { speed: usualSpeed }),
    );

    expect(health).toMatchObject({ status: "ok", upstream: "simulator", reachable: { coordinator: true } });
    const { running, waiting } = health.yours as { running: number; waiting: number };
    expect(running + waiting).toBeGreaterThan(0);
    const explained = explainedFields();
    expect(explained.length).toBeGreaterThan(5);
    expect(explained.filter((field) => valueAt(health, field) === undefined)).toEqual([]);
    expect((await caller(product.url, session).result(id)).status).toBe("completed");
  });
});

/** The first cells of the table under the heading `/health`. */
function explainedFields(): string[] {
  const document = readFileSync(path.join(root, "docs/operate.md"), "utf8");
  const section = document.split(/^## /m).find((part) => part.startsWith("`/health`")) ?? "";
  const cells = section.split("\n").flatMap((line) => (line.startsWith("| `") ? [line.split("|")[1] ?? ""] : []));
  return cells.flatMap((cell) => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name));
}

const valueAt = (answer: unknown, field: string): unknown =>
  field.split(".").reduce<unknown>((node, name) => (node as Record<string, unknown> | null)?.[name], answer);
