/** How the page follows its tasks. */
import { describe, expect, it } from "vitest";
import { ask, finished } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

describe("following a task", () => {
  it("the page follows a task by its event stream and polls nothing", async () => {
    const page = await here.visit("us-demo-us-stream");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await finished(await ask(page, "by stream"));
    const ofTask = asked.filter((path) => path.startsWith("/v1/images/tasks/"));
    expect(ofTask).toHaveLength(1);
    expect(ofTask[0]).toMatch(/\/events$/);
  });

  it.each([
    ["refused", { status: 404, json: { error: { code: "not_found", message: "no stream", hint: "", type: "x" } } }],
    ["answered by something else", { status: 200, contentType: "text/html", body: "<p>Welcome to the hotel" }],
  ])("the page polls a task whose event stream is %s", async (how, answer) => {
    const page = await here.visit("us-demo-us-poll", { expecting: [/404/] });
    const polls: string[] = [];
    page.on("request", (request) => {
      if (/\/tasks\/[^/]+$/.test(request.url())) polls.push(request.url());
    });
    await page.route("**/events", (route) => route.fulfill(answer));
    await finished(await ask(page, `by asking, ${how}`));
    expect(polls.length).toBeGreaterThan(0);
  });
});

it("several running tasks each have a card, and each ends in its own time", async () => {
  const page = await here.visit("us-demo-us-many");
  const stuck = await ask(page, "the first one sim:stuck");
  const quick = await ask(page, "the second one");
  const third = await ask(page, "the third one");
  await finished(quick);
  await finished(third);
  expect(await stuck.getByRole("progressbar").count()).toBe(1);
  await stuck.getByRole("button", { name: "Cancel" }).click();
  await stuck.getByText("Cancelled.", { exact: true }).waitFor();
});
