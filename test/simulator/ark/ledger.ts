// The accepted calls of Ark. A call is charged when it is accepted: also when the client hangs up, or its answer is lost.

import { randomUUID } from "node:crypto";
import type { Size } from "#test/simulator/models.ts";
import type { ArkCloud } from "./clouds.ts";
import type { ArkFormat } from "./models.ts";

/**
 * `running` until the answer is sent, then `answered`. `abandoned`: the client hung up before. `lost`: a fault or a
 * restart lost the answer. `refused`: the images were refused when they were done; nothing is charged.
 */
export type ArkEnd = "running" | "answered" | "abandoned" | "lost" | "refused";

/** Names of image faults; part of saved states. */
export type ArkPictureFault = { name: "link-403" | "link-truncated" | "link-slow"; isOnce: boolean };

export type ArkCall = {
  id: string;
  key: string;
  cloud: ArkCloud;
  /** The dated id, also for a call by alias or endpoint. */
  model: string;
  prompt: string;
  clientRequestId: string | null;
  /** Real Unix milliseconds. */
  acceptedAtMs: number;
  /** Simulated Unix milliseconds of start and end of the work. */
  startsAtMs: number;
  endsAtMs: number;
  /** Images that were asked for, and those that are charged. */
  planned: number;
  charged: number;
  inputs: { crc32: string; width: number; height: number; format: string }[];
  watermarked: boolean;
  size: Size;
  format: ArkFormat;
  isTransparent: boolean;
  pictureFaults: ArkPictureFault[];
  outcome: ArkEnd;
  /** 32 hex digits in the links of the call. */
  hex: string;
};

export type ArkLedger = {
  add(call: Omit<ArkCall, "outcome" | "hex">): ArkCall;
  all(): ArkCall[];
  byHex(hex: string): ArkCall | undefined;
  /** Calls whose work has not ended, also those whose client hung up. */
  inFlight(key?: string): number;
  maxInFlight(): number;
  clear(): void;
};

export function createArkLedger(nowMs: () => number, saved: ArkCall[] = []): ArkLedger {
  let calls = saved.map((call): ArkCall => (call.outcome === "running" ? { ...call, outcome: "lost" } : call));
  let most = 0;
  const inFlight = (key?: string) =>
    calls.filter((call) => call.endsAtMs > nowMs() && (key === undefined || call.key === key)).length;
  return {
    add(fields) {
      const call: ArkCall = { ...fields, outcome: "running", hex: randomUUID().replaceAll("-", "") };
      calls.push(call);
      // A call without duration is in flight only now.
      most = Math.max(most, inFlight() + (call.endsAtMs > nowMs() ? 0 : 1));
      return call;
    },
    all: () => calls,
    byHex: (hex) => calls.find((call) => call.hex === hex),
    inFlight,
    maxInFlight: () => most,
    clear() {
      calls = [];
      most = 0;
    },
  };
}
