/**
 * What a test can do in any of the browsers. Each one finds elements by its own accessibility tree, and waits for them.
 */
export type Target = {
  role: "button" | "textbox" | "radio" | "heading";
  /** The whole accessible name. */
  name: string;
  /** CSS selector of an element around it. */
  within?: string;
};

/** A window with empty storage. */
export type Driver = {
  goto: (url: string) => Promise<void>;
  reload: () => Promise<void>;
  click: (target: Target) => Promise<void>;
  /** Replaces the text of a field. */
  fill: (target: Target, text: string) => Promise<void>;
  /** @param input CSS selector. */
  setFiles: (input: string, files: string[]) => Promise<void>;
  /** Runs a function in the page, which sees nothing but its arguments. Arguments and result are JSON. */
  run: <A extends unknown[], R>(script: (...args: A) => R | Promise<R>, ...args: A) => Promise<R>;
  resize: (size: Size) => Promise<void>;
  screenshot: () => Promise<Uint8Array>;
  /** Runs an action that downloads one file. */
  saved: (act: () => Promise<void>) => Promise<{ name: string; bytes: Buffer }>;
  /** Errors and violations of the Content-Security-Policy so far. */
  faults: () => Promise<string[]>;
  close: () => Promise<void>;
};

export type Size = { width: number; height: number };

export type OpenBrowser = {
  /** Name and version. */
  version: string;
  open: () => Promise<Driver>;
  close: () => Promise<void>;
};

export const waitMs = 60_000;
