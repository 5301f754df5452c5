import { expect, it } from "vitest";
import { picturesAskedFor } from "../../../../shared/upstream/multi-image.ts";

it.each([
  ["8 pictures of a red fox", 8],
  ["Six illustrations of the four seasons", 6],
  ["generate 4 images: spring, summer, autumn, winter", 4],
  ["please draw me five watercolor paintings of a harbour", 5],
  ["A fox in the snow. Create three different photos.", 3],
  ["a series of 6 cute illustrations about a cat", 6],
  ["create a set of twelve posters", 12],
  ["a red fox\nmake 2 variations", 2],
  ["a 6-page picture book about a bear", 6],
  ["picture book with eight pages about a bear", 8],
  ["storyboard of 5 scenes, a chase", 5],
  ["生成6张图，一只红狐狸", 6],
  ["画八张连续的插画", 8],
  ["请给我两张海报", 2],
  ["十二张生肖图片", 12],
  ["二十四张节气海报", 24],
  ["四幅水墨画", 4],
  ["生成 ５ 张图片", 5],
  ["产生三張圖", 3],
  ["八页绘本，小熊的故事", 8],
])("%j asks for %i", (prompt, count) => {
  expect(picturesAskedFor(prompt)).toBe(count);
});

it.each([
  "a picture book about a bear",
  "a storyboard of a chase",
  "a series of illustrations about a cat",
  "小熊的绘本",
  "连续的插图，小熊过河",
  "一套组图",
  "小红帽的故事插画",
])("%j asks for some", (prompt) => {
  expect(picturesAskedFor(prompt)).toBe("some");
});

it.each([
  "",
  "a red fox",
  "one picture of a fox",
  "1 image of a fox",
  "一张狐狸的图片",
  "two foxes in the snow",
  "a wall with 3 pictures",
  "16:9 images of a fox",
  "16x9 pictures",
  "1,000 images",
  "2.5 images",
  "100 photos on a wall",
  "4k images of a fox",
  "a 35mm photo",
  "a photograph of a 2-story house with an old story",
  "Nikon D850 photographs",
  "a four-panel comic",
  "四格漫画，一只猫",
  "有故事感的老人，连续三天没睡",
  "三只狐狸",
  "三千张纸",
  "两张桌子和三张椅子",
  "第三张图的风格",
  "10012张图",
  "in 1999 pictures were printed",
])("%j asks for no number", (prompt) => {
  expect(picturesAskedFor(prompt)).toBeNull();
});

it("a long prompt is read quickly", () => {
  const began = performance.now();
  for (const text of ["a series of ", "6 a-b ", "连续", "draw ", "picture book "]) {
    picturesAskedFor(text.repeat(8000 / text.length));
  }
  expect(performance.now() - began).toBeLessThan(500);
});
