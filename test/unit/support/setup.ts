/** Runs before the first unit test of each thread: zod's schemas can be documented only if they are made after this. */
import "@hono/zod-openapi";
