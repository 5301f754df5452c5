/** Ids of the files that hold the results of a batch. They name their batch, so that nothing is stored for them. Pure. */

export type OutputKind = "output" | "errors";

/** `batch_<random>` has the files `file-<random>-output` and `file-<random>-errors`. */
export const outputFileId = (batchId: string, kind: OutputKind): string =>
  `file-${batchId.slice("batch_".length)}-${kind}`;

/** Null for the id of any other file. */
export function outputOf(fileId: string): { batchId: string; kind: OutputKind } | null {
  const [, random, kind] = /^file-([\w-]{21})-(output|errors)$/.exec(fileId) ?? [];
  if (random === undefined) return null;
  return { batchId: `batch_${random}`, kind: kind === "output" ? "output" : "errors" };
}
