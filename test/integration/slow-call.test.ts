/** A call that Dreamina does not answer, which the consumer gives up after twenty seconds. */
import { expect, it } from "vitest";
import { caller } from "./support/caller.ts";
import { smallImage, startWatchedProduct, until } from "./support/watching.ts";

const here = startWatchedProduct();

it.each(["submit", "history"])("a %s that is not answered holds up no task of another caller", async (endpoint) => {
  const slow = caller(here.url(), `us-demo-us-slow-${endpoint}`);
  const swift = caller(here.url(), `us-demo-us-swift-${endpoint}`);
  await here.leaveUnanswered(endpoint, `demo-us-slow-${endpoint}`);
  const held = await slow.submit(smallImage(`held up by its ${endpoint}`));
  await until(here.areFaultsMet, "the call is made");

  const done = await swift.result(await swift.submit(smallImage(`beside a slow ${endpoint}`)));

  expect(done).toMatchObject({ status: "completed" });
  // A call that was given up is what the task waits for.
  const view = await slow.view(held);
  expect(view).toMatchObject({ status: endpoint === "submit" ? "pending" : "processing" });
  expect(view).not.toHaveProperty("waiting_for");
});
