/** A receiver of webhooks beside the simulator, and the deliveries as their owner sees them. */
import { Webhook } from "standardwebhooks";
import type { Delivery } from "#shared/wire/webhooks.ts";
import { call, coordinators, type Stage, tablesOf } from "./stage.ts";
import { until } from "./waiting.ts";

export const receiverUrl = "https://hooks.example.com/images?token=hush";

export type Received = { at: number; url: string; headers: Record<string, string>; body: string };
type Answer = (received: Received, init: RequestInit) => Response | Promise<Response>;

export const withStatus =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status, headers });

/** Receives everything that is sent to hooks.example.com. @param answer by default 204. */
export function aReceiver(stage: Stage, answer: Answer = withStatus(204)) {
  const received: Received[] = [];
  let answers = answer;
  stage.fetched.mockImplementation(async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (new URL(url).host !== new URL(receiverUrl).host) {
      return stage.simulator.fetch(input as Request, init as RequestInit);
    }
    const one = {
      at: Date.now(),
      url,
      headers: init?.headers as Record<string, string>,
      body: String(init?.body),
    };
    received.push(one);
    return answers(one, init as RequestInit);
  });
  return {
    received,
    events: () => received.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> }),
    answers(next: Answer) {
      answers = next;
    },
  };
}

/** Runs messages and alarms, each at its time, until the condition is true; each time until what was sent is reported. */
export async function moveUntil(
  stage: Stage,
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  for (let moves = 0; moves < 200; moves += 1) {
    await reported();
    if (await condition()) return;
    if (!(await stage.move())) throw new Error(`nothing is under way, and it is not true: ${what}`);
  }
  throw new Error(`never became true: ${what}`);
}

/** Waits until no delivery is under way. */
export async function reported(): Promise<void> {
  await until(async () => {
    const rows = await deliveryRows();
    return rows.every((row) => row.lease_until === null);
  }, "every delivery is reported");
}

export async function deliveryRows(): Promise<Record<string, unknown>[]> {
  const found = await Promise.all(coordinators().map((stub) => tablesOf(stub)));
  return found.flatMap((tables) => tables.deliveries ?? []);
}

export const isNoneDue = async (): Promise<boolean> => (await deliveryRows()).every((row) => row.due_at === null);

export const get = async <T>(path: string, as: string, bindings: object = {}): Promise<T> =>
  (await call(path, { headers: { authorization: `Bearer ${as}` } }, bindings)).json<T>();

export const post = (path: string, as: string, body: unknown = undefined, bindings: object = {}): Promise<Response> =>
  call(
    path,
    {
      method: "POST",
      headers: { authorization: `Bearer ${as}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
    bindings,
  );

export const secretOf = async (as: string, bindings: object = {}): Promise<string> =>
  (await get<{ secret: string }>("/v1/webhooks/secret", as, bindings)).secret;

export const deliveriesOf = async (as: string, query = "", bindings: object = {}): Promise<Delivery[]> =>
  (await get<{ data: Delivery[] }>(`/v1/webhooks/deliveries${query}`, as, bindings)).data;

/** The body, verified by the library of Standard Webhooks. @throws when no signature fits. */
export const verified = (secret: string, { headers, body }: Received): unknown =>
  new Webhook(secret).verify(body, headers);
