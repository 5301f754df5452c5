// The simulated clusters: hosts, app id, parts of image links, signing regions of uploads. One row for each cluster;
// other files read the row instead of comparing cluster names.

export type Cluster = "cn" | "us" | "sg";

export type ClusterFacts = {
  cluster: Cluster;
  /** `aid` in the query and body, `Appid` in the headers. */
  aid: number;
  mwebHosts: readonly string[];
  commerceHosts: readonly string[];
  /** The site's login service; both international clusters share one. */
  passportHosts: readonly string[];
  passportPath: string;
  /** The images of a job rotate over these. */
  imageHosts: readonly string[];
  /** ImageX has the first and last step of an upload, the upload host takes the bytes in between. */
  imagexHosts: readonly string[];
  uploadHosts: readonly string[];
  /** Accepted regions of an upload's signature. International uploads were seen with each of the three. */
  signingRegions: readonly string[];
  /** First part of an image uri; `service` is part of the template name in links. */
  bucket: string;
  service: string;
  /** The real cluster of sessions of this one with the word `moved`. */
  movedTo: Cluster;
  /** `region` in the query. The SG cluster also serves HK, JP and most other countries. */
  acceptsRegion(region: string): boolean;
};

const dreaminaAid = 513641;
const jimengAid = 513695;
const internationalPassport = {
  passportHosts: ["dreamina.capcut.com"],
  passportPath: "/passport/web/account/info/",
};
const internationalSigning = ["us-east-1", "ap-southeast-1", "ap-singapore-1"];

export const clusters: Record<Cluster, ClusterFacts> = {
  cn: {
    cluster: "cn",
    aid: jimengAid,
    mwebHosts: ["jimeng.jianying.com"],
    commerceHosts: ["jimeng.jianying.com"],
    imageHosts: ["p3-dreamina-sign.byteimg.com", "p11-dreamina-sign.byteimg.com", "p26-dreamina-sign.byteimg.com"],
    passportHosts: ["jimeng.jianying.com"],
    passportPath: "/passport/account/info/v2",
    imagexHosts: ["imagex.bytedanceapi.com"],
    uploadHosts: ["tos-d-x-lq.bytedancevod.com", "tos-d-x-hl.bytedancevod.com"],
    signingRegions: ["cn-north-1"],
    bucket: "tos-cn-i-tb4s082cfz",
    service: "tb4s082cfz",
    movedTo: "us",
    acceptsRegion: (region) => region === "cn" || region === "CN",
  },
  us: {
    cluster: "us",
    aid: dreaminaAid,
    mwebHosts: ["dreamina-api.us.capcut.com", "dreamina-api-us-ttp2.us.capcut.com"],
    commerceHosts: ["commerce.us.capcut.com", "commerce-us-ttp2.us.capcut.com"],
    // The bucket prefix was seen, the host name never; this one follows the SG pattern.
    imageHosts: ["p16-dreamina-sign-us.ibyteimg.com"],
    ...internationalPassport,
    imagexHosts: ["imagex16-normal-us-ttp.capcutapi.us"],
    // Hosts under snssdk.com were seen, but not their clusters.
    uploadHosts: ["tos-us16-d-x.snssdk.com"],
    signingRegions: internationalSigning,
    bucket: "tos-useast5-i-wopfjsm1ax-tx",
    service: "wopfjsm1ax",
    movedTo: "sg",
    acceptsRegion: (region) => region === "US",
  },
  sg: {
    cluster: "sg",
    aid: dreaminaAid,
    mwebHosts: ["mweb-api-sg.capcut.com"],
    commerceHosts: ["commerce-api-sg.capcut.com"],
    imageHosts: ["p16-dreamina-sign-sg.ibyteimg.com", "p19-dreamina-sign-sg.ibyteimg.com"],
    ...internationalPassport,
    imagexHosts: ["imagex-normal-sg.capcutapi.com"],
    uploadHosts: ["tos-sg16-d-x.snssdk.com"],
    signingRegions: internationalSigning,
    bucket: "tos-alisg-i-wopfjsm1ax-sg",
    service: "wopfjsm1ax",
    movedTo: "us",
    acceptsRegion: (region) => /^[A-Z]{2}$/.test(region) && region !== "US" && region !== "CN",
  },
};

export type Role = "mweb" | "commerce" | "passport" | "image" | "imagex" | "upload";

/** One role of a host. The CN host has several; the path tells them apart. */
export type HostRole = { facts: ClusterFacts; role: Role };

export function rolesOfHost(host: string): HostRole[] {
  return Object.values(clusters).flatMap((facts) => {
    const hosts: Record<Role, readonly string[]> = {
      mweb: facts.mwebHosts,
      commerce: facts.commerceHosts,
      passport: facts.passportHosts,
      image: facts.imageHosts,
      imagex: facts.imagexHosts,
      upload: facts.uploadHosts,
    };
    const roles = Object.keys(hosts) as Role[];
    return roles.filter((role) => hosts[role].includes(host)).map((role) => ({ facts, role }));
  });
}

export function isCluster(value: unknown): value is Cluster {
  return value === "cn" || value === "us" || value === "sg";
}
