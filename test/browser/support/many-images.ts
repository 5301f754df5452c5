/** A server that lists a thousand images, in place of the real one: nothing has to be made for them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { BrowserContext } from "playwright-core";

const shapes = [
  { width: 2048, height: 2048 },
  { width: 2560, height: 1440 },
  { width: 1440, height: 2560 },
  { width: 2304, height: 1728 },
];
const imagesPerTask = 4;
const daySeconds = 86_400;

const png = readFileSync(path.join(import.meta.dirname, "../../fixtures/files/alpha.png"));

type Served = {
  /** The paths of all images that the page has asked for. */
  asked: string[];
};

/**
 * @param tasks of four images each, fifty a day; one more, the oldest, has a day and one image of its own.
 * @param image the bytes of every image, by whether a small version is asked for.
 */
export async function serveManyImages(
  context: BrowserContext,
  tasks: number,
  image: (isSmall: boolean) => Buffer = () => png,
): Promise<Served> {
  const newest = Math.floor(Date.now() / 1000);
  const views = [
    ...Array.from({ length: tasks }, (_, place) =>
      taskView(place, newest - place - Math.floor(place / 50) * daySeconds),
    ),
    taskView(tasks, newest - 100 * daySeconds, 1),
  ];
  const asked: string[] = [];
  await context.route(/\/v1\/images\/tasks\?/, (route) => {
    const { searchParams } = new URL(route.request().url());
    const start = views.findIndex(({ id }) => id === searchParams.get("after")) + 1;
    const data = views.slice(start, start + Number(searchParams.get("limit")));
    const has_more = start + data.length < views.length;
    return route.fulfill({ json: { object: "list", data, has_more, last_id: data.at(-1)?.id ?? null } });
  });
  await context.route(/\/images\/imgtask_many/, (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    return route.fulfill({ body: image(pathname.endsWith("/small")), contentType: "image/png" });
  });
  return { asked };
}

function taskView(place: number, createdAt: number, count = imagesPerTask) {
  const id = `imgtask_many${String(place).padStart(5, "0")}`;
  const shape = shapes[place % shapes.length];
  const links = Array.from({ length: count }, (_, index) => `/images/${id}/${index}.png`);
  return {
    ...{ taskId: id, task_id: id, id, object: "image.generation.task", status: "completed", progress: 100 },
    ...{ createdAt, created_at: createdAt, updated_at: createdAt, completed_at: createdAt },
    ...{ expires_at: createdAt + 1000 * daySeconds, submit_id: id, model: "dreamina-4.5", partial: false },
    request: { prompt: `a lighthouse, number ${place}`, model: "dreamina-4.5", n: count },
    images: links,
    data: links.map((url) => ({
      url,
      small_url: `${url}/small`,
      ...shape,
      bytes: 2_900_000,
      content_type: "image/png",
    })),
  };
}
