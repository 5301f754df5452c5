/**
 * Invariants of every walk through a coordinator, with any calls in any order: several tasks, lost
 * and repeated messages, late reports, a queue that fails, time that passes. Only the queue's `send` is mocked.
 * A walk that fails is printed with its seed, reduced to the steps that matter.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, vi } from "vitest";
import { Coordinator } from "#consumer/coordinator/coordinator.ts";
import type { SessionState } from "#consumer/coordinator/health.ts";
import { Views } from "#consumer/coordinator/views.ts";
import type { NewTask, Order, Report, Snapshot } from "#shared/task/coordinator.ts";
import { isTerminal, slotsHeld } from "#shared/task/phases.ts";
import { taskKey } from "#shared/task/records.ts";
import { type Row, rowOf } from "#shared/task/row.ts";
import { taskSchema } from "#shared/task/stored-task.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";
import { aStagedInput } from "#test/support/task.ts";
import { aFastCoordinator, anOwner } from "./coordinator.ts";
import { outcomeOf, type Step, walks } from "./coordinator-walk.ts";
import type { Stage } from "./stage.ts";

const seed = 20_261_122;
const configuredSlots = 4;
const raiseAfterMs = 30 * 60_000;
/** When a tick counts as lost: doubling with each lost one. */
const graceMs = 15_000;
const maxGraceMs = 300_000;
/** With the fast path, the alarm leaves a tick to the queue for this long. */
const deliveryMs = 1_000;
const numRuns = 200;

type Setting = {
  stage: Stage;
  /** Whether the alarm starts orders itself. */
  isFast: boolean;
};
/**
 * `start` makes a coordinator on the same storage, with nothing in memory. `handedOut`: the orders that the last alarm
 * gave to the Runner.
 */
type Subject = Setting & { start: () => Coordinator; handedOut: Order[] };
type Submit = { step: number; until: number; isAnswered: boolean };
/** The test's own knowledge of a task. */
type Known = {
  given: NewTask;
  submits: Submit[];
  /** A report said that the upstream has the job. */
  hasJob: boolean;
  last: Snapshot | null;
  row: Row | null;
};

async function walk(steps: Step[], { stage, isFast }: Setting) {
  const owner = anOwner();
  await runInDurableObject(owner.stub, async (_usual: Coordinator, state) => {
    const handedOut: Order[] = [];
    const run = async (_owner: string, orders: Order[]) => void handedOut.push(...orders);
    const start = () => (isFast ? aFastCoordinator(state, run) : new Coordinator(state, env as unknown as ConsumerEnv));
    const world = aWorld({ start, handedOut, stage, isFast }, state, owner);
    const taken: string[] = [];
    try {
      for (const step of steps) {
        taken.push(inShort(step));
        await world.take(step);
        await world.check();
      }
      await world.checkRecords();
    } catch (error) {
      throw new Error(`after ${taken.join(", ")}`, { cause: error });
    }
  });
}

function inShort(step: Step): string {
  const kinds =
    "seen" in step
      ? ` ${[step.seen]
          .flat()
          .map(({ kind }) => kind)
          .join("/")}`
      : "";
  return `${step.do}${"which" in step ? ` ${step.which}` : ""}${kinds}`;
}

function aWorld(
  { start, handedOut, stage, isFast }: Subject,
  { storage }: DurableObjectState,
  { aTask }: ReturnType<typeof anOwner>,
) {
  let coordinator = start();
  const tasks: Known[] = [];
  /** A coordinator without tasks has no tables. */
  const rows = <Row extends Record<string, SqlStorageValue>>(table: string): Row[] =>
    storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table).toArray().length === 0
      ? []
      : storage.sql.exec<Row>(`SELECT * FROM ${table}`).toArray();
  const pick = (which: number): Known | undefined => tasks[which % Math.max(1, tasks.length)];
  const stepOf = ({ given }: Known): number => readRow(given.id)?.step ?? 0;
  const readRow = (id: string): Row | null => {
    const row = rows<{ id: string; phase: string; body: string }>("tasks").find((one) => one.id === id);
    expect(row?.phase).not.toBe("unreadable");
    return row === undefined ? null : rowOf(taskSchema.parse(JSON.parse(row.body)));
  };

  async function create(known: Known) {
    tasks.push(known);
    const answer = await coordinator.create(known.given);
    if (answer.kind !== "created") tasks.pop();
    else if (answer.wakeUp !== null) arrivals.add(Date.now());
  }

  /** One tick, or several. @returns all orders that they hand out. */
  async function begin(calls: number, times = 1): Promise<Order[]> {
    const orders: Order[] = [];
    for (let time = 0; time < times; time += 1) orders.push(...(await coordinator.begin({ calls })));
    expect(new Set(orders.map(({ task }) => task)).size, "a task was handed out twice").toBe(orders.length);
    for (const order of orders) noteOrder(order);
    return orders;
  }

  function noteOrder(order: Order) {
    const known = tasks.find(({ given }) => given.id === order.task);
    if (known === undefined) throw new Error(`an order of an unknown task: ${order.task}`);
    if (order.kind !== "submit") return;
    expect(known.hasJob, "a submit of what the upstream has").toBe(false);
    const isOut = known.submits.some(({ until, isAnswered }) => !isAnswered && until > Date.now());
    expect(isOut, "two submits at a time").toBe(false);
    known.submits.push({ step: order.step, until: Date.now() + order.leaseSeconds * 1000, isAnswered: false });
  }

  async function report(known: Known, { step, seen }: Omit<Report, "task">): Promise<Order[]> {
    const before = readRow(known.given.id);
    const work = await coordinator.report([{ task: known.given.id, step, seen }]);
    const latest = known.submits.at(-1);
    if (before?.phase !== "submitting" || before.step !== step || latest === undefined) return work;
    const isJob = seen.kind === "accepted" || seen.kind === "generating" || seen.kind === "generated";
    if (isJob) known.hasJob = true;
    const isNews = isJob || ["refused", "unsure", "unsent", "absent", "failed", "unavailable"].includes(seen.kind);
    if (isNews) latest.isAnswered = true;
    return work;
  }

  /** An unreported answer of a submit whose lease is over. */
  async function acceptLate(known: Known) {
    const submit = known.submits.at(-1);
    if (submit === undefined || submit.isAnswered) return;
    const seen = { kind: "accepted", historyId: "1", forecastSeconds: null, planned: null } as const;
    await coordinator.report([{ task: known.given.id, step: submit.step, seen }]);
    Object.assign(submit, { isAnswered: true });
    const row = readRow(known.given.id);
    if (row === null || isTerminal(row)) return;
    known.hasJob = true;
    expect(row.phase, "an acceptance was forgotten").toMatch(/running|storing/);
  }

  async function take(step: Step) {
    switch (step.do) {
      case "create": {
        if (tasks.length === 12) return;
        const given = aTask({
          inputs: Array.from({ length: step.inputs }, (_, place) => aStagedInput(place)),
          sessions: step.sessions.map((tag) => ({
            upstream: "dreamina" as const,
            tag,
            sealed: `sealed ${tag}`,
            label: tag,
          })),
          expiresAt: Date.now() + 30 * 24 * 3_600_000,
          idempotency: step.key === null ? null : { key: step.key, bodyHash: step.bodyHash, kind: "named" },
        });
        return create({ given, submits: [], hasJob: false, last: null, row: null });
      }
      case "wait":
        return stage.advance(step.seconds);
      case "queue":
        isQueueAway = step.isAway;
        return;
      case "evict":
        coordinator = start();
        return;
      case "alarm": {
        const at = await storage.getAlarm();
        if (at === null || (!step.isInTime && at > Date.now())) return;
        vi.setSystemTime(Math.max(Date.now(), at));
        await storage.deleteAlarm();
        await coordinator.alarm();
        for (const order of handedOut.splice(0)) noteOrder(order);
        return;
      }
    }
    const known = pick(step.which);
    if (known === undefined) return;
    switch (step.do) {
      case "create again":
        // Except deleted tasks: a call is not repeated for a day.
        if (readRow(known.given.id) === null) return;
        await coordinator.create(known.given);
        arrivals.add(Date.now());
        return;
      case "accept late":
        return acceptLate(known);
      case "cancel":
        await coordinator.cancel(known.given.id, known.given.tags);
        return;
      case "begin":
        await begin(step.calls, step.times);
        return;
      case "report":
        await report(known, { step: stepOf(known) - step.behind, seen: step.seen });
        return;
      case "run": {
        let orders = (await begin(900)).filter(({ task }) => task === known.given.id);
        for (let rounds = 0; rounds < 3; rounds += 1) {
          const [order] = orders;
          if (order === undefined) return;
          orders = await report(known, { step: order.step, seen: outcomeOf(order, step.seen.slice(rounds)) });
          for (const next of orders) noteOrder(next);
        }
      }
    }
  }

  async function check() {
    // First, because a poll wakes overdue tasks.
    const views = new Map<Known, Snapshot | null>();
    for (const known of tasks) views.set(known, await coordinator.view(known.given.id, known.given.tags));
    const alarmAt = await storage.getAlarm();
    for (const [known, view] of views) checkTask(known, view, alarmAt);
    checkSlots();
  }

  function checkTask(known: Known, view: Snapshot | null, alarmAt: number | null) {
    const { last } = known;
    const row = readRow(known.given.id);
    // Deleted a day after its end.
    if (row === null) return expect(last?.live ?? null).toBeNull();
    if (last?.live === null) expect(view, "an ended task moved").toEqual(last);
    expect(view?.record.progress).toBeGreaterThanOrEqual(last?.record.progress ?? 0);
    expect(view?.version).toBeGreaterThanOrEqual(last?.version ?? 0);
    expect(row.step).toBeGreaterThanOrEqual(known.row?.step ?? 0);
    known.last = view;
    known.row = row;
    if (!isTerminal(row)) checkLive(known, row, alarmAt);
  }

  function checkLive({ given }: Known, row: Row, alarmAt: number | null) {
    expect(alarmAt, "nothing looks after it").not.toBeNull();
    expect(row.session === null).toBe(row.phase === "parked");
    if (row.session === null) return;
    expect(given.sessions.map(({ tag }) => tag)).toContain(row.session);
    expect(row.excludedSessions).not.toContain(row.session);
    if (row.leaseUntil === null) return checkTick(row.wakeAt ?? Number.NaN, alarmAt ?? Number.NaN);
    expect(alarmAt, "no alarm ends its lease").toBeLessThanOrEqual(Math.max(row.leaseUntil, Date.now()));
  }

  /** A tick comes when the task is due, given to the queue or to the caller, and the alarm stands behind it. */
  function checkTick(wakeAt: number, alarmAt: number) {
    const dueAt = Math.max(wakeAt, Date.now());
    if (isFast && alarmAt <= dueAt + deliveryMs) return;
    const [{ at, unanswered } = { at: Number.NaN, unanswered: 0 }] = rows<{ at: number; unanswered: number }>("tick");
    // The queue's delays are whole seconds.
    expect(at, "no tick is promised").toBeLessThan(dueAt + 1_000);
    expect(arrivals, "the promised tick was never sent").toContain(at);
    const lostAt = at + Math.min(maxGraceMs, graceMs * 2 ** unanswered);
    expect(alarmAt, "no alarm stands behind its tick").toBeLessThanOrEqual(Math.max(dueAt, lostAt));
    if (unanswered === 0) expect(alarmAt).toBeLessThan(dueAt + 1_000 + graceMs);
  }

  let jobsBefore = new Map<string, number>();
  function checkSlots() {
    const jobs = new Map<string, number>();
    for (const row of tasks.flatMap(({ row: one }) => one ?? [])) {
      const { session } = row;
      if (session !== null && slotsHeld(row) > 0) jobs.set(session, (jobs.get(session) ?? 0) + 1);
    }
    const states = new Map(
      rows<{ tag: string; body: string }>("session_states").map(({ tag, body }) => [
        tag,
        JSON.parse(body) as SessionState,
      ]),
    );
    for (const [tag, count] of jobs) {
      expect(count).toBeLessThanOrEqual(configuredSlots);
      const { learntSlots, learntAt } = states.get(tag) ?? { learntSlots: null, learntAt: 0 };
      if (learntSlots === null || count <= (jobsBefore.get(tag) ?? 0)) continue;
      const raised = Math.floor((Date.now() - learntAt) / raiseAfterMs);
      expect(count, `${tag} took more than it learnt`).toBeLessThanOrEqual(learntSlots + raised);
    }
    jobsBefore = jobs;
  }

  /** Every effect of a terminal task is in the outbox, or done. */
  async function checkRecords() {
    for (const { given, last, row } of tasks) {
      if (row === null || last?.live !== null) continue;
      const isOwed = rows<{ task: string; kind: string }>("outbox").some(
        (one) => one.task === given.id && one.kind === "record",
      );
      const record = await env.TASKS.get<TaskRecord>(taskKey(given.id), "json");
      if (!isOwed) expect(record).toMatchObject({ status: last.record.status, endedAt: last.record.endedAt });
    }
  }

  return { take, check, checkRecords };
}

let isQueueAway = false;
/** When the ticks arrive that the queue was given or refused, or that a caller got to send. */
const arrivals = new Set<number>();

/** Fails with the first random walk after a step of which an invariant does not hold. */
export async function walkAtRandom({ stage, isFast }: Setting): Promise<void> {
  // The clock stands still during a poll, so none is held.
  vi.spyOn(Views.prototype, "afterNews").mockImplementation(async (seen) => seen);
  const send = stage.queue.send.getMockImplementation();
  stage.queue.send.mockImplementation(async (body, options) => {
    arrivals.add(Date.now() + (options?.delaySeconds ?? 0) * 1_000);
    if (isQueueAway || send === undefined) throw new Error("The queue is away.");
    return send(body, options);
  });
  const property = fc.asyncProperty(walks, async (steps) => {
    isQueueAway = false;
    arrivals.clear();
    stage.queue.sent.length = 0;
    await walk(steps, { stage, isFast });
  });
  await fc.assert(property, { seed, numRuns });
}
