/** Every case of the corpus: read by the receiver's own code, then sent over HTTP and read back from the engine. */
import { readFileSync } from "node:fs";
import type { SpanDetail, SpanSummary, TraceDetail } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeJson } from "../src/telemetry/decode-json.ts";
import { normalise } from "../src/telemetry/normalise.ts";
import { conventionNames } from "../src/telemetry/span.ts";
import { openTestServer } from "../testing/index.ts";
import { type CaseFile, type ExpectedSpan, readCorpus } from "./case.ts";
import { describeSpan, describeSummary, describeTexts, summaryFields, textFields } from "./describe-span.ts";
import { guide, renderGuide } from "./write-table.ts";

const { cases, faults } = readCorpus();
const byConvention = Map.groupBy(cases, ({ convention }) => convention);

describe("the conformance corpus", () => {
  it("is what the guide's table tells; node packages/server/conformance/write-table.ts writes it", () => {
    expect(readFileSync(guide, "utf8")).toBe(renderGuide());
  });

  it.each(conventionNames.filter((name) => name !== "generic"))("has cases of %s", (name) => {
    expect(byConvention.get(name)?.length ?? 0).toBeGreaterThan(0);
  });

  it("holds nothing but cases", () => {
    expect(faults).toEqual([]);
  });

  it("has no cases of conventions that are not read", () => {
    const known: readonly string[] = conventionNames;
    expect([...byConvention.keys()].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("holds one trace a case, of its own", () => {
    const owners = new Map<string, string>();
    const mixed = cases.flatMap((file) => {
      const ids = new Set(readSent(file).map(({ span }) => span.traceId));
      const shared = [...ids].filter((id) => owners.has(id)).map((id) => owners.get(id));
      for (const id of ids) owners.set(id, file.path);
      return ids.size === 1 && shared.length === 0 ? [] : [`${file.path}: ${ids.size} traces, shared with ${shared}`];
    });
    expect(mixed).toEqual([]);
  });

  it("tells nobody's keys, machine or directories", () => {
    const telling = /"(?:host|process)\.[a-z_.]+"|\/(?:home|tmp|root|Users)\/|\b(?:sk|key|Bearer)[-_ ][A-Za-z0-9]{16,}/;
    expect(cases.filter((file) => telling.test(JSON.stringify(file))).map(({ path }) => path)).toEqual([]);
  });
});

describe.each([...byConvention])("%s", (_, ofConvention) => {
  it.each(ofConvention.map((file) => [file.title, file] as const))("%s", (_title, file) => {
    const spans = readSent(file).map(({ span, resource }) => normalise(span, resource, { id: 1, slug: "default" }));
    // Where the texts come by log records, spans have at most a part of them.
    const omitted: (keyof ExpectedSpan)[] = ["counts", ...(file.logs ? textFields : [])];
    expect(spans.map((span) => omit(describeSpan(span), omitted))).toEqual(
      file.expected.map((expected) => omit(expected, omitted)),
    );
  });
});

describe("over HTTP and out of the engine", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
    const resourceSpans = cases.flatMap(({ request }) => request.resourceSpans);
    expect(await post("traces", { resourceSpans })).toEqual([200, "{}"]);
    const resourceLogs = cases.flatMap(({ logs }) => logs?.resourceLogs ?? []);
    // Log records of no span are refused, by partial success.
    expect(await post("logs", { resourceLogs })).toEqual([200, expect.any(String)]);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const post = async (signal: "traces" | "logs", body: unknown): Promise<[status: number, text: string]> => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${server.url}/v1/${signal}`, { method: "POST", headers, body: JSON.stringify(body) });
    return [response.status, await response.text()];
  };
  const get = async <Body>(path: string) => (await (await fetch(`${server.url}${path}`)).json()) as Body;

  it.concurrent.each(cases.map((file) => [file.convention, file.title, file] as const))(
    "%s: %s",
    async (_name, _title, file) => {
      const sent = readSent(file).map(({ span }) => span);
      const path = `/api/traces/${sent[0]?.traceId}`;
      const { trace, spans } = await get<TraceDetail>(path);
      const stored = new Map(spans.map((span) => [span.spanId, span]));
      expect(sent.map(({ spanId }) => describeSummary(stored.get(spanId) as SpanSummary))).toEqual(
        file.expected.map((expected) => pick(expected, summaryFields)),
      );
      expect(trace).toMatchObject(file.trace);
      if (!file.logs) return;
      const details = await Promise.all(sent.map(({ spanId }) => get<SpanDetail>(`${path}/spans/${spanId}`)));
      expect(details.map(describeTexts)).toEqual(file.expected.map((expected) => pick(expected, textFields)));
    },
  );
});

function readSent({ request }: CaseFile) {
  return decodeJson(Buffer.from(JSON.stringify(request))).flatMap(({ attributes, spans }) =>
    spans.map((span) => ({ span, resource: attributes })),
  );
}

function omit(expected: ExpectedSpan, fields: readonly (keyof ExpectedSpan)[]): Partial<ExpectedSpan> {
  return Object.fromEntries(
    Object.entries(expected).filter(([field]) => !fields.includes(field as keyof ExpectedSpan)),
  );
}

function pick(expected: ExpectedSpan, fields: readonly (keyof ExpectedSpan)[]): Partial<ExpectedSpan> {
  return Object.fromEntries(fields.flatMap((field) => (field in expected ? [[field, expected[field]]] : [])));
}
