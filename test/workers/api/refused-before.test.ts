/** A prompt that the upstream's content rules refused is not sent again within a day, unless its caller wants that. */
import { beforeEach, describe, expect, it } from "vitest";
import { anImage, base64Of, composition, sendJson, stagedKeys } from "#test/workers/support/compositions.ts";
import { aBody, aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

const refused = { prompt: "something forbidden sim:input-moderated" };
const hourSeconds = 60 * 60;

let stage: Stage;
beforeEach(async () => {
  stage = setStage();
  expect(await stage.end(await stage.task(refused))).toMatchObject({
    status: "failed",
    error_code: "prompt_moderated",
  });
});

async function expectRefusal(answer: Response): Promise<void> {
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { code: "prompt_moderated", param: "prompt", message: expect.stringContaining("resend_refused") },
  });
}

describe("a refused prompt", () => {
  it("it is refused here when it comes again within a day, and nothing is submitted", async () => {
    stage.advance(23 * hourSeconds);
    await expectRefusal(await stage.submit({ ...refused, ratio: "16:9" }));
    expect(stage.calls("submit")).toBe(1);
  });

  it("it is submitted again after a day", async () => {
    stage.advance(25 * hourSeconds);
    expect((await stage.submit(refused)).status).toBe(200);
  });

  it("it is submitted again when its caller says so", async () => {
    const id = await stage.task({ ...refused, resend_refused: true });
    await stage.end(id);
    expect(stage.calls("submit")).toBe(2);
  });

  it("it concerns only its caller: the same prompt of other sessions is submitted", async () => {
    expect((await call(submitPath, submitInit(aSession(), aBody(refused)))).status).toBe(200);
  });

  it("another prompt, and the same one with a reference image, is submitted", async () => {
    expect((await stage.submit({ prompt: "something else" })).status).toBe(200);
    const answer = await sendJson(stage, composition({ ...refused, images: [base64Of(anImage())] }));
    expect(answer.status).toBe(200);
  });

  it("its reference images are not kept when it is refused here", async () => {
    const again = composition({ ...refused, images: [base64Of(anImage())] });
    await stage.end(((await (await sendJson(stage, again)).json()) as { id: string }).id);
    await expectRefusal(await sendJson(stage, again));
    expect(await stagedKeys()).toEqual([]);
  });
});

it("a failure for any other reason is not remembered", async () => {
  const other = { prompt: "a lighthouse sim:failed" };
  await stage.end(await stage.task(other));
  expect((await stage.submit(other)).status).toBe(200);
});
