/** What `npm start` prints: the address, the source of the images, and commands to paste. No I/O. */
import type { AdminKey } from "./admin-key.ts";

type Run = {
  url: string;
  /** "simulator", "live" or an origin. */
  upstream: string;
  /** Where the upstream answers. */
  origin: string;
  state: string;
  /** Null: this machine does not have the key. */
  admin: AdminKey | null;
};

/** The text that `npm start` prints once the API answers. */
export function instructions({ url, upstream, origin, state, admin }: Run): string {
  const isSimulated = upstream === "simulator";
  const session = isSimulated ? "us-demo-us" : "us-YOUR_SESSION_ID";
  const key = isSimulated ? "ark-ap-demo-key-ap-simulator" : "ark-ap-YOUR_KEY";
  const authorization = `-H 'Authorization: Bearer ${session}'`;
  return `
Ready on ${url}

${IMAGES[upstream] ?? `Images come from ${upstream}.`}${isSimulated ? `\nThe simulator is at ${origin}; reference images to try: ${origin}/_samples/1024x768.png` : ""}

In a browser: that address for the page, ${url}/docs for the API reference.

Make one by hand:
  curl -s ${url}/v1/images/generations ${authorization} -H 'Content-Type: application/json' -d '{"prompt":"a lighthouse at dawn"}'
See how it goes (TASK_ID is in the answer):
  curl -s ${url}/v1/images/tasks/TASK_ID ${authorization}

Official keys instead of a session (docs/keys.md): 'Authorization: Bearer ${key}'
${admin === null ? "" : `The administrator's key, for ${url}/admin: ${admin.key}\n`}
State is kept in ${state}. Ctrl-C stops everything.
`;
}

const IMAGES: Record<string, string> = {
  simulator: "Images are SIMULATED: Dreamina is not called. For real ones: npm start -- --live",
  live: "Images are REAL: Dreamina makes them, and they cost the credits of the session you send.",
};
