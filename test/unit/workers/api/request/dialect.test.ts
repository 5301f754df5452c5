import { describe, expect, it } from "vitest";
import { countingOf, type Dialect, type DialectRequest, dialectOf } from "#api/request/dialect.ts";
import { AppError } from "#shared/errors.ts";
import { defaultWaitSeconds } from "#shared/wire/limits.ts";

const ask = (bend: Partial<DialectRequest> = {}): DialectRequest => ({
  route: "generations",
  isAsync: false,
  base: "plain",
  prefer: undefined,
  wait: undefined,
  isOpenAiClient: false,
  body: { prompt: "a lighthouse" },
  ...bend,
});

const body = (fields: object) => ({ body: { prompt: "a lighthouse", ...fields } as DialectRequest["body"] });

const longest = 600;

/** Seconds; 0: the task at once. */
function secondsOf(bend: Partial<DialectRequest>): number {
  const dialect = dialectOf(ask(bend));
  return dialect.kind === "task" ? 0 : dialect.seconds;
}

function waiting(bend: Partial<DialectRequest>): Exclude<Dialect, { kind: "task" }> {
  const dialect = dialectOf(ask(bend));
  if (dialect.kind === "task") throw new Error("does not wait");
  return dialect;
}

const routes = ["generations", "compositions", "edits"] as const;
const allBases = ["plain", "openai", "sync"] as const;
const bodies = { plain: {}, openai: { size: "1024x1024" } };

/** Every combination of what the rules below the first one look at. */
const combinations = routes.flatMap((route) =>
  allBases.flatMap((base) =>
    ([false, true] as const).flatMap((isOpenAiClient) =>
      (["plain", "openai"] as const).map((fields) => ({ route, base, isOpenAiClient, fields })),
    ),
  ),
);
const askOf = ({ fields, ...rest }: (typeof combinations)[number]): Partial<DialectRequest> => ({
  ...rest,
  ...body(bodies[fields]),
});

describe("rule 1: what the caller says outright goes before everything else", () => {
  it.each(combinations)(
    "Prefer decides alone: $route, base $base, client $isOpenAiClient, body $fields",
    (combination) => {
      const asked = askOf(combination);
      expect(dialectOf(ask({ ...asked, prefer: "respond-async" }))).toEqual({ kind: "task" });
      expect(secondsOf({ ...asked, prefer: "wait=7" })).toBe(7);
      expect(secondsOf({ ...asked, prefer: "wait" })).toBe(defaultWaitSeconds);
    },
  );

  it.each(combinations)(
    "?wait decides alone: $route, base $base, client $isOpenAiClient, body $fields",
    (combination) => {
      const asked = askOf(combination);
      expect(dialectOf(ask({ ...asked, wait: "0" }))).toEqual({ kind: "task" });
      expect(secondsOf({ ...asked, wait: "7" })).toBe(7);
      expect(secondsOf({ ...asked, wait: "" })).toBe(defaultWaitSeconds);
    },
  );

  it("the header Prefer goes before the query ?wait", () => {
    expect(secondsOf({ prefer: "respond-async", wait: "30" })).toBe(0);
    expect(secondsOf({ prefer: "wait=9", wait: "30" })).toBe(9);
    expect(secondsOf({ prefer: "wait=9", wait: "0" })).toBe(9);
    expect(secondsOf({ prefer: "handling=strict", wait: "30" })).toBe(30);
  });
});

describe("rules 2 to 4: without it", () => {
  it.each(combinations)(
    "without Prefer and ?wait the rest decides: $route, base $base, client $isOpenAiClient, body $fields",
    (combination) => {
      const { route, base, isOpenAiClient, fields } = combination;
      const isWaiting = base !== "plain" || isOpenAiClient || fields === "openai" || route === "edits";
      expect(dialectOf(ask(askOf(combination))).kind).toBe(isWaiting ? "wait" : "task");
    },
  );

  it.each([
    ["response_format", "url"],
    ["response_format", "b64_json"],
    ["n", 1],
    ["size", "auto"],
    ["quality", "low"],
    ["style", "vivid"],
    ["user", "anna"],
    ["user", ""],
    ["background", "auto"],
    ["output_format", "png"],
    ["moderation", "low"],
    ["stream", false],
    ["stream", true],
    ["model", "gpt-image-1"],
    ["model", " GPT-Image-1.5-16x9 "],
    ["model", "dall-e-3"],
  ])("a body with %s: %j makes the answer wait, as OpenAI's does", (field, value) => {
    expect(dialectOf(ask(body({ [field]: value }))).kind).toBe(field === "stream" && value ? "stream" : "wait");
  });

  it.each([
    ["ratio", "16:9"],
    ["resolution", "1k"],
    ["negative_prompt", "fog"],
    ["sample_strength", 0.3],
    ["intelligent_ratio", true],
    ["seed", 7],
    ["model", "dreamina-4.5"],
    ["model", "dreamina-gpt-image-2"],
    ["model", "raw:gpt-image-1"],
    ["images", []],
    ["wait", 30],
    ["size", null],
    ["n", null],
    ["response_format", null],
    ["stream", undefined],
  ])("a body with %s: %j says nothing about waiting", (field, value) => {
    expect(dialectOf(ask(body({ [field]: value })))).toEqual({ kind: "task" });
  });
});

describe("Prefer (RFC 7240)", () => {
  it.each([
    ["wait", defaultWaitSeconds],
    ["WAIT", defaultWaitSeconds],
    ["wait=", defaultWaitSeconds],
    ['wait=""', defaultWaitSeconds],
    ["wait=1", 1],
    ["Wait=30", 30],
    ['wait="30"', 30],
    ["wait = 30", 30],
    ["  wait=30  ", 30],
    ["wait=600", 600],
    ["wait=601", longest],
    ["wait=999999999999", longest],
    ["wait=0.4", 1],
    ["wait=30, handling=lenient", 30],
    ["handling=lenient,wait=30", 30],
    ["return=minimal; foo=bar, wait=30", 30],
    ['foo="", wait=30', 30],
    // RFC 7240 §4.3: asynchronously, but only after this many seconds in vain.
    ["respond-async, wait=30", 30],
    ["wait=30, respond-async", 30],
  ])("Prefer: %j waits %i seconds", (prefer, seconds) => {
    expect(secondsOf({ prefer })).toBe(seconds);
  });

  it.each([
    "respond-async",
    "Respond-Async",
    "RESPOND-ASYNC, handling=strict",
    "handling=strict, respond-async",
    "respond-async; foo",
    'respond-async=""',
    "wait=0",
    "respond-async, wait=0",
  ])("Prefer: %j asks for the task, even of a base that always waits", (prefer) => {
    expect(dialectOf(ask({ prefer, base: "sync", route: "edits", isOpenAiClient: true }))).toEqual({ kind: "task" });
  });

  it.each([
    "",
    " ",
    ",",
    ";=,",
    "none",
    "return=representation",
    "handling=strict",
    "waiting=30",
    "respond-asynchronously",
    "no-wait",
  ])("Prefer: %j says nothing about waiting, so the next rule decides", (prefer) => {
    expect(dialectOf(ask({ prefer }))).toEqual({ kind: "task" });
    expect(secondsOf({ prefer, base: "sync" })).toBe(defaultWaitSeconds);
  });

  // §2: "servers … MUST silently ignore" what they do not understand; and the code's own word for it.
  it.each(["wait=soon", "wait=-5", "wait=30s", "wait=NaN", "wait=Infinity"])(
    "Prefer: %j cannot be read, so the next rule decides",
    (prefer) => {
      expect(dialectOf(ask({ prefer }))).toEqual({ kind: "task" });
      expect(secondsOf({ prefer, base: "sync" })).toBe(defaultWaitSeconds);
    },
  );

  it("the first of a preference given twice counts (§2)", () => {
    expect(secondsOf({ prefer: "wait=5, wait=50" })).toBe(5);
    expect(secondsOf({ prefer: "wait=0, wait=50" })).toBe(0);
  });

  it("text between quotes is no preference (§2)", () => {
    expect(secondsOf({ prefer: 'foo="a, wait=50"' })).toBe(0);
    expect(secondsOf({ prefer: 'foo="a; wait=50"' })).toBe(0);
  });
});

describe("?wait", () => {
  it.each([
    ["", defaultWaitSeconds],
    ["true", defaultWaitSeconds],
    ["TRUE", defaultWaitSeconds],
    ["yes", defaultWaitSeconds],
    ["1", 1],
    ["120", 120],
    ["600", 600],
    ["0", 0],
    ["false", 0],
    ["No", 0],
  ])("?wait of %j waits %i seconds", (wait, seconds) => {
    expect(secondsOf({ wait })).toBe(seconds);
  });

  it.each(["601", "-1", "1.5", "soon", "30s", "NaN", "Infinity", "1,2", "9".repeat(30)])(
    "?wait of %j is refused, with its name",
    (wait) => {
      const refusal = (() => {
        try {
          return dialectOf(ask({ wait }));
        } catch (error) {
          return error;
        }
      })();
      expect(refusal).toBeInstanceOf(AppError);
      expect(refusal).toMatchObject({ code: "invalid_value", param: "wait" });
    },
  );
});

it("a field counts as OpenAI's only if the caller himself wrote it", () => {
  const { body: read } = body({ n: 2, size: "1024x1024" });
  expect(dialectOf(ask({ body: read, rawBody: { num_images: 2, image_size: "square_hd" } }))).toEqual({ kind: "task" });
  expect(waiting({ body: read, rawBody: { n: "2" } })).toMatchObject({ kind: "wait" });
});

describe("the wait without a number", () => {
  it("an unset wait is shorter than clients' time-outs, but the longest for a stream, which shows that it lives", () => {
    expect(secondsOf({ base: "sync" })).toBe(defaultWaitSeconds);
    expect(defaultWaitSeconds).toBeLessThan(300);
    expect(secondsOf(body({ stream: true }))).toBe(longest);
    expect(secondsOf({ ...body({ stream: true }), prefer: "wait=20" })).toBe(20);
  });
});

describe("what of the images", () => {
  it.each([
    ["generations", {}, "url"],
    ["compositions", {}, "url"],
    ["edits", {}, "url"],
    ["edits", { model: "gpt-image-1" }, "both"],
    ["generations", { model: "gpt-image-1" }, "both"],
    ["generations", { model: " GPT-Image-1.5 " }, "both"],
    ["compositions", { model: "gpt-image-1-mini" }, "both"],
    ["generations", { model: "gpt-image-1-16x9-4k" }, "both"],
    ["generations", { model: "dall-e-3" }, "url"],
    ["generations", { model: "dreamina-gpt-image-2" }, "url"],
    ["generations", { response_format: "b64_json" }, "b64_json"],
    ["edits", { response_format: "url" }, "url"],
    ["edits", { response_format: "b64_json" }, "b64_json"],
    ["edits", { response_format: null }, "url"],
    ["generations", { model: "gpt-image-1", response_format: "url" }, "url"],
    ["generations", { model: "gpt-image-1", response_format: "b64_json" }, "b64_json"],
  ] as const)("%s with %j is answered with images as %s", (route, fields, format) => {
    expect(waiting({ route, base: "sync", ...body(fields) })).toMatchObject({ kind: "wait", format });
  });

  it.each(routes)("under /openai/v1 images of every model have both link and base64: %s", (route) => {
    for (const model of [undefined, "dreamina-4.0", "dall-e-3", "gpt-image-1"]) {
      const format = (fields: object) => waiting({ route, base: "openai", ...body({ model, ...fields }) });
      expect(format({})).toMatchObject({ format: "both" });
      expect(format({ response_format: "url" })).toMatchObject({ format: "url" });
      expect(format({ response_format: "b64_json" })).toMatchObject({ format: "b64_json" });
    }
  });

  it.each([
    ["generations", { stream: true }, { partialImages: 0, event: "image_generation" }],
    ["generations", { stream: true, partial_images: 2 }, { partialImages: 2, event: "image_generation" }],
    ["compositions", { stream: true }, { partialImages: 0, event: "image_edit" }],
    ["edits", { stream: true, partial_images: null, n: 2 }, { partialImages: 0, event: "image_edit" }],
  ] as const)("%s with %j is answered with a stream of %j", (route, fields, stream) => {
    expect(waiting({ route, base: "sync", ...body(fields) })).toMatchObject({ kind: "stream", ...stream });
  });

  it.each([
    ["generations", { stream: false, partial_images: 2 }],
    ["generations", { size: "auto", partial_images: 2 }],
    ["edits", { stream: null }],
  ] as const)("%s with %j is answered without a stream", (route, fields) => {
    expect(waiting({ route, base: "sync", ...body(fields) }).kind).toBe("wait");
  });
});

describe("whether a request asks to wait", () => {
  it.each([
    [{ prefer: "wait" }, true],
    [{ prefer: "wait=30" }, true],
    [{ prefer: "respond-async, wait=30" }, true],
    [{ wait: "30" }, true],
    [{ wait: "" }, true],
    [{ prefer: "wait=soon" }, false],
    [{ prefer: "handling=strict" }, false],
    [{}, false],
  ])("a wait under /openai/v1 of %j is explicit: %j", (asked, isExplicit) => {
    expect(waiting({ base: "openai", ...asked })).toMatchObject({ kind: "wait", isExplicit });
  });
});

describe("a stream", () => {
  it.each(combinations)(
    "a stream streams, whatever is preferred: $route, base $base, client $isOpenAiClient",
    ({ route, base, isOpenAiClient }) => {
      const asked = { route, base, isOpenAiClient, ...body({ stream: true }) };
      for (const said of [{ prefer: "respond-async" }, { prefer: "wait=0" }, { wait: "0" }, { wait: "false" }]) {
        expect(dialectOf(ask({ ...asked, ...said }))).toMatchObject({ kind: "stream", seconds: longest });
      }
    },
  );

  it("a stream with a wait that cannot be read is refused like any other", () => {
    expect(() => dialectOf(ask({ ...body({ stream: true }), wait: "soon" }))).toThrow(AppError);
  });
});

describe("the addresses that end in /async", () => {
  it.each(combinations)(
    "an /async address never waits: $route, base $base, client $isOpenAiClient, body $fields",
    (combination) => {
      const asked = { ...askOf(combination), isAsync: true };
      for (const said of [{}, { prefer: "wait=30" }, { wait: "30" }, { wait: "soon" }]) {
        expect(dialectOf(ask({ ...asked, ...said }))).toEqual({ kind: "task" });
      }
    },
  );

  it("a stream at an /async address is refused, with the place where the task's events are", () => {
    const refused = () => dialectOf(ask({ isAsync: true, ...body({ stream: true }) }));
    expect(refused).toThrow(expect.objectContaining({ code: "invalid_value", param: "stream" }));
    expect(refused).toThrow("GET /v1/images/tasks/{id}/events");
  });
});

describe("what n means", () => {
  const counting = (bend: Partial<DialectRequest>) => countingOf(ask(bend), dialectOf(ask(bend)));

  it.each([
    ["the base /openai/v1", { base: "openai" }],
    ["the base /openai/v1, not waiting", { base: "openai", prefer: "respond-async" }],
    ["OpenAI's own client", { isOpenAiClient: true }],
    ["a model name of OpenAI's", body({ model: "gpt-image-1" })],
    ["an older one", body({ model: "dall-e-3" })],
    ["an /async address under /openai/v1", { base: "openai", isAsync: true }],
  ] as [string, Partial<DialectRequest>][])("n is 1 by default: %s", (_what, bend) => {
    for (const route of routes) expect(counting({ route, ...bend }).countWithoutN).toBe(1);
  });

  it.each([
    ["the task API", {}],
    ["a field of OpenAI's", body({ size: "1024x1024" })],
    ["a caller who says that it waits", { prefer: "wait" }],
    ["the base /sync/v1", { base: "sync" }],
    ["edits", { route: "edits" }],
    ["Dreamina's own model of that name", body({ model: "dreamina-gpt-image-2" })],
  ] as [string, Partial<DialectRequest>][])("n is the model's own number by default: %s", (_what, bend) => {
    expect(counting(bend).countWithoutN).toBeNull();
  });

  it.each([
    ["a caller who waits", { prefer: "wait" }, true],
    ["a field of OpenAI's", body({ n: 10 }), true],
    ["a stream", body({ n: 10, stream: true }), true],
    ["the base /openai/v1, not waiting", { base: "openai", prefer: "respond-async" }, true],
    ["the task API", { prefer: "respond-async", ...body({ n: 10 }) }, false],
    ["an /async address", { isAsync: true, ...body({ n: 10 }) }, false],
    ["an /async address under /openai/v1", { isAsync: true, base: "openai" }, false],
  ] as [string, Partial<DialectRequest>, boolean][])(
    "several jobs may make what one cannot: %s %j %j",
    (_what, bend, splits) => {
      expect(counting(bend).maySplit).toBe(splits);
    },
  );
});
