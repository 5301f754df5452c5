/**
 * The fault matrix for the paid call: whatever the cloud answers, once or for ever, and wherever the consumer is killed,
 * no call is charged twice, and the task ends with the right word.
 */
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/coordinator/coordinator.ts";
import { shortenTimeouts } from "#test/workers/support/fault-cells.ts";
import { aKey, call, coordinators, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

let stage: Stage;
let key: string;
beforeEach(() => {
  stage = setStage({ arkSeconds: 0 });
  key = aKey();
});

type Row = {
  /** How the task ends: `completed`, or the code of its error. */
  once: string;
  ever: string;
  /** Calls that were charged, of a task that ends so. */
  charged: [once: number, ever: number];
};
const row = (once: string, ever: string, charged: [number, number]): Row => ({ once, ever, charged });

const faults: Record<string, Row> = {
  "429-ipm": row("completed", "timeout", [1, 0]),
  "429-ipm-retry-after": row("completed", "timeout", [1, 0]),
  "429-rpm": row("completed", "timeout", [1, 0]),
  "429-overloaded": row("completed", "timeout", [1, 0]),
  "429-burst": row("completed", "timeout", [1, 0]),
  "429-burst-retry-after": row("completed", "timeout", [1, 0]),
  "429-inflight": row("completed", "timeout", [1, 0]),
  "429-quota": row("insufficient_credits", "insufficient_credits", [0, 0]),
  "429-capped": row("insufficient_credits", "insufficient_credits", [0, 0]),
  "400-parameter": row("invalid_value", "invalid_value", [0, 0]),
  "400-text-moderated": row("prompt_moderated", "prompt_moderated", [0, 0]),
  "400-input-moderated": row("input_moderated", "input_moderated", [0, 0]),
  "400-output-moderated": row("output_moderated", "output_moderated", [0, 0]),
  "400-detection-error": row("completed", "upstream_failed", [1, 0]),
  "401": row("key_refused", "key_refused", [0, 0]),
  "403-overdue": row("insufficient_credits", "insufficient_credits", [0, 0]),
  "403-not-open": row("model_not_available", "model_not_available", [0, 0]),
  "404-model": row("model_not_available", "model_not_available", [0, 0]),
  "500": row("upstream_failed", "upstream_failed", [0, 0]),
  "502-html": row("outcome_unknown", "outcome_unknown", [1, 1]),
  hang: row("outcome_unknown", "outcome_unknown", [1, 1]),
  "drop-before": row("outcome_unknown", "outcome_unknown", [0, 0]),
  "drop-after": row("outcome_unknown", "outcome_unknown", [1, 1]),
  "drop-body": row("outcome_unknown", "outcome_unknown", [1, 1]),
  unreadable: row("outcome_unknown", "outcome_unknown", [1, 1]),
  "link-403": row("completed", "upstream_failed", [1, 1]),
  "link-truncated": row("completed", "upstream_failed", [1, 1]),
  "link-slow": row("completed", "upstream_failed", [1, 1]),
};

/** `-retry-after` stands at the end of a marker, before `-once`. */
const markerOf = (fault: string, isOnce: boolean) => `ark:${fault}${isOnce ? "-once" : ""}`;
const cells = Object.entries(faults).flatMap(([fault, { once, ever, charged }]) => [
  { fault, times: "once", prompt: markerOf(fault, true), end: once, charged: charged[0] },
  { fault, times: "for ever", prompt: markerOf(fault, false), end: ever, charged: charged[1] },
]);

async function submitted(prompt: string): Promise<string> {
  const body = { prompt, model: "seedream-5.0-flash" };
  const answer = await call(submitPath, submitInit(key, body));
  return ((await answer.json()) as { id: string }).id;
}

/** The end of the task in one word, after the rules that always hold. */
async function endOf(id: string, wanted?: string): Promise<string> {
  if (wanted === "timeout") await waitInVain(id);
  const view = await stage.end(id, key);
  const charged = stage.paidCalls().filter(({ images }) => images > 0);
  // Each attempt has its own id; of one task at most one attempt is charged.
  expect(charged.length).toBeLessThanOrEqual(1);
  const ids = stage.paidCalls().map(({ clientRequestId }) => clientRequestId);
  expect(new Set(ids).size).toBe(ids.length);
  if (view.status === "completed") expect(view.data).toHaveLength(1);
  return view.status === "completed" ? "completed" : String(view.error_code);
}

/** Some attempts, and then the time a task may wait is over. */
async function waitInVain(id: string): Promise<void> {
  for (let moves = 0; moves < 12; moves += 1) {
    await stage.view(id, key);
    await stage.move();
  }
  stage.advance(25 * 3_600);
}

const chargedCalls = () => stage.paidCalls().filter(({ images }) => images > 0).length;

/** Makes the next write of what a paid call has seen fail: the consumer is gone before it is stored. */
async function killBeforeSeenIsStored(): Promise<void> {
  const [coordinator] = coordinators();
  if (coordinator === undefined) throw new Error("no coordinator yet");
  const prototype = await runInDurableObject(coordinator, (_instance, { storage }) => Object.getPrototypeOf(storage));
  const { put } = prototype;
  let isKilled = false;
  vi.spyOn(prototype, "put").mockImplementation(function (this: unknown, ...args: unknown[]) {
    const [name, seen] = args;
    if (!isKilled && name === "seen" && Array.isArray(seen) && seen.length > 0) {
      isKilled = true;
      return Promise.reject(new Error("killed"));
    }
    return put.apply(this, args);
  });
}

describe("a paid call", () => {
  it.each(cells)("$fault, $times: the task ends as $end", async ({ prompt, end, charged }) => {
    shortenTimeouts();
    const id = await submitted(prompt);
    expect(await endOf(id, end)).toBe(end);
    expect(chargedCalls()).toBe(charged);
  });

  it.each(cells)(
    "$fault, $times, with the consumer killed before it sends: the task ends as unknown",
    async ({ prompt }) => {
      shortenTimeouts();
      const id = await submitted(prompt);
      const [coordinator] = coordinators();
      // The order is handed out, and is not carried out.
      await coordinator?.begin({ calls: 45 });
      stage.queue.lose();
      expect(await endOf(id)).toBe("outcome_unknown");
      expect(stage.paidCalls()).toEqual([]);
    },
  );

  it.each(cells)(
    "$fault, $times, with the consumer killed after it sent: the task ends as unknown",
    async ({ prompt, charged }) => {
      shortenTimeouts();
      const id = await submitted(prompt);
      await killBeforeSeenIsStored();
      expect(await endOf(id)).toBe("outcome_unknown");
      expect(stage.calls("arkGenerate")).toBe(1);
      expect(chargedCalls()).toBeLessThanOrEqual(Math.max(1, charged));
    },
  );

  it.each(cells)(
    "$fault, $times, with the coordinator gone when it is reported: the task ends as $end",
    async ({ prompt, end, charged }) => {
      shortenTimeouts();
      const id = await submitted(prompt);
      vi.spyOn(Coordinator.prototype, "report").mockRejectedValueOnce(new Error("unreachable"));
      expect(await endOf(id, end)).toBe(end);
      expect(chargedCalls()).toBe(charged);
    },
  );
});
