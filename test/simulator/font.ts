// A bitmap font of capitals for text on images. Each glyph is five octal digits, one for each row from the top; the
// bits of a digit are the dots from the left.

/** In dots. */
export const glyphSize = { width: 3, height: 5 };

const glyphs: Record<string, string> = {
  A: "25755",
  B: "65656",
  C: "34443",
  D: "65556",
  E: "74647",
  F: "74644",
  G: "34553",
  H: "55755",
  I: "72227",
  J: "11152",
  K: "55655",
  L: "44447",
  M: "57755",
  N: "65555",
  O: "25552",
  P: "65644",
  Q: "25563",
  R: "65655",
  S: "34216",
  T: "72222",
  U: "55557",
  V: "55552",
  W: "55775",
  X: "55255",
  Y: "55222",
  Z: "71247",
  "0": "75557",
  "1": "26227",
  "2": "61247",
  "3": "61216",
  "4": "55711",
  "5": "74616",
  "6": "34757",
  "7": "71122",
  "8": "75757",
  "9": "75716",
  " ": "00000",
  ".": "00002",
  ",": "00024",
  ":": "02020",
  ";": "02024",
  "!": "22202",
  "?": "61202",
  "-": "00700",
  "+": "02720",
  "=": "07070",
  "/": "11244",
  "(": "12221",
  ")": "42224",
  "'": "22000",
  '"': "55000",
  "#": "57575",
  "%": "51245",
  "*": "05250",
  "&": "25253",
  "@": "75747",
  "<": "12421",
  ">": "42124",
  "[": "64446",
  "]": "31113",
  "|": "22222",
  _: "00007",
};

/** Drawn for characters without a glyph. */
const block = "77777";

export function hasDot(character: string, x: number, y: number): boolean {
  const glyph = glyphs[character.toUpperCase()] ?? block;
  const row = Number.parseInt(glyph[y] ?? "0", 8);
  return ((row >> (glyphSize.width - 1 - x)) & 1) === 1;
}
