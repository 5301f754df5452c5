/** What the coordinator of the pool answers beside tasks: about the members, and the use of keys. */
import type { ConsumerConfig } from "#shared/config.ts";
import type { MemberState, PoolCalls } from "#shared/task/pool.ts";
import type { Batches } from "./batches/batches.ts";
import { afterCheck, slotsOf } from "./health.ts";
import type { Kept } from "./kept.ts";
import type { Moves } from "./moves.ts";
import { concurrencyOf, readSessions } from "./sessions.ts";

type Parts = Kept & {
  moves: Pick<Moves, "fillSlots">;
  batches: Pick<Batches, "cancelOf">;
  config: ConsumerConfig;
};

type Answers = { [K in keyof PoolCalls]: (given: PoolCalls[K]["given"], now: number) => PoolCalls[K]["answer"] };

export class Pool {
  readonly #parts: Parts;
  readonly #answers: Answers;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#answers = {
      members: (given, now) => this.#useMembers(given, now),
      states: (_, now) => this.#states(now),
      checked: (given, now) => this.#checked(given, now),
      key: (given, now) => this.#hold(given, now),
      uses: (ids, now) => Object.fromEntries(ids.map((id) => [id, parts.keyUses.use(id, now)])),
    };
  }

  answer<K extends keyof PoolCalls>(kind: K, given: PoolCalls[K]["given"], now: number): PoolCalls[K]["answer"] {
    return this.#answers[kind](given, now);
  }

  #useMembers(given: PoolCalls["members"]["given"], now: number): null {
    const { live, known, moves } = this.#parts;
    known.useMembers(given);
    known.deleteRemoved(new Set(live.idsBySession().keys()));
    // A new member takes tasks that wait.
    moves.fillSlots(now);
    return null;
  }

  #hold({ id, isDeleted, ...held }: PoolCalls["key"]["given"], now: number): null {
    const { keyUses, moves, batches } = this.#parts;
    keyUses.setLimits([id], held);
    if (isDeleted) batches.cancelOf(id, now);
    moves.fillSlots(now);
    return null;
  }

  #checked({ tag, ...check }: PoolCalls["checked"]["given"], now: number): null {
    const { known, moves } = this.#parts;
    // It may have been removed meanwhile.
    if (!known.members().has(tag)) return null;
    const before = known.state(tag);
    const after = afterCheck(before, check, now);
    if (after !== before) known.setState(tag, after);
    moves.fillSlots(now);
    return null;
  }

  #states(now: number): MemberState[] {
    const { live, config } = this.#parts;
    const tasks = live.idsBySession();
    return [...readSessions(this.#parts, concurrencyOf(config))].flatMap(([tag, load]) => {
      if (load.member === null || load.member.isRemoved) return [];
      const { state, jobs, configured } = load;
      return {
        ...{ tag, jobs, slots: slotsOf(state, configured, now), tasks: tasks.get(tag) ?? [] },
        outUntil: state.outUntil !== null && state.outUntil > now ? state.outUntil : null,
        refusal: state.reason && { error: state.reason, at: state.refusedAt },
      };
    });
  }
}
