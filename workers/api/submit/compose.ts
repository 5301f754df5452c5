/**
 * From a request with reference images to a task under way: its fields checked, the images staged, the task made.
 * Shared by compositions and edits.
 */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { ownUrl, withDeployment } from "#api/http/address.ts";
import { type Checked, checkRequest } from "#api/request/check-request.ts";
import type { Dialect } from "#api/request/dialect.ts";
import { refuseOtherImages } from "#api/request/image-fields.ts";
import { readComposition } from "#api/request/inputs/composition-body.ts";
import { fetchLimits, type Outside } from "#api/request/inputs/fetch-input.ts";
import { checkCount, refuseMask } from "#api/request/inputs/input-source.ts";
import { identitiesOf, openDesk } from "#api/request/inputs/stage-inputs.ts";
import { AppError, TaskFailedError } from "#shared/errors.ts";
import { type Address, readDialect } from "./answer.ts";
import { createTasks, earlierTasks, type Made, madeOf, newTaskId, planTasks } from "./create.ts";

/** @throws AppError: nothing is spent then, and nothing kept. */
export async function composeTask(c: Context<CallerEnv>, address: Address): Promise<{ made: Made; dialect: Dialect }> {
  const { config, seal } = c.var;
  const taskId = newTaskId();
  const desk = openDesk(c.env.INPUTS, taskId);
  const desks = [desk];
  const clear = () => Promise.all(desks.map((one) => one.clear()));
  let isKnownUnmade = true;

  async function compose() {
    const { fields, arrivals } = await readComposition(c.req.raw, desk);
    const written = withDeployment(c, fields);
    const { body, inCallersWords } = checkFields(written);
    refuseMask(body.mask);
    checkCount(arrivals.length);
    const { dialect, counting } = readDialect(c, address, { body, written });
    const asked = { body, counting, inputs: await identitiesOf(arrivals, seal) };
    const plan = await planTasks(c, taskId, asked).catch(inCallersWords);
    const answer = (made: Made) => ({ made: { ...made, inputCount: arrivals.length }, dialect });
    const earlier = await earlierTasks(c, plan);
    if (earlier !== null) {
      await clear();
      return answer({ plan, found: earlier, isReplayed: true });
    }
    const outside = outsideOf([new URL(c.req.url), ownUrl(c)], config, c.env.IMAGES);
    const inputs = [await desk.bring(arrivals, outside)];
    for (const part of plan.parts.slice(1)) {
      const another = openDesk(c.env.INPUTS, part.taskId);
      desks.push(another);
      inputs.push(await another.copy(inputs[0] ?? []));
    }
    isKnownUnmade = false;
    const creations = await createTasks(c, plan, inputs);
    // A task that could not be created may be there all the same, and need its images; those after it are not.
    const unused = desks.filter((_, place) => creations[place]?.kind === "existing" || place > creations.length);
    await Promise.all(unused.map((one) => one.clear()));
    return answer(madeOf(plan, creations));
  }

  const composed = compose().catch(async (error) => {
    // When the coordinator's answer is lost, the task may be there all the same, and need them.
    const isRefused = error instanceof AppError && !(error instanceof TaskFailedError);
    if (isKnownUnmade || isRefused) await clear();
    throw error;
  });
  // Comes to its end, and tidies up, also when the caller hangs up on the way.
  c.executionCtx.waitUntil(composed.catch(() => {}));
  return composed;
}

function checkFields(fields: Record<string, unknown>): Checked {
  refuseOtherImages(fields);
  return checkRequest(fields);
}

type Addresses = { PUBLIC_IMAGE_BASE_URL?: string | undefined; UPSTREAM_ORIGIN?: string | undefined };

function outsideOf(selves: URL[], config: Addresses, images: R2Bucket): Outside {
  const shown = config.PUBLIC_IMAGE_BASE_URL;
  const exempt = config.UPSTREAM_ORIGIN;
  return {
    fetch: (url, init) => fetch(url, init),
    images,
    surroundings: {
      selves,
      imageBases: [...selves.map((self) => new URL("/images", self)), ...(shown === undefined ? [] : [new URL(shown)])],
      exemptOrigin: exempt === undefined ? null : new URL(exempt).origin,
    },
    limits: fetchLimits,
  };
}
