/**
 * Step 1 of a submit: the checked body, the reference images it names or carries, and how the caller wants its answer.
 * Stores nothing but files that came with the request.
 */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { withDeployment } from "#api/http/address.ts";
import { readPath } from "#api/http/paths.ts";
import { type Checked, checkRequest } from "#api/request/check-request.ts";
import type { Counting } from "#api/request/counts.ts";
import { type Asked, countingOf, type Dialect, dialectOf } from "#api/request/dialect.ts";
import { refuseImages, refuseOtherImages } from "#api/request/image-fields.ts";
import { readComposition } from "#api/request/inputs/composition-body.ts";
import { checkCount } from "#api/request/inputs/input-source.ts";
import type { InputStage, RequestInput } from "#api/request/inputs/stage-inputs.ts";
import { refuseMask } from "#api/request/mask.ts";

/** The route, and whether it is an `/async` one, which never waits. */
export type SubmitRoute = Pick<Asked, "route" | "isAsync">;

export type Parsed = Checked & { inputs: RequestInput[]; dialect: Dialect; counting: Counting };

/** @throws AppError for the first fault. Staged files are the caller's to clear. */
export async function parseSubmit(c: Context<CallerEnv>, route: SubmitRoute, stage: InputStage): Promise<Parsed> {
  return route.route === "generations" ? parseText(c, route) : parseImages(c, route, stage);
}

/** Text to image: JSON without reference images. */
async function parseText(c: Context<CallerEnv>, route: SubmitRoute): Promise<Parsed> {
  const written = withDeployment(c, await c.req.json<Record<string, unknown>>());
  refuseImages(written);
  const checked = checkRequest(written);
  refuseMask(checked.body.mask);
  return { ...checked, inputs: [], ...readDialect(c, route, { body: checked.body, written }) };
}

/** Images to image: JSON or a form with 1 to 10 reference images. */
async function parseImages(c: Context<CallerEnv>, route: SubmitRoute, stage: InputStage): Promise<Parsed> {
  const { fields, inputs } = await readComposition(c.req.raw, stage);
  const written = withDeployment(c, fields);
  refuseOtherImages(written);
  const checked = checkRequest(written);
  refuseMask(checked.body.mask);
  checkCount(inputs.length);
  return { ...checked, inputs, ...readDialect(c, route, { body: checked.body, written }) };
}

/** @throws AppError for a wait or a stream that cannot be. */
function readDialect(
  c: Context<CallerEnv>,
  route: SubmitRoute,
  given: Pick<Asked, "body" | "written">,
): { dialect: Dialect; counting: Counting } {
  const asked = {
    ...route,
    base: readPath(new URL(c.req.url).pathname).base,
    prefer: c.req.header("prefer"),
    wait: c.req.query("wait"),
    isOpenAiClient: Object.keys(c.req.header()).some((name) => name.startsWith("x-stainless-")),
    ...given,
  };
  const dialect = dialectOf(asked);
  return { dialect, counting: countingOf(asked, dialect) };
}
