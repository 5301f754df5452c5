/** The languages of hints and documents, and which of them a caller asks for. */

export const languages = ["en", "zh"] as const;
/** The languages hints are written in. Messages are English: programs and logs quote them. */
export type Language = (typeof languages)[number];

/**
 * The language a caller reads best, by the header Accept-Language (RFC 9110, section 12.5.4): the highest weight wins,
 * the first of equals. English where neither is asked for.
 */
export function languageOf(acceptLanguage: string | null | undefined): Language {
  let best: { language: Language; weight: number } = { language: "en", weight: 0 };
  for (const range of (acceptLanguage ?? "").split(",")) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const primary = tag === "*" ? "en" : tag.split(/[-_]/, 1)[0];
    const language = languages.find((one) => one === primary);
    const given = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    // A weight that is no number compares as false: such a range counts for nothing.
    if (language !== undefined && weight > best.weight) best = { language, weight };
  }
  return best.language;
}
