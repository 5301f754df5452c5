/** When a job is done although the upstream never says so, and how many images are bought. */
import { expect, it } from "vitest";
import { anImage, base64Of, composition, sendJson } from "#test/workers/support/compositions.ts";
import { setStage } from "#test/workers/support/stage.ts";

const references = (count: number) => Array.from({ length: count }, (_, seed) => base64Of(anImage(1_000, seed)));

it.each([
  [4, 1],
  [5, 4],
  [3, 2],
])(
  "a job of %i reference images and n %i that stands still is completed with that many images, all paid for and none more",
  async (inputs, n) => {
    const stage = setStage({ stallsAfter: 4 });
    const body = composition({ prompt: "a lighthouse sim:stands-still", images: references(inputs), n });
    const { id } = (await (await sendJson(stage, body)).json()) as { id: string };
    const begun = Date.now();

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(view.images).toHaveLength(n);
    expect(stage.jobs()).toMatchObject([{ continues: 0, charged: n }]);
    expect(Date.now() - begun).toBeLessThan(2 * 60_000);
  },
);

it("a job of more reference images than images that ends is not partial", async () => {
  const stage = setStage();
  const answer = await sendJson(stage, composition({ images: references(3), n: 2 }));
  const { id } = (await answer.json()) as { id: string };
  expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
});
