/** Coordinators called directly, and coordinators whose calls fail. */
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { Coordinator as CoordinatorClass } from "#consumer/index.ts";
import { type Coordinator, coordinatorOf, type NewTask, type Order } from "#shared/task/coordinator.ts";

type Method = "create" | "begin" | "report" | "view" | "missed" | "remove";

type Failing = {
  /** How many calls fail. */
  fails: number;
  /** The number of the first one, from 1. */
  from?: number;
  /** Whether only the answer is lost, after the work was done. */
  after?: boolean;
  /** Only calls for this owner. */
  owner?: string;
};

type Named = { ctx: DurableObjectState };

/** Makes calls of one method fail: before the coordinator's work, or after it. */
export function aCoordinatorThat(method: Method, { fails, from = 1, after = false, owner }: Failing) {
  const whole = CoordinatorClass.prototype[method] as (...given: unknown[]) => Promise<unknown>;
  let calls = 0;
  return vi.spyOn(CoordinatorClass.prototype, method).mockImplementation(async function (
    this: CoordinatorClass,
    ...given: unknown[]
  ) {
    if (owner !== undefined && (this as unknown as Named).ctx.id.name !== owner)
      return whole.apply(this, given) as never;
    calls += 1;
    const isLost = calls >= from && calls < from + fails;
    if (isLost && !after) throw new Error("Network connection lost.");
    const answer = await whole.apply(this, given);
    if (isLost) throw new Error("Network connection lost.");
    return answer as never;
  });
}

let owners = 0;

export function aNewTask(changes: Partial<NewTask> = {}): NewTask {
  owners += 1;
  return {
    id: `imgtask_${String(owners).padStart(21, "0")}`,
    owner: `owner-${owners}`,
    submitId: crypto.randomUUID(),
    request: {
      model: "dreamina-4.5",
      prompt: "a lighthouse",
      negativePrompt: "",
      ratio: "1:1",
      resolution: "1k",
      sampleStrength: 0.5,
      intelligentRatio: false,
      count: null,
      asked: null,
      seed: 7,
      upstream: "dreamina",
      paid: null,
    },
    inputs: [],
    contents: `contents-${owners}`,
    resendsRefused: false,
    tags: ["tag-a"],
    sessions: [{ upstream: "dreamina", tag: "tag-a", sealed: "v1.sealed.a", label: "hk-…a" }],
    expiresAt: Date.now() + 30 * 24 * 60 * 60 * 1000,
    idempotency: null,
    ...changes,
  };
}

export const coordinator = (owner: string): Coordinator => coordinatorOf(env.COORDINATOR, owner);

type Run = (owner: string, orders: Order[], begunAt: number) => Promise<void>;

/**
 * Another coordinator on the same storage, with the fast path.
 * @param run stands for the consumer's Runner.
 */
export function aFastCoordinator(state: DurableObjectState, run: Run, settings: object = {}): CoordinatorClass {
  const given = { ...env, ...settings, FAST_PATH: "true" } as unknown as ConsumerEnv;
  const coordinator = new CoordinatorClass(state, given);
  const { storage, id } = state;
  return Object.defineProperty(coordinator, "ctx", { value: { storage, id, exports: { Runner: { run } } } });
}

/** A new coordinator, and tasks for it. */
export function anOwner() {
  const { owner } = aNewTask();
  return {
    owner,
    coordinator: coordinator(owner),
    stub: env.COORDINATOR.getByName(owner) as unknown as DurableObjectStub<CoordinatorClass>,
    aTask: (changes: Partial<NewTask> = {}) => aNewTask({ owner, ...changes }),
  };
}
