// The clusters the simulator plays: which hosts each one answers on, its app id, and how its picture
// links look. One row per cluster; nothing else in the folder asks "is this the US?".

export type Cluster = "cn" | "us" | "sg";

export type ClusterFacts = {
  cluster: Cluster;
  /** `aid` in the query and body, `Appid` in the headers. */
  aid: number;
  mwebHosts: readonly string[];
  commerceHosts: readonly string[];
  /** Pictures rotate over these. */
  pictureHosts: readonly string[];
  /** First part of an image uri, and the service id inside the link's template name. */
  bucket: string;
  service: string;
  /** `region` in the query. The SG cluster also serves HK, JP and most other countries. */
  acceptsRegion(region: string): boolean;
};

const dreaminaAid = 513641;
const jimengAid = 513695;

export const clusters: Record<Cluster, ClusterFacts> = {
  cn: {
    cluster: "cn",
    aid: jimengAid,
    mwebHosts: ["jimeng.jianying.com"],
    commerceHosts: ["jimeng.jianying.com"],
    pictureHosts: ["p3-dreamina-sign.byteimg.com", "p11-dreamina-sign.byteimg.com", "p26-dreamina-sign.byteimg.com"],
    bucket: "tos-cn-i-tb4s082cfz",
    service: "tb4s082cfz",
    acceptsRegion: (region) => region === "cn" || region === "CN",
  },
  us: {
    cluster: "us",
    aid: dreaminaAid,
    mwebHosts: ["dreamina-api.us.capcut.com", "dreamina-api-us-ttp2.us.capcut.com"],
    commerceHosts: ["commerce.us.capcut.com", "commerce-us-ttp2.us.capcut.com"],
    // The bucket prefix was seen; the host name never was. This one is made up after the SG pattern.
    pictureHosts: ["p16-dreamina-sign-us.ibyteimg.com"],
    bucket: "tos-useast5-i-wopfjsm1ax-tx",
    service: "wopfjsm1ax",
    acceptsRegion: (region) => region === "US",
  },
  sg: {
    cluster: "sg",
    aid: dreaminaAid,
    mwebHosts: ["mweb-api-sg.capcut.com"],
    commerceHosts: ["commerce-api-sg.capcut.com"],
    pictureHosts: ["p16-dreamina-sign-sg.ibyteimg.com", "p19-dreamina-sign-sg.ibyteimg.com"],
    bucket: "tos-alisg-i-wopfjsm1ax-sg",
    service: "wopfjsm1ax",
    acceptsRegion: (region) => /^[A-Z]{2}$/.test(region) && region !== "US" && region !== "CN",
  },
};

/** What a host is for. The CN host is both `mweb` and `commerce`; the path tells them apart. */
export type HostRole = {
  facts: ClusterFacts;
  role: "mweb" | "commerce" | "picture";
};

export function rolesOfHost(host: string): HostRole[] {
  const roles: HostRole[] = [];
  for (const facts of Object.values(clusters)) {
    if (facts.mwebHosts.includes(host)) roles.push({ facts, role: "mweb" });
    if (facts.commerceHosts.includes(host)) roles.push({ facts, role: "commerce" });
    if (facts.pictureHosts.includes(host)) roles.push({ facts, role: "picture" });
  }
  return roles;
}

export function isCluster(value: unknown): value is Cluster {
  return value === "cn" || value === "us" || value === "sg";
}
