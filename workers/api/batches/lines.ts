/** The requests of a batch on their way through the API: as they were read, and as they were checked. Types only. */
import type { InputSource } from "#api/request/inputs/input-source.ts";
import type { TaskRequest } from "#shared/task/request.ts";
import type { Credential } from "#shared/upstreams/index.ts";

/** `value` is undefined where the line is not JSON. */
export type Line = { line: number; value: unknown };

export type BatchFields = { lines: Line[]; metadata: unknown };

export type CheckedLine = {
  line: number;
  customId: string;
  request: TaskRequest;
  inputs: InputSource[];
  /** The credentials that can run it. */
  able: Credential[];
  estimatedCredits: number | null;
  /** Bytes of all its reference images; null: no limit together. */
  maxInputBytes: number | null;
  resendsRefused: boolean;
};
