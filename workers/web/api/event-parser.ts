/**
 * Parses a `text/event-stream` in chunks cut anywhere (WHATWG HTML, section 9.2.6). Ignores comments. No I/O, no clock.
 */
export type StreamEvent = {
  /** The stream's last id so far; null before the first. */
  id: string | null;
  name: string;
  data: string;
};

type EventParser = {
  /** @param text the next chunk. @returns the events that it completed. */
  push(text: string): StreamEvent[];
  /** The reconnection time of the last `retry` field; null before the first. */
  readonly retryMs: number | null;
};

export function createEventParser(): EventParser {
  let rest = "";
  let isFirst = true;
  let id: string | null = null;
  let name = "";
  let data: string[] = [];
  let retryMs: number | null = null;

  /** An empty line ends an event. An event without data is dropped, with its name. */
  const endEvent = (): StreamEvent | null => {
    const event = data.length === 0 ? null : { id, name: name || "message", data: data.join("\n") };
    name = "";
    data = [];
    return event;
  };

  const takeLine = (line: string): StreamEvent | null => {
    if (line === "") return endEvent();
    const { field, value } = splitLine(line);
    if (field === "data") data.push(value);
    if (field === "event") name = value;
    if (field === "id" && !value.includes("\0")) id = value;
    if (field === "retry" && /^\d+$/.test(value)) retryMs = Number(value);
    return null;
  };

  return {
    push(text) {
      rest += text;
      if (isFirst && rest !== "") {
        isFirst = false;
        rest = rest.replace(/^\uFEFF/, "");
      }
      const { lines, tail } = wholeLines(rest);
      rest = tail;
      return lines.map(takeLine).filter((event) => event !== null);
    },
    get retryMs() {
      return retryMs;
    },
  };
}

/** A carriage return at the end may be half of a line end: it waits for the next chunk. */
function wholeLines(text: string): { lines: string[]; tail: string } {
  const lines: string[] = [];
  let from = 0;
  for (const match of text.matchAll(/\r\n|\n|\r(?!$)/g)) {
    lines.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return { lines, tail: text.slice(from) };
}

function splitLine(line: string): { field: string; value: string } {
  const colon = line.indexOf(":");
  if (colon === -1) return { field: line, value: "" };
  return { field: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, "") };
}
