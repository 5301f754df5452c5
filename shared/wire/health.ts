/** Liveness and health of the server. Pure. */
import * as z from "zod";

const alive = {
  status: z.enum(["ok", "degraded"]).meta({ description: "`ok`, or `degraded` when a part cannot be reached." }),
  timestamp: z.int().meta({ description: "The server's time, Unix seconds." }),
};

export const pingSchema = z.object(alive).meta({ id: "Ping" });

export const healthSchema = z
  .object({
    ...alive,
    upstream: z.enum(["live", "relay", "simulator"]).meta({
      description:
        "`live`: the real Dreamina. `relay`: UPSTREAM_ORIGIN is set, to a relay of the operator's. `simulator`: it is set, and the server there is the simulator: images are made up.",
    }),
    overridden: z.array(z.string()).meta({
      description:
        "What UPSTREAM_OVERRIDES replaces of the built-in facts about Dreamina, by name, without the values.",
      example: ["versions.draft"],
    }),
    api_keys: z.enum(["off", "on", "only"]).meta({
      description:
        "Whether API keys are served by the server's own sessions: `off`, not set up; `on`, beside callers' own sessions; `only`, those are refused.",
    }),
    public_images: z.boolean().meta({ description: "Whether links point at a public bucket's own domain." }),
    webhook_exempt_origin: z.string().nullable().meta({
      description:
        "The one origin outside the public internet that webhooks may call, for development; null: none, as it should be.",
    }),
    reachable: z
      .object({
        records: z.boolean().meta({ description: "The KV namespace of task records." }),
        images: z.boolean().meta({ description: "The bucket of images." }),
        inputs: z.boolean().meta({ description: "The bucket of reference images." }),
        coordinator: z.boolean().meta({ description: "The coordinator, in the consumer worker." }),
      })
      .meta({ description: "Which parts answered." }),
    queue: z
      .object({
        backlog: z.int().meta({ description: "Wake-ups that wait in the queue, roughly.", example: 3 }),
        oldest_seconds: z.int().nullable().meta({ description: "How long the oldest of them waits; null: none does." }),
      })
      .nullable()
      .meta({ description: "The queue of ticks; null when it cannot tell." }),
    yours: z
      .object({
        waiting: z.int().meta({ description: "Tasks that wait for a free slot of a session." }),
        running: z.int().meta({ description: "Tasks under way." }),
        oldest_waiting_seconds: z
          .int()
          .nullable()
          .meta({ description: "How long the first of the line waits; null: none does." }),
        sessions: z
          .object({
            ready: z.int().meta({ description: "Free to take a task." }),
            full: z.int().meta({ description: "At the limit of their jobs." }),
            out: z.record(z.string(), z.int()).meta({
              description:
                "Left alone for a while, by the error code that says why; `paused`: by the administrator of the pool.",
              example: {},
            }),
          })
          .meta({ description: "Sessions of tasks under way, and of the server's own pool, by state." }),
      })
      .nullable()
      .optional()
      .meta({
        description:
          "With an Authorization: how the tasks of these sessions, or of the server's own, are doing; null when there are none.",
      }),
  })
  .meta({ id: "Health" });

export type Health = z.infer<typeof healthSchema>;
