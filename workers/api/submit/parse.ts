/**
 * Step 1 of a submit: the checked body, the reference images it names or carries, and how the caller wants its answer.
 * Stores only the files that came with the request.
 */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { withDeployment } from "#api/http/address.ts";
import { readPath } from "#api/http/paths.ts";
import { type Checked, checkRequest } from "#api/request/check-request.ts";
import type { Counting } from "#api/request/counts.ts";
import { countingOf, type Dialect, type DialectRequest, dialectOf } from "#api/request/dialect.ts";
import { refuseImages, refuseOtherImages } from "#api/request/image-fields.ts";
import { readComposition } from "#api/request/inputs/composition-body.ts";
import { checkCount } from "#api/request/inputs/input-source.ts";
import type { InputStage, RequestInput } from "#api/request/inputs/stage-inputs.ts";
import { refuseMask } from "#api/request/mask.ts";

/** The route, and whether it is an `/async` one, which never waits. */
export type SubmitRoute = Pick<DialectRequest, "route" | "isAsync">;

export type Parsed = Checked & { inputs: RequestInput[]; dialect: Dialect; counting: Counting };

/** @throws AppError for the first fault. The caller must clear the stage. */
export async function parseSubmit(c: Context<CallerEnv>, route: SubmitRoute, stage: InputStage): Promise<Parsed> {
  return route.route === "generations" ? parseText(c, route) : parseImages(c, route, stage);
}

/** Text to image: JSON without reference images. */
async function parseText(c: Context<CallerEnv>, route: SubmitRoute): Promise<Parsed> {
  const rawBody = withDeployment(c, await c.req.json<Record<string, unknown>>());
  refuseImages(rawBody);
  const checked = checkRequest(rawBody);
  refuseMask(checked.body.mask);
  return { ...checked, inputs: [], ...readDialect(c, route, { body: checked.body, rawBody }) };
}

/** Images to image: JSON or a form with 1 to 10 reference images. */
async function parseImages(c: Context<CallerEnv>, route: SubmitRoute, stage: InputStage): Promise<Parsed> {
  const { fields, inputs } = await readComposition(c.req.raw, stage);
  const rawBody = withDeployment(c, fields);
  refuseOtherImages(rawBody);
  const checked = checkRequest(rawBody);
  refuseMask(checked.body.mask);
  checkCount(inputs.length);
  return { ...checked, inputs, ...readDialect(c, route, { body: checked.body, rawBody }) };
}

/** @throws AppError for an invalid `wait`, or a stream at an `/async` route. */
function readDialect(
  c: Context<CallerEnv>,
  route: SubmitRoute,
  bodies: Pick<DialectRequest, "body" | "rawBody">,
): { dialect: Dialect; counting: Counting } {
  const request = {
    ...route,
    base: readPath(new URL(c.req.url).pathname).base,
    prefer: c.req.header("prefer"),
    wait: c.req.query("wait"),
    isOpenAiClient: Object.keys(c.req.header()).some((name) => name.startsWith("x-stainless-")),
    ...bodies,
  };
  const dialect = dialectOf(request);
  return { dialect, counting: countingOf(request, dialect) };
}
