/**
 * More than a thousand requests that no client should send, drawn at random, to every route. Whatever is wrong with
 * them, the answer says so: no fault of the server, nothing asked of Dreamina, nothing stored. What fails is printed
 * with its seed, cut down to the least that fails.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { errorCodes, errorKind } from "#shared/errors.ts";
import { brokenForms, goodForm } from "#test/workers/support/bad-forms.ts";
import * as drawn from "#test/workers/support/bad-requests.ts";
import { anImage, compositionsPath } from "#test/workers/support/compositions.ts";
import { call, type Stage, setStage, storing, submitPath } from "#test/workers/support/stage.ts";

const seed = 20_261_122;

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

type Bad = drawn.Bad;
type Allowed = (answer: Response) => boolean;
const isRefused: Allowed = ({ status }) => status >= 400;

/** Sends this many of them, and checks every answer and everything that could have been stored. */
async function sendAll(bad: fc.Arbitrary<Bad>, runs: number, allowed = isRefused) {
  const before = await stored();
  const property = fc.asyncProperty(bad, async (request) => {
    await expectRefusal(await send(request), request.method ?? "GET", allowed);
    expect(stage.fetched).not.toHaveBeenCalled();
  });
  await fc.assert(property, { seed, numRuns: runs });
  expect(await stored()).toEqual(before);
}

const send = ({ path, ...init }: Bad): Promise<Response> => call(path, init);

async function expectRefusal(answer: Response, method: string, allowed: Allowed) {
  const text = new TextDecoder().decode(await answer.arrayBuffer());
  expect(answer.status, text).toBeLessThan(500);
  expect(allowed(answer), `${answer.status} ${text}`).toBe(true);
  expect(answer.headers.get("x-request-id")).toMatch(/^[\w=-]{1,255}$/);
  if (answer.status < 400 || method === "HEAD") return;
  const { error } = JSON.parse(text) as { error: Record<string, unknown> };
  expect(Object.keys(error)).toEqual(["message", "type", "param", "code", "hint", "retryable", "docs"]);
  const code = errorCodes.find((known) => known === error.code);
  expect(code === undefined ? error.code : errorKind(code).status).toBe(answer.status);
  expect(text.length).toBeLessThan(2_000);
  expect(text).not.toContain(drawn.sessionId);
}

async function stored(): Promise<Record<string, number>> {
  const { keys } = await env.TASKS.list();
  const images = (await env.IMAGES.list()).objects.length;
  const inputs = (await env.INPUTS.list()).objects.length;
  return {
    records: keys.length,
    images,
    inputs,
    coordinators: (await storing()).length,
    ticks: stage.queue.sent.length,
  };
}

describe("the valid requests that the bad ones are made from", () => {
  it.each([submitPath, compositionsPath])(
    "the request that the bad ones are made from is itself accepted: %s",
    async (path) => {
      const answer = await send(drawn.asJson(path, JSON.stringify(drawn.goodBody(path))));
      expect(answer.status).toBe(200);
    },
  );

  it("the form that the bad ones are made from is itself accepted", async () => {
    const answer = await send(goodForm);
    expect(answer.status, await answer.text()).toBe(200);
  });
});

describe("a body", () => {
  it("a body that is no JSON object is refused", () => sendAll(drawn.brokenBodies, 150));

  it("a body with a field that does not fit is refused", () => sendAll(drawn.faultyFields, 200));

  it("a body with a field twice is read with the last one", () => sendAll(drawn.repeatedFields, 30));

  it("a body with a broken reference image is refused, and the other images are removed", () =>
    sendAll(drawn.badInputs, 120));

  it("a broken form is refused", () => sendAll(brokenForms, 200));
});

describe("a header", () => {
  it("an Authorization header without usable sessions is refused by every route that needs them", () =>
    sendAll(drawn.badCredentials, 150, ({ status }) => status === 401));

  it("a Content-Type or Idempotency-Key that does not fit is refused", () => sendAll(drawn.badHeaders, 120));

  it("a header that only states a preference does no harm", async () => {
    const key = `${drawn.storedTask}/0`;
    await env.IMAGES.put(key, anImage(100), { httpMetadata: { contentType: "image/png" } });

    await sendAll(drawn.oddWishes, 250, () => true);
  });
});

describe("an address", () => {
  it("an address that leads nowhere is refused", () => sendAll(drawn.deadAddresses, 250));

  it("a method that an address does not have is refused, and the answer lists those it has", () =>
    sendAll(drawn.wrongMethods, 80, ({ status, headers }) => {
      return status === 405 && /GET|POST/.test(headers.get("allow") ?? "");
    }));
});
