/** The interface of the programs in this folder, which use clients generated from the API's OpenAPI document. */

export type GeneratedClient = {
  /** Submits a request for one image. @returns the task's id. */
  submit: (prompt: string) => Promise<string>;
  poll: (id: string) => Promise<{ status: string; links: string[] }>;
  /** The ids of all tasks of the session. */
  list: () => Promise<string[]>;
  /** Requests one image from these files and waits. @returns links. */
  edit: (prompt: string, files: File[]) => Promise<string[]>;
};

/** Each program exports one as `clientAt`. Its functions throw when the answer is an error. */
export type ClientAt = (url: string, session: string) => GeneratedClient;
