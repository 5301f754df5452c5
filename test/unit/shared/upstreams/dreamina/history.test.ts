import { describe, expect, it } from "vitest";
import { hasUnknownStatus, readAccepted, readRecord } from "#shared/upstreams/dreamina/history.ts";
import { fixture } from "#test/support/upstream.ts";

type Json = Record<string, unknown>;
type Item = { common_attr: Json | null; image: { large_images: Json[] } | null };

const running = (bend: Json = {}) => ({ ...(fixture("record-running").record as Json), ...bend });
const finished = (bend: Json = {}) => ({ ...(fixture("record-finished").record as Json), ...bend });
const refused = (bend: Json = {}) => ({ ...(fixture("record-refused").record as Json), ...bend });
const items = (count = 4) => (finished().item_list as Item[]).slice(0, count);
const unnamed = { fail_code: "", fail_starling_key: "", fail_msg: "" };
const taskOf = (status: number) => ({ ...(running().task as Json), status });

const imagesOf = (record: unknown) => {
  const state = readRecord(record);
  return state === null || state.kind === "failed" ? null : state.images;
};
const codeOf = (record: unknown) => {
  const state = readRecord(record);
  return state?.kind === "failed" ? state.failure.error.code : state?.kind;
};

describe("the status of a job", () => {
  const unknownIn = (state: ReturnType<typeof readRecord>) => {
    if (state?.kind !== "generating") throw new Error(`the job is ${state?.kind}`);
    return hasUnknownStatus(state);
  };

  it.each([0, 20, 42, 45])("the status %i is running and known", (status) => {
    expect(unknownIn(readRecord(running({ status, task: taskOf(status) })))).toBe(false);
  });

  it.each([-1, 1, 21, 43, 70, 77, 80, 99, 101, 500])("the status %i is unknown and counts as running", (status) => {
    expect(unknownIn(readRecord(running({ status, task: taskOf(status) })))).toBe(true);
  });

  it("the status 50 is done", () => {
    expect(readRecord(finished())?.kind).toBe("generated");
  });

  it("the status 50 as text is done as well", () => {
    expect(readRecord(finished({ status: "50" }))?.kind).toBe("generated");
  });

  it.each([10, 30, 40, 60, 100])("the status %i is a failure", (status) => {
    expect(readRecord(running({ status, task: taskOf(status) }))?.kind).toBe("failed");
  });

  it.each([10, 40])("an inner status %i is a failure under any running status", (inner) => {
    for (const status of [20, 42, 45]) {
      expect(readRecord(running({ status, task: taskOf(inner) }))?.kind).toBe("failed");
    }
  });

  it("an inner status 30 alone is no failure: the outer status decides", () => {
    expect(readRecord(running({ task: taskOf(30) }))?.kind).toBe("generating");
  });

  it.each([null, undefined, "text", 7, [], {}, { status: "soon" }, { status: {} }])("%j is not a record", (data) => {
    expect(readRecord(data)).toBeNull();
  });

  it("a field that we do not use may have any shape", () => {
    const odd = { queue_info: 7, model_info: [], draft_content: {}, failed_item_list: null, uid: {} };
    expect(readRecord(finished(odd))).toEqual(readRecord(finished()));
  });

  it("a field that we use but can do without may have any shape too", () => {
    const odd = { task: 7, fail_code: {}, fail_msg: [], forecast_generate_cost: "soon", total_image_count: null };
    expect(readRecord(running(odd))).toMatchObject({ kind: "generating", forecastSeconds: null, planned: null });
  });
});

describe("the progress of a job", () => {
  it("a job has the numbers of planned and finished images", () => {
    expect(readRecord(running({ total_image_count: 8, finished_image_count: 4 }))).toMatchObject({
      planned: 8,
      finished: 4,
    });
    expect(readRecord(running({ finished_image_count: "4" }))).toMatchObject({ finished: 4 });
    expect(readRecord(running({ finished_image_count: {} }))).toMatchObject({ finished: null });
    expect(readRecord(running({ finished_image_count: undefined }))).toMatchObject({ finished: null });
  });

  const queue = (queue_status: number, queue_idx: unknown, queue_length: unknown) =>
    running({ queue_info: { queue_status, queue_idx, queue_length } });

  it("a job that waits in a queue has its position", () => {
    expect(readRecord(queue(1, 463, 303_041))).toMatchObject({ queuePosition: 463 });
  });

  it.each([
    ["it is being made", queue(2, 3, 10)],
    ["it is over", queue(3, 3, 10)],
    ["there is no queue to speak of", queue(1, 0, 0)],
    ["the place is odd", queue(1, -1, 10)],
    ["the length is no number", queue(1, 1, "long")],
    ["nothing is said", running({ queue_info: null })],
  ])("a job has no place in a queue when %s", (_why, record) => {
    expect(readRecord(record)).toMatchObject({ kind: "generating", queuePosition: null });
  });
});

describe("a link", () => {
  const linked = (image_url: string) =>
    imagesOf(finished({ item_list: [{ image: { large_images: [{ image_uri: "a", image_url }] } }] }))?.[0]?.url;

  it("a link that was encoded twice is written plainly", () => {
    const plain = "https://p.example.com/a~b?x-expires=1&x-signature=c%3D&format=.png";
    expect(linked(plain)).toBe(plain);
    expect(linked(plain.replaceAll("&", "\\u0026"))).toBe(plain);
    expect(linked(plain.replaceAll("&", "&amp;"))).toBe(plain);
  });
});

describe("the reason of a failed job", () => {
  it("a failed job takes its reason from the code", () => {
    expect(readRecord(refused())).toMatchObject({
      kind: "failed",
      failure: { verdict: "refused", answered: true, error: { code: "prompt_moderated", upstream: { ret: "2038" } } },
    });
  });

  it("a failed job takes its reason from the key when the code is empty", () => {
    const copyright = { fail_code: "", fail_starling_key: "web_fail2generate_copyright_block", task: taskOf(30) };
    expect(codeOf(refused(copyright))).toBe("output_moderated");
  });

  it.each([
    [10, "prompt_moderated"],
    [40, "output_moderated"],
  ])("a failed job takes its reason from the inner status %i when code and key are empty", (inner, code) => {
    expect(codeOf(refused({ ...unnamed, task: taskOf(inner) }))).toBe(code);
  });

  it.each([
    [10, "prompt_moderated"],
    [40, "output_moderated"],
  ])("a failed job takes its reason from the inner status %i when the outer one still runs", (inner, code) => {
    expect(codeOf(running({ fail_code: "", fail_starling_key: "", task: taskOf(inner) }))).toBe(code);
  });

  it.each([
    [10, "prompt_moderated"],
    [40, "output_moderated"],
  ])("a failed job takes its reason from the outer status %i when code and key are empty", (status, code) => {
    expect(codeOf(refused({ ...unnamed, status, task: null }))).toBe(code);
  });

  it.each([
    [10, "prompt_moderated"],
    [40, "output_moderated"],
  ])("a failed job takes its reason from the inner status %i when the code is 0, which is none", (inner, code) => {
    expect(codeOf(refused({ ...unnamed, fail_code: "0", task: taskOf(inner) }))).toBe(code);
  });

  it("a failed job without a reason is a fault of the upstream", () => {
    expect(codeOf(refused({ ...unnamed, task: taskOf(30) }))).toBe("upstream_failed");
  });

  it("a failed job keeps an unknown code", () => {
    expect(readRecord(refused({ ...unnamed, fail_code: "987654", task: null }))).toMatchObject({
      failure: {
        error: { code: "upstream_failed", upstream: { ret: "987654" }, message: expect.stringContaining("987654") },
      },
    });
  });

  it("a failed job may have its code as a number", () => {
    expect(codeOf(refused({ fail_code: 2038, fail_starling_key: "" }))).toBe("prompt_moderated");
  });

  it("a deleted job fails with a message that says so", () => {
    expect(readRecord(running({ status: 100 }))).toMatchObject({
      failure: { verdict: "refused", error: { code: "upstream_failed", message: expect.stringContaining("deleted") } },
    });
  });

  it.each([
    [{ fail_starling_message: "first", fail_msg: "second", task: { resp_ret: { errmsg: "third" } } }, "first"],
    [{ fail_starling_message: "", fail_msg: "second", task: { resp_ret: { errmsg: "third" } } }, "second"],
    [{ fail_starling_message: "", fail_msg: "", task: { resp_ret: { errmsg: "third" } } }, "third"],
  ])("the text for the log is the first non-empty message of %j", (bend, words) => {
    expect(readRecord(refused(bend))).toMatchObject({ failure: { text: words } });
  });

  it("a failed job does not show the upstream's text to the caller", () => {
    const state = readRecord(refused({ fail_starling_message: "their words" }));
    expect(state?.kind === "failed" && state.failure.error.message).not.toContain("their words");
  });
});

describe("images", () => {
  it("images are read with source, link and size", () => {
    expect(imagesOf(finished())?.[0]).toEqual({
      source: `tos-cn-i-tb4s082cfz/${"0".repeat(32)}`,
      url: expect.stringMatching(/^https:\/\/p26-dreamina-sign\.byteimg\.com\/.*2048:2048/),
      width: 2048,
      height: 2048,
      smallUrl: expect.stringMatching(/^https:\/\/p26-dreamina-sign\.byteimg\.com\/.*360:360/),
    });
    expect(imagesOf(finished())).toHaveLength(4);
  });

  it("images grow in number while the job runs", () => {
    for (const count of [0, 1, 2, 3]) {
      expect(readRecord(running({ item_list: items(count) }))?.kind).toBe("generating");
      expect(imagesOf(running({ item_list: items(count) }))).toHaveLength(count);
    }
  });

  it("a failed job that has images is a finished one", () => {
    const state = readRecord(refused({ item_list: items(2) }));
    expect(state).toMatchObject({ kind: "generated", images: [{}, {}] });
  });

  it("fewer images than planned leave the plan as it was", () => {
    expect(readRecord(finished({ item_list: items(3), finished_image_count: 3 }))).toMatchObject({
      kind: "generated",
      planned: 4,
      images: [{}, {}, {}],
    });
  });

  it("of an image in several sizes the largest counts", () => {
    const [item] = items(1);
    const [large] = item?.image?.large_images ?? [];
    const list = [{ ...large, width: 360, height: 360, image_url: "https://small.example.com/" }, large];
    expect(imagesOf(finished({ item_list: [{ ...item, image: { large_images: list } }] }))).toMatchObject([
      { width: 2048 },
    ]);
  });

  it.each([null, "none", 7, {}, { "360": null, "480": "" }, { "2400": "https://large.example.com/" }])(
    "an image without a scaled copy of a useful size has no small version (%j)",
    (cover_url_map) => {
      const [item] = items(1);
      const list = [{ ...item, common_attr: { ...item?.common_attr, cover_url_map } }];
      expect(imagesOf(finished({ item_list: list }))?.map(({ smallUrl }) => smallUrl)).toEqual([undefined]);
    },
  );

  it.each([null, undefined, {}, { large_images: null }, { large_images: [] }, { large_images: [{ image_url: "" }] }])(
    "an image falls back on its cover when the item's image is %j",
    (image) => {
      const [item] = items(1);
      expect(imagesOf(finished({ item_list: [{ ...item, image }] }))).toEqual([
        {
          source: "7590000000000000001",
          url: expect.stringContaining("360:360"),
          width: 2048,
          height: 2048,
        },
      ]);
    },
  );

  it("a cover is not used while the job runs: it is smaller and has another name", () => {
    const [item] = items(1);
    expect(imagesOf(running({ item_list: [{ ...item, image: null }] }))).toEqual([]);
    expect(imagesOf(running({ item_list: [item] }))).toHaveLength(1);
  });

  it.each([null, 7, {}, { common_attr: null, image: null }, { common_attr: { id: "1", cover_url: "" } }])(
    "an image that is not there yet is left out (%j)",
    (item) => {
      expect(imagesOf(finished({ item_list: [item, ...items(2)] }))).toHaveLength(2);
    },
  );

  it.each(["javascript:alert(1)", "data:image/png;base64,AAAA", "/relative.png", "ftp://example.com/x"])(
    "an image with the link %s is left out",
    (url) => {
      const item = { common_attr: { id: "1" }, image: { large_images: [{ image_uri: "tos/1", image_url: url }] } };
      expect(imagesOf(finished({ item_list: [item] }))).toEqual([]);
    },
  );

  it("an image has whole sizes, whatever the upstream sends", () => {
    const [item] = items(1);
    const [large] = item?.image?.large_images ?? [];
    const list = [{ ...large, width: "1024.5", height: 682.67 }];
    const [image] = imagesOf(finished({ item_list: [{ ...item, image: { large_images: list } }] })) ?? [];
    expect([image?.width, image?.height].every(Number.isInteger)).toBe(true);
  });

  it.each([null, undefined, "text", {}])("an image list that is %j is an empty one", (list) => {
    expect(imagesOf(finished({ item_list: list }))).toEqual([]);
  });
});

describe("the fields of a record", () => {
  it("a record gives the history id, the forecast and the plan", () => {
    expect(readRecord(running())).toMatchObject({ historyId: "7897100000001", forecastSeconds: 23, planned: 4 });
  });

  it("the forecast is that of the queue plus that of the generation", () => {
    expect(readRecord(running({ forecast_queue_cost: 5 }))?.forecastSeconds).toBe(28);
  });

  it.each([0, -1, null, "", "soon"])("a forecast of %j counts as none", (cost) => {
    expect(readRecord(running({ forecast_generate_cost: cost }))?.forecastSeconds).toBeNull();
  });

  it("a plan of 0 counts as none", () => {
    expect(readRecord(running({ total_image_count: 0 }))?.planned).toBeNull();
  });

  it("a plan is a whole number, whatever the upstream sends", () => {
    expect(Number.isInteger(readRecord(running({ total_image_count: 3.5 }))?.planned ?? 0)).toBe(true);
  });

  it("an id that is a number is taken as text", () => {
    expect(readRecord(running({ history_record_id: 7897100000001 }))?.historyId).toBe("7897100000001");
  });
});

describe("the answer to a submit", () => {
  const data = (bend: Json = {}) => {
    const answer = fixture("accepted").answer as { data: { aigc_data: Json } };
    return { aigc_data: { ...answer.data.aigc_data, ...bend } };
  };

  it("the answer to a submit is an accepted job with its id and forecast", () => {
    expect(readAccepted(data())).toEqual({ historyId: "7897100000001", forecastSeconds: 23, planned: null });
  });

  it("the answer to a submit is accepted with status 42 as well", () => {
    expect(readAccepted(data({ status: 42 }))).not.toBeNull();
  });

  it.each([null, undefined, {}, [], "text", { aigc_data: null }, { aigc_data: {} }])(
    "the answer %j to a submit is an accepted job of which nothing else is known",
    (answer) => {
      expect(readAccepted(answer)).toEqual({ historyId: null, forecastSeconds: null, planned: null });
    },
  );

  it.each([null, "", undefined])("the answer to a submit may leave the id out (%j)", (id) => {
    expect(readAccepted(data({ history_record_id: id }))).toMatchObject({ historyId: null, forecastSeconds: 23 });
  });
});
