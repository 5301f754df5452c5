import { describe, expect, it } from "vitest";
import { agrees, stamp } from "#scripts/bootstrap/install.mjs";

const lock = (packages: object) => JSON.stringify({ packages: { "": { name: "project" }, ...packages } });
const zod = { version: "4.6.7", integrity: "sha512-a" };
const binary = {
  version: "1.0.0",
  integrity: "sha512-b",
  optional: true,
  os: ["linux"],
  cpu: ["x64"],
  libc: ["glibc"],
};
const machine = { os: "linux", cpu: "x64", libc: "glibc" };

describe("whether an installation is current", () => {
  it("the stamp is the same for the same files and machine", () => {
    expect(stamp("{}", "{}", "linux-x64")).toBe(stamp("{}", "{}", "linux-x64"));
  });

  it("the stamp changes with package.json, with the lock file and with the machine", () => {
    const stamps = [
      stamp("{}", "{}", "linux-x64"),
      stamp("{ }", "{}", "linux-x64"),
      stamp("{}", "{ }", "linux-x64"),
      stamp("{}", "{}", "darwin-arm64"),
    ];
    expect(new Set(stamps).size).toBe(stamps.length);
  });

  it("a record with every package of the lock file agrees with it", () => {
    expect(agrees(lock({ "node_modules/zod": zod }), lock({ "node_modules/zod": zod }), machine)).toBe(true);
  });

  it("a record without a package of the lock file disagrees with it", () => {
    expect(agrees(lock({ "node_modules/zod": zod }), lock({}), machine)).toBe(false);
  });

  it("a record with another version, or other contents of the same version, disagrees", () => {
    for (const other of [
      { ...zod, version: "4.6.6" },
      { ...zod, integrity: "sha512-z" },
    ]) {
      expect(agrees(lock({ "node_modules/zod": zod }), lock({ "node_modules/zod": other }), machine)).toBe(false);
    }
  });

  it("an optional package made for this machine is needed", () => {
    expect(agrees(lock({ "node_modules/binary": binary }), lock({}), machine)).toBe(false);
  });

  it.each([{ os: ["darwin"] }, { cpu: ["arm64"] }, { libc: ["musl"] }, { cpu: undefined }])(
    "an optional package made for another machine, or for none in particular, may be absent: %j",
    (other) => {
      expect(agrees(lock({ "node_modules/binary": { ...binary, ...other } }), lock({}), machine)).toBe(true);
    },
  );

  it("an empty record never agrees with the lock file", () => {
    expect(agrees(lock({}), "", machine)).toBe(false);
  });
});
