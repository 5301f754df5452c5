import type { Page } from "playwright-core";

/** The server says that it calls Dreamina itself; its images are simulated all the same. */
export async function answerAsLive(page: Page): Promise<void> {
  await page.route("**/health", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), upstream: "live" } });
  });
}
