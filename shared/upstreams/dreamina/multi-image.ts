/**
 * Whether a prompt requests several images, by the common wordings in English and Chinese. Some models return several
 * only because of the prompt; the site marks such a job in its telemetry, and so does this client. Pure.
 */
const numbers = "[2-9]|[1-3]\\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|twenty";
const images = "images|pictures|pics|photos|photographs|illustrations|drawings|paintings|posters|variations";

// Every part has a bounded length, so that no prompt takes long to match.
const wordings = [
  // Not part of a longer number: `16:9 images`, `2.5 images`, `1,000 images`.
  new RegExp(`(?<![\\w:.,/×-])(?:${numbers}) (?:\\p{L}{1,20} ){0,2}(?:${images})\\b`, "iu"),
  new RegExp(`\\b(?:series|set|sequence) of (?:\\p{L}{1,20} ){0,3}(?:${images})\\b`, "iu"),
  /\bpicture[ -]?book\b|\bstory[ -]?b(?:ook|oard)\b/i,
  // Not part of a longer number, and no ordinal: 第三张 is the third.
  /(?<![\d０-９第一二两兩三四五六七八九十百千])(?:[2-9２-９]|[1-3]\d|[二两兩三四五六七八九十]{1,3}) ?[张張幅]/u,
  /绘本|繪本|连环画|連環畫|组图|組圖|[连連][续續]的?[插图圖画畫]|故事[插图圖画畫]/u,
];

export const asksForMany = (prompt: string): boolean => wordings.some((wording) => wording.test(prompt));
