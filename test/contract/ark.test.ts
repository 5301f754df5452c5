/**
 * The behaviour of Ark that the client relies on, tested on the simulator or, opt-in, on the key's real cloud; see
 * ark-choice.ts.
 */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CallEvent, describedModels, type ImageCall } from "#shared/upstreams/index.ts";
import { chooseArk } from "./ark-choice.ts";

const { isLive, mayGenerate, ark, key, charged } = chooseArk(process.env);

/** The longest that a cloud was seen to take. */
const deadlineMs = 150_000;
const timeout = deadlineMs + 30_000;

/** A small image of the cheapest model that every cloud has. */
const aCall = (bend: Partial<ImageCall> = {}): ImageCall => ({
  model: "seedream-5.0-flash",
  prompt: "a plain red circle on white paper",
  size: "1024x1024",
  count: 1,
  seed: null,
  watermark: false,
  outputFormat: null,
  inputs: [],
  clientRequestId: randomUUID(),
  ...bend,
});

/** A key of the right form that no account has. */
const wrongKey = { ...key, secret: randomUUID() };

describe(`Ark (${isLive ? `live, ${key.place}` : "simulated"})`, () => {
  it("the list of models has the id of every model that is offered with the key", { timeout }, async () => {
    const listed = await ark.models(key);
    if (!listed.ok) throw new Error(`${listed.error.error.message} ${listed.error.text}`);
    const ids = describedModels().flatMap(({ clouds }) =>
      Object.entries(clouds).flatMap(([cloud, { id }]) => (cloud === key.place ? [id] : [])),
    );
    expect(listed.value).toEqual(expect.arrayContaining(ids));
  });

  it("a wrong key is refused with key_refused", { timeout }, async () => {
    const listed = await ark.models(wrongKey);
    expect(listed).toMatchObject({ ok: false, error: { answered: true, error: { code: "key_refused" } } });
  });

  it("a call with a wrong key is refused with key_refused, without a charge", { timeout }, async () => {
    const before = charged();
    expect(refusalIn(await eventsOf(aCall(), wrongKey))).toBe("key_refused");
    expect(charged()).toBe(before);
  });

  it("an unknown model is refused with model_not_available, without a charge", { timeout }, async () => {
    const before = charged();
    expect(refusalIn(await eventsOf(aCall({ model: "seedream-9-9-991231" })))).toBe("model_not_available");
    expect(charged()).toBe(before);
  });

  it.runIf(mayGenerate)(
    "a call for one small image ends with one image of its size that can be downloaded",
    { timeout },
    async () => {
      const events = await eventsOf(aCall());
      expect(events).toMatchObject([
        { kind: "image", place: 0, image: { width: 1024, height: 1024 } },
        { kind: "done" },
      ]);
      const image = await ark.download(events[0]?.kind === "image" ? events[0].image.url : "");
      if (!image.ok) throw new Error(image.error.text);
      expect(image.value.headers.get("content-type")).toMatch(/^image\//);
      expect((await image.value.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    },
  );
});

async function eventsOf(call: ImageCall, credential = key): Promise<CallEvent[]> {
  const events: CallEvent[] = [];
  for await (const event of ark.generate(credential, call, { deadlineMs })) events.push(event);
  return events;
}

/** The code of a refused call. @throws for any other outcome, because it may be charged. */
function refusalIn(events: CallEvent[]): string {
  const [event] = events;
  if (event?.kind !== "refused" || events.length > 1) throw new Error(`the call is ${JSON.stringify(events)}`);
  return event.failure.error.code;
}
