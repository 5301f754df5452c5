/** The sentence of a 404. Pure. */

/** Interfaces of other kinds of models that clients try at the same base address. */
const otherInterface =
  /\/(chat\/completions|completions|responses|messages|embeddings|moderations|audio\/\w+|videos)\/?$/;

/** Names the path, and the routes to use for requests of other kinds of models. */
export function notFoundMessage(path: string): string {
  const shown = path.slice(0, 200);
  if (!otherInterface.test(path)) return `There is nothing at ${shown}.`;
  return `This server makes images and nothing else, so there is nothing at ${shown}. Send the prompt to POST /v1/images/generations, images to be changed to POST /v1/images/edits.`;
}
