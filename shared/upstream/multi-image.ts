/**
 * Whether a prompt asks for many pictures, and for how many. Some models then make as many, without any other sign
 * that they should; the site marks such a job in its telemetry. Reads the common wordings of two languages. Pure.
 */

/** Beyond this a number in a prompt is part of what the picture shows. */
const mostPictures = 40;

const englishNumbers = [
  ..."zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(" "),
  ..."sixteen seventeen eighteen nineteen twenty".split(" "),
];
const chineseDigits = "零一二三四五六七八九";

// Not a digit of something longer: `16:9 images`, `2.5 images`, `1,000 images`.
const english = `(?<![\\d:.,/x×-])(\\d{1,4}|${englishNumbers.slice(1).join("|")})`;
// Nor of a longer Chinese number, nor an ordinal: 第三张 is the third.
const chinese = "(?<![\\d０-９.第零一二两兩三四五六七八九十百千万萬])([\\d０-９]{1,4}|[一二两兩三四五六七八九十]{1,3})";

const verb = "(?:generate|create|make|draw|paint|render|design|produce|illustrate|give|show|want|need)";
const group = "(?:series|set|sequence|collection|batch)";
const picture =
  "(?:images|pictures|pics|photos|photographs|illustrations|drawings|paintings|posters|renders|variations)";
const part = "(?:page|scene|frame|picture|image|illustration|part|shot)";
const book = "(?:picture[ -]?book|story[ -]?board|picture story|photo story|comic strip in pictures)";
const words = "(?:[\\p{L}'-]+[ -]+){0,3}?";

/** Wordings with a number in them; the first one that fits counts. */
const counted = [
  // At the beginning of a sentence, or after a verb: "six illustrations of …", "draw me a set of 4 pictures".
  `(?:^|[.!?;:\\n]\\s*|\\b${verb}\\s+(?:(?:me|us)\\s+)?(?:(?:a|an|the)\\s+)?(?:${words}${group}\\s+of\\s+)?|\\b${group}\\s+of\\s+)${english}[ -]+${words}${picture}\\b`,
  // "a 6-page picture book", "storyboard with five frames"
  `${english}[ -]+${part}s?[ -]+${words}${book}\\b`,
  `\\b${book}\\b[^.!?\\n]{0,40}?\\b(?:of|in|with)\\s+${english}[ -]+${part}s\\b`,
  // 生成六张…, 4幅插画; but tables, chairs, faces and sheets are counted with the same word. A four-panel comic
  // (四格漫画) is one picture.
  `${chinese}\\s*(?:张|張|幅|副)(?!\\s*[桌椅床脸臉嘴纸紙弓网網])`,
  // A book of eight pages: 八页绘本.
  `${chinese}\\s*(?:页|頁)[^。！？\\n]{0,8}(?:绘本|繪本|画册|畫冊|故事)`,
].map((pattern) => new RegExp(pattern, "iu"));

/** Wordings that want many without saying how many. */
const uncounted = [
  new RegExp(`\\b${book}\\b`, "iu"),
  new RegExp(`\\b${group}\\s+of\\s+${words}${picture}\\b`, "iu"),
  /绘本|繪本|连环画|連環畫|组图|組圖|[连連][续續][^。！？，,\n]{0,6}[图圖画畫张張幅]|故事[图圖画畫插]/u,
];

/** @returns how many; `some` when it does not say; null when one request means one subject, as usual. */
export function picturesAskedFor(prompt: string): number | "some" | null {
  for (const pattern of counted) {
    const number = numberOf(pattern.exec(prompt)?.[1]);
    if (number !== null && number <= mostPictures) return number > 1 ? number : null;
  }
  return uncounted.some((pattern) => pattern.test(prompt)) ? "some" : null;
}

function numberOf(word: string | undefined): number | null {
  if (word === undefined) return null;
  const digits = word.normalize("NFKC");
  if (/^\d+$/.test(digits)) return Number(digits);
  const english = englishNumbers.indexOf(word.toLowerCase());
  return english > 0 ? english : chineseNumber(word);
}

/** Up to ninety-nine: 三, 十二, 二十, 二十四. */
function chineseNumber(word: string): number | null {
  const digits = word.replaceAll(/[两兩]/g, "二");
  const [, tens = "", ten = "", ones = ""] = /^([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)$/.exec(digits) ?? [];
  if (ten === "") return tens !== "" && ones === "" ? chineseDigits.indexOf(tens) : null;
  return (tens === "" ? 1 : chineseDigits.indexOf(tens)) * 10 + (ones === "" ? 0 : chineseDigits.indexOf(ones));
}
