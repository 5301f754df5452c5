/** Server-sent events of an answer, as they arrive (WHATWG HTML, section 9.2). */

/** `event`: empty when the event names none. */
export type ServerEvent = { event: string; data: string };

/** Events without data are left out; a last one counts without its blank line. Throws when the body breaks. */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  let fields: ServerEvent & { hasData: boolean } = { event: "", data: "", hasData: false };
  for await (const line of linesOf(body)) {
    if (line === "") {
      if (fields.hasData) yield { event: fields.event, data: fields.data };
      fields = { event: "", data: "", hasData: false };
      continue;
    }
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") fields.event = value;
    else if (name === "data") {
      fields.data = fields.hasData ? `${fields.data}\n${value}` : value;
      fields.hasData = true;
    }
  }
  if (fields.hasData) yield { event: fields.event, data: fields.data };
}

/** Lines without their ends: CRLF, LF or CR. A last line without an end is complete, too. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let isDone = false;
  try {
    while (!isDone) {
      const { done, value } = await reader.read();
      isDone = done;
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A CR at the very end may be half of a CRLF.
      const lines = rest.split(isDone ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    reader.cancel().catch(() => {});
  }
}
