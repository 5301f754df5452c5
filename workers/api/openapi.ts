/** The document at /openapi.json: title, security scheme, the error answers every route shares. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./app.ts";
import { errorBodySchema } from "./error-response.ts";

export const authorized = [{ session: [] }];

const reasons = {
  400: "The request is not valid: `error.param` names the field.",
  401: "No usable session in the Authorization header.",
  404: "There is no such thing, or not for this caller.",
  409: "It is in conflict with what there is: see `error.code`.",
  413: "The body is too large.",
  415: "The body is of a type this route does not take.",
  500: "A fault of this server.",
} as const;

type Status = keyof typeof reasons;
type ErrorAnswer = { description: string; content: { "application/json": { schema: typeof errorBodySchema } } };

/** The documented errors of a route, all with the same body. */
export function errorAnswers<S extends Status>(...statuses: S[]): Record<S, ErrorAnswer> {
  const answer = (status: S): [S, ErrorAnswer] => [
    status,
    { description: reasons[status], content: { "application/json": { schema: errorBodySchema } } },
  ];
  return Object.fromEntries(statuses.map(answer)) as Record<S, ErrorAnswer>;
}

export function serveDocument(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "http",
    scheme: "bearer",
    description:
      "One session, or several separated by commas: the `sessionid` cookie of the site, with its region in front: `us-`, `hk-`, `jp-`, `sg-` for dreamina.capcut.com, nothing for jimeng.jianying.com. One of them is chosen for each task.",
  });
  app.doc31("/openapi.json", (c) => ({
    openapi: "3.1.0",
    info: {
      title: "Dreamina image API",
      version: "0.1.0",
      description:
        "Dreamina (CapCut) and Jimeng image generation as an asynchronous API. Submit a prompt, get a task id at once, poll, and receive links to pictures in your own bucket.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: new URL(c.req.url).origin }],
    tags: [
      { name: "Images", description: "Make pictures and fetch them." },
      { name: "Sessions", description: "Whether sessions work, and the credits behind them." },
      { name: "About", description: "What this server offers and how it is." },
    ],
  }));
}
