/** The counting module around an invented Worker, with classes in place of the runtime's. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { counted } from "#scripts/bench/counting.ts";

class DurableObject {
  readonly ctx: State;
  readonly env: Env;
  constructor(ctx: State, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }
}
class WorkerEntrypoint {
  readonly ctx: State;
  readonly env: Env;
  constructor(ctx: State, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }
}
class Sql {
  exec(text: string) {
    const rowsWritten = text.startsWith("SELECT") ? 0 : 3;
    return { rowsRead: 0, rowsWritten };
  }
}
class Storage {
  readonly sql = new Sql();
  async setAlarm() {}
}
class Records {
  async get() {}
  async getWithMetadata() {}
  async put() {}
}
class Bucket {
  async createMultipartUpload() {}
  async put() {}
  async head() {}
}
class Queue {
  async send() {}
  async sendBatch(_messages: unknown[]) {}
}
class Message {
  retry() {}
  ack() {}
}

type State = { storage: Storage };
type Env = { RECORDS: Records; BUCKET: Bucket; QUEUE: Queue; COORDINATOR: unknown };

class Coordinator extends DurableObject {
  readonly #sql = this.ctx.storage.sql;
  async create() {
    this.#sql.exec("INSERT");
    // Rows are read while the cursor is consumed.
    this.#sql.exec("SELECT").rowsRead = 5;
    await this.ctx.storage.setAlarm();
    return this.view();
  }
  view() {
    return "view";
  }
  async alarm() {}
}

class Runner extends WorkerEntrypoint {
  async run(calls: number) {
    for (let call = 0; call < calls; call += 1) await fetch("http://127.0.0.1/");
    await this.env.RECORDS.get();
  }
}

const ownHandler = {
  async fetch(_request: Request, env: Env) {
    await Promise.all([env.RECORDS.put(), env.QUEUE.send(), env.BUCKET.head()]);
    return new Response("ok");
  },
  async queue({ messages: [first] }: { messages: Message[] }, env: Env) {
    first?.retry();
    await env.BUCKET.put();
    await env.QUEUE.sendBatch(["one", "two"]);
    await fetch("http://127.0.0.1/");
  },
};

const fetches = vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("ok"));
class Failure extends Error {}
const others = { limit: 3, help: async () => "help", Failure };
const handler = counted({ default: ownHandler, Coordinator, Runner, ...others }) as typeof ownHandler;

const state = () => ({ storage: new Storage() });
const env: Env = { RECORDS: new Records(), BUCKET: new Bucket(), QUEUE: new Queue(), COORDINATOR: null };
const coordinator = new Coordinator(state(), env);
env.COORDINATOR = { idFromName: (name: string) => name, get: () => coordinator };

async function totals(): Promise<Record<string, number>> {
  const answer = await handler.fetch(new Request("http://127.0.0.1/_bench/counts"), env);
  const [own] = (await answer.json()) as Record<string, number>[];
  return own ?? {};
}

let before: Record<string, number> = {};
beforeEach(async () => {
  before = await totals();
});
afterEach(() => fetches.mockClear());

/** The totals that have changed, by how much. */
async function changes(): Promise<Record<string, number>> {
  const differences = Object.entries(await totals()).map(
    ([name, total]) => [name, total - (before[name] ?? 0)] as const,
  );
  return Object.fromEntries(differences.filter(([, difference]) => difference !== 0));
}

it("a request counts with the calls of its bindings", async () => {
  expect(await (await handler.fetch(new Request("http://127.0.0.1/"), env)).text()).toBe("ok");
  expect(await changes()).toEqual({ requests: 1, kvWrites: 1, queueWrites: 1, r2ClassB: 1 });
});

it("a batch counts its messages and retries, and a call with a list each entry", async () => {
  await handler.queue({ messages: [new Message(), new Message()] }, env);
  expect(await changes()).toMatchObject({ batches: 1, queueReads: 2, queueRetries: 1, queueWrites: 2, r2ClassA: 1 });
});

it("a method of a Durable Object counts once with its rows and alarms, also when it calls another of them", async () => {
  expect(await new Coordinator(state(), env).create()).toBe("view");
  expect(await changes()).toEqual({ objectRequests: 1, rowsRead: 5, rowsWritten: 3, alarmsSet: 1 });
});

it("an alarm counts as a request of its object", async () => {
  await new Coordinator(state(), env).alarm();
  expect(await changes()).toEqual({ objectRequests: 1, alarmsRun: 1 });
});

it("another entrypoint counts with its bindings, and outgoing calls count for each invocation", async () => {
  const runner = new Runner(state(), env);
  await Promise.all([runner.run(4), runner.run(7)]);
  const counts = await totals();
  expect(counts.maxFetches).toBe(7);
  expect(await changes()).toMatchObject({ entrypointCalls: 2, fetches: 11, kvReads: 2 });
});

it("an entrypoint stays one, and another export stays as it is", async () => {
  expect(new Runner(state(), env)).toBeInstanceOf(WorkerEntrypoint);
  expect(coordinator).toBeInstanceOf(DurableObject);
  expect(new Failure("why").message).toBe("why");
  expect(await others.help()).toBe("help");
});
