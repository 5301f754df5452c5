/** The text of server-sent events (WHATWG HTML, section 9.2). Pure. */

/** Fields of one server-sent event, in the order they are sent; `data` is one line of text. */
type EventFields = { retry?: number; id?: string; event?: string; data: string };

/** One server-sent event: its fields, and the blank line that ends it. */
const event = (fields: EventFields): string =>
  `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("")}\n`;

/**
 * A comment, which shows that the stream is alive. No blank line follows it: @microsoft/fetch-event-source 2.0.1
 * (parse.ts, `getMessages`) delivers a message of empty data for every blank line, also where no `data:` came before.
 */
const comment = (text: string): string => `: ${text}\n`;

export const sse = { event, comment };
