/** Every submit that reached the upstream, in order, with its session and its answer. */
import type { Stage } from "./stage.ts";

export type Submit = {
  /** Without the region prefix. */
  session: string;
  /** `0`: accepted. Null: the connection was cut. */
  ret: string | null;
  at: number;
};

/** Notes every submit from now on. */
export function watchSubmits(stage: Stage): Submit[] {
  const submits: Submit[] = [];
  stage.fetched.mockImplementation(async (input, init) => {
    const request = new Request(input as Request, init as RequestInit);
    if (!new URL(request.url).pathname.endsWith("/mweb/v1/aigc_draft/generate")) {
      return stage.simulator.fetch(request);
    }
    const submit: Submit = { session: sessionOf(request), ret: null, at: Date.now() };
    submits.push(submit);
    const answer = await stage.simulator.fetch(request);
    const body = (await answer.clone().json()) as { ret: string };
    submit.ret = body.ret;
    return answer;
  });
  return submits;
}

function sessionOf({ headers }: Request): string {
  const session = /(?:^|;\s*)sessionid=([^;]+)/.exec(headers.get("cookie") ?? "")?.[1];
  if (session === undefined) throw new Error("a submit without a session");
  return session;
}
