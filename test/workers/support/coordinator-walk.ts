/** The steps of a random walk through a coordinator, drawn by fast-check: calls and their times. */
import fc from "fast-check";
import type { Order } from "#shared/task/coordinator.ts";
import type { Failure, Observation } from "#shared/task/events.ts";
import * as some from "#test/support/task.ts";

const examples = some.observations();
const poor = () =>
  some.aFailure({ verdict: "session", error: { code: "insufficient_credits", message: "No credits." } });
const risky = () => some.aFailure({ verdict: "session", error: { code: "risk_control", message: "Risk control." } });
const failure: fc.Arbitrary<Failure> = fc
  .constantFrom(some.aFailure, some.expired, some.full, some.busy, some.moderated, some.unreachable, poor, risky)
  .map((make) => make());

/** Every report of a consumer, whether it fits the task or not. */
const anything: fc.Arbitrary<Observation> = fc.oneof(
  fc.constantFrom<Observation>(
    ...[
      examples.absent,
      examples.continued,
      examples.cancelAsked,
      examples.abandoned,
      examples.accepted,
      examples.accepted,
      examples.uploaded,
    ],
    ...(["submit", "upload", "cancel", "continue", "recover"] as const).map((order) => ({ ...examples.unsent, order })),
  ),
  failure.chain((given) =>
    fc.constantFrom<Observation>(
      ...(["refused", "unsure", "failed", "unavailable", "notUploaded"] as const).map((kind) => ({
        kind,
        failure: given,
      })),
      { ...examples.notContinued, answered: given.verdict === "again", failure: given },
    ),
  ),
  fc.subarray([0, 1, 2, 3]).chain((places) => {
    const images = places.map((place) => some.aRemoteImage(place));
    return fc.constantFrom<Observation>(
      { ...examples.generating, images, planned: 8, fullBatches: images.length === 4 ? 1 : 0 },
      { ...examples.generated, images },
      { ...examples.stored, images: places.map((place) => some.aStoredImage(place)), missing: 4 - places.length },
    );
  }),
);

const polls: Observation["kind"][] = ["absent", "generating", "generated", "failed", "unavailable"];
const fitting: Record<Order["kind"], Observation["kind"][]> = {
  upload: ["uploaded", "notUploaded"],
  generate: ["made", "notMade", "answered", "callRefused", "callLost"],
  submit: ["accepted", "refused", "unsure"],
  recover: polls,
  poll: polls,
  store: ["stored"],
  continue: ["continued", "notContinued"],
  cancel: ["cancelAsked"],
};

/** The result of an order: the first of these that fits it, else `unsent`. */
export function outcomeOf(order: Order, drawn: Observation[]): Observation {
  const found = drawn.find(({ kind }) => fitting[order.kind].includes(kind));
  if (found?.kind === "uploaded" && order.kind === "upload") return { ...found, upload: some.anUpload(order.index) };
  return found ?? { kind: "unsent", order: order.kind };
}

export type Step =
  | { do: "create"; sessions: string[]; inputs: number; key: string | null; bodyHash: string }
  | { do: "create again" | "accept late" | "cancel"; which: number }
  | { do: "begin"; which: number; calls: number; times: number }
  /** Delivers a tick, reports the order of the task, and the follow-up orders. */
  | { do: "run"; which: number; seen: Observation[] }
  | { do: "report"; which: number; behind: number; seen: Observation }
  | { do: "alarm"; isInTime: boolean }
  | { do: "wait"; seconds: number }
  | { do: "queue"; isAway: boolean }
  /** Whatever the coordinator has in memory is lost. */
  | { do: "evict" };

/** The index of a task. */
const which = fc.nat({ max: 11 });
const behind = fc.constantFrom(0, 0, 0, 1, -1);
const one = <Name extends string>(name: Name) => fc.constant(name);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: one("create"),
      sessions: fc.subarray(["tag-a", "tag-b", "tag-c"], { minLength: 1 }),
      inputs: fc.constantFrom(0, 0, 1, 2),
      key: fc.constantFrom(null, null, "key"),
      bodyHash: fc.constantFrom("hash", "other hash"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("create again" as const, "accept late", "cancel"), which }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: one("begin"),
      which,
      calls: fc.constantFrom(0, 3, 45),
      times: fc.constantFrom(1, 1, 2),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ do: one("run"), which, seen: fc.array(anything, { minLength: 8, maxLength: 12 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: one("report"), which, behind, seen: anything }) },
  { weight: 3, arbitrary: fc.record({ do: one("alarm"), isInTime: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: one("wait"), seconds: fc.constantFrom(0, 1, 15, 46, 120, 1_800, 14_400) }),
  },
  { weight: 1, arbitrary: fc.record({ do: one("queue"), isAway: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: one("evict") }) },
);

export const walks = fc.array(step, { minLength: 20, maxLength: 60, size: "max" });
