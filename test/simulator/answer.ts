// The outcome of a call: an HTTP response, a connection reset or no answer at all. app.ts turns the last two into a
// rejected or pending fetch, main.ts into a closed or silent socket.

export type Answer = { kind: "response"; response: Response } | { kind: "reset" } | { kind: "hang" };

export function answerWith(response: Response): Answer {
  return { kind: "response", response };
}

export function json(body: unknown, status = 200): Answer {
  return answerWith(
    new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json; charset=utf-8" },
    }),
  );
}

export function plain(status: number, text: string): Answer {
  return answerWith(
    new Response(text, {
      status,
      headers: { "content-type": "text/plain; charset=utf-8" },
    }),
  );
}

export function html(status: number, title: string): Answer {
  return answerWith(
    new Response(`<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`, {
      status,
      headers: { "content-type": "text/html; charset=utf-8" },
    }),
  );
}

/** Adds headers to a response; other answers stay as they are. */
export function withHeaders(answer: Answer, headers: Record<string, string>): Answer {
  if (answer.kind !== "response") return answer;
  for (const [name, value] of Object.entries(headers)) answer.response.headers.set(name, value);
  return answer;
}
