/**
 * Reads a `text/event-stream` as it comes, in pieces cut anywhere (WHATWG HTML, section 9.2.6). Comments count as signs
 * of life for whoever feeds it and mean nothing here. No I/O. No clock.
 */
export type StreamEvent = {
  /** The last id the stream has named so far; null before the first. */
  id: string | null;
  name: string;
  data: string;
};

type EventParser = {
  /** Takes the next piece of the stream; gives the events that it completed. */
  push(text: string): StreamEvent[];
  /** How long the server wants clients to wait before they come back; null until it said so. */
  readonly retryMs: number | null;
};

export function createEventParser(): EventParser {
  let rest = "";
  let isFirst = true;
  let id: string | null = null;
  let name = "";
  let data: string[] = [];
  let retryMs: number | null = null;

  /** An empty line ends an event. One without data is dropped, and its name with it. */
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

/** A carriage return at the very end may be half of a line's end: it waits for the next piece. */
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
