/**
 * This API's own routes, called inside the Worker with the headers of the tool's caller: a tool accepts, refuses and
 * counts as they do.
 */

/** @param body sent as JSON by POST; without one the call is a GET. */
export type OwnApi = (path: string, body?: object) => Promise<Response>;

export type Dispatch = (request: Request) => Response | Promise<Response>;

/** Of the call of the tool, not of its caller. One Idempotency-Key for all calls would make them one task. */
const ofTheCall = ["accept", "content-length", "content-type", "idempotency-key", "prefer", "last-event-id"];

export const ownApi =
  ({ headers: callers, url }: Request, dispatch: Dispatch): OwnApi =>
  async (path, body) => {
    const headers = new Headers(callers);
    for (const name of ofTheCall) headers.delete(name);
    const address = new URL(path, url);
    if (body === undefined) return dispatch(new Request(address, { headers }));
    headers.set("content-type", "application/json");
    return dispatch(new Request(address, { method: "POST", headers, body: JSON.stringify(body) }));
  };
