/**
 * Where each region's accounts live: one row per region, everything that differs in it. No other file asks which
 * region it is dealing with; it reads the row.
 */
export const regionIds = ["cn", "us", "hk", "jp", "sg"] as const;
export type RegionId = (typeof regionIds)[number];

/** The cluster that holds an account; Hong Kong, Japan and Singapore share one. */
export type Cluster = "cn" | "us" | "sg";

export type Region = {
  id: RegionId;
  cluster: Cluster;
  /** Host of the web API. */
  apiHost: string;
  /** Origin of the site, for Origin and Referer. */
  siteOrigin: string;
  appId: number;
  /** `region` in the query. */
  regionParam: string;
  /** `Lan` and `Loc` headers. */
  lan: string;
  loc: string;
  /** China only: the query carries a web id, which must equal the cookie `_tea_web_id`. */
  sendsWebId: boolean;
  /** Cookies that say where the account was made. */
  storeCookies: Record<string, string>;
  /** Headers that say so, too: international only (browser capture of the Singapore site, 2026-04). */
  storeHeaders: Record<string, string>;
  acceptLanguage: string;
};

// Hosts and ids: agreed by three or more independent clients and two browser captures (China 2026-02, Singapore 2026-04).
const china = {
  cluster: "cn",
  apiHost: "jimeng.jianying.com",
  siteOrigin: "https://jimeng.jianying.com",
  appId: 513695,
  sendsWebId: true,
} as const;
const international = { siteOrigin: "https://dreamina.capcut.com", appId: 513641, sendsWebId: false } as const;
const singapore = { ...international, cluster: "sg", apiHost: "mweb-api-sg.capcut.com" } as const;
const unitedStates = { ...international, cluster: "us", apiHost: "dreamina-api.us.capcut.com" } as const;

const madeIn = (country: string) => {
  const store = { "store-country-code": country, "store-country-code-src": "uid" };
  return { storeHeaders: store, storeCookies: store };
};

export const regions: Record<RegionId, Region> = {
  cn: {
    ...china,
    id: "cn",
    regionParam: "cn",
    lan: "zh-Hans",
    loc: "cn",
    storeHeaders: {},
    storeCookies: { "store-region": "cn-gd", "store-region-src": "uid" },
    acceptLanguage: "zh-CN,zh;q=0.9",
  },
  us: {
    ...unitedStates,
    id: "us",
    regionParam: "US",
    lan: "en",
    loc: "US",
    ...madeIn("us"),
    acceptLanguage: "en-US,en;q=0.9",
  },
  hk: {
    ...singapore,
    id: "hk",
    regionParam: "HK",
    lan: "zh-Hant-TW",
    loc: "HK",
    ...madeIn("hk"),
    acceptLanguage: "zh-TW,zh;q=0.9,en;q=0.8",
  },
  jp: {
    ...singapore,
    id: "jp",
    regionParam: "JP",
    lan: "ja",
    loc: "JP",
    ...madeIn("jp"),
    acceptLanguage: "ja,en;q=0.8",
  },
  sg: {
    ...singapore,
    id: "sg",
    regionParam: "SG",
    lan: "en",
    loc: "SG",
    ...madeIn("sg"),
    acceptLanguage: "en-SG,en;q=0.9",
  },
};
