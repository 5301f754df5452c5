/** The regions of accounts, by the prefix of a session: `cn` is written without one. */
export const regionIds = ["cn", "us", "hk", "jp", "sg"] as const;
export type RegionId = (typeof regionIds)[number];
