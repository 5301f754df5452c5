const name = /^images\[(\d+)\]/;

/** Place of the reference image that a refusal names, from 0; null: it names none. The page sends all as `images`. */
export function imageAtFault(message: string): number | null {
  const place = name.exec(message)?.[1];
  return place === undefined ? null : Number(place);
}

export const withoutImageName = (message: string): string => message.replace(name, "");
