/**
 * A strict reader of server-sent events (WHATWG HTML, section 9.2). Faults, for every test that reads
 * a stream: a line that an event stream cannot have, an event that ends early, and a blank line without a `data:` line
 * before it, because some clients (@microsoft/fetch-event-source) deliver a message for every blank line.
 */

export type SseEvent = {
  id: string | null;
  event: string | null;
  data: string;
  /** When it was received, Unix milliseconds. */
  at: number;
};

export type Reading = {
  /** In order of receipt; grows while the stream is read. */
  events: SseEvent[];
  comments: string[];
  /** The server's `retry`, milliseconds. */
  retry: () => number | null;
  /** The whole text, events and comments. */
  text: () => string;
  /** Resolves when the server ends the stream, rejects when it ends early or is no event stream. */
  ended: Promise<void>;
  isOver: () => boolean;
  /** Disconnects the client. Resolves when the server has noticed, rejects when the text is no event stream. */
  stop: () => Promise<void>;
};

/** Reads the stream in the background. */
export function readEvents(answer: Response): Reading {
  const type = answer.headers.get("content-type") ?? "";
  if (answer.status !== 200 || !type.startsWith("text/event-stream") || answer.body === null) {
    throw new Error(`no stream: ${answer.status} ${type}`);
  }
  const reader = answer.body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const events: SseEvent[] = [];
  const comments: string[] = [];
  let retry: number | null = null;
  let text = "";
  let taken = 0;
  let isOver = false;
  let fault: Error | null = null;
  let block = emptyBlock();

  function takeLines() {
    for (let end = text.indexOf("\n", taken); end !== -1; end = text.indexOf("\n", taken)) {
      takeLine(text.slice(taken, end));
      taken = end + 1;
    }
  }

  function takeLine(line: string) {
    const [, name, value = ""] = /^(\w*):(?: (.*))?$/.exec(line) ?? [];
    if (line === "") {
      const { id, event, data } = block;
      if (data === null) throw new Error(`a blank line without data before it, after ${events.length} events`);
      events.push({ id, event, data, at: Date.now() });
      block = emptyBlock();
    } else if (name === "") comments.push(value);
    else if (name === "retry" && /^\d+$/.test(value)) retry = Number(value);
    else if (name === "id" || name === "event") block[name] = value;
    else if (name === "data") block.data = block.data === null ? value : `${block.data}\n${value}`;
    else throw new Error(`no line of an event stream: ${JSON.stringify(line.slice(0, 200))}`);
  }

  async function readAll() {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      try {
        takeLines();
      } catch (error) {
        fault = error as Error;
        throw error;
      }
    }
    isOver = true;
    text += decoder.decode();
    const isCut = taken < text.length || Object.values(block).some((field) => field !== null);
    if (isCut) throw new Error(`the stream ended in the middle: ${JSON.stringify(text.slice(-200))}`);
  }

  const ended = readAll();
  // A test that does not check the end may ignore it.
  ended.catch(() => {});
  return {
    events,
    comments,
    retry: () => retry,
    text: () => text,
    ended,
    isOver: () => isOver,
    stop: async () => {
      await reader.cancel();
      if (fault !== null) throw fault;
    },
  };
}

const emptyBlock = () => ({
  id: null as string | null,
  event: null as string | null,
  data: null as string | null,
});
