/** Random walks through a coordinator whose alarm also starts due orders. */
import { expect, it } from "vitest";
import { walkAtRandom } from "#test/workers/support/coordinator-world.ts";
import { setStage } from "#test/workers/support/stage.ts";

it("every invariant holds after every step of a random walk with the fast path", async () => {
  await expect(walkAtRandom({ stage: setStage(), isFast: true })).resolves.toBeUndefined();
}, 120_000);
