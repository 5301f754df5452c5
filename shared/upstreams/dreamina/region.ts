/**
 * The regions: one row each, with everything that differs between them. Other files read the row; they never compare
 * the id.
 */
import type { RegionId } from "#shared/region-ids.ts";

export const clusters = ["cn", "us", "sg"] as const;
/** The cluster that holds an account; Hong Kong, Japan and Singapore share one. */
export type Cluster = (typeof clusters)[number];

export type Region = {
  id: RegionId;
  cluster: Cluster;
  /** Host of the web API. */
  apiHost: string;
  /** Host of the balance and the daily credits. */
  commerceHost: string;
  /** Host that takes reference images (ImageX). */
  imagexHost: string;
  /** ImageX service, for upload tokens that name none. */
  imagexServiceId: string;
  /** The field of the upload token that names the service. */
  serviceIdField: "service_id" | "space_name";
  /** Region in the AWS v4 signature of ImageX calls. */
  signingRegion: string;
  /** Added to the query of ApplyImageUpload. */
  applyQuery: Record<string, string>;
  /** Whether an uploaded image needs a content check before use: China only. */
  checksUploads: boolean;
  /** The format of the original images: PNG on the Chinese site, JPEG on the international ones (two clients, 2026). */
  pictureFormat: "png" | "jpeg";
  /** Whether the daily credits can be claimed without the site's page (clients of both sites, 2026-04 and 2026-10). */
  claimsGift: boolean;
  /** The site's origin, for the headers Origin and Referer. */
  siteOrigin: string;
  appId: number;
  /** `region` in the query. */
  regionParam: string;
  /** `Lan` and `Loc` headers of the web API. */
  lan: string;
  loc: string;
  /** `Lan` header of commerce calls; they have no `Loc`. */
  commerceLan: string;
  /** Whether the query has a web id, equal to the cookie `_tea_web_id`: China only. */
  sendsWebId: boolean;
  /** Cookies with the country of the account. */
  storeCookies: Record<string, string>;
  /** Headers with the country of the account: international only (browser capture of the Singapore site, 2026-04). */
  storeHeaders: Record<string, string>;
  acceptLanguage: string;
};

// Hosts and ids: three or more independent clients and two browser captures (China 2026-02, Singapore 2026-04). Signing
// regions: two clients; a third signs both international hosts with one region, so the check seems loose. Field of the
// service id, query of Apply and content check: two or more clients.
// Further hosts, each in one public file (2026-10), not verified, for UPSTREAM_OVERRIDES when a host is gone:
// dreamina-api.capcut.com, dreamina.us.capcut.com, dreamina-api-us-ttp2.us.capcut.com and mweb-api-jp/-eu.capcut.com
// (web API), commerce-api.capcut.com and commerce-us-ttp2.us.capcut.com (credits), imagex16-normal-sg-ttp.capcutapi.sg
// (ImageX).
const china = {
  cluster: "cn",
  apiHost: "jimeng.jianying.com",
  commerceHost: "jimeng.jianying.com",
  imagexHost: "imagex.bytedanceapi.com",
  imagexServiceId: "tb4s082cfz",
  serviceIdField: "service_id",
  signingRegion: "cn-north-1",
  applyQuery: {},
  checksUploads: true,
  pictureFormat: "png",
  claimsGift: true,
  siteOrigin: "https://jimeng.jianying.com",
  appId: 513695,
  sendsWebId: true,
} as const;
const international = {
  imagexServiceId: "wopfjsm1ax",
  serviceIdField: "space_name",
  applyQuery: { device_platform: "web" },
  checksUploads: false,
  pictureFormat: "jpeg",
  claimsGift: false,
  siteOrigin: "https://dreamina.capcut.com",
  appId: 513641,
  sendsWebId: false,
} as const;
const singapore = {
  ...international,
  cluster: "sg",
  apiHost: "mweb-api-sg.capcut.com",
  commerceHost: "commerce-api-sg.capcut.com",
  imagexHost: "imagex-normal-sg.capcutapi.com",
  signingRegion: "ap-southeast-1",
} as const;
const unitedStates = {
  ...international,
  cluster: "us",
  apiHost: "dreamina-api.us.capcut.com",
  commerceHost: "commerce.us.capcut.com",
  imagexHost: "imagex16-normal-us-ttp.capcutapi.us",
  signingRegion: "us-east-1",
} as const;

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
    commerceLan: "ZH",
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
    commerceLan: "EN",
    ...madeIn("us"),
    acceptLanguage: "en-US,en;q=0.9",
  },
  hk: {
    ...singapore,
    id: "hk",
    regionParam: "HK",
    lan: "zh-Hant-TW",
    loc: "HK",
    commerceLan: "ZH-HANT-TW",
    ...madeIn("hk"),
    acceptLanguage: "zh-TW,zh;q=0.9,en;q=0.8",
  },
  jp: {
    ...singapore,
    id: "jp",
    regionParam: "JP",
    lan: "ja",
    loc: "JP",
    commerceLan: "JA",
    ...madeIn("jp"),
    acceptLanguage: "ja,en;q=0.8",
  },
  sg: {
    ...singapore,
    id: "sg",
    regionParam: "SG",
    lan: "en",
    loc: "SG",
    commerceLan: "EN",
    ...madeIn("sg"),
    acceptLanguage: "en-SG,en;q=0.9",
  },
};
