/** Reads a task from its row, of this version or an earlier one. Pure. */
import * as z from "zod";
import { phaseSchemas } from "./phases.ts";

/** Fields by the names under which earlier versions stored them. */
export const earlierNames = {
  tried: "excludedSessions",
  unsureSince: "submitUnconfirmedSince",
  setback: "lookFailures",
  copyTries: "copyAttempts",
  trouble: "blockedBy",
} as const;

/** Lifts a row of any version: present names, and the facts that rows of earlier versions may lack. */
function lifted(row: unknown): unknown {
  if (typeof row !== "object" || row === null) return row;
  const names: Record<string, string> = earlierNames;
  const facts = Object.fromEntries(Object.entries(row).map(([name, value]) => [names[name] ?? name, value]));
  const { phase, phaseSince, wakeAt } = facts;
  if (phase === "uploading") return { ...facts, uploadingSince: facts.uploadingSince ?? wakeAt };
  if (phase !== "running" && phase !== "storing") return facts;
  return { ...facts, acceptedAt: facts.acceptedAt ?? phaseSince, expected: facts.expected ?? 0 };
}

/** One row of the coordinator, read as the task of its phase. */
export const taskSchema = z.preprocess(
  lifted,
  z.discriminatedUnion("phase", [
    phaseSchemas.parked,
    phaseSchemas.ready,
    phaseSchemas.uploading,
    phaseSchemas.dispatched,
    phaseSchemas.submitting,
    phaseSchemas.running,
    phaseSchemas.storing,
    phaseSchemas.completed,
    phaseSchemas.failed,
    phaseSchemas.cancelled,
  ]),
);
