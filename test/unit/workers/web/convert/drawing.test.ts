import { expect, it } from "vitest";
import { sizedDrawing } from "#web/convert/drawing.ts";

const sizeOf = (text: string) => {
  const drawing = sizedDrawing(text);
  return drawing === null ? null : [drawing.width, drawing.height];
};
const svg = (attributes: string) => `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><path d="M0 0"/></svg>`;

it.each([
  ["width and height", 'width="24" height="12"', [2048, 1024]],
  ["units", 'width="1in" height="48px"', [2048, 1024]],
  ["only a viewBox", 'viewBox="0 0 10 20"', [1024, 2048]],
  ["a viewBox and percentages", `width="100%" height='100%' viewBox="0,0,20,10"`, [2048, 1024]],
  ["one side and a viewBox", 'width="24" viewBox="0 0 10 20"', [1024, 2048]],
  ["nothing", "", [2048, 1024]],
  ["a side of zero", 'width="0" height="0" viewBox="0 0 10 10"', [2048, 2048]],
  ["a viewBox that is no box", 'viewBox="none"', [2048, 1024]],
  ["sides that make a line", 'width="2048" height="1"', [2048, 128]],
])("a drawing gets 2,048 pixels on its longer side, in the shape it states: %s", (_what, attributes, size) => {
  expect(sizeOf(svg(attributes))).toEqual(size);
});

it("only the root's size changes, and its contents keep their place in a viewBox", () => {
  const text = `<?xml version="1.0"?><!-- <svg width="1"> --><svg stroke-width="3" width="4" data-a=">" height="2"><rect width="4" height="2"/></svg>`;
  expect(sizedDrawing(text)?.text).toBe(
    `<?xml version="1.0"?><!-- <svg width="1"> --><svg width="2048" height="1024" viewBox="0 0 4 2" preserveAspectRatio="none" xmlns="http://www.w3.org/2000/svg" stroke-width="3" data-a=">"><rect width="4" height="2"/></svg>`,
  );
});

it("a root without contents stays closed", () => {
  expect(sizedDrawing("<svg/>")?.text).toMatch(/^<svg [^>]*\/>$/);
});

it.each(["<?xml version='1.0'?><feed/>", "<!-- <svg> -->", "<svgfont>", ""])("other XML is no drawing: %s", (text) => {
  expect(sizedDrawing(text)).toBeNull();
});

it.each([
  ["that has the drawing's shape is filled, so that no edge stays transparent", "0 0 24 12", true],
  ["of another shape keeps its place in the drawing", "0 0 24 24", false],
])("a viewBox %s", (_what, box, isFilled) => {
  const given = `width="24" height="12" viewBox="${box}" preserveAspectRatio="xMinYMin"`;
  const aspects = sizedDrawing(svg(given))?.text.match(/preserveAspectRatio="\w+"/g);
  expect(aspects).toEqual([`preserveAspectRatio="${isFilled ? "none" : "xMinYMin"}"`]);
});
