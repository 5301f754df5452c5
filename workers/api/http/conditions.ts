/** Conditional and range requests for a stored image (RFC 9110, §13 and §14). Pure. */

/** What tells one version of an image from another. */
export type Validators = {
  /** With its quotation marks. */
  httpEtag: string;
  uploaded: Date;
};

export type Verdict =
  | { kind: "met" }
  /** The caller has the image already. */
  | { kind: "not_modified" }
  | { kind: "failed"; condition: "If-Match" | "If-Unmodified-Since" };

/**
 * The conditions of a GET or HEAD request, in the order of §13.2.2. Absent, empty and unreadable dates are no
 * conditions.
 */
export function verdictOf(headers: Headers, stored: Validators): Verdict {
  const modified = secondsOf(stored.uploaded.getTime());
  const match = headers.get("if-match");
  if (match) {
    if (!lists(match, stored.httpEtag, "strong")) return { kind: "failed", condition: "If-Match" };
  } else {
    const unmodifiedSince = httpDate(headers.get("if-unmodified-since"));
    if (unmodifiedSince !== null && modified > unmodifiedSince) {
      return { kind: "failed", condition: "If-Unmodified-Since" };
    }
  }
  const noneMatch = headers.get("if-none-match");
  if (noneMatch) return { kind: lists(noneMatch, stored.httpEtag, "weak") ? "not_modified" : "met" };
  const modifiedSince = httpDate(headers.get("if-modified-since"));
  return { kind: modifiedSince !== null && modified <= modifiedSince ? "not_modified" : "met" };
}

/** Whether a list of ETags, or `*`, names this one. Compared strongly, a weak ETag names nothing (§8.8.3.2). */
function lists(header: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (header.trim() === "*") return true;
  const named = header.matchAll(/(W\/)?("[^"]*")/g);
  return [...named].some(([, weak, tag]) => tag === etag && (comparison === "weak" || weak === undefined));
}

/** Whether If-Range names this version: one strong ETag, or the very date of Last-Modified (§13.1.5). */
export function isSameVersion(ifRange: string, { httpEtag, uploaded }: Validators): boolean {
  return ifRange.trim() === httpEtag || httpDate(ifRange) === secondsOf(uploaded.getTime());
}

const time = "(\\d{2}:\\d{2}:\\d{2})";
/** The three forms of a date in HTTP (§5.6.7): as it is written today, as RFC 850 did, as C's asctime does. */
const dateForms: [RegExp, (parts: string[]) => string][] = [
  [
    new RegExp(`^\\w{3}, (\\d{2}) (\\w{3}) (\\d{4}) ${time} GMT$`),
    ([day, month, year, at]) => `${day} ${month} ${year} ${at}`,
  ],
  [
    new RegExp(`^\\w{6,9}, (\\d{2})-(\\w{3})-(\\d{2}) ${time} GMT$`),
    ([day, month, year, at]) => `${day} ${month} ${Number(year) < 70 ? 20 : 19}${year} ${at}`,
  ],
  [
    new RegExp(`^\\w{3} (\\w{3}) ([ \\d]\\d) ${time} (\\d{4})$`),
    ([month, day, at, year]) => `${day} ${month} ${year} ${at}`,
  ],
];

/** Unix seconds; null when the text is not an HTTP date. */
function httpDate(header: string | null): number | null {
  const text = header?.trim() ?? "";
  for (const [form, inOrder] of dateForms) {
    const parts = form.exec(text)?.slice(1);
    if (parts === undefined) continue;
    const at = Date.parse(`${inOrder(parts)} GMT`);
    return Number.isNaN(at) ? null : secondsOf(at);
  }
  return null;
}

const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1000);
