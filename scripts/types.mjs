// `npm run types`: writes the types of both workers' bindings from their wrangler files.

import { command } from "./command.mjs";

await command(async () => {
  const { bindingTypes } = await import("./binding-types.mjs");
  const { code, output } = await bindingTypes();
  console.log(code === 0 ? "Wrote workers/api/env.d.ts and workers/consumer/env.d.ts." : output);
  return code;
});
