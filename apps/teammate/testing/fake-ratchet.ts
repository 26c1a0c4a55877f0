/** The routes of a Ratchet server that the SDK calls; keeps what arrives. */
import { type HttpFake, openHttpFake } from "./http-fake.ts";

interface FakeSpan {
  traceId: string;
  parentSpanId: string | undefined;
  name: string;
  /** Attributes by name; values as they were set. */
  attributes: Record<string, unknown>;
  /** 2 is an error. */
  statusCode: number;
}
export interface FakeRatchet extends HttpFake {
  spans: FakeSpan[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it.
  feedback: any[];
}

export async function openFakeRatchet(): Promise<FakeRatchet> {
  const spans: FakeSpan[] = [];
  const feedback: unknown[] = [];
  const http = await openHttpFake(({ url, body }) => {
    if (url.pathname === "/v1/traces") {
      for (const { scopeSpans } of body.resourceSpans) {
        for (const scope of scopeSpans) for (const span of scope.spans) spans.push(toSpan(span));
      }
      return { body: {} };
    }
    if (url.pathname === "/api/feedback") {
      feedback.push(body);
      return { status: 201, body };
    }
    return { body: { release: null, rollout: null, contents: {} } };
  });
  return Object.assign(http, { spans, feedback });
}

interface OtlpSpan {
  traceId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status?: { code?: number };
}

function toSpan({ traceId, parentSpanId, name, attributes, status }: OtlpSpan): FakeSpan {
  const values = attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
  return { traceId, parentSpanId, name, attributes: Object.fromEntries(values), statusCode: status?.code ?? 0 };
}
