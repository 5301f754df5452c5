/**
 * A submit from request to answer: parse → plan → create → announce → answer. Text to image, images to image and
 * the `/async` routes differ only in what `parse` reads.
 */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import type { Dialect } from "#api/request/dialect.ts";
import { fetchContext } from "#api/request/inputs/fetch-context.ts";
import { identitiesOf } from "#api/request/inputs/stage-inputs.ts";
import { AppError, TaskFailedError } from "#shared/errors.ts";
import { announce } from "./announce.ts";
import { answerSubmit } from "./answer.ts";
import { type Creation, createTasks } from "./create.ts";
import { refuseTooLarge } from "./input-bytes.ts";
import { parseSubmit, type SubmitRoute } from "./parse.ts";
import { earlierTasks, newTaskId, planTasks } from "./plan.ts";
import { openStages } from "./stages.ts";
import { queuedTask, resultOf, type SubmitResult } from "./task-answer.ts";

type TaskContext = Context<CallerEnv>;

/** The answer in the caller's dialect. @throws AppError: then nothing was spent, and nothing is kept. */
export async function submit(c: TaskContext, route: SubmitRoute["route"]): Promise<Response> {
  const { result, dialect } = await runToEnd(c, { route, isAsync: false });
  return answerSubmit(c, result, dialect);
}

/** As `submit`, for the `/async` routes: always the task. */
export async function submitAsync(c: TaskContext, route: SubmitRoute["route"]) {
  const { result } = await runToEnd(c, { route, isAsync: true });
  return c.json(queuedTask(c, result), 202);
}

type Submitted = { result: SubmitResult; dialect: Dialect };

/** Finishes, and removes what it staged, also when the caller disconnects. */
function runToEnd(c: TaskContext, route: SubmitRoute): Promise<Submitted> {
  const running = run(c, route);
  c.executionCtx.waitUntil(running.catch(() => {}));
  return running;
}

async function run(c: TaskContext, route: SubmitRoute): Promise<Submitted> {
  const taskId = newTaskId();
  const stages = openStages(c.env.INPUTS, taskId);
  let mayExist = false;
  try {
    const parsed = await parseSubmit(c, route, stages.first);
    const { inputs, dialect } = parsed;
    const inputCount = route.route === "generations" ? undefined : inputs.length;
    const plan = await planTasks(c, taskId, parsed, (seal) => identitiesOf(inputs, seal)).catch(
      parsed.rethrowWithCallerNames,
    );
    const earlier = inputs.length === 0 ? null : await earlierTasks(c, plan);
    if (earlier !== null) {
      await stages.clear();
      return { result: { plan, found: earlier, isReplayed: true, inputCount }, dialect };
    }
    const outside = fetchContext([new URL(c.req.url), ownUrl(c)], c.var.config, c.env.IMAGES);
    const staged = await stages.fill(
      inputs,
      plan.parts.map((part) => part.taskId),
      outside,
    );
    refuseTooLarge(staged[0] ?? [], { maxInputBytes: plan.maxInputBytes, request: plan.parts[0]?.request });
    mayExist = true;
    const creations: Creation[] = [];
    for await (const creation of createTasks(c, plan, staged)) {
      creations.push(creation);
      await announce(c.env, creation);
    }
    await stages.clearUnused(creations);
    return { result: { ...resultOf(plan, creations), inputCount }, dialect };
  } catch (error) {
    // After a lost answer of the coordinator the task may exist, and needs its reference images.
    const isRefused = error instanceof AppError && !(error instanceof TaskFailedError);
    if (!mayExist || isRefused) await stages.clear();
    throw error;
  }
}
