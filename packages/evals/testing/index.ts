/** For tests of this package and of what talks to a server through it. */
export {
  type FixtureHandlers,
  type FixtureRequest,
  type FixtureServer,
  openFixtureServer,
  Refusal,
  type RouteName,
} from "./fixture-server.ts";
export { makeExperiment, makeGate, makePromptVersion, makeRelease, makeStrip, makeVerdict } from "./records.ts";
