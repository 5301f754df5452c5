import { expect, it } from "vitest";
import { asksForMany } from "#shared/upstreams/dreamina/multi-image.ts";

it.each([
  "8 pictures of a red fox",
  "Six illustrations of the four seasons",
  "generate 4 images: spring, summer, autumn, winter",
  "please draw me five watercolor paintings of a harbour",
  "A fox in the snow. Create three different photos.",
  "a series of cute illustrations about a cat",
  "create a set of twelve posters",
  "a red fox\nmake 2 variations",
  "a 6-page picture book about a bear",
  "a storyboard of a chase",
  "生成6张图，一只红狐狸",
  "画八张连续的插画",
  "请给我两张海报",
  "十二张生肖图片",
  "四幅水墨画",
  "生成 ５ 张图片",
  "产生三張圖",
  "小熊的绘本",
  "连续的插图，小熊过河",
  "一套组图",
  "小红帽的故事插画",
])("the prompt %j requests several images", (prompt) => {
  expect(asksForMany(prompt)).toBe(true);
});

it.each([
  "",
  "a red fox",
  "one picture of a fox",
  "1 image of a fox",
  "一张狐狸的图片",
  "two foxes in the snow",
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
  "第三张图的风格",
  "10012张图",
  "in 1999 pictures were printed",
])("the prompt %j requests one image", (prompt) => {
  expect(asksForMany(prompt)).toBe(false);
});

it("no prompt takes long to read", () => {
  const maxCharacters = 8000;
  const parts = ["-", "a-", "'", " ", "6 ", "6 a ", "draw 4 ", "series of ", "series of a ", "连续", "三 ", "picture "];
  const began = performance.now();
  for (const part of parts) {
    for (const start of ["", "draw 4 ", "4 page ", "a series of "]) {
      asksForMany(start + part.repeat(maxCharacters / part.length));
    }
  }
  // A few milliseconds; with backtracking it would take seconds.
  expect(performance.now() - began).toBeLessThan(1000);
});
