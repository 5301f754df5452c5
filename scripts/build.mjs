// `npm run build`: the web page and the files of the API reference, into workers/web/dist, where wrangler takes them
// from. Does nothing when nothing changed.

import { command } from "./command.mjs";

await command(async (root) => {
  const { buildPage } = await import("./page-build.mjs");
  console.log(await buildPage(root));
  return 0;
});
