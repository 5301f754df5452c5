/**
 * The tasks of one owner that have not ended, as an index in memory: of each its phase, its session and when it is due.
 * The coordinator is the only writer of its rows, so the index follows every change. An index of the table would cost
 * a written row for each change of each of these columns.
 */
import { duePerRound } from "#consumer/limits.ts";
import { isTerminal, type Phase, slotsHeld, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import type { Due } from "./due.ts";
import type { KeyUses } from "./key-uses.ts";
import * as tables from "./tables.ts";

type Stored = { task: Task; due: Due | null };
type Live = { phase: Phase | "unreadable"; session: string | null; slots: number; due: Due | null };

const uncounted = { begun: () => {}, undone: () => {} };

export class LiveTasks {
  readonly sql: DurableObjectStorage["sql"];
  readonly #uses: Pick<KeyUses, "begun" | "undone">;
  /** By id, in order of arrival. Null: not read yet. */
  #index: Map<string, Live> | null = null;

  /** @param uses is told which tasks are under way. */
  constructor(sql: DurableObjectStorage["sql"], uses: Pick<KeyUses, "begun" | "undone"> = uncounted) {
    this.sql = sql;
    this.#uses = uses;
  }

  /** The rows have changed otherwise: the index is read again. */
  forget(): void {
    this.#index = null;
  }

  insert({ task, due }: Stored): void {
    tables.insertTask(this.sql, task, due);
    this.#uses.begun(task);
    this.#set(task, due);
  }

  update(before: Stored, after: Stored): void {
    tables.updateTask(this.sql, before, after);
    this.#set(after.task, after.due);
  }

  /** Of a task that never began. */
  delete(task: Task): void {
    tables.deleteTask(this.sql, task.id);
    this.#uses.undone(task);
    this.#all().delete(task.id);
  }

  /** The task as it is stored, live or ended; null when there is none. */
  read(id: string): Task | null {
    return tables.selectTask(this.sql, id);
  }

  /** Tasks that a tick has something to do for, or only the alarm; the longest due first. */
  due(by: "tick" | "alarm", moment: number): Task[] {
    const found: { id: string; at: number }[] = [];
    for (const [id, { due }] of this.#all()) {
      if (due !== null && due.byTick === (by === "tick") && due.at <= moment) found.push({ id, at: due.at });
    }
    found.sort((one, other) => one.at - other.at);
    return this.#read(found.slice(0, duePerRound).map(({ id }) => id));
  }

  /** When the next task is due, Unix milliseconds; null when none is. */
  firstDue(by: "tick" | "alarm"): number | null {
    let first: number | null = null;
    for (const { due } of this.#all().values()) {
      if (due !== null && due.byTick === (by === "tick") && (first === null || due.at < first)) first = due.at;
    }
    return first;
  }

  isEmpty(): boolean {
    return this.#all().size === 0;
  }

  hasParked(): boolean {
    for (const { phase } of this.#all().values()) if (phase === "parked") return true;
    return false;
  }

  /** Id of the first task; null when there is none. */
  first(): string | null {
    return this.#all().keys().next().value ?? null;
  }

  /** Id of the first task that waits for a slot; null when none does. */
  firstParked(): string | null {
    for (const [id, { phase }] of this.#all()) if (phase === "parked") return id;
    return null;
  }

  /** Ids of the tasks that wait for a slot, in order of arrival. */
  parkedIds(): string[] {
    return [...this.#all()].filter(([, { phase }]) => phase === "parked").map(([id]) => id);
  }

  /** Tasks that wait for a slot, in order of arrival. @param offset number of tasks to skip. */
  parked(limit: number, offset: number): Task[] {
    return this.#read(this.parkedIds().slice(offset, offset + limit));
  }

  /** The first tasks, in order of arrival. */
  firstTasks(limit: number): Task[] {
    return this.#read([...this.#all().keys()].slice(0, limit));
  }

  /** The tasks with such ids, in order of arrival. */
  tasks(has: (id: string) => boolean): Task[] {
    return this.#read([...this.#all().keys()].filter(has));
  }

  /** Slots of each session that are held: by its jobs, or by its paid calls. */
  slotsBySession(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { session, slots } of this.#all().values()) {
      if (session !== null && slots > 0) held.set(session, (held.get(session) ?? 0) + slots);
    }
    return held;
  }

  /** Ids of the tasks of each session, in order of arrival. */
  idsBySession(): Map<string, string[]> {
    const ids = new Map<string, string[]>();
    for (const [id, { session }] of this.#all()) {
      if (session !== null) ids.set(session, [...(ids.get(session) ?? []), id]);
    }
    return ids;
  }

  /** Slots of a session that tasks other than this one hold. */
  slotsOfOthers(session: string, exceptTask: string): number {
    const own = this.#all().get(exceptTask);
    const held = this.slotsBySession().get(session) ?? 0;
    return own?.session === session ? held - own.slots : held;
  }

  /** Number of jobs of a session that were submitted, or are being submitted, except that of one task. */
  countSent(session: string, exceptTask: string): number {
    let sent = 0;
    for (const [id, live] of this.#all()) {
      if (live.session === session && id !== exceptTask && isSent(live.phase)) sent += live.slots;
    }
    return sent;
  }

  /** Numbers of tasks without and with a session. */
  counts(): { waiting: number; running: number } {
    const counts = { waiting: 0, running: 0 };
    for (const { phase } of this.#all().values()) {
      if (phase !== "unreadable") counts[phase === "parked" ? "waiting" : "running"] += 1;
    }
    return counts;
  }

  #set(task: Task, due: Due | null): void {
    if (isTerminal(task)) this.#all().delete(task.id);
    else this.#all().set(task.id, { phase: task.phase, session: rowOf(task).session, slots: slotsHeld(task), due });
  }

  /** A task that cannot be read is set aside in its row, so the index is read again. */
  #read(ids: string[]): Task[] {
    const tasks = tables.selectTasks(this.sql, ids);
    if (tasks.length < ids.length) this.forget();
    return tasks;
  }

  #all(): Map<string, Live> {
    this.#index ??= this.#restored();
    return this.#index;
  }

  #restored(): Map<string, Live> {
    const rows = tables.selectLive(this.sql);
    // Only here the number of slots follows from more than the phase.
    const dispatched = rows.filter(({ phase }) => phase === "dispatched").map(({ id }) => id);
    const slotsOf = new Map(tables.selectTasks(this.sql, dispatched).map((task) => [task.id, slotsHeld(task)]));
    return new Map(
      rows.map(({ id, phase, session, dueAt, byTick }) => {
        const due = dueAt === null ? null : { at: dueAt, byTick: byTick === 1 };
        return [id, { phase, session, slots: slotsOf.get(id) ?? (holdsOneSlot(phase) ? 1 : 0), due }];
      }),
    );
  }
}

const holdsOneSlot = (phase: Live["phase"]): boolean =>
  phase === "ready" || phase === "uploading" || phase === "submitting" || phase === "running";

const isSent = (phase: Live["phase"]): boolean =>
  phase === "submitting" || phase === "running" || phase === "dispatched";
