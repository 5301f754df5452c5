/**
 * A client of the API as users write one: submits, and polls until the task ends. Also reads and controls the
 * simulator.
 */
import type { State } from "#test/simulator/state.ts";

export type TaskAnswer = {
  task_id: string;
  status: "pending" | "processing" | "completed" | "failed";
  progress: number;
  images?: string[];
  submit_id: string;
  error?: string;
  error_code?: string;
  error_info?: { hint: string; retryable: boolean; upstream?: { ret?: string; key?: string } };
  partial: boolean;
  queue_position?: number;
  data?: { url: string; small_url: string; width: number; height: number; bytes: number; content_type: string }[];
};

export type Caller = {
  post: (body: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** Submits. @returns the task's id. */
  submit: (body: unknown) => Promise<string>;
  poll: (id: string) => Promise<Response>;
  view: (id: string) => Promise<TaskAnswer>;
  /** Polls until the task is terminal. @returns every different view, the last one terminal. */
  follow: (id: string) => Promise<TaskAnswer[]>;
  /** Polls until the task is terminal. @returns the last view. */
  result: (id: string) => Promise<TaskAnswer>;
};

const pollEveryMs = 250;

export function caller(baseUrl: string, authorization: string): Caller {
  const headers = { authorization, "content-type": "application/json", prefer: "respond-async" };
  const self: Caller = {
    post: (body, extra = {}) =>
      fetch(`${baseUrl}/v1/images/generations`, {
        method: "POST",
        headers: { ...headers, ...extra },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async submit(body) {
      const answer = await self.post(body);
      if (answer.status !== 200) throw new Error(`submit: ${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { task_id: string }).task_id;
    },
    poll: (id) => fetch(`${baseUrl}/v1/images/tasks/${id}`, { headers }),
    async view(id) {
      const answer = await self.poll(id);
      if (answer.status !== 200) throw new Error(`poll: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as TaskAnswer;
    },
    async follow(id) {
      const views: TaskAnswer[] = [];
      for (;;) {
        const view = await self.view(id);
        if (JSON.stringify(view) !== JSON.stringify(views.at(-1))) views.push(view);
        if (view.status === "completed" || view.status === "failed") return views;
        await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
      }
    },
    async result(id) {
      const last = (await self.follow(id)).at(-1);
      if (last === undefined) throw new Error("no view");
      return last;
    },
  };
  return self;
}

export async function simulatorState(url: string): Promise<State> {
  return (await (await fetch(`${url}/_sim/state`)).json()) as State;
}

export async function controlSimulator(url: string, control: string, body: unknown): Promise<void> {
  const answer = await fetch(`${url}/_sim/${control}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`simulator ${control}: ${answer.status} ${await answer.text()}`);
}
