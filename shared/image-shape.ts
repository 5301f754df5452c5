/** The shapes of an image that a request may name. */
export const ratios = ["1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"] as const;
export type Ratio = (typeof ratios)[number];

export const resolutions = ["1k", "1.5k", "2k", "3k", "4k"] as const;
export type Resolution = (typeof resolutions)[number];

export type ImageShape = { ratio: Ratio; resolution: Resolution };
