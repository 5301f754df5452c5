/**
 * Every known spelling of the state of a job, seen here or read by other clients: outer and inner
 * status, finish time, counts, code, key and text, with its meaning. One row each.
 */
import { describe, expect, it } from "vitest";
import { recordsIn } from "#shared/upstreams/dreamina/find-records.ts";
import { readRecord } from "#shared/upstreams/dreamina/history.ts";
import { fixture } from "#test/support/upstream.ts";

type Json = Record<string, unknown>;

const itemsOf = (count: number) => ((fixture("record-finished").record as Json).item_list as unknown[]).slice(0, count);

type Said = {
  status: number;
  inner?: number;
  /** Whether the record has a finish_time. */
  ended?: boolean;
  total?: number;
  finished?: number;
  items?: number;
  code?: string;
  key?: string;
  words?: string;
};

const recordOf = ({ status, inner = status, ended, total = 4, finished = 0, items = 0, code, key, words }: Said) => ({
  ...(fixture("record-running").record as Json),
  status,
  task: { status: inner, finish_time: 0, resp_ret: { errmsg: "" } },
  finish_time: ended ? 1_768_098_412 : 0,
  total_image_count: total,
  finished_image_count: finished,
  item_list: itemsOf(items),
  fail_code: code ?? "",
  fail_starling_key: key ?? "",
  fail_msg: words ?? "",
});

/** `running`, `made 2`, or the error's code. */
function endingOf(record: unknown, asked: number | null): string | null {
  const state = readRecord(record, asked);
  if (state === null) return null;
  if (state.kind === "failed") return state.failure.error.code;
  return state.kind === "generated" ? `made ${state.images.length}` : "running";
}

type Row = [said: Said, asked: number | null, ending: string];

const done: Row[] = [
  [{ status: 50, finished: 4, items: 4 }, 4, "made 4"],
  [{ status: 45, inner: 50, finished: 4, items: 4 }, 4, "made 4"],
  [{ status: 20, inner: 50, finished: 1, items: 1 }, 1, "made 1"],
  [{ status: 50, inner: 20, finished: 4, items: 4 }, 4, "made 4"],
  // A late list, in whole or in part: the next poll may show the rest.
  [{ status: 50, finished: 4, items: 0 }, 4, "made 0"],
  [{ status: 50, finished: 4, items: 2 }, 4, "made 2"],
  // With a finish time, and as many as requested or as counted.
  [{ status: 45, ended: true, finished: 4, items: 4 }, 4, "made 4"],
  [{ status: 42, ended: true, finished: 4, items: 4 }, null, "made 4"],
  [{ status: 45, ended: true, total: 4, finished: 1, items: 1 }, 1, "made 1"],
  [{ status: 45, ended: true, total: 4, finished: 0, items: 1 }, 1, "made 1"],
  [{ status: 45, ended: true, total: 2, finished: 2, items: 2 }, null, "made 2"],
  [{ status: 45, ended: true, total: 4, finished: 3, items: 3 }, 4, "made 3"],
  [{ status: 45, ended: true, total: 5, finished: 4, items: 4 }, 4, "made 4"],
  // With a finish time, and fewer listed than counted: the next poll may show the rest.
  [{ status: 45, ended: true, finished: 3, items: 2 }, 4, "made 2"],
  [{ status: 45, ended: true, finished: 2, items: 1 }, 4, "made 1"],
];

const running: Row[] = [
  [{ status: 20 }, 4, "running"],
  [{ status: 42, finished: 1, items: 1 }, 4, "running"],
  // As many as requested, without a finish time: complete once no image follows for some time.
  [{ status: 45, total: 4, finished: 1, items: 1 }, 1, "running"],
  [{ status: 45, finished: 4, items: 4 }, 4, "running"],
  [{ status: 45, ended: true, items: 0 }, 4, "running"],
  [{ status: 45, ended: true, items: 1 }, 4, "running"],
  // The end of a batch: the rest may still be requested.
  [{ status: 45, ended: true, total: 8, finished: 4, items: 4 }, 8, "running"],
  [{ status: 45, ended: true, total: 8, finished: 4, items: 3 }, 8, "running"],
  [{ status: 45, inner: 50, total: 8, finished: 4, items: 4 }, 8, "running"],
  [{ status: 70 }, 4, "running"],
  [{ status: 80 }, 4, "running"],
  [{ status: 77, ended: true }, 4, "running"],
  [{ status: 42, inner: 30 }, 4, "running"],
  [{ status: 42, code: "2038" }, 4, "running"],
  [{ status: 42, code: "0", ended: true }, 4, "running"],
  [{ status: 45, words: "Success" }, 4, "running"],
  [{ status: 45, ended: true, words: "Success" }, 4, "running"],
];

const failed: Row[] = [
  [{ status: 30, code: "2038", ended: true }, 4, "prompt_moderated"],
  [{ status: 30, inner: 10 }, 4, "prompt_moderated"],
  [{ status: 30, inner: 40 }, 4, "output_moderated"],
  [{ status: 45, inner: 40 }, 4, "output_moderated"],
  [{ status: 30 }, 4, "upstream_failed"],
  [{ status: 60 }, 4, "upstream_failed"],
  [{ status: 60, code: "2036" }, 4, "upstream_failed"],
  [{ status: 70, ended: true }, 4, "upstream_failed"],
  [{ status: 80, ended: true }, 4, "upstream_failed"],
  [{ status: 20, inner: 30, ended: true }, 4, "upstream_failed"],
  [{ status: 20, inner: 60, ended: true }, 4, "upstream_failed"],
  // A reason with a status that lags.
  [{ status: 42, code: "2038", ended: true }, 4, "prompt_moderated"],
  [{ status: 42, key: "web_text_violates_community_guidelines_toast", ended: true }, 4, "prompt_moderated"],
  [{ status: 20, key: "a_key_nobody_knows", ended: true }, 4, "upstream_failed"],
  [{ status: 45, code: "2038" }, 4, "prompt_moderated"],
  [{ status: 45, key: "web_content_risk" }, 4, "prompt_moderated"],
  [{ status: 45, code: "2036" }, 4, "upstream_failed"],
  [{ status: 45, words: "InputTextRisk" }, 4, "prompt_moderated"],
  [{ status: 42, words: "InputTextRisk", ended: true }, 4, "prompt_moderated"],
  // A reason counts also with the status of success, without images.
  [{ status: 50, code: "2004" }, 4, "output_moderated"],
  [{ status: 50, code: "2043", ended: true }, 4, "output_moderated"],
  [{ status: 50, key: "outputimagerisk" }, 4, "output_moderated"],
  // Images made before a failure are delivered.
  [{ status: 30, code: "2043", finished: 2, items: 2 }, 4, "made 2"],
  [{ status: 60, items: 1 }, 4, "made 1"],
  [{ status: 100, items: 1 }, 4, "made 1"],
  [{ status: 45, code: "2043", finished: 2, items: 2 }, 4, "made 2"],
  [{ status: 42, code: "2038", ended: true, items: 1 }, 4, "made 1"],
  [{ status: 45, code: "2043", finished: 3, items: 2 }, 4, "made 2"],
  // Counted and not listed: the list may be late, and counted images are paid for.
  [{ status: 50, code: "2004", finished: 3 }, 4, "made 0"],
  [{ status: 45, code: "2043", finished: 2, ended: true }, 4, "made 0"],
  [{ status: 30, code: "2043", finished: 2, ended: true }, 4, "output_moderated"],
  // A name of a content refusal with a number of another meaning.
  [{ status: 30, code: "2036", key: "web_image_violates_community" }, 4, "input_moderated"],
  [{ status: 30, code: "2036", key: "web_content_risk" }, 4, "prompt_moderated"],
  [{ status: 30, code: "2036", key: "web_audit_risk" }, 4, "prompt_moderated"],
  [{ status: 30, code: "2039", key: "web_audit_risk" }, 4, "input_moderated"],
  [{ status: 50, code: "2004", finished: 3, items: 3 }, 4, "made 3"],
  // Cancelled on the site.
  [{ status: 30, words: "The user cancelled the task, credits were returned" }, 4, "cancelled"],
  [{ status: 30, words: "用户已取消任务，积分已返还" }, 4, "cancelled"],
  [{ status: 30, key: "web_user_cancel_generate_toast" }, 4, "cancelled"],
  [{ status: 30, code: "2036", words: "cancelled by the system" }, 4, "upstream_failed"],
  [{ status: 100 }, 4, "upstream_failed"],
];

describe("the state of a job, in every spelling", () => {
  it.each([...done, ...running, ...failed])("a job with the record %j, asked for %j, is %s", (said, asked, ending) => {
    expect(endingOf(recordOf(said), asked)).toBe(ending);
  });

  it.each([
    [{ status: 50, total: 3, finished: 2, items: 2 }, 2, 2],
    [{ status: 45, total: 4, finished: 1, items: 1 }, 1, 1],
    [{ status: 45, total: 5, finished: 4, items: 4 }, 4, 4],
    [{ status: 45, total: 2, finished: 1, items: 1 }, 4, 2],
    [{ status: 45, total: 12, finished: 4, items: 4 }, null, 12],
  ] satisfies [Said, number | null, number][])(
    "a job that says %j, asked for %j, plans %i images: never more than it was asked for",
    (said, asked, planned) => {
      expect(readRecord(recordOf(said), asked)?.planned).toBe(planned);
    },
  );
});

describe("names of refusals", () => {
  it.each([
    ["web_image_violates_community", "input_moderated"],
    ["web_text_violates_community_rules", "prompt_moderated"],
    ["web_prompt_violates_community", "prompt_moderated"],
    ["web_content_violates_community_guidelines", "prompt_moderated"],
    ["web_content_risk", "prompt_moderated"],
    ["web_audit_risk", "prompt_moderated"],
    ["ErrMessage_APP_OutputImageRisk", "output_moderated"],
    ["OutputImageRisk", "output_moderated"],
    ["errmessage_app_outputvideorisk", "output_moderated"],
    ["ErrMessage_APP_InputImageRisk", "input_moderated"],
    ["InputImageRisk", "input_moderated"],
    ["ErrMessage_APP_InputTextRisk", "prompt_moderated"],
    ["InputTextRisk", "prompt_moderated"],
    ["web_output_copyright_reject", "output_moderated"],
  ])("the name %s, as key, as code or as the only word, is the failure %s and not worth repeating", (name, code) => {
    for (const spelling of [{ key: name }, { code: name }, { words: name }]) {
      const state = readRecord(recordOf({ status: 30, ...spelling }));
      expect(state?.kind === "failed" && state.failure.error.code).toBe(code);
      expect(state?.kind === "failed" && state.failure).toMatchObject({
        verdict: "refused",
        error: { retryable: false },
      });
    }
  });

  it.each([
    ["web_system_busy", "upstream_failed", "again"],
    ["web_rate_limited", "rate_limited", "again"],
    ["web_risk_control_message_reject_generation", "risk_control", "session"],
  ])("the key %s is no refusal of contents", (key, code, verdict) => {
    expect(readRecord(recordOf({ status: 30, key }))).toMatchObject({ failure: { verdict, error: { code } } });
  });

  it("a sentence about risk or guidelines is ignored", () => {
    const words = "Unusual activity: this may violate community guidelines at your own risk";
    expect(endingOf(recordOf({ status: 30, words }), 4)).toBe("upstream_failed");
    expect(endingOf(recordOf({ status: 45, words }), 4)).toBe("running");
  });
});

describe("the layout of a record", () => {
  const record = { ...recordOf({ status: 50, finished: 4, items: 4 }), submit_id: "a", history_record_id: "1" };
  const other = { ...record, submit_id: "b", history_record_id: "2" };
  const { submit_id: _, ...unnamed } = record;

  it.each([
    ["a map by submit id", { a: record, b: other }],
    ["a map by submit id whose records have no id", { a: unnamed, b: other }],
    ["a map by history id", { "1": record, "2": other }],
    ["a list", [other, record]],
    ["a list inside an object", { history_list: [other, record], has_more: false }],
    ["a list whose records have the submit id inside task", [{ ...unnamed, task: { submit_id: "a", status: 50 } }]],
  ])("a record is found in %s", (_where, data) => {
    expect(endingOf(recordsIn(data, ["a"])?.get("a"), 4)).toBe("made 4");
  });

  it.each([[[]], [{}], [null], [{ b: other }], [[other]], [{ a: null }]])("no record is found in %j", (data) => {
    expect(recordsIn(data, ["a"])).toEqual(new Map());
  });

  it.each([[[unnamed]], [{ "1": unnamed }], [{ history_list: [other, unnamed] }]])(
    "an answer cannot be read when the job that was asked for may be a record without a name: %j",
    (data) => {
      expect(recordsIn(data, ["a"])).toBeNull();
    },
  );

  it("a record may have status, end and items inside task", () => {
    const { status, finish_time, item_list, total_image_count, finished_image_count, ...rest } = record;
    const task = { status, finish_time, item_list, total_image_count, finished_image_count, history_id: "1" };
    expect(readRecord({ submit_id: "a", task })).toMatchObject({ kind: "generated", historyId: "1", finished: 4 });
    expect(endingOf({ ...rest, item_list: [], task }, 4)).toBe("made 4");
    expect(endingOf({ submit_id: "a", task: { status: 30, fail_code: "2038" } }, 4)).toBe("prompt_moderated");
    const lacking = { status: 30, fail_code: "0", finished_image_count: 0 };
    expect(endingOf({ ...lacking, task: { status: 30, fail_code: "2038" } }, 4)).toBe("prompt_moderated");
    expect(readRecord({ ...lacking, task: { status: 30, finished_image_count: 4 } })).toMatchObject({ finished: 4 });
  });
});
