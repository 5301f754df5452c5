/** What the programs beside this file do with clients that are generated from the API's document. */

export type GeneratedClient = {
  /** Submits a request for one image. @returns the task's id. */
  submit: (prompt: string) => Promise<string>;
  poll: (id: string) => Promise<{ status: string; links: string[] }>;
  /** The ids of all tasks of the session. */
  list: () => Promise<string[]>;
  /** Asks for one image made from these, and waits. @returns links. */
  edit: (prompt: string, files: File[]) => Promise<string[]>;
};

/** Each program exports one as `clientAt`. All of them throw when the answer is an error. */
export type ClientAt = (url: string, session: string) => GeneratedClient;
