/** Runs the commands and the code of README and docs/ as they are shown: only the address is the running one's. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyFree } from "#scripts/start/any-port.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";
import { adminKey, type Product, startProduct } from "#test/clients/support/product.ts";
import { documentFiles, documentOf } from "#test/support/documents.ts";
import { markdownOf } from "#test/support/markdown.ts";
import { caller, controlSimulator, type TaskAnswer } from "./caller.ts";
import { temporaryFolder } from "./processes.ts";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "../../..");
const session = "us-demo-us";
/** Simulated seconds per real second, where a test has not stopped the clock. */
const usualSpeed = 20;
/** Until a program has started. */

let product: Product;
const folder = temporaryFolder();

/** The commands a reader would paste: each `curl` with the lines that continue it. */
const curlsOf = (file: string): string[] =>
  documentOf(file)
    .blocks.filter(({ kind }) => kind === "sh")
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, "").split("\n"))
    .filter((line) => line.startsWith("curl "));

const snippetOf = (file: string, wanted: string): string => {
  const found = documentOf(file).blocks.filter(({ kind }) => kind === wanted);
  if (found.length !== 1) throw new Error(`${file} has ${found.length} blocks of ${wanted}`);
  return found[0]?.code ?? "";
};

/**
 * Replaces what a reader replaces: the address, the task of the answer before, an image of the simulator, a session.
 */
const filledIn = (text: string, task = "") =>
  text
    .replaceAll(/http:\/\/localhost:8787|https:\/\/<your address>/g, product.url)
    .replaceAll(/imgtask_\w+/g, task)
    .replaceAll("http://127.0.0.1:…", product.simulatorUrl)
    .replaceAll("<your sessions or API key>", session);

const unixSeconds = () => Math.floor(Date.now() / 1000);

/** Pastes a command into a shell. @returns the answer's JSON. */
async function pasted<T>(command: string): Promise<T> {
  const { stdout } = await run("sh", ["-c", command], { cwd: folder.path });
  return JSON.parse(stdout) as T;
}

const linesOf = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

async function expectImages(urls: readonly string[], count: number): Promise<void> {
  expect(urls).toHaveLength(count);
  for (const url of urls) {
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
  }
}

/** The documents with commands or code that this file runs, and how many `curl` commands each has. */
const curlCounts = {
  README: 2,
  "docs/administration": 2,
  "docs/agents": 1,
  "docs/api": 5,
  "docs/batches": 1,
  "docs/keys": 1,
  "docs/operate": 1,
  "docs/openai-clients": 0,
  "docs/webhooks": 1,
};

/** Runs the commands and the code of the documents in one language. */
export function testDocuments(ending: ".md" | ".zh-CN.md"): void {
  beforeAll(async () => {
    product = await startProduct(usualSpeed);
    // The images that the composition's command names.
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

  it("every curl command and every code for callers in the documents is run here", () => {
    const files = documentFiles.filter((file) =>
      documentOf(file).blocks.some(
        ({ kind, code }) => ["js", "mjs", "ts", "json"].includes(kind) || /^curl /m.test(code),
      ),
    );
    expect(files).toEqual(
      Object.keys(curlCounts)
        .flatMap((page) => [`${page}.md`, `${page}.zh-CN.md`])
        .toSorted(),
    );
    for (const [page, count] of Object.entries(curlCounts)) {
      for (const ending of [".md", ".zh-CN.md"]) expect(curlsOf(`${page}${ending}`)).toHaveLength(count);
    }
  });

  describe(`the documents *${ending}`, () => {
    const readme = `README${ending}`;
    const api = `docs/api${ending}`;
    const me = () => caller(product.url, `Bearer ${session}`);

    it("the README's commands submit a task, get the answer that is shown, and poll until four images", async () => {
      const [submit = "", poll = ""] = curlsOf(readme);
      const task = await pasted<TaskAnswer>(filledIn(submit));
      const shown = JSON.parse(snippetOf(readme, "json")) as Record<string, unknown>;
      const kinds = (answer: object) => Object.entries(answer).map(([name, value]) => [name, typeof value]);
      expect(kinds(task)).toEqual(kinds(shown));
      expect(task).toMatchObject({ object: shown.object, status: shown.status });

      const first = await pasted<TaskAnswer>(filledIn(poll, task.task_id));
      expect(first.task_id).toBe(task.task_id);
      const statuses = (await me().follow(task.task_id)).map(({ status }) => status);
      expect(["pending", "processing", "completed"]).toEqual(expect.arrayContaining([...new Set(statuses)]));
      const done = await pasted<TaskAnswer>(filledIn(poll, task.task_id));
      expect(done).toMatchObject({ status: "completed", progress: 100 });
      await expectImages(done.images ?? [], 4);
    });

    it("the command for the tool server lists its tools", async () => {
      const { stdout } = await run("sh", ["-c", filledIn(curlsOf(`docs/agents${ending}`)[0] ?? "")]);
      const [, answer = ""] = /^data: (.*)$/m.exec(stdout) ?? ["", stdout];
      const { result } = JSON.parse(answer) as { result: { tools: { name: string }[] } };
      const named = result.tools.map(({ name }) => `\`${name}\``);
      expect(named).not.toEqual([]);
      for (const name of named)
        expect(documentOf(`docs/agents${ending}`).spans.map((span) => `\`${span}\``)).toContain(name);
    });

    it("the commands of the administrator make a key with limits, and add a session that is found alive", async () => {
      const page = `docs/administration${ending}`;
      const [makeKey = "", addSession = ""] = curlsOf(page).map((curl) => filledIn(curl).replace("adm-…", adminKey));
      const { key, limits } = await pasted<{ key: string; limits: object }>(makeKey);
      expect(key).toMatch(/^sk-/);
      expect(limits).toMatchObject({ images_per_day: 100, at_once: 4, models: null });
      const { data } = await pasted<{ data: object[] }>(addSession);
      expect(data).toMatchObject([{ name: "Anna", weight: 2, alive: true, health: "ready" }]);
    });

    it.each([
      ["files", 0, 2],
      ["a link", 1, 1],
    ] as const)("the command for a composition of %s gets four images", async (_of, place, inputs) => {
      const task = await pasted<TaskAnswer & { input_images: number }>(filledIn(curlsOf(api)[place] ?? ""));
      expect(task.input_images).toBe(inputs);
      const done = await me().result(task.task_id);
      expect(done.status).toBe("completed");
      await expectImages(done.images ?? [], 4);
    });

    it("the commands that delete delete an image, a task, and tasks", async () => {
      const [, , deleteTask = "", deleteTasks = "", deleteImage = ""] = curlsOf(api);
      const [compose = ""] = curlsOf(api);
      const made = async () => {
        const { task_id } = await pasted<TaskAnswer>(
          filledIn(compose).replace("make it night", `make it ${Math.random()}`),
        );
        await me().result(task_id);
        return task_id;
      };
      const [one, other] = await Promise.all([made(), made()]);
      const image = await pasted(filledIn(deleteImage, one));
      expect(image).toEqual({ task_id: one, index: 0, object: "image", deleted: true });
      expect(await me().result(one)).toMatchObject({ deleted_images: [0], images: { length: 3 } });
      expect(await pasted(filledIn(deleteTask, one))).toMatchObject({ id: one, deleted: true });
      expect(await pasted(filledIn(deleteTasks, other))).toMatchObject({ data: [{ id: other, deleted: true }] });
    });

    it("the command for a batch creates one from the lines that are shown, and its results are as shown", async () => {
      const page = `docs/batches${ending}`;
      const [requests = "", , shownResults = ""] = documentOf(page)
        .blocks.filter(({ kind }) => kind === "jsonl")
        .map(({ code }) => code);
      writeFileSync(path.join(folder.path, "prompts.jsonl"), filledIn(requests));
      const [command = ""] = curlsOf(page);
      // Each language is a batch of its own.
      const batch = await pasted<{ id: string }>(filledIn(command).replace("posters-1", `posters${ending}`));
      const get = async (part: string) =>
        fetch(`${product.url}/v1/images/batches/${batch.id}${part}`, {
          headers: { authorization: `Bearer ${session}` },
        });
      await expect
        .poll(async () => (await get("")).json(), { timeout: 60_000, interval: 250 })
        .toMatchObject({ status: "completed", request_counts: { total: 2, completed: 2 } });
      const results = linesOf(await (await get("/results")).text());
      expect(results.map(({ custom_id }) => custom_id)).toEqual(["poster-1", "poster-2"]);
      expect(Object.keys(results[0] ?? {})).toEqual(Object.keys(linesOf(shownResults)[0] ?? {}));
      await expectImages([results[0]?.images[0].url], 1);
    });

    it("the command for a key gets one image of exactly the size that it names", async () => {
      const [command = ""] = curlsOf(`docs/keys${ending}`);
      const key = /Bearer (ark-[\w-]+)/.exec(command)?.[1] ?? "";
      const task = await pasted<TaskAnswer>(filledIn(command));
      const done = await caller(product.url, `Bearer ${key}`).result(task.task_id);
      expect(done).toMatchObject({
        status: "completed",
        data: [{ width: 2560, height: 1440, content_type: "image/jpeg" }],
      });
    });

    it("the code for OpenAI's own package gets two images", async () => {
      const code = filledIn(snippetOf(`docs/openai-clients${ending}`, "js"));
      const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
      await expectImages(stdout.trim().split("\n"), 2);
    });

    it("the code for a batch by OpenAI's own package prints a line for each request", async () => {
      const code = filledIn(snippetOf(`docs/openai-clients${ending}`, "mjs"));
      const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
      const lines = linesOf(stdout);
      expect(lines.map(({ custom_id }) => custom_id)).toEqual(["poster-1", "poster-2"]);
      for (const { response } of lines) await expectImages([response.body.data[0].url], 1);
    });

    it("the code of a receiver takes signed events only, and the body of a submit is one", async () => {
      const page = `docs/webhooks${ending}`;
      const [submit = "", event = ""] = documentOf(page)
        .blocks.filter(({ kind }) => kind === "json")
        .map(({ code }) => code);
      expect(imageRequestSchema.parse(JSON.parse(submit)).webhook).toBeDefined();
      const port = await anyFree();
      const code = snippetOf(page, "js").replace("9100", String(port));
      const [command = ""] = curlsOf(page);
      const { secret } = await pasted<{ secret: string }>(filledIn(command));
      const receiver = spawn(process.execPath, ["--input-type=module", "--eval", code], {
        cwd: root,
        env: { ...process.env, WEBHOOK_SECRET: secret },
      });
      try {
        const printed = once(receiver.stdout, "data");
        const post = (signature: string) =>
          fetch(`http://127.0.0.1:${port}/`, {
            method: "POST",
            headers: { "webhook-id": "whd_1", "webhook-timestamp": `${unixSeconds()}`, "webhook-signature": signature },
            body: event,
          });
        const refused = () =>
          post("v1,AAAA").then(
            ({ status }) => status,
            () => null,
          );
        await expect.poll(refused).toBe(400);
        const signed = new Webhook(secret).sign("whd_1", new Date(unixSeconds() * 1000), event);
        expect((await post(signed)).status).toBe(204);
        expect(String((await printed)[0])).toContain(JSON.parse(event).data.id);
      } finally {
        receiver.kill();
      }
    });

    it("the code for events prints each state of a task, and ends with the task", async () => {
      const id = await me().submit({ prompt: `the events of ${api}` });
      const code = filledIn(snippetOf(api, "ts"), id);
      const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
      const lines = stdout.trim().split("\n");
      expect(lines.at(-1)).toBe("completed 100 4");
      expect(lines.filter((line) => line.startsWith("completed"))).toHaveLength(1);
    });
  });

  /** In English only: test/unit/readme.test.ts sees to it that the Chinese page has the same command and fields. */
  describe("docs/operate.md", () => {
    const file = "docs/operate.md";

    it("the command shown for /health gets the caller's own tasks and every field that the page explains", async () => {
      const [command = ""] = curlsOf(file);
      await controlSimulator(product.simulatorUrl, "clock", { speed: 0 });
      const id = await caller(product.url, session).submit({ prompt: "the health of a task", resolution: "1k" });
      const health = await pasted<Record<string, unknown>>(filledIn(command)).finally(() =>
        controlSimulator(product.simulatorUrl, "clock", { speed: usualSpeed }),
      );

      expect(health).toMatchObject({ status: "ok", upstream: "simulator", reachable: { coordinator: true } });
      const { running, waiting } = health.yours as { running: number; waiting: number };
      expect(running + waiting).toBeGreaterThan(0);
      const explained = explainedFields(file);
      expect(explained.length).toBeGreaterThan(5);
      expect(explained.filter((field) => valueAt(health, field) === undefined)).toEqual([]);
      expect((await caller(product.url, session).result(id)).status).toBe("completed");
    });
  });
}

/** The fields in the table under the heading `/health`. */
function explainedFields(file: string): string[] {
  const section = documentOf(file).sections.find(({ title }) => title === "`/health`")?.text ?? "";
  return markdownOf(section).rows.flatMap(([cell = ""]) =>
    [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name),
  );
}

const valueAt = (answer: unknown, field: string): unknown =>
  field.split(".").reduce<unknown>((node, name) => (node as Record<string, unknown> | null)?.[name], answer);
