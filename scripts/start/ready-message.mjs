// What `npm start` says when the API answers: where it is, where pictures come from, and what to paste. No I/O.

/** `origin` is where the upstream answers. */
export function instructions({ url, upstream, origin, state }) {
  const session = upstream === "simulator" ? "us-demo-us" : "us-YOUR_SESSION_ID";
  const authorization = `-H 'Authorization: Bearer ${session}'`;
  return `
Ready on ${url}

${PICTURES[upstream] ?? `Pictures come from ${upstream}.`}${upstream === "simulator" ? `\nThe simulator is at ${origin}; reference images to try: ${origin}/_samples/1024x768.png` : ""}

In a browser: that address for the page, ${url}/docs for the API reference.

Make one by hand:
  curl -s ${url}/v1/images/generations ${authorization} -H 'Content-Type: application/json' -d '{"prompt":"a lighthouse at dawn"}'
See how it goes (TASK_ID is in the answer):
  curl -s ${url}/v1/images/tasks/TASK_ID ${authorization}

State is kept in ${state}. Ctrl-C stops everything.
`;
}

const PICTURES = {
  simulator: "Pictures are SIMULATED: nothing is asked of Dreamina. For real ones: npm start -- --live",
  live: "Pictures are REAL: they are made by Dreamina and cost the credits of the session you send.",
};
