// Loaded before the generators (`node --import`): resolves their imports of `typescript` to TypeScript 6. Both generators
// write code with the compiler's JavaScript API, which TypeScript 7.0 does not have.

import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) => next(specifier === "typescript" ? "typescript-6" : specifier, context),
});
