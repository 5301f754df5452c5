/**
 * Expected failure as a value: a function that may fail in a known way returns a Result, a bug throws.
 * Nothing else belongs here.
 */
export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const err = <E>(error: E): { ok: false; error: E } => ({ ok: false, error });
