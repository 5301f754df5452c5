/**
 * Invalid requests, drawn by fast-check: one family for each part of a request, with exactly
 * that part at fault and the rest valid.
 */
import fc from "fast-check";
import { anImage, base64Of, compositionsPath } from "./compositions.ts";
import { submitPath } from "./stage.ts";

export type Bad = {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
};

export const sessionId = "demo-sg-plain-bad-requests";
export const authorization = `Bearer sg-${sessionId}`;
/** An image in the bucket, for requests that read it in odd ways. */
export const storedTask = "imgtask_000000000000000000001";

const submits = fc.constantFrom(submitPath, compositionsPath);
const strange = fc.string({ unit: "binary", maxLength: 40 });
/** ASCII: the runtime turns anything else in a header into UTF-8, and logs a long warning. */
const headerText = fc.string({ unit: "grapheme-ascii", maxLength: 60 }).map((text) => text.trim());
const words = (...texts: string[]) => fc.constantFrom(...texts);
const image = `data:image/png;base64,${base64Of(anImage(40))}`;

export const goodBody = (path: string): object => ({
  prompt: "a lighthouse",
  resolution: "2k",
  ...(path === compositionsPath && { images: [image] }),
});

export const asJson = (path: string, body: Bad["body"] & {}, headers: Record<string, string> = {}): Bad => ({
  path,
  method: "POST",
  headers: { authorization, "content-type": "application/json", ...headers },
  body,
});

const nested = fc
  .tuple(fc.constantFrom(["[", "]"], ['{"prompt":[', "]}"], ['{"a":', "}"]), fc.integer({ min: 2, max: 20_000 }))
  .map(([[open = "", close = ""], depth]) => open.repeat(depth) + close.repeat(depth));
const cutOff = submits.chain((path) => {
  const whole = JSON.stringify(goodBody(path));
  return fc.nat({ max: whole.length - 1 }).map((end) => whole.slice(0, end));
});
const otherValue = fc.oneof(
  fc.jsonValue().filter((value) => typeof value !== "object" || value === null),
  fc.array(fc.constant(goodBody(submitPath)), { maxLength: 3 }),
);

export const brokenBodies = fc
  .tuple(
    submits,
    fc.oneof(
      strange.map((text) => `\u0001${text}`),
      cutOff,
      nested,
      otherValue.map((value) => JSON.stringify(value)),
      fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Uint8Array.from([0xff, ...bytes])),
      words("", " ", "\ufeff", "NaN", "undefined", "{'prompt':'x'}", '{"prompt":"x",}', "{}{}", '{"prompt":"\u0000"}'),
    ),
  )
  .map(([path, body]) => asJson(path, body));

const notText = fc.jsonValue().filter((value) => typeof value !== "string" && value !== null);
const except = (isFine: (value: unknown) => boolean): fc.Arbitrary<unknown> =>
  fc
    .oneof(fc.jsonValue(), strange, fc.constantFrom(1e308, -1e308, 2 ** 53, -0.5, 1.5, [[]], {}, "\ud800"))
    .filter((value) => value !== null && !isFine(value));
const numberFrom = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value >= least && value <= most;
const isNumberText = (value: unknown) => typeof value === "string" && /^\s*[+-]?[\d.]/.test(value);
const tooLong = "x".repeat(8_001);

/** Filters exclude wide ranges around valid values, so that no list of the server is repeated here. */
const faults: Record<string, fc.Arbitrary<unknown>> = {
  prompt: fc.oneof(notText, fc.constantFrom(null, "", " \u2003\n", tooLong, "字".repeat(9_000))),
  model: fc.oneof(
    notText,
    strange.map((text) => `no-such-${text}`),
  ),
  ratio: except((value) => typeof value === "string" && /\d|auto/i.test(value)),
  resolution: except((value) => typeof value === "string" && /\d|auto/i.test(value)),
  negative_prompt: fc.oneof(notText, fc.constant(tooLong)),
  sample_strength: except((value) => numberFrom(0, 1)(value) || isNumberText(value)),
  intelligent_ratio: except((value) => typeof value === "boolean" || /true|false/i.test(String(value))),
  n: except((value) => (Number.isInteger(value) && numberFrom(1, 8)(value)) || isNumberText(value)),
  seed: except((value) => (Number.isInteger(value) && numberFrom(-1, 2 ** 32 - 1)(value)) || isNumberText(value)),
  size: except((value) => typeof value === "string" && /\d|auto/i.test(value)),
  quality: except((value) => typeof value === "string" && /^[a-z]+$/.test(value)),
  response_format: except((value) => value === "url" || value === "b64_json"),
};
const more = fc.dictionary(strange, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });

export const faultyFields = fc
  .tuple(submits, fc.constantFrom(...Object.entries(faults)), more)
  .chain(([path, [name, fault], extra]) =>
    fault.map((value) => asJson(path, JSON.stringify({ ...extra, ...goodBody(path), [name]: value }))),
  );

export const repeatedFields = fc.tuple(submits, notText).map(([path, value]) => {
  const text = JSON.stringify(goodBody(path));
  return asJson(path, `${text.slice(0, -1)},"prompt":${JSON.stringify(value)}}`);
});

const address = words(
  ...["http://127.0.0.1/", "https://[::1]/a.png", "http://169.254.169.254/latest", "ftp://pics.example/a", "data:"],
  ...["file:///etc/passwd", "http://2130706433/", "http://0x7f.1/", "https://a:b@10.0.0.1/", "http://", "javascript:1"],
  ...["data:image/png,abc", "data:;base64,%%%", "=", "AAAA", "https://localhost:99999/", "http://[::ffff:10.0.0.1]/"],
);
const badInput = fc.oneof(
  address,
  address.map((url) => ({ url })),
  address.map((url) => ({ image_url: { url } })),
  strange.map((text) => `\u0000${text}`),
  notText.filter((value) => !Array.isArray(value)),
);

/** A valid image before the fault: it is staged, and must be deleted again. */
export const badInputs = fc
  .tuple(fc.constantFrom("image", "images"), fc.array(badInput, { minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([name, bad, isLast]) => {
    const inputs = isLast ? [image, ...bad] : bad;
    return asJson(compositionsPath, JSON.stringify({ prompt: "x", resolution: "2k", [name]: inputs }));
  });

const noSession = fc.oneof(
  words(
    "",
    " ",
    "Bearer",
    "Bearer ",
    ",",
    "bearer,,Bearer ,",
    "Bearer abc",
    "us-",
    "Bearer us-a,",
    "Basic dXNlcjpwYXNz",
  ),
  words("sk-unknown", "Bearer sk-", `sk-x,${authorization}`, `Bearer ${"x".repeat(513)}`, `us-${"x".repeat(9_000)}`),
  words(Array.from({ length: 101 }, (_, place) => `us-session${place}`).join(","), `${authorization}, a b c d`),
  // No cookie has a quotation mark.
  headerText.map((text) => `Bearer "${text.replaceAll(",", "")}`),
  // Quotes around a session are removed; a single one is a fault.
  headerText.map((text) => `${authorization}, "${text.replaceAll('"', "")}`),
);
const authorized = fc.constantFrom<Bad>(
  asJson(submitPath, JSON.stringify(goodBody(submitPath))),
  asJson(compositionsPath, JSON.stringify(goodBody(compositionsPath))),
  { path: `/v1/images/tasks/${storedTask}` },
  { path: `/v1/images/tasks/${storedTask}/cancel`, method: "POST" },
  { path: "/v1/credits" },
  { path: "/v1/credits/claim", method: "POST" },
  { path: "/v1/sessions/check", method: "POST" },
);

export const badCredentials = fc
  .tuple(authorized, noSession)
  .map(([request, given]): Bad => ({ ...request, headers: { ...request.headers, authorization: given } }));

/** Types with which no body is read as JSON. */
const otherType = words(
  ...["multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed", "image/png", "video/mp4"],
  ...["IMAGE/*", "multipart/"],
);
const contentType = fc.oneof(
  words("", "text/plain", "application/jsonp", "application/x-www-form-urlencoded", "json", "*/*", "application/"),
  words("text/json", "application/json5", "application/octet-stream"),
  headerText.map((text) => `x${text}`),
);
const notOneObject = words("", "prompt=x", "x", "[]", '"{}"', '{"prompt":"x"', "%7B%22prompt%22%3A%22x%22%7D");

export const badHeaders = fc.oneof(
  fc
    .tuple(submits, otherType)
    .map(([path, type]) => asJson(path, JSON.stringify(goodBody(path)), { "content-type": type })),
  fc
    .tuple(submits, contentType, notOneObject)
    .map(([path, type, body]) => asJson(path, body, { "content-type": type })),
  fc
    .tuple(submits, fc.integer({ min: 256, max: 5_000 }))
    .map(([path, length]) => asJson(path, JSON.stringify(goodBody(path)), { "idempotency-key": "k".repeat(length) })),
);

const stamp = fc.oneof(headerText, words("Thu, 01 Jan 1970 00:00:00 GMT", "-1", "Invalid Date", "275761-01-01"));
const number = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 120n })).map(String);
const range = fc.oneof(
  headerText.map((text) => `bytes=${text}`),
  fc.tuple(number, number).map(([first, last]) => `bytes=${first}-${last}`),
  number.map((first) => `bytes=${first}-`),
  number.map((suffix) => `bytes=-${suffix}`),
  words("bytes=-", "bytes=0-0,1-1", "bytes=1-0", "pages=1-2", "bytes=-0", `bytes=-${"9".repeat(400)}`),
);
const etag = fc.oneof(headerText, words("*", '""', 'W/"x"', '"', ",,,", '"a", "b"'));

/** Conditions, ranges and preferences: each may be ignored or fail, none may cause an error. */
export const oddWishes = fc
  .tuple(
    words(`/images/${storedTask}/0`, `/images/${storedTask}/1`, "/ping", "/docs", "/v1/models", "/nowhere"),
    words("GET", "GET", "OPTIONS"),
    fc.record(
      {
        range,
        "accept-language": fc.oneof(headerText, words("zh;q=", "zh;q=NaN,en;q=1e400", "zh;".repeat(5_000))),
        "if-none-match": etag,
        "if-match": etag,
        "if-range": fc.oneof(etag, stamp),
        "if-modified-since": stamp,
        "if-unmodified-since": stamp,
        "x-request-id": fc.oneof(headerText, words("x".repeat(300), "a b")),
        origin: headerText,
        accept: headerText,
      },
      { requiredKeys: [] },
    ),
  )
  .map(([path, method, headers]): Bad => ({ path, method, headers: headers as Record<string, string> }));

const escaped = fc.oneof(
  fc
    .uint8Array({ minLength: 1, maxLength: 30 })
    .map((bytes) => [...bytes].map((byte) => `%${byte.toString(16)}`).join("")),
  words("%", "%%", "%zz", "%c3%28", "%e0%a4%a", "%00", "..%2f..%2f", "%2e%2e%2f", "..;", "%5c", "{id}", "*", "-1"),
  strange.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.integer({ min: 22, max: 20_000 }).map((length) => "x".repeat(length)),
);
const id = fc.oneof(
  escaped,
  escaped.map((text) => `imgtask_${text}`),
  fc.integer({ min: 21, max: 9_000 }).map((length) => `imgtask_${"a".repeat(length)}`),
  escaped.map((text) => `${storedTask}${text}`),
);

export const deadAddresses = fc.oneof(
  id.map((text): Bad => ({ path: `/v1/images/tasks/${text}`, headers: { authorization } })),
  id.map((text): Bad => ({ path: `/v1/images/tasks/${text}/cancel`, method: "POST", headers: { authorization } })),
  fc.tuple(id, id).map(([task, index]): Bad => ({ path: `/images/${task}/x${index}` })),
  id.map((task): Bad => ({ path: `/images/${task}/99999` })),
  id.map((name): Bad => ({ path: `/v1/models/no-such-${name}` })),
  fc.tuple(id, words("GET", "POST", "PUT")).map(([text, method]): Bad => ({ path: `/v2/${text}`, method })),
  id.map((text): Bad => ({ path: `/v1/images/generations/${text}?${text}`, method: "POST" })),
);

const getRoutes = words(...["/ping", "/health", "/docs", "/openapi.json", "/v1/models", "/v1/models/x", "/v1/credits"]);
const deletable = words("/images/a/0", "/v1/images/tasks/x");
const postRoutes = words(
  submitPath,
  compositionsPath,
  "/v1/credits/claim",
  "/v1/sessions/check",
  "/v1/images/tasks/x/cancel",
);
const oddMethod = words("PUT", "DELETE", "PATCH", "PROPFIND", "LOCK", "SEARCH");
const neverTaken = words("PUT", "POST", "PATCH", "PROPFIND");

export const wrongMethods = fc
  .oneof(
    fc.tuple(getRoutes, fc.oneof(oddMethod, words("POST"))),
    fc.tuple(deletable, neverTaken),
    fc.tuple(postRoutes, fc.oneof(oddMethod, words("GET", "HEAD"))),
  )
  .map(([path, method]): Bad => ({ path, method, headers: { authorization } }));
