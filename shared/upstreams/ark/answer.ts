/** What an answer of the image call says: whole as JSON, or event by event. Pure. */
import * as z from "zod";
import type { CallEvent } from "#shared/upstreams/call-event.ts";
import { lostAnswer, type Refusal, refusal } from "./errors.ts";
import type { ServerEvent } from "./sse.ts";

/** Of the call that is answered. */
export type Asked = {
  /** Our id of the call, another one for each attempt: images are named by it. */
  callId: string;
  /** As sent; stands in for a size that the answer does not tell. */
  size: string;
  images: number;
};

const looseText = z.union([z.string(), z.number()]).transform(String).nullish().catch(null);
const errorSchema = z.object({ code: looseText, message: looseText }).nullish().catch(null);

/** A member of `data`, or the payload of an event. `output_format`, `usage` and more are not needed. */
const memberSchema = z.object({
  type: z.string().nullish().catch(null),
  image_index: z.number().int().min(0).max(99).nullish().catch(null),
  url: z.string().nullish().catch(null),
  size: z.string().nullish().catch(null),
  error: errorSchema,
});
type Member = z.infer<typeof memberSchema>;

const answerSchema = z.object({ data: z.array(z.unknown()).nullish().catch(null), error: errorSchema });

/** `error` of an answer in Ark's form; null: it has none. */
export function errorIn(json: unknown): Pick<Refusal, "code" | "text"> | null {
  const error = answerSchema.safeParse(json).data?.error;
  const [code, text] = [error?.code ?? "", error?.message ?? ""];
  return code === "" && text === "" ? null : { code, text };
}

/** The events of a whole answer. @returns null for an answer of another form. */
export function readAnswer(json: unknown, asked: Asked): CallEvent[] | null {
  const { data } = answerSchema.safeParse(json).data ?? {};
  const members = data ?? [];
  if (members.length === 0) {
    const error = errorIn(json);
    if (error !== null) return [missing(0, error), { kind: "done" }];
    return data ? [noImage, { kind: "done" }] : null;
  }
  const events = members.map((member, place) => memberEvent(memberSchema.safeParse(member).data, place, asked));
  const readable = events.filter((event) => event !== null);
  return [...readable, readable.length === events.length ? { kind: "done" } : unreadableImage];
}

/** Reads the events of a streamed answer, in order. */
export type StreamReader = {
  /** The last of these is terminal when the answer is complete. */
  read(event: ServerEvent): CallEvent[];
  /** Of a stream that ended without its closing event. */
  end(): CallEvent[];
};

export function streamReader(asked: Asked): StreamReader {
  const places = new Set<number>();
  let isUnreadable = false;

  const nextPlace = (): number => {
    for (let place = 0; ; place += 1) if (!places.has(place)) return place;
  };
  function complete(): CallEvent[] {
    if (isUnreadable) return [unreadableImage];
    return places.size === 0 ? [noImage, { kind: "done" }] : [{ kind: "done" }];
  }
  function readMember(member: Member): CallEvent[] {
    const named = member.image_index ?? nextPlace();
    const place = places.has(named) ? nextPlace() : named;
    const event = memberEvent(member, place, asked);
    isUnreadable ||= event === null;
    if (event === null) return [];
    places.add(place);
    return [event];
  }

  return {
    read({ event, data }) {
      if (data.trim() === "[DONE]") return complete();
      const member = memberSchema.safeParse(parsedJson(data)).data;
      if (member === undefined) {
        isUnreadable = true;
        return [];
      }
      const type = member.type || event;
      if (/\.partial_(?:succeeded|failed)$/.test(type)) return readMember(member);
      if (type.endsWith(".completed")) return complete();
      const error = errorIn(member);
      if (error === null) return [];
      if (isUnreadable) return [unreadableImage];
      // It ends an answer that had begun: whatever its code is, the call is not sent again.
      return [missing(nextPlace(), error), { kind: "done" }];
    },
    end: () => (places.size >= asked.images ? complete() : [lost("its answer broke off", "the stream ended early")]),
  };
}

/** @returns null for a member that has neither an image nor an error. */
function memberEvent(member: Member | undefined, place: number, { callId, size }: Asked): CallEvent | null {
  const url = member?.url ?? "";
  if (/^https?:\/\//i.test(url)) {
    const image = { source: `${callId}/${place}`, url, ...(sizeIn(member?.size) ?? sizeIn(size) ?? unknownSize) };
    return { kind: "image", place, image };
  }
  const error = errorIn(member);
  return error === null ? null : missing(place, error);
}

const sizeIn = (text: string | null | undefined): { width: number; height: number } | null => {
  const [, width, height] = /^\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*$/i.exec(text ?? "") ?? [];
  return width === undefined || height === undefined ? null : { width: Number(width), height: Number(height) };
};
/** The image's own bytes tell it. */
const unknownSize = { width: 0, height: 0 };

const failureOf = (error: Pick<Refusal, "code" | "text">) =>
  refusal({ ...error, status: null, retryAfterSeconds: null });
const missing = (place: number, error: Pick<Refusal, "code" | "text">): CallEvent => ({
  kind: "missing",
  place,
  failure: failureOf(error),
});
const noImage = missing(0, { code: "", text: "The answer has no image." });

const lost = (what: string, text: string): CallEvent => ({ kind: "lost", failure: lostAnswer(what, text) });
const unreadableImage = lost("a part of its answer is not readable", "a member without a link and without an error");

/** @returns undefined for a text that is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
