/**
 * The tick, the only message of the queue: "look after this owner". It names no task and no step, and carries no secret,
 * no prompt and no decision. The owner's coordinator knows which orders are due, so that a tick that comes twice, late or
 * out of order is harmless. Pure.
 */
import * as z from "zod";

/** Earlier versions sent a message for each step of a task (`{ v: 1, owner, task, step }`); it counts as a tick. */
const tickSchema = z.object({ v: z.union([z.literal(1), z.literal(2)]), owner: z.string().min(1) });

export type Tick = { v: 2; owner: string };

export const tickOf = (owner: string): Tick => ({ v: 2, owner });

/** The owner that a message names; null when it is no tick. */
export const ownerOf = (message: unknown): Tick["owner"] | null => tickSchema.safeParse(message).data?.owner ?? null;
