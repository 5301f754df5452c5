import { describe, expect, test } from "vitest";
import { aDraft, aSubmit, frozen, type JobRecord, type SubmitOptions, send, setField, submitOk } from "./support.ts";

const main = "component_list.0";
const abilities = `${main}.abilities`;
const core = `${abilities}.generate.core_param`;
const genOption = { type: "", id: "0b6f0c1e-1111-4aaa-9bbb-000000000002", generate_all: false };

const badDrafts: [what: string, ret: string, path: string, value: unknown][] = [
  ["an unknown field at the top", "1000", "extra", 1],
  ["an unknown field in core_param", "1000", `${core}.ratio`, 1],
  ["no version", "1000", "version", undefined],
  ["no metadata", "1000", `${main}.metadata`, undefined],
  ["an empty prompt", "1000", `${core}.prompt`, " "],
  ["another main component", "1000", "main_component_id", genOption.id],
  ["another model than root_model", "1000", `${core}.model`, "high_aes_general_v40"],
  ["a sample strength above 1", "1000", `${core}.sample_strength`, 1.5],
  ["a seed as text", "1000", `${core}.seed`, "1"],
  ["ratio code 0", "1000", `${core}.image_ratio`, 0],
  ["ratio code 103", "1000", `${core}.image_ratio`, 103],
  ["no ratio", "1000", `${core}.image_ratio`, undefined],
  ["a ratio beside intelligent_ratio", "1000", `${core}.intelligent_ratio`, true],
  ["an unknown resolution", "1000", `${core}.large_image_info.resolution_type`, "8k"],
  ["gen_count 9", "1000", `${abilities}.gen_option.gen_count`, 9],
  ["gen_count in core_param", "3018", `${core}.gen_count`, 2],
  ["gen_option inside generate", "3018", `${abilities}.generate.gen_option`, genOption],
];

const badBodies: [what: string, ret: string, path: string, value: unknown][] = [
  ["an unknown field", "1000", "extra", 1],
  ["no submit_id", "1000", "submit_id", undefined],
  ["a submit_id that is not a uuid", "1000", "submit_id", "1"],
  ["no http_common_info", "1000", "http_common_info", undefined],
  ["another cluster's aid", "1000", "http_common_info.aid", 513695],
  ["no workspace_id", "1000", "extend.workspace_id", undefined],
  ["telemetry that is not JSON", "1000", "metrics_extra", "x"],
  ["a draft that is an object", "1002", "draft_content", {}],
  ["a draft that is not JSON", "1002", "draft_content", "{"],
];

const badModels: [what: string, options: SubmitOptions][] = [
  ["an unknown model", { model: "high_aes_general_v45" }],
  ["a model the cluster does not have", { cluster: "us", model: "high_aes_general_v43" }],
  ["a resolution the model does not make", { model: "high_aes_general_v50", resolution: "1k" }],
  ["a count the model does not make", { model: "high_aes_general_v50p_large", count: 5 }],
];

describe("a submit", () => {
  test.each(badDrafts)("a submit whose draft has %s is refused with %s", async (_, ret, path, value) => {
    const draft = aDraft();
    setField(draft, path, value);
    expect((await send(frozen(), aSubmit({}, draft))).ret).toBe(ret);
  });

  test.each(badBodies)("a submit with %s is refused with %s", async (_, ret, path, value) => {
    const parts = aSubmit();
    setField(parts.body, path, value);
    expect((await send(frozen(), parts)).ret).toBe(ret);
  });

  test.each(badModels)("a submit for %s is refused with 1000", async (_, options) => {
    expect((await send(frozen(), aSubmit(options))).ret).toBe("1000");
  });

  test("a submit without workspace_id is accepted on CN", async () => {
    const parts = aSubmit({ cluster: "cn" });
    setField(parts.body, "extend.workspace_id", undefined);
    expect((await send(frozen(), parts)).ret).toBe("0");
  });

  test("a submit may leave the ratio to a model with intelligent_ratio", async () => {
    const draft = aDraft();
    setField(draft, `${core}.intelligent_ratio`, true);
    setField(draft, `${core}.image_ratio`, undefined);
    expect((await send(frozen(), aSubmit({}, draft))).ret).toBe("0");
  });

  test("the answer to a submit is a record whose ids are digits", async () => {
    const simulator = frozen();
    const parts = aSubmit({ prompt: "a hare" });
    const { data } = await send<{ aigc_data: JobRecord }>(simulator, parts);
    const record = data.aigc_data;
    expect(record).toMatchObject({
      generate_type: 1,
      status: 20,
      submit_id: parts.body.submit_id,
      history_group_key: "a hare",
      draft_content: parts.body.draft_content,
      item_list: [],
      fail_code: "",
      model_info: { model_req_key: "high_aes_general_v40l" },
      forecast_generate_cost: 23,
      forecast_queue_cost: 0,
      queue_info: { queue_idx: 0, queue_status: 2 },
      task: { status: 20, finish_time: 0 },
    });
    expect(record.history_record_id).toMatch(/^\d{13,14}$/);
    expect(record.task.task_id).toBe(record.history_record_id);
    expect(record.task.history_id).toBe(record.history_record_id);
  });

  test("every fourth submit is answered with status 42", async () => {
    const simulator = frozen();
    const seen = [];
    for (let n = 0; n < 4; n += 1) seen.push((await submitOk(simulator)).status);
    expect(seen).toEqual([20, 20, 20, 42]);
  });

  test("a submit with a used submit_id starts and charges a second job", async () => {
    const simulator = frozen();
    const submitId = "0b6f0c1e-1111-4aaa-9bbb-000000000001";
    const first = await submitOk(simulator, { submitId });
    const second = await submitOk(simulator, { submitId });
    expect(second.history_record_id).not.toBe(first.history_record_id);
    expect(simulator.state().accounts[0]?.credits).toBe(992);
  });

  test("a submit beyond the account's concurrency is refused with 1310 until a job ends", async () => {
    const simulator = frozen({ defaultConcurrency: 2 });
    await submitOk(simulator);
    await submitOk(simulator);
    const refused = await send(simulator, aSubmit());
    expect(refused).toMatchObject({ ret: "1310", data: { fail_starling_key: "exceed_model_parallel_max" } });
    simulator.moveClock({ advanceSeconds: 14 });
    await submitOk(simulator);
    expect(simulator.state().accounts[0]).toMatchObject({ running: 1, maxConcurrent: 2 });
  });

  test("a submit that costs more than the balance is refused with 1006", async () => {
    const simulator = frozen({ defaultCredits: 3 });
    const refused = await send(simulator, aSubmit());
    expect(refused).toMatchObject({
      ret: "1006",
      data: {
        aigc_data: null,
        fail_code: "1006",
        fail_starling_key: "web_dre_m10n_generate_popup_credit_ininsufficient_title",
      },
    });
    expect((await send(simulator, aSubmit({ count: 3 }))).ret).toBe("0");
  });

  test("a submit without a count makes the model's default number of images", async () => {
    const simulator = frozen();
    await submitOk(simulator);
    await submitOk(simulator, { model: "high_aes_general_v50p_large" });
    await submitOk(simulator, { count: 7 });
    expect(simulator.state().jobs.map(({ plannedImages }) => plannedImages)).toEqual([4, 2, 7]);
  });
});
