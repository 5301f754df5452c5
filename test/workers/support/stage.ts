/**
 * A stage for one test: both Workers and the coordinator unchanged, the simulator as the upstream, a clock that only
 * moves by hand, and the queue in that clock's time. Only outgoing requests are mocked.
 */
import {
  createExecutionContext,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { forgetKeys } from "#api/caller/known-keys.ts";
import api from "#api/index.ts";
import type { Coordinator as CoordinatorClass } from "#consumer/coordinator/coordinator.ts";
import { Reports } from "#consumer/coordinator/reports.ts";
import { createSimulator, type SimulatorOptions } from "#test/simulator/app.ts";
import { playQueue } from "./queue.ts";

export const origin = "https://api.test";

/** Small: images are only compared by bytes. */
const pictureDots = 16;

/** Far in the future, so that no alarm in the stage's time is due in real time. */
const firstMoment = Date.UTC(2031, 0, 1, 12);

/**
 * The objects that were called, by name: coordinators, and paid calls, whose names have slashes. Stubs are made when
 * they are needed: one that an object made belongs to that object.
 */
const named = new Map<string, () => CoordinatorStub>();

/** Reports of coordinators to the registry, for which no caller waits: those under way. */
const reports = { underWay: 0, isBeginning: false };
const { tell } = Reports.prototype;
Reports.prototype.tell = function (this: Reports, ...given) {
  // The alarm of a registry that only takes reports is never set: it need not be looked at.
  reports.isBeginning = true;
  tell.apply(this, given);
  reports.isBeginning = false;
  reports.underWay += 1;
  void this.ended().finally(() => {
    reports.underWay -= 1;
  });
};

const namespace = Object.getPrototypeOf(env.COORDINATOR) as DurableObjectNamespace<CoordinatorClass>;
const { getByName } = namespace;
namespace.getByName = function (this: typeof namespace, name, options) {
  if (!reports.isBeginning) named.set(name, () => getByName.call(this, name, options));
  return getByName.call(this, name, options);
};

/**
 * A row that is written for a report while the data is deleted would be there in the next test. Those of coordinators that
 * were evicted never end.
 */
async function reportsEnd(): Promise<void> {
  for (let checks = 0; checks < maxReportChecks && reports.underWay > 0; checks += 1) await scheduler.wait(1);
  reports.underWay = 0;
}

/** `reset` leaves the data of an object that does not run, as after an eviction, and its alarm: each is woken first. */
async function wakeAll(): Promise<void> {
  const syncs = [...named.values()].map((stubOf) => runInDurableObject(stubOf(), (_, { storage }) => storage.sync()));
  await Promise.allSettled(syncs);
  named.clear();
}

const maxReportChecks = 100;

/** Resets mocks, the clock and stored data. All files share one runtime. */
export async function clearStage(): Promise<void> {
  await reportsEnd();
  vi.restoreAllMocks();
  vi.useRealTimers();
  await wakeAll();
  forgetKeys();
  await reset();
}

let sessions = 0;

/** A new session. @param words scenarios of the account, see the simulator's README. */
export function aSession(words = "plain"): string {
  sessions += 1;
  return `sg-demo-sg-${words}-s${sessions}`;
}

/** A new key of BytePlus ModelArk in Johor. @param words scenarios of the account, see the simulator's README. */
export function aKey(words = "plain"): string {
  sessions += 1;
  return `ark-ap-demo-key-ap-${words}-k${sessions}`;
}

export type Stage = ReturnType<typeof setStage>;

export function setStage(options: SimulatorOptions = {}) {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(firstMoment);
  const simulator = createSimulator({ now: () => Date.now(), pictureDots, ...options });
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async (input, init) => simulator.fetch(input as Request, init as RequestInit));
  const logs: string[] = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => logs.push(String(line)));
  }
  const queue = playQueue();
  const session = aSession();

  return {
    simulator,
    fetched,
    /** Every line written to the console. */
    logs,
    queue,
    /** The caller's session, unless a call names another. */
    session,
    /** The ids of all tasks that the API created, in their order. */
    created: (): string[] =>
      logs.filter((line) => line.includes('"event":"task_created"')).map((line) => JSON.parse(line).task),
    /** Jobs at the upstream. */
    jobs: () => simulator.state().jobs,
    calls: (endpoint: string) => simulator.state().calls[endpoint] ?? 0,
    advance: (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000),
    submit: (body: object = {}, headers: Record<string, string> = {}) => submit(session, body, headers),
    /** Paid calls at the simulated cloud. */
    paidCalls: () => simulator.state().ark.ledger,
    /** Submits a task. @returns its id. */
    async task(body: object = {}, headers: Record<string, string> = {}): Promise<string> {
      const answer = await submit(session, body, headers);
      return ((await answer.json()) as { id: string }).id;
    },
    poll: (id: string, as = session) => poll(id, as),
    async view(id: string, as = session): Promise<View> {
      return (await poll(id, as)).json();
    },
    /** Runs messages and alarms, each at its time, until the task ends. */
    async end(id: string, as = session): Promise<View> {
      for (let moves = 0; moves < maxMoves; moves += 1) {
        const view = (await (await poll(id, as)).json()) as View;
        if (view.status === "completed" || view.status === "failed") return view;
        if (!(await move(queue))) throw new Error(`nothing is under way for ${id}, which is ${view.status}`);
      }
      throw new Error(`${id} did not end in ${maxMoves} moves`);
    },
    /** Runs the next message or alarm, at its time. False when there is none. */
    move: () => move(queue),
  };
}

const maxMoves = 300;

async function move(queue: Stage["queue"]): Promise<boolean> {
  const alarm = await nextAlarm();
  const message = queue.nextAt();
  if (alarm === null && message === null) return false;
  if (message !== null && (alarm === null || message <= alarm.at)) {
    vi.setSystemTime(Math.max(Date.now(), message));
    await queue.deliver();
    return true;
  }
  if (alarm === null) return false;
  vi.setSystemTime(Math.max(Date.now(), alarm.at));
  // The platform runs an alarm that failed again, after two seconds.
  await runDurableObjectAlarm(alarm.stub).catch(() =>
    runInDurableObject(alarm.stub, (_instance, { storage }) => storage.setAlarm(Date.now() + 2_000)),
  );
  return true;
}

export type CoordinatorStub = DurableObjectStub<CoordinatorClass>;

/** The only object of its class; it stores figures with the first task. */
const registry = "registry";

/** Every coordinator that the test has called. */
export const coordinators = (): CoordinatorStub[] =>
  [...named].filter(([name]) => !name.includes("/") && name !== registry).map(([, stub]) => stub());

/** Every paid call's object that the test has called. */
export const paidCallObjects = (): DurableObjectStub[] =>
  [...named].filter(([name]) => name.includes("/")).map(([, stub]) => stub());

async function nextAlarm(): Promise<{ at: number; stub: CoordinatorStub } | null> {
  const all = await Promise.all(
    [...named.values()].map(async (stubOf) => {
      const stub = stubOf();
      return { stub, at: await alarmOf(stub) };
    }),
  );
  const set = all.flatMap(({ stub, at }) => (at === null ? [] : [{ stub, at }]));
  return set.sort((a, b) => a.at - b.at)[0] ?? null;
}

export const alarmOf = (stub: CoordinatorStub): Promise<number | null> =>
  runInDurableObject(stub, (_instance, state) => state.storage.getAlarm());

/** Every row of every table, by table; empty for a coordinator that stores nothing. */
export function tablesOf(stub: CoordinatorStub): Promise<Record<string, Record<string, unknown>[]>> {
  return runInDurableObject(stub, (_instance, state) => {
    const { sql } = state.storage;
    const names = sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray()
      .map(({ name }) => name)
      .filter((name) => !name.startsWith("_cf_") && !name.startsWith("sqlite_"));
    return Object.fromEntries(names.map((name) => [name, sql.exec(`SELECT * FROM ${name}`).toArray()]));
  });
}

/** The coordinators with stored data. */
export async function storing(): Promise<CoordinatorStub[]> {
  const found: CoordinatorStub[] = [];
  for (const stub of coordinators()) {
    if (Object.keys(await tablesOf(stub)).length > 0) found.push(stub);
  }
  return found;
}

/** The fields of a poll's answer that tests read. */
export type View = {
  status: "pending" | "processing" | "completed" | "failed";
  progress: number;
  images?: string[];
  queue_position?: number;
  error?: string;
  error_code?: string;
  partial: boolean;
  submit_id: string;
  data?: { url: string; small_url: string; width: number; height: number; bytes: number; content_type: string }[];
};

/**
 * A request to the API. Without a Prefer header it is answered at once: the clock does not move by itself, so
 * a wait would never end. Equal requests create a task each, unless the test sets JOIN_WINDOW_SECONDS.
 */
export async function call(path: string, init: RequestInit = {}, bindings: object = {}): Promise<Response> {
  const ctx = createExecutionContext();
  const request = new Request(new URL(path, origin), init);
  if (!request.headers.has("prefer")) request.headers.set("prefer", "respond-async");
  const answer = await api.fetch(request, { ...env, JOIN_WINDOW_SECONDS: "0", ...bindings } as ApiEnv, ctx);
  await waitOnExecutionContext(ctx);
  return answer;
}

/** A request for one image of 1k, which is fast to draw. */
export const aBody = (changes: object = {}) => ({ prompt: "a lighthouse", resolution: "1k", n: 1, ...changes });

export const submitInit = (session: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { authorization: `Bearer ${session}`, "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

export const submitPath = "/v1/images/generations";

const submit = (session: string, body: object, headers: Record<string, string>) =>
  call(submitPath, submitInit(session, aBody(body), headers));

const poll = (id: string, session: string) =>
  call(`/v1/images/tasks/${id}`, { headers: { authorization: `Bearer ${session}` } });
