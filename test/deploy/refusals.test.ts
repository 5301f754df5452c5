/** What a person reads when a deployment cannot be, and that nothing was made by then. */
import { describe, expect, it } from "vitest";
import { aStranger } from "./support/account.ts";
import { expectNoSecretIn, setStages } from "./support/stage.ts";

const stage = setStages();

describe("refused deployments", () => {
  const cases: { title: string; bend: () => Record<string, string>; args?: string[]; says: string[] }[] = [
    {
      title: "without a login",
      bend: () => ({ CLOUDFLARE_API_TOKEN: "" }),
      says: ["npx wrangler login", "CLOUDFLARE_API_TOKEN"],
    },
    {
      title: "with a wrong token",
      bend: () => ({ CLOUDFLARE_API_TOKEN: "unknown-token" }),
      says: ["Authentication error", "Edit Cloudflare Workers"],
    },
    {
      title: "with a Worker of that name of another project",
      bend: () => {
        stage.account.workers.set("dreamina-api", aStranger());
        return {};
      },
      says: ["a Worker dreamina-api already", "--name ANOTHER"],
    },
    {
      title: "with a queue that another Worker reads",
      bend: () => {
        const consumers = [{ consumer_id: "1", type: "worker", script: "shop", settings: {} }];
        stage.account.queues.set("dreamina-tasks", { id: "1", consumers });
        return {};
      },
      says: ["read by another: shop", "--name ANOTHER"],
    },
    {
      title: "on an account without R2",
      bend: () => {
        stage.account.hasR2 = false;
        return {};
      },
      says: ["no R2 yet", "dashboard"],
    },
    {
      title: "on an account without a workers.dev name",
      bend: () => {
        stage.account.subdomain = undefined;
        return {};
      },
      says: ["--subdomain NAME"],
    },
    {
      title: "with a domain for the images that is not on the account",
      bend: () => ({}),
      args: ["--images-domain", "pics.example.org"],
      says: ["pics.example.org", "/add-site"],
    },
    {
      title: "with a key on one Worker only and no copy of it",
      bend: () => {
        const withKey = { ...aStranger(), versions: aStranger().versions.map(asDraft) };
        stage.account.workers.set("dreamina-consumer", withKey);
        return {};
      },
      says: ["SECRET_KEY=… npm run deploy", "--new-key"],
    },
  ];

  /** What `wrangler secret put` leaves of a Worker that was never deployed. */
  const asDraft = (version: ReturnType<typeof aStranger>["versions"][number]) => ({
    ...version,
    bindings: [],
    secrets: new Map([["SECRET_KEY", "x".repeat(43)]]),
  });

  it.each(cases)("a deployment $title says why it cannot be, and makes nothing", async ({ bend, args = [], says }) => {
    const ran = await stage.desk.run("deploy", args, bend());

    expect(ran.code).toBe(1);
    for (const words of says) expect(ran.output).toContain(words);
    expectNoSecretIn(stage, ran.output);
    expect(stage.standIn.writes).toEqual([]);
  });

  it("a deployment with a workers.dev name of another account tries only that name, and says so", async () => {
    stage.account.subdomain = undefined;
    const ran = await stage.desk.run("deploy", ["--subdomain", "taken"]);

    expect(ran).toMatchObject({ code: 1, output: expect.stringContaining("Another --subdomain may be free") });
    expect(stage.standIn.writes).toEqual(["PUT /workers/subdomain"]);
  });

  it("a deployment with several accounts lists them, and takes the one that is named", async () => {
    stage.account.others.push({ id: "f".repeat(32), name: "The firm" });
    const unnamed = await stage.desk.run("deploy", ["--dry-run"]);

    expect(unnamed.code).toBe(1);
    expect(unnamed.output).toContain(`CLOUDFLARE_ACCOUNT_ID=${"f".repeat(32)}   The firm`);

    const named = await stage.desk.run("deploy", ["--dry-run", "--name", "second"], {
      CLOUDFLARE_ACCOUNT_ID: stage.account.id,
    });

    expect(named).toMatchObject({
      code: 0,
      output: expect.stringContaining("+ queue second-tasks-dead: would be made"),
    });
  });
});
