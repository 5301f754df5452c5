// @ts-check

/**
 * Waits for a child of `start`. The output has both streams in the order of their arrival; a child that could not be
 * started or was ended by a signal has exit code 1.
 *
 * @param {import("./processes.mjs").Running} running
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function collect({ child, exited }) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const closed = new Promise((resolve) => child.once("close", resolve));
  const { code, error } = await exited;
  if (error) return { code: 1, output: error.message };
  await closed;
  return { code: code ?? 1, output };
}
