// A strict reader of JSON: fields that a shape does not name are refused. Reports the first problem with its path; the
// upstream only says "invalid parameter". No I/O.

export type Shape<T> = (value: unknown, path: string) => T;
export type Read<S> = S extends Shape<infer T> ? T : never;
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: string };

type Fields = Record<string, Shape<unknown>>;
type Simplify<T> = { [K in keyof T]: T[K] };
type ReadFields<R extends Fields, O extends Fields> = Simplify<
  { [K in keyof R]: Read<R[K]> } & { [K in keyof O]?: Read<O[K]> }
>;

export function read<T>(shape: Shape<T>, value: unknown, path: string): Outcome<T> {
  try {
    return { ok: true, value: shape(value, path) };
  } catch (error) {
    if (error instanceof ShapeError) return { ok: false, problem: error.message };
    throw error;
  }
}

export function object<R extends Fields, O extends Fields>(required: R, optional: O): Shape<ReadFields<R, O>> {
  return (value, path) => {
    if (!isObject(value)) throw new ShapeError(`${path} is not an object`);
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(required, key) && !Object.hasOwn(optional, key))
        throw new ShapeError(`${path}.${key} is not a known field`);
    }
    const result: Record<string, unknown> = {};
    for (const [key, shape] of Object.entries(required)) {
      if (value[key] === undefined) throw new ShapeError(`${path}.${key} is missing`);
      result[key] = shape(value[key], `${path}.${key}`);
    }
    for (const [key, shape] of Object.entries(optional)) {
      if (value[key] !== undefined) result[key] = shape(value[key], `${path}.${key}`);
    }
    // The loops above read exactly the fields of the type.
    return result as ReadFields<R, O>;
  };
}

export function list<T>(shape: Shape<T>, length: { min: number; max: number }): Shape<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ShapeError(`${path} is not a list`);
    if (value.length < length.min || value.length > length.max)
      throw new ShapeError(`${path} has ${value.length} entries, not ${length.min} to ${length.max}`);
    return value.map((entry, index) => shape(entry, `${path}[${index}]`));
  };
}

export function number(range: { min: number; max: number; whole?: boolean }): Shape<number> {
  return (value, path) => {
    if (typeof value !== "number") throw new ShapeError(`${path} is not a number`);
    if (value < range.min || value > range.max) throw new ShapeError(`${path} is not ${range.min} to ${range.max}`);
    if (range.whole && !Number.isInteger(value)) throw new ShapeError(`${path} is not a whole number`);
    return value;
  };
}

export function literal<const T extends string | number | boolean>(expected: T): Shape<T> {
  return (value, path) => {
    if (value !== expected) throw new ShapeError(`${path} is not ${JSON.stringify(expected)}`);
    return expected;
  };
}

export function textLike(pattern: RegExp, what: string): Shape<string> {
  return (value, path) => {
    if (typeof value !== "string" || !pattern.test(value)) throw new ShapeError(`${path} is not ${what}`);
    return value;
  };
}

export function oneOf<T>(is: (value: unknown) => value is T, what: string): Shape<T> {
  return (value, path) => {
    if (!is(value)) throw new ShapeError(`${path} is not ${what}`);
    return value;
  };
}

export const text: Shape<string> = (value, path) => {
  if (typeof value !== "string") throw new ShapeError(`${path} is not a string`);
  return value;
};

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new ShapeError(`${path} is not true or false`);
  return value;
};

export const anything: Shape<unknown> = (value) => value;

export const uuid = textLike(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a uuid");

export const version = textLike(/^\d+\.\d+\.\d+$/, "a version like 3.3.9");

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class ShapeError extends Error {}
