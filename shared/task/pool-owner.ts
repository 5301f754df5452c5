/** The coordinator of all callers with an API key. */
import type { Seal } from "#shared/seal.ts";

/** The owner of all tasks of callers with an API key: the same whatever credentials are added and removed. */
export const poolOwner = (seal: Pick<Seal, "tag">): Promise<string> => seal.tag("pool", "owner");
