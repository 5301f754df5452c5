// Loaded before a generator of clients (`node --import`): what it asks of `typescript` comes from TypeScript 6. Both
// generators write code with the compiler's JavaScript functions, which TypeScript 7.0 does not have.

import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) => next(specifier === "typescript" ? "typescript-6" : specifier, context),
});
