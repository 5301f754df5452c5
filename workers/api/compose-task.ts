/**
 * From a request with reference images to a task under way: its fields checked, the images staged, the task made.
 * Shared by compositions and edits.
 */
import type { Context } from "hono";
import { AppError } from "../../shared/errors.ts";
import { ownUrl, withDeployment } from "./address.ts";
import { readDialect } from "./answer-submit.ts";
import type { CallerEnv } from "./caller.ts";
import { type Checked, checkRequest } from "./check-request.ts";
import { createTask, earlierTask, type Made, newTaskId, planTask } from "./create-task.ts";
import type { Dialect } from "./dialect.ts";
import type { Found } from "./find-task.ts";
import { readComposition } from "./inputs/composition-body.ts";
import { identitiesOf, openDesk } from "./inputs/desk.ts";
import { fetchLimits, type Outside } from "./inputs/fetch-input.ts";
import { checkCount, refuseMask } from "./inputs/forms.ts";
import { refuseOtherPictures } from "./picture-fields.ts";

/** @throws AppError: nothing is spent then, and nothing kept. */
export async function composeTask(
  c: Context<CallerEnv>,
  route: "compositions" | "edits",
): Promise<{ made: Made; dialect: Dialect }> {
  const { config, seal } = c.var;
  const taskId = newTaskId();
  const desk = openDesk(c.env.INPUTS, taskId);
  let isKnownUnmade = true;

  async function compose() {
    const { fields, arrivals } = await readComposition(c.req.raw, desk);
    const written = withDeployment(c, fields);
    const { body, inCallersWords } = checkFields(written);
    refuseMask(body.mask);
    checkCount(arrivals.length);
    const dialect = readDialect(c, route, { body, written });
    const plan = await planTask(c, taskId, body, await identitiesOf(arrivals, seal)).catch(inCallersWords);
    const answer = (found: Found) => ({ made: { plan, found, inputCount: arrivals.length }, dialect });
    const earlier = await earlierTask(c, plan);
    if (earlier !== null) {
      await desk.clear();
      return answer(earlier);
    }
    const inputs = await desk.bring(arrivals, outsideOf([new URL(c.req.url), ownUrl(c)], config, c.env.IMAGES));
    isKnownUnmade = false;
    const { kind, found } = await createTask(c, plan, inputs);
    if (kind === "existing") await desk.clear();
    return answer(found);
  }

  const composed = compose().catch(async (error) => {
    // When the coordinator's answer is lost, the task may be there all the same, and need them.
    if (isKnownUnmade || error instanceof AppError) await desk.clear();
    throw error;
  });
  // Comes to its end, and tidies up, also when the caller hangs up on the way.
  c.executionCtx.waitUntil(composed.catch(() => {}));
  return composed;
}

function checkFields(fields: Record<string, unknown>): Checked {
  refuseOtherPictures(fields);
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
      pictureBases: [
        ...selves.map((self) => new URL("/images", self)),
        ...(shown === undefined ? [] : [new URL(shown)]),
      ],
      exemptOrigin: exempt === undefined ? null : new URL(exempt).origin,
    },
    limits: fetchLimits,
  };
}
