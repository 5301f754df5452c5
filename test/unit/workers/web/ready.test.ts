/** The title and the notifications of a hidden page. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { countedTitle } from "#web/shell/counted-title.ts";
import { plainDraft } from "#web/state/draft.ts";
import { newTask, type Task } from "#web/state/task.ts";
import { aTaskView } from "./wire.ts";

let page: EventTarget & { hidden: boolean };
let shown: string[];
let permission: NotificationPermission;
/** What the user answers. */
let answer: NotificationPermission;
let asked: number;

beforeEach(() => {
  vi.resetModules();
  page = Object.assign(new EventTarget(), { hidden: true, documentElement: { lang: "" } });
  shown = [];
  asked = 0;
  permission = "default";
  answer = "granted";
  vi.stubGlobal("document", page);
  vi.stubGlobal(
    "Notification",
    class {
      static get permission() {
        return permission;
      }
      static async requestPermission() {
        asked += 1;
        permission = answer;
        return permission;
      }
      constructor(_title: string, { body }: { body: string }) {
        shown.push(body);
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const ended = (images: number): Task => ({
  ...newTask({
    key: "k",
    draft: { ...plainDraft, prompt: "a fox" },
    sessions: [],
    frame: { count: 4, width: 1, height: 1 },
    createdAt: 1,
  }),
  taskId: "imgtask_a",
  view: aTaskView(
    images === 0
      ? { status: "failed" }
      : { status: "completed", images: Array.from({ length: images }, (_, index) => `/images/imgtask_a/${index}.png`) },
  ),
});

describe("the title", () => {
  test("the title counts images that become ready while the page is hidden, until it is seen", async () => {
    const { noteEnd, unseenImages } = await import("#web/state/ready.ts");
    noteEnd(ended(4));
    noteEnd(ended(0));
    noteEnd(ended(2));
    expect(countedTitle(unseenImages.value, "Dreamina")).toBe("(6) Dreamina");
    page.hidden = false;
    page.dispatchEvent(new Event("visibilitychange"));
    expect(countedTitle(unseenImages.value, "Dreamina")).toBe("Dreamina");
    noteEnd(ended(4));
    expect(unseenImages.value).toBe(0);
  });
});

describe("notifications", () => {
  const load = async () => ({
    ...(await import("#web/state/notifications.ts")),
    ...(await import("#web/state/ready.ts")),
  });

  test("nothing is asked nor shown before they are switched on", async () => {
    const { noteEnd } = await load();
    noteEnd(ended(4));
    expect([asked, shown]).toEqual([0, []]);
  });

  test("switched on, they tell of images and failures without their prompts, until they are switched off", async () => {
    const { switchNews, noteEnd } = await load();
    expect(await switchNews()).toBe("on");
    shown = [];
    noteEnd(ended(1));
    noteEnd(ended(0));
    expect(shown).toEqual(["1 image is ready.", "Images could not be made."]);
    expect(await switchNews()).toBe("off");
    noteEnd(ended(1));
    expect(shown).toHaveLength(2);
  });

  test.each([
    ["denied", "denied"],
    ["default", "undecided"],
  ] as const)("the answer %j leaves them off and is told as %j", async (given, told) => {
    const { switchNews, areNewsOn } = await load();
    answer = given;
    expect(await switchNews()).toBe(told);
    expect(areNewsOn.value).toBe(false);
  });

  test("a browser that allows them and shows none leaves them off", async () => {
    const { switchNews, areNewsOn } = await load();
    vi.stubGlobal(
      "Notification",
      class {
        static requestPermission = async () => "granted";
        constructor() {
          throw new TypeError("Illegal constructor");
        }
      },
    );
    expect(await switchNews()).toBe("unable");
    expect(areNewsOn.value).toBe(false);
  });
});
