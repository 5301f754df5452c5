/**
 * The types of the tables of clients: the requests of each client and its reading of the answers. `clients.test.ts`
 * runs the rows.
 */

/** Where the behaviour of a client comes from. */
type ClientSource = {
  name: string;
  /** The commit of the source, or another origin of the behaviour. */
  version: string;
  /** Repository and path. */
  seenIn: string[];
};

/** The input of the client's user. */
export type Order = {
  /** The session, as entered in the client's key field. */
  key: string;
  prompt: string;
  /** Reference images; empty for text to image. */
  files: File[];
  /** Addresses of the same images, for clients that send links. */
  links: string[];
};

export type ClientRequest = {
  method: "GET" | "POST";
  /** Appended to the base URL. */
  path: string;
  headers: Record<string, string>;
  body?: string | FormData | ReadableStream<Uint8Array>;
};

export type Answer = { status: number; contentType: string; text: string };

/** An image as the client receives it: bytes in the answer, or a link that it fetches with these headers. */
export type ReceivedImage =
  | { kind: "bytes"; bytes: Uint8Array }
  | { kind: "link"; url: string; headers: Record<string, string> };

/** A client for OpenAI's image API: sends one request and reads images from the answer. */
export type ImageClient = ClientSource & {
  /** The base URL of the client's settings, without the server's origin. */
  base: string;
  request: (order: Order) => ClientRequest;
  /** @throws the client's error. */
  reads: (answer: Answer, sent: ClientRequest) => ReceivedImage[];
  /** The text that the client shows for an error answer. */
  errorText: (answer: Answer) => string;
  /** The client shows no error message from the answer. */
  hidesMessage?: true;
  /** Number of reference images. */
  files: number;
  expected: { images: number; ratio: number };
  /** "cn" for clients that request PNG, which only the Chinese site makes; absent: any session. */
  site?: "cn";
};

/** A client that submits, stores the task's id and polls until the task ends. */
export type TaskClient = ClientSource & {
  base: string;
  request: (order: Order) => ClientRequest;
  /** @returns the id as the client stores it. @throws the client's error. */
  submitted: (answer: Answer) => string;
  poll: (id: string, order: Order) => ClientRequest;
  polled: (answer: Answer) => Polled;
  files: number;
};

export type Polled =
  | { kind: "again"; progress: number }
  | { kind: "done"; images: ReceivedImage[] }
  | { kind: "failed"; reason: string };

/** A client that lists models. */
export type ListClient = ClientSource & {
  base: string;
  request: (key: string) => ClientRequest;
  models: (answer: Answer) => string[];
};
