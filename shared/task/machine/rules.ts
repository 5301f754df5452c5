/**
 * The terms of the machine: what a step takes and gives, and the form in which a phase declares its rules. Types only.
 */
import type { Command, Observation } from "#shared/task/events.ts";
import type { FollowUp } from "#shared/task/follow-up.ts";
import type { Live, Phase, Task } from "#shared/task/phases.ts";
import type { Deadlines, Policy } from "./policy.ts";

export type Input = Command | Observation;

/** The circumstances of an input. */
export type Moment = {
  /** Unix milliseconds. */
  now: number;
  /** A job that may be done is polled this many times less often than the policy says, by who waits for it. */
  paceFactor: number;
  /** When the first poll of such a job is worth it, seconds after its acceptance, by the jobs seen; null: unknown. */
  firstLookSeconds: number | null;
  /** Paid calls of the task that may be in the air together now, by the limits of its session. */
  maxCalls: number;
};

/** The next move. */
export type Decided =
  /** Nothing follows; what was seen is kept. */
  | "drop"
  /** A session took the task: its first wake-up is due. */
  | "assign"
  /** A consumer has the task until the lease ends. */
  | "begin"
  /** Upload a reference image now. */
  | "upload"
  /** Send paid calls now. */
  | "call"
  /** Wait for answers of paid calls. */
  | "wait"
  /** Submit it, first or again, after its reference images: no job runs. */
  | "submit"
  /** Find out whether an earlier submit arrived. */
  | "recover"
  | "poll"
  /** Request the remaining images now. */
  | "continue"
  /** Copy images now. */
  | "store"
  /** Mark it as cancelled by its caller; the upstream is told later. */
  | "cancel"
  | "complete"
  | "fail"
  /** Exclude this session for this task; the next free one takes over. */
  | "switch"
  /** Wait for a slot again: this session is full or cools down, and may take the task later. */
  | "park"
  /** Its wake-up was not answered: send it again; the first to arrive counts. */
  | "nudge";

/** The task after an input, the order that follows at once, and the move that was decided. */
export type Step = { task: Task; order: FollowUp | null; decided: Decided };

export type Around = Moment & { policy: Policy };

/**
 * What a phase makes of an input. `known`: the task with what was seen, to which the deadline applies; null for
 * commands. `next`: what follows in time.
 */
export type Reaction = { known: Live | null; next: Step };

/** @property leadsTo the phases that may follow before the deadline. `on` gives null when the input does not apply. */
type Rule<T extends Task, Seen extends Input> = {
  leadsTo: readonly Phase[];
  on(task: T, seen: Seen, around: Around): Reaction | null;
};

/** All about one phase. An input without a rule does not apply. */
export type PhaseRules<T extends Task> = {
  sees: { [Kind in Input["kind"]]?: Rule<T, Extract<Input, { kind: Kind }>> };
  deadline: {
    /** In words, for the table of phases. */
    says: string;
    leadsTo: readonly Phase[];
    /** Unix milliseconds. */
    of(task: T, policy: Deadlines): number;
  };
};
