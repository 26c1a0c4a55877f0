/** One answer of the fixture server. */
import type { ProblemCode } from "@ratchet/protocol";

/** What a route sees of its request. */
interface FixtureRequest {
  project: string;
  /** Decoded groups of the route's pattern. */
  parts: string[];
  query: URLSearchParams;
  body: unknown;
}
/** `undefined` answers 204. */
export type FixtureRoute = [method: string, pattern: RegExp, answer: (request: FixtureRequest) => unknown];

/** Thrown by a route: becomes problem details. */
export class FixtureProblem extends Error {
  readonly code: ProblemCode;
  constructor(code: ProblemCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
