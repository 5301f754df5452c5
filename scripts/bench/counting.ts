/**
 * Counts the operations of a Worker, whichever build it is: its calls, the methods of its Durable Objects and other
 * entrypoints, and their calls of bindings and of the network. Runs in the Workers runtime, imported by an entry
 * module in front of the build's own. It replaces methods where they are, so that the entry module can export
 * everything of the build. Nothing is logged: the totals are read at the end, at `countsPath`.
 */
import { AsyncLocalStorage } from "node:async_hooks";

type Env = Record<string, unknown>;
type Totals = Record<string, number>;
type Method = (this: unknown, ...given: unknown[]) => unknown;
type Methods = Record<string, Method>;

type Handler = {
  fetch?: (request: Request, env: Env, context: unknown) => Promise<Response> | Response;
  queue?: (batch: Batch, env: Env, context: unknown) => Promise<void> | void;
};
type Batch = { messages: readonly object[] };

/** A Durable Object or another entrypoint: a class that extends one of the runtime's. */
type Entrypoint = new (state: State, env: Env) => object;
type State = { storage?: { sql?: object } };

/** Both Workers' totals are here, on the API Worker. */
const countsPath = "/_bench/counts";
/** The Durable Objects of the other Worker have this method; they share its memory. */
const countsMethod = "benchCounts";

const totals: Totals = {};

function add(name: string, by = 1): void {
  totals[name] = (totals[name] ?? 0) + by;
}

/** The call that the present code runs for. `target`: the object whose method it is. */
const invocations = new AsyncLocalStorage<{ target: unknown; fetches: number }>();

/**
 * Counts the classes among a module's exports in place.
 * @returns its default export, counted
 */
export function counted(own: Record<string, unknown>): unknown {
  for (const value of Object.values(own)) {
    if (isEntrypoint(value)) countEntrypoint(value);
  }
  countFetches();
  return isEntrypoint(own.default) ? own.default : countedHandler(own.default as Handler);
}

/** The counts of calls by the name of the runtime's class. */
const entrypointCounts: Record<string, string> = {
  DurableObject: "objectRequests",
  WorkerEntrypoint: "entrypointCalls",
};

/** Under which name calls of an entrypoint count; undefined: the value is none. */
function countOf(value: unknown): string | undefined {
  let known: string | undefined;
  for (let base = value; typeof base === "function" && known === undefined; base = Object.getPrototypeOf(base)) {
    if (base !== value) known = entrypointCounts[base.name];
  }
  return known;
}

const isEntrypoint = (value: unknown): value is Entrypoint => countOf(value) !== undefined;

function countedHandler(handler: Handler): Handler {
  const { fetch, queue } = handler;
  return {
    ...(fetch && {
      fetch(request, env, context) {
        if (request.url.endsWith(countsPath)) return countsOf(env);
        countBindings(env);
        add("requests");
        return invocations.run({ target: handler, fetches: 0 }, () => fetch.call(handler, request, env, context));
      },
    }),
    ...(queue && {
      async queue(batch, env, context) {
        countBindings(env);
        add("batches");
        add("queueReads", batch.messages.length);
        for (const message of batch.messages) countMethods(message, { retry: "queueRetries" });
        await invocations.run({ target: handler, fetches: 0 }, () => queue.call(handler, batch, env, context));
      },
    }),
  };
}

function countEntrypoint(Entry: Entrypoint): void {
  const Base: Entrypoint = Object.getPrototypeOf(Entry);
  const kind = countOf(Entry) ?? "entrypointCalls";
  // `super(…)` of the class calls this constructor, and this one the runtime's.
  class Counting extends Base {
    constructor(state: State, env: Env) {
      countBindings(env);
      if (state.storage?.sql !== undefined) countStorage(state.storage, state.storage.sql);
      super(state, env);
    }
  }
  Object.setPrototypeOf(Entry, Counting);
  const methods: Methods = Entry.prototype;
  for (const name of Object.getOwnPropertyNames(methods)) {
    const method = methods[name];
    if (name === "constructor" || typeof method !== "function") continue;
    methods[name] = function (...given) {
      // Its own method calls this one: that is no further request.
      if (invocations.getStore()?.target === this) return method.apply(this, given);
      add(kind);
      if (name === "alarm") add("alarmsRun");
      return invocations.run({ target: this, fetches: 0 }, () => method.apply(this, given));
    };
  }
  methods[countsMethod] = currentTotals;
}

function countFetches(): void {
  const { fetch } = globalThis;
  globalThis.fetch = (...given) => {
    const invocation = invocations.getStore();
    add("fetches");
    if (invocation !== undefined) {
      invocation.fetches += 1;
      totals.maxFetches = Math.max(totals.maxFetches ?? 0, invocation.fetches);
    }
    return fetch(...given);
  };
}

/** By a method that only this kind of binding has: its methods and their counts. */
const bindingCounts: Record<string, Record<string, string>> = {
  getWithMetadata: {
    ...{ get: "kvReads", getWithMetadata: "kvReads", list: "kvReads" },
    ...{ put: "kvWrites", delete: "kvWrites" },
  },
  createMultipartUpload: {
    ...{ put: "r2ClassA", list: "r2ClassA", createMultipartUpload: "r2ClassA" },
    ...{ get: "r2ClassB", head: "r2ClassB" },
  },
  sendBatch: { send: "queueWrites", sendBatch: "queueWrites" },
};

const seen = new WeakSet<object>();

function countBindings(env: Env): void {
  if (seen.has(env)) return;
  seen.add(env);
  for (const binding of Object.values(env)) {
    if (typeof binding !== "object" || binding === null) continue;
    const prototype = Object.getPrototypeOf(binding);
    for (const [mark, counts] of Object.entries(bindingCounts)) {
      if (Object.hasOwn(prototype, mark)) countMethods(binding, counts);
    }
  }
}

/** Counts the methods of every object of the same class; a call with a list counts its entries. */
function countMethods(object: object, counts: Record<string, string>): void {
  const prototype: Methods = Object.getPrototypeOf(object);
  if (seen.has(prototype)) return;
  seen.add(prototype);
  for (const [name, count] of Object.entries(counts)) {
    const method = prototype[name];
    if (method === undefined) continue;
    prototype[name] = function (...given) {
      const [first] = given;
      add(count, Array.isArray(first) ? first.length : 1);
      return method.apply(this, given);
    };
  }
}

type Cursor = { rowsRead: number; rowsWritten: number };

/** A cursor reads rows as it is consumed; its counts are added when the next one is made. */
let lastCursor: Cursor | null = null;

function addLastCursor(): void {
  if (lastCursor === null) return;
  add("rowsRead", lastCursor.rowsRead);
  add("rowsWritten", lastCursor.rowsWritten);
  lastCursor = null;
}

function countStorage(storage: object, sql: object): void {
  countMethods(storage, { setAlarm: "alarmsSet" });
  const prototype: Methods = Object.getPrototypeOf(sql);
  const { exec } = prototype;
  if (seen.has(prototype) || exec === undefined) return;
  seen.add(prototype);
  prototype.exec = function (...given) {
    addLastCursor();
    const cursor = exec.apply(this, given) as Cursor;
    lastCursor = cursor;
    return cursor;
  };
}

function currentTotals(): Totals {
  addLastCursor();
  return { ...totals };
}

type Coordinators = {
  idFromName(name: string): unknown;
  get(id: unknown): { [countsMethod](): Promise<Totals> };
};

async function countsOf(env: Env): Promise<Response> {
  const coordinators = env.COORDINATOR as Coordinators;
  const object = coordinators.get(coordinators.idFromName("bench"));
  return Response.json([currentTotals(), await object[countsMethod]()]);
}
