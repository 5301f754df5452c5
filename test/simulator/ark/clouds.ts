// The clouds of Ark: Volcengine Ark in China, BytePlus ModelArk in Johor and Dublin, with the hosts of each.

export const arkClouds = ["cn", "ap", "eu"] as const;
export type ArkCloud = (typeof arkClouds)[number];

type CloudFacts = { cloud: ArkCloud; apiHost: string; pictureHost: string; tosRegion: string };

/** The picture hosts of `ap` and `eu` are assumed; that of `cn` was seen. */
const facts: Record<ArkCloud, CloudFacts> = {
  cn: {
    cloud: "cn",
    apiHost: "ark.cn-beijing.volces.com",
    pictureHost: "ark-acg-cn-beijing.tos-cn-beijing.volces.com",
    tosRegion: "cn-beijing",
  },
  ap: {
    cloud: "ap",
    apiHost: "ark.ap-southeast.bytepluses.com",
    pictureHost: "ark-acg-ap-southeast-1.tos-ap-southeast-1.bytepluses.com",
    tosRegion: "ap-southeast-1",
  },
  eu: {
    cloud: "eu",
    apiHost: "ark.eu-west.bytepluses.com",
    pictureHost: "ark-acg-eu-west-1.tos-eu-west-1.bytepluses.com",
    tosRegion: "eu-west-1",
  },
};

export function factsOfCloud(cloud: ArkCloud): CloudFacts {
  return facts[cloud];
}

export type ArkHost = { facts: CloudFacts; role: "api" | "picture" };

export function arkHostNamed(host: string): ArkHost | undefined {
  for (const cloud of arkClouds) {
    if (facts[cloud].apiHost === host) return { facts: facts[cloud], role: "api" };
    if (facts[cloud].pictureHost === host) return { facts: facts[cloud], role: "picture" };
  }
  return undefined;
}
