/** The languages of hints and documents, and the choice among them. */

export const languages = ["en", "zh"] as const;
/** A language of hints. Messages are English only: programs and logs quote them. */
export type Language = (typeof languages)[number];

/**
 * The preferred language of the header Accept-Language (RFC 9110, section 12.5.4): the one with the highest weight, the
 * first of equals. English when the header names neither.
 */
export function languageOf(acceptLanguage: string | null | undefined): Language {
  let best: { language: Language; weight: number } = { language: "en", weight: 0 };
  for (const range of (acceptLanguage ?? "").split(",")) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const primary = tag === "*" ? "en" : tag.split(/[-_]/, 1)[0];
    const language = languages.find((one) => one === primary);
    const given = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    // A weight that is no number compares as false, so such a range is ignored.
    if (language !== undefined && weight > best.weight) best = { language, weight };
  }
  return best.language;
}
