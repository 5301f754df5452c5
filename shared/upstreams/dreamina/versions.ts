/**
 * The version strings of a current ordinary client. They change every month; an operator may replace them
 * (`overrides.ts`).
 */
export type Versions = {
  /** `da_version` of the query and `version` of every draft. */
  draft: string;
  /** `web_version` of the query. */
  web: string;
  /** Header Appvr. An old one is refused with 3018. */
  app: string;
  /** Header App-Sdk-Version. */
  appSdk: string;
  /** Header Pf: the web platform. */
  platform: string;
  /** Must match `clientHints`: a user agent that contradicts its hints causes 4013 (seen in China, 2026-02). */
  userAgent: string;
  clientHints: Record<"sec-ch-ua" | "sec-ch-ua-mobile" | "sec-ch-ua-platform", string>;
};

// Newest clients of both sites, 2026-10.
export const versions: Versions = {
  draft: "3.3.28",
  web: "7.5.0",
  app: "8.4.0",
  appSdk: "48.0.0",
  platform: "7",
  userAgent:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  clientHints: {
    "sec-ch-ua": '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
    "sec-ch-ua-mobile": "?0",
    "sec-ch-ua-platform": '"Windows"',
  },
};
