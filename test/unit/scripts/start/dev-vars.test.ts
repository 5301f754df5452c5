import { describe, expect, it } from "vitest";
import { makeAdminKey } from "#scripts/start/admin-key.ts";
import { adminIn, appendLine, withAdmin, withSecretKey } from "#scripts/start/dev-vars.ts";

const makeKey = () => "new-key";

describe("the local secrets file", () => {
  it("an empty file gets a key", () => {
    expect(withSecretKey("", makeKey)).toBe("SECRET_KEY=new-key\n");
  });

  it.each(["SECRET_KEY=mine\n", 'A=1\nSECRET_KEY = "mine"', "export SECRET_KEY='mine'\n"])(
    "a file with a key stays as it is: %j",
    (text) => {
      expect(withSecretKey(text, makeKey)).toBe(text);
    },
  );

  it("a file without a key keeps its lines and gets one more", () => {
    expect(withSecretKey("API_KEYS=a", makeKey)).toBe("API_KEYS=a\nSECRET_KEY=new-key\n");
  });

  it.each(["SECRET_KEY=", 'SECRET_KEY=""', "SECRET_KEY= "])("an empty key is filled in where it stands: %j", (line) => {
    expect(withSecretKey(`${line}\nA=1\n`, makeKey)).toBe("SECRET_KEY=new-key\nA=1\n");
  });

  it("a key in a comment is no key", () => {
    expect(withSecretKey("# SECRET_KEY=x\n", makeKey)).toBe("# SECRET_KEY=x\nSECRET_KEY=new-key\n");
  });

  it("a file without an administrator gets one, with the key in a comment, and keeps it", () => {
    const text = withAdmin("SECRET_KEY=x\n", makeAdminKey);

    expect(text).toMatch(/^SECRET_KEY=x\n# The administrator's key: adm-[\w-]{32}\nADMIN_KEY_HASH=[0-9a-f]{64}\n$/);
    expect(withAdmin(text, makeAdminKey)).toBe(text);
    expect(adminIn(text)?.key).toMatch(/^adm-/);
  });

  it.each([
    ["there is none", "ADMIN_KEY_HASH=\n"],
    ["its hash is another's", `# The administrator's key: adm-mine\nADMIN_KEY_HASH=${"0".repeat(64)}\n`],
    ["only its hash is there", `ADMIN_KEY_HASH=${"0".repeat(64)}\n`],
  ])("no administrator's key is shown where %s", (_what, text) => {
    expect(withAdmin(text, makeAdminKey)).toBe(text);
    expect(adminIn(text)).toBeNull();
  });

  it("a line is appended on a line of its own", () => {
    expect(appendLine("A=1", "B=2")).toBe("A=1\nB=2\n");
    expect(appendLine("A=1\n", "B=2")).toBe("A=1\nB=2\n");
  });
});
