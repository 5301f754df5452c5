/** Server-sent events as a client reads them (WHATWG HTML, section 9.2), and strictly: what is no event is a fault. */

export type SseEvent = {
  id: string | null;
  event: string | null;
  data: string;
  /** When it had come, Unix milliseconds. */
  at: number;
};

export type Reading = {
  /** In the order they came; grows while the stream is read. */
  events: SseEvent[];
  comments: string[];
  /** Milliseconds, once the server said so. */
  retry: () => number | null;
  /** Everything that came, events and comments alike. */
  text: () => string;
  /** Resolves when the server ended the stream, rejects when it broke off. */
  ended: Promise<void>;
  isOver: () => boolean;
  /** The client goes away. Resolves when the server is done with it. */
  stop: () => Promise<void>;
};

/** Reads from now on, in the background. */
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

  function takeBlocks() {
    for (let end = text.indexOf("\n\n", taken); end !== -1; end = text.indexOf("\n\n", taken)) {
      const block = readBlock(text.slice(taken, end));
      taken = end + 2;
      comments.push(...block.comments);
      retry = block.retry ?? retry;
      if (block.data !== null) events.push({ id: block.id, event: block.event, data: block.data, at: Date.now() });
    }
  }

  async function readAll() {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      takeBlocks();
    }
    isOver = true;
    text += decoder.decode();
    if (taken < text.length) throw new Error(`the stream ended in the middle: ${JSON.stringify(text.slice(taken))}`);
  }

  const ended = readAll();
  // Whoever does not ask how it ended need not care.
  ended.catch(() => {});
  return {
    events,
    comments,
    retry: () => retry,
    text: () => text,
    ended,
    isOver: () => isOver,
    stop: () => reader.cancel(),
  };
}

function readBlock(block: string) {
  const found = {
    comments: [] as string[],
    retry: null as number | null,
    id: null as string | null,
    event: null as string | null,
    data: null as string | null,
  };
  for (const line of block.split("\n")) {
    const [, name, value = ""] = /^(\w*):(?: (.*))?$/.exec(line) ?? [];
    if (name === "") found.comments.push(value);
    else if (name === "retry" && /^\d+$/.test(value)) found.retry = Number(value);
    else if (name === "id" || name === "event") found[name] = value;
    else if (name === "data") found.data = found.data === null ? value : `${found.data}\n${value}`;
    else throw new Error(`no line of an event stream: ${JSON.stringify(line.slice(0, 200))}`);
  }
  return found;
}
