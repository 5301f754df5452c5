/** Random walks through a coordinator whose tasks are looked after by ticks. */
import { expect, it } from "vitest";
import { walkAtRandom } from "#test/workers/support/coordinator-world.ts";
import { setStage } from "#test/workers/support/stage.ts";

it("every invariant holds after every step of a random walk", async () => {
  await expect(walkAtRandom({ stage: setStage(), isFast: false })).resolves.toBeUndefined();
}, 120_000);
