import { describe, expect, it } from "vitest";
import { deployFlags, destroyFlags } from "#scripts/bootstrap/deploy-flags.mjs";
import { UsageError } from "#scripts/bootstrap/flags.mjs";

describe("the flags of npm run deploy", () => {
  it("a choice without its flag is left undefined, so that the remembered one applies", () => {
    expect(deployFlags.read([])).toEqual({
      help: false,
      name: undefined,
      state: ".cloudflare",
      dryRun: false,
      newKey: false,
      forgetOldKey: false,
      newAdminKey: false,
      plan: undefined,
      subdomain: undefined,
      imagesDomain: undefined,
    });
  });

  it("flags are taken as given, the images domain in small letters and none as null", () => {
    const args = ["--plan", "paid", "--images-domain", "Pics.Example.com", "--name", "staging", "--dry-run"];
    expect(deployFlags.read(args)).toMatchObject({
      plan: "paid",
      imagesDomain: "pics.example.com",
      name: "staging",
      dryRun: true,
    });
    expect(deployFlags.read(["--images-domain", "none"]).imagesDomain).toBeNull();
  });

  it.each([
    ["an unknown plan", ["--plan", "business"], /free or paid, not "business"/],
    ["an address for a domain", ["--images-domain", "https://pics.example.com"], /a domain like/],
    ["a name that is no part of an address", ["--name", "My_Pictures"], /small letters, digits and dashes/],
    ["a name that ends in a dash", ["--name", "dreamina-"], /small letters/],
    ["a subdomain with a dot", ["--subdomain", "jane.dev"], /not "jane.dev"/],
    ["an unknown flag", ["--force"], /--force/],
    ["an empty folder", ["--state", ""], /--state needs a directory/],
  ])("%s is refused by name", (_case, args, words) => {
    expect(() => deployFlags.read(args)).toThrow(UsageError);
    expect(() => deployFlags.read(args)).toThrow(words);
  });

  it("a flag that npm kept for itself is refused, with the way to write it", () => {
    expect(() => deployFlags.read([], { npm_config_dry_run: "true" })).toThrow("npm run deploy -- --dry-run");
    expect(() => destroyFlags.read([], { npm_config_with_pictures: "true" })).toThrow("npm run destroy -- --with-");
  });
});

it("npm run destroy asks first and keeps the images, unless its flags say otherwise", () => {
  expect(destroyFlags.read([])).toMatchObject({ yes: false, withPictures: false });
  expect(destroyFlags.read(["--yes", "--with-pictures"])).toMatchObject({ yes: true, withPictures: true });
});
