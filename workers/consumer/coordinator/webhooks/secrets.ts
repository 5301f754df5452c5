/** The secrets that sign a reader's deliveries, sealed: the coordinator cannot open them. */
import { retiringMs, secretsKept } from "#consumer/limits.ts";
import type { SealedSecret } from "#shared/task/webhook.ts";
import * as tables from "./tables.ts";

type Sql = DurableObjectStorage["sql"];
type Given = { reader: string; owner: string; sealed: string; now: number };

/** Stores the given one when the reader has none. @returns those that sign, the newest first. */
export function ensureSecret(sql: Sql, given: Given): SealedSecret[] {
  const present = tables.selectSecrets(sql, given.reader, given.now);
  if (present.length > 0) return present;
  tables.insertSecret(sql, given);
  return tables.selectSecrets(sql, given.reader, given.now);
}

/** The given one signs from now on, the former beside it for a day. @returns both, the newest first. */
export function rotateSecret(sql: Sql, given: Given): SealedSecret[] {
  const { reader, now } = given;
  tables.retireSecret(sql, reader, now + retiringMs);
  tables.insertSecret(sql, given);
  tables.deleteSecrets(sql, reader, { now, kept: secretsKept });
  return tables.selectSecrets(sql, reader, now);
}
