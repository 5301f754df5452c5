/** A window of WebKitGTK as a driver. */
import { savedIn } from "./downloads.ts";
import type { Driver, Target } from "./driver.ts";
import { waitFor } from "./patience.ts";
import { idOf, type Send } from "./webdriver.ts";

/** Elements that can have the role, among which the browser's own role and name decide. */
const candidates: Record<Target["role"], string> = {
  button: "button, summary, [role=button], input[type=submit]",
  textbox: "textarea, input:not([type=radio], [type=checkbox], [type=file])",
  radio: "input[type=radio]",
  heading: "h1, h2, h3",
};

type Surroundings = { downloads: string; violations: readonly string[]; close: () => Promise<void> };

export function windowOf(send: Send, { downloads, violations, close }: Surroundings): Driver {
  const run: Driver["run"] = async <A extends unknown[], R>(
    script: (...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<R> => {
    const outcome = await send("POST", "/execute/async", { script: inPage(script), args });
    const { value, error } = outcome as { value?: R; error?: string };
    if (error !== undefined) throw new Error(error);
    return value as R;
  };

  const find = ({ role, name, within = "body" }: Target): Promise<string> =>
    waitFor(`${role} “${name}” within ${within}`, async () => {
      const using = { using: "css selector", value: `${within} :is(${candidates[role]})` };
      for (const id of ((await send("POST", "/elements", using)) as unknown[]).map(idOf)) {
        // An element may go while it is looked at.
        const is = async (what: string) => send("GET", `/element/${id}/${what}`).catch(() => undefined);
        if ((await is("computedlabel")) !== name || (await is("displayed")) !== true) continue;
        if ((await is("computedrole")) === role && (await is("enabled")) === true) return id;
      }
      return undefined;
    });

  const listen = () => run(noteFaults);

  return {
    run,
    async goto(url) {
      await send("POST", "/url", { url });
      await listen();
    },
    async reload() {
      await send("POST", "/refresh", {});
      await listen();
    },
    click: async (target) => void (await send("POST", `/element/${await find(target)}/click`, {})),
    async fill(target, text) {
      const id = await find(target);
      await send("POST", `/element/${id}/clear`, {});
      await send("POST", `/element/${id}/value`, { text });
    },
    async setFiles(input, files) {
      const using = { using: "css selector", value: input };
      const id = await waitFor(input, () => send("POST", "/element", using).then(idOf, () => undefined));
      await send("POST", `/element/${id}/value`, { text: files.join("\n") });
    },
    resize: async ({ width, height }) => void (await send("POST", "/window/rect", { width, height })),
    screenshot: async () => Buffer.from((await send("GET", "/screenshot")) as string, "base64"),
    saved: savedIn(downloads),
    faults: async () => [...violations, ...(await run(() => (globalThis as unknown as { faults: string[] }).faults))],
    close,
  };
}

const inPage = (script: (...args: never[]) => unknown): string => `
  const done = arguments[arguments.length - 1];
  const args = [...arguments].slice(0, -1);
  (async () => (${script})(...args))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;

/**
 * Runs in the page once it has loaded: nothing can run before its scripts, and an automated MiniBrowser writes no
 * console messages.
 */
function noteFaults(): void {
  const faults: string[] = [];
  Object.assign(globalThis, { faults });
  const report = console.error;
  console.error = (...words) => {
    faults.push(`console: ${words.join(" ")}`);
    report(...words);
  };
  addEventListener("error", ({ message }) => faults.push(`uncaught: ${message}`));
  addEventListener("unhandledrejection", ({ reason }) => faults.push(`uncaught: ${reason}`));
}
