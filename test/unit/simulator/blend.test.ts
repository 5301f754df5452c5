import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Simulator } from "#test/simulator/app.ts";
import {
  aDraft,
  aSubmit,
  blendOf,
  frozen,
  linksOf,
  recordAfter,
  recordOf,
  type SubmitOptions,
  send,
  setField,
  submitOk,
} from "./support.ts";
import { anImage, applied, sendBytes, uploaded } from "./upload-support.ts";

const blend = "component_list.0.abilities.blend";
const core = `${blend}.core_param`;

const uploadImages = (simulator: Simulator, count: number, where = {}) =>
  Promise.all(
    Array.from({ length: count }, async (_, index) =>
      uploaded(simulator, await anImage(simulator, `${index + 10}x20.png`), where),
    ),
  );

/** Submits a draft with two uploaded images, after `change`. */
async function submitChanged(change: (draft: object, uris: string[]) => void, options: SubmitOptions = {}) {
  const simulator = frozen();
  const inputs = await uploadImages(simulator, 2);
  const draft = aDraft({ ...options, inputs });
  change(draft, inputs);
  return { simulator, inputs, answer: await send(simulator, aSubmit(options, draft)) };
}

describe("a job with reference images", () => {
  test("a job with reference images has its own generate_type and keeps their order", async () => {
    const simulator = frozen();
    const [first = "", second = ""] = await uploadImages(simulator, 2);
    const submitId = "0b6f0c1e-1111-4aaa-9bbb-000000000001";
    const record = await recordAfter(simulator, { inputs: [second, first], submitId }, 14);
    expect(record).toMatchObject({ generate_type: 12, image_type: 2, status: 50, finished_image_count: 4 });
    expect(simulator.state().jobs[0]?.inputs.map(({ uri, width }) => [uri, width])).toEqual([
      [second, 11],
      [first, 10],
    ]);
  });

  test("a finished image holds the checksums of its reference images", async () => {
    const simulator = frozen();
    const inputs = await uploadImages(simulator, 2);
    const sums = await Promise.all(
      ["10x20.png", "11x20.png"].map(async (name) => crc32(await anImage(simulator, name))),
    );
    const [link = ""] = linksOf(await recordAfter(simulator, { inputs, resolution: "1k" }, 14));
    const png = Buffer.from(await (await simulator.fetch(link)).arrayBuffer()).toString("latin1");
    expect(png).toContain(`Comment\0inputs ${sums.map((sum) => sum.toString(16).padStart(8, "0")).join(" ")}`);
  });

  test("images from different reference images differ", async () => {
    const simulator = frozen();
    const [one = "", two = ""] = await uploadImages(simulator, 2);
    const bytes = [];
    for (const inputs of [[one], [two]]) {
      const [link = ""] = linksOf(await recordAfter(simulator, { inputs, resolution: "1k" }, 14));
      bytes.push(Buffer.from(await (await simulator.fetch(link)).arrayBuffer()).toString("base64"));
    }
    expect(bytes[0]).not.toBe(bytes[1]);
  });

  test("a draft may name all its reference images in one ability", async () => {
    const { simulator, inputs, answer } = await submitChanged((draft, uris) => {
      for (const [field, value] of Object.entries(blendOf([uris]))) setField(draft, `${blend}.${field}`, value);
    });
    expect(answer.ret).toBe("0");
    expect(simulator.state().jobs[0]?.inputs.map(({ uri }) => uri)).toEqual(inputs);
  });

  test.each([["####make it night"], ["make it night##"], ["make it night"]])(
    "the prompt of a job with reference images is stored without its markers: '%s'",
    async (prompt) => {
      const { simulator, answer } = await submitChanged(() => {}, { prompt });
      expect(answer.ret).toBe("0");
      expect(simulator.state().jobs[0]?.prompt).toBe("make it night");
    },
  );

  test.each([
    ["min_version 3.2.9", "min_version", "3.2.9"],
    ["min_version in blend", `${blend}.min_version`, "3.2.9"],
    ["no seed", `${core}.seed`, undefined],
    ["a ratio beside intelligent_ratio", `${core}.intelligent_ratio`, true],
    ["gen_type 12", "component_list.0.gen_type", 12],
    ["real sizes", `${blend}.ability_list.0.image_list.0.width`, 10],
  ])("a draft with reference images may have %s", async (_, path, value) => {
    expect((await submitChanged((draft) => setField(draft, path, value))).answer.ret).toBe("0");
  });

  test.each([
    ["no placeholders", `${blend}.prompt_placeholder_info_list`, []],
    ["a placeholder without an ability", `${blend}.prompt_placeholder_info_list.1.ability_index`, 2],
    ["another ability than byte_edit", `${blend}.ability_list.0.name`, "style"],
    ["another uri in image_list", `${blend}.ability_list.0.image_list.0.uri`, "tos-x/1"],
    ["no postedit_param", `${blend}.postedit_param`, undefined],
    ["no ratio", `${core}.image_ratio`, undefined],
    ["gen_type 1", "component_list.0.gen_type", 1],
    ["generate_type generate", "component_list.0.generate_type", "generate"],
    ["an unknown field", `${blend}.unified_edit_input`, {}],
  ])("a draft with reference images and %s is refused with 1000", async (_, path, value) => {
    expect((await submitChanged((draft) => setField(draft, path, value))).answer.ret).toBe("1000");
  });

  test("a draft with gen_option inside blend is refused with 3018", async () => {
    const { answer } = await submitChanged((draft) => setField(draft, `${blend}.gen_option`, { gen_count: 2 }));
    expect(answer.ret).toBe("3018");
  });

  test("a job with reference images obeys scenarios and the queue", async () => {
    const simulator = frozen();
    const inputs = await uploadImages(simulator, 1);
    const record = await recordAfter(simulator, { inputs, prompt: "##a fox sim:queued" }, 2);
    expect(record).toMatchObject({ status: 20, generate_type: 12, queue_info: { queue_status: 1 } });
  });
});

describe("an input", () => {
  const retOf = async (simulator: Simulator, inputs: string[], options: SubmitOptions = {}) =>
    (await send(simulator, aSubmit({ ...options, inputs }))).ret;

  test("an input that is unknown, only announced or not committed is refused with 3020", async () => {
    const simulator = frozen();
    const bytes = await anImage(simulator);
    const target = await applied(simulator, bytes.byteLength);
    expect(await retOf(simulator, [`tos-alisg-i-wopfjsm1ax-sg/${"0".repeat(32)}`])).toBe("3020");
    expect(await retOf(simulator, [target.uri])).toBe("3020");
    await sendBytes(simulator, target, bytes);
    expect(await retOf(simulator, [target.uri])).toBe("3020");
  });

  test("an input of another account is refused with 3020, one of another cluster with 1000", async () => {
    const simulator = frozen();
    const [other = ""] = await uploadImages(simulator, 1, { session: "demo-sg-2" });
    const [american = ""] = await uploadImages(simulator, 1, { cluster: "us" });
    expect(await retOf(simulator, [other])).toBe("3020");
    expect(await retOf(simulator, [american])).toBe("1000");
  });

  test.each([
    ["high_aes_general_v40l", "2k", 10],
    ["high_aes_general_v30l:general_v3.0_18b", "1k", 1],
    ["external_model_gemini_flash_image_v25", "1k", 3],
  ])("one input more than %s takes is refused with 1000", async (model, resolution, maxInputs) => {
    const simulator = frozen();
    const uris = await uploadImages(simulator, maxInputs + 1);
    expect(await retOf(simulator, uris, { model, resolution })).toBe("1000");
    expect(await retOf(simulator, uris.slice(0, maxInputs), { model, resolution })).toBe("0");
  });

  test("a job of a picky account with a reference image fails as moderated", async () => {
    const simulator = frozen();
    const session = "demo-sg-picky";
    const inputs = await uploadImages(simulator, 1, { session });
    const { submit_id } = await submitOk(simulator, { session, inputs });
    const plain = await submitOk(simulator, { session });
    simulator.moveClock({ advanceSeconds: 14 });
    expect(await recordOf(simulator, submit_id, { session })).toMatchObject({
      status: 30,
      task: { status: 10 },
      fail_code: "2039",
      fail_starling_key: "inputimagerisk",
    });
    expect((await recordOf(simulator, plain.submit_id, { session })).status).toBe(50);
  });
});
