/**
 * What a row of the tables says about a client: what it sends, and what it makes of the answer. Data and types only;
 * `clients.test.ts` plays the rows.
 */

/** Whose words and reading these are. */
type Known = {
  name: string;
  /** The commit its source was read at, or where its behaviour comes from. */
  version: string;
  /** Where its behaviour was seen: repository and path. */
  seenIn: string[];
};

/** What the client's user wants done. */
export type Order = {
  /** The session, as the user puts it into the client's key field. */
  key: string;
  prompt: string;
  /** Reference images; empty for an image from text. */
  files: File[];
  /** As many addresses of images, for clients that send those. */
  links: string[];
};

export type Sent = {
  method: "GET" | "POST";
  /** Behind the base URL. */
  path: string;
  headers: Record<string, string>;
  body?: string | FormData | ReadableStream<Uint8Array>;
};

export type Answer = { status: number; contentType: string; text: string };

/** An image as the client gets hold of it: bytes in the answer, or a link that it fetches, with these headers. */
export type Shown =
  | { kind: "bytes"; bytes: Uint8Array }
  | { kind: "link"; url: string; headers: Record<string, string> };

/** Asks once and reads images from the answer: the clients made for OpenAI's image API. */
export type ImageClient = Known & {
  /** What its user typed as base URL, behind the server's origin. */
  base: string;
  request: (order: Order) => Sent;
  /** @throws what the client itself would fail with. */
  reads: (answer: Answer, sent: Sent) => Shown[];
  /** What the client tells its user about an answer that is no success. */
  complains: (answer: Answer) => string;
  /** It hides our words and says only that it failed. */
  isSilent?: true;
  /** Reference images it sends. */
  files: number;
  makes: { images: number; ratio: number };
  /** It asks for PNG, which only the Chinese site makes; absent: its user may have any session. */
  needs?: "cn";
};

/** Submits, keeps the task's id, asks until the task has ended. */
export type TaskClient = Known & {
  base: string;
  request: (order: Order) => Sent;
  /** @returns the id, kept as the client keeps it. @throws what the client itself would fail with. */
  submitted: (answer: Answer) => string;
  poll: (id: string, order: Order) => Sent;
  polled: (answer: Answer) => Polled;
  files: number;
};

export type Polled =
  | { kind: "again"; progress: number }
  | { kind: "done"; images: Shown[] }
  | { kind: "failed"; reason: string };

/** Fills its list of models. */
export type ListClient = Known & {
  base: string;
  request: (key: string) => Sent;
  models: (answer: Answer) => string[];
};
