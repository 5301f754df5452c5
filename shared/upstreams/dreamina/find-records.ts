/** Finds the records of jobs in an answer, and their fields in a record: clients have met several layouts. Pure. */
type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Fields where 0 counts as missing too. */
const countsAndCodes = ["fail_code", "total_image_count", "finished_image_count", "finish_time"];
const isLacking = (name: string, value: unknown): boolean =>
  isEmpty(value) || (countsAndCodes.includes(name) && (value === 0 || value === "0"));

/** Adds the fields of `task` that the record lacks: some answers have status and items there (one client, 2026-10). */
export function flat(data: unknown): unknown {
  if (!isObject(data) || !isObject(data.task)) return data;
  const own = Object.entries(data).filter(([name, value]) => !isLacking(name, value));
  return { ...data, ...data.task, ...Object.fromEntries(own) };
}

/**
 * The record of each job in an answer, by submit id. The answer is a map by that id, a map by another id, or a list
 * (clients of both sites, 2026); it lacks the jobs that the upstream does not know (yet).
 *
 * @returns null for any other answer, and when a job is missing while some record has no submit id: the job may exist,
 * and must not be submitted again.
 */
export function recordsIn(data: unknown, submitIds: readonly string[]): Map<string, unknown> | null {
  if (isEmpty(data)) return new Map();
  if (typeof data !== "object" || data === null) return null;
  if (Array.isArray(data) && !data.every(isObject)) return null;
  // Includes the items of a list inside an object, under any name.
  const all: unknown[] = [data, ...Object.values(data)].flatMap((value) => (Array.isArray(value) ? value : [value]));
  const bySubmitId = new Map(all.map((record) => [submitIdOf(record), record]));
  const byName: Fields = Array.isArray(data) ? {} : { ...data };
  const found = submitIds.map((id) => [id, byName[id] ?? bySubmitId.get(id)] as const);
  const known = new Map(found.filter(([, record]) => record !== undefined && record !== null));
  const isUnnamed = (record: unknown) =>
    isRecord(record) && isEmpty(submitIdOf(record)) && ![...known.values()].includes(record);
  return known.size < submitIds.length && all.some(isUnnamed) ? null : known;
}

const isRecord = (value: unknown): boolean => isObject(value) && ("status" in value || isObject(value.task));

function submitIdOf(record: unknown): unknown {
  if (!isObject(record)) return undefined;
  return record.submit_id ?? (isObject(record.task) ? record.task.submit_id : undefined);
}
