/** Refusals are shown with a hint, and credits are never spent twice. */
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ask, cardOf, finished, pasteSessions, promptField } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

describe("a refusal", () => {
  it("a refused prompt is reported in the page's language with a hint, and can be corrected", async () => {
    const page = await here.visit("us-demo-us-moderated");
    const card = await ask(page, "a fight sim:input-moderated");
    await card.getByText("prompt_moderated").waitFor();
    await card.getByText("Dreamina's code 2038").waitFor();
    const english = await card.innerText();
    expect(english).not.toMatch(/\p{Script=Han}/u);
    expect(english).toMatch(/[Cc]hange|[Rr]ephrase|[Rr]ewrite|[Rr]eword/);

    await page.getByRole("button", { name: "切换到中文" }).click();
    await card.getByText("提示词未通过内容审核。").waitFor();
    await eventually(async () => (await card.innerText()).match(/\p{Script=Han}+/gu)?.join("")).toMatch(/修改|更改|换/);
    expect(await card.innerText()).not.toMatch(/\b(prompt|change|again|content) [a-z]+/i);

    expect(await card.getByRole("button", { name: "重试" }).count()).toBe(0);
    await card.getByRole("button", { name: "修改提示词" }).click();
    await promptField(page)
      .or(page.getByRole("textbox", { name: "提示词", exact: true }))
      .waitFor();
    const field = page.getByRole("textbox", { name: "提示词", exact: true });
    expect(await field.inputValue()).toBe("a fight sim:input-moderated");
    await field.fill("a game of chess");
    await page.getByRole("button", { name: /^生成 4 张图片$/ }).click();
    await finished(cardOf(page, "a game of chess"));
  });

  it("a task refused for missing credits offers the daily gift, and starts again with an added session", async () => {
    const page = await here.visit("us-demo-us-nocredit-page");
    const card = await ask(page, "for nothing");
    await card.getByText("insufficient_credits").waitFor();
    expect(await card.getByRole("button", { name: "Try again" }).count()).toBe(0);
    // The site refuses claims of international sessions.
    await card.getByRole("button", { name: "Claim the daily gift" }).click();
    await page.getByText("There is no gift now").waitFor();
    expect(await here.jobsWith("for nothing")).toEqual([]);
    await card.getByRole("button", { name: "Add a session or key" }).click();
    const dialog = page.getByRole("dialog", { name: "Sessions and keys" });
    await pasteSessions(dialog, "us-demo-us-with-credits-page");
    await dialog.waitFor({ state: "hidden" });
    await finished(card);
    expect(await page.getByRole("article").count()).toBe(1);
  });

  it("a value that the API refuses is reported on the card", async () => {
    const page = await here.visit("us-demo-us-value", { expecting: [/400/] });
    await page.route("**/v1/images/generations", (route) =>
      route.continue({ postData: JSON.stringify({ prompt: "too wide", ratio: "99:1" }) }),
    );
    const card = await ask(page, "too wide");
    await card.getByText("invalid_value").waitFor();
    await card.getByText(/ratio/).waitFor();
  });
});
