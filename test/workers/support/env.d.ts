// The consumer's environment beside the API's, which test/tsconfig.json names: `env` of the tests is both.
/// <reference path="../../../workers/consumer/env.d.ts" />
