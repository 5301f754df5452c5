/** Repeated requests of a named key after SECRET_KEY was replaced. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { aNamedKey, toPool } from "#test/workers/support/admin.ts";
import { anImage, base64Of } from "#test/workers/support/compositions.ts";
import { aBody, aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

const replaced = { SECRET_KEY: "HwAeAR0CHAMbBBoFGQYYBxcIFgkVChQLEwwSDREOEA8", PREVIOUS_SECRET_KEY: env.SECRET_KEY };

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

it.each([
  ["a request", submitPath, aBody(), aBody({ prompt: "a pier" })],
  [
    "a request with a reference image",
    "/v1/images/compositions",
    aBody({ images: [base64Of(anImage(900, 3))] }),
    aBody({ images: [base64Of(anImage(900, 4))] }),
  ],
  ["a batch", "/v1/images/batches", { requests: [aBody()] }, { requests: [aBody(), aBody()] }],
])(
  "%s of a named key is recognised by its Idempotency-Key while the former SECRET_KEY is kept",
  async (_what, path, body, other) => {
    await toPool([aSession()]);
    const { key } = await aNamedKey();
    const send = (given: object, bindings: object = {}) =>
      call(path, submitInit(key, given, { "idempotency-key": "order 7" }), bindings);
    const first = await send(body);
    expect(first.ok).toBe(true);
    const { id } = await first.json<{ id: string }>();
    const made = stage.created().length;

    const again = await send(body, replaced);

    expect(again.status).toBe(first.status);
    expect(await again.json()).toMatchObject({ id });
    expect(stage.created()).toHaveLength(made);
    const conflict = await send(other, replaced);
    expect(await conflict.json()).toMatchObject({ error: { code: "idempotency_conflict" } });
  },
);
