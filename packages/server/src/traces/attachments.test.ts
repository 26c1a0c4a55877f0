import { createHash, randomBytes } from "node:crypto";
import type { SpanDetail } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { exportSpans, newSpanId, newTraceId } from "../../testing/otlp-export.ts";

const toSha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const withHead = (head: string) => Buffer.concat([Buffer.from(head, "latin1"), randomBytes(4000)]);
const picture = withHead("\x89PNG\r\n\x1a\n");

describe("an attachment", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const send = async (bytes: Buffer, mimeType: string, { traceId = newTraceId(), spanId = newSpanId() } = {}) => {
    const parts = [{ type: "blob", mime_type: mimeType, modality: "image", content: bytes.toString("base64") }];
    const response = await exportSpans(server.url, [
      {
        traceId,
        spanId,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.input.messages": JSON.stringify([{ role: "user", parts }]),
        },
      },
    ]);
    expect(response.status).toBe(200);
    return { traceId, spanId };
  };
  const get = (traceId: string, bytes: Buffer, project = "default") =>
    fetch(`${server.url}/api/traces/${traceId}/attachments/${toSha256(bytes)}?project=${project}`);

  it("is what was sent, byte by byte, under the name that its message has for it", async () => {
    const { traceId, spanId } = await send(picture, "image/png");
    const response = await fetch(`${server.url}/api/traces/${traceId}/spans/${spanId}`);
    const { input, inputBytes } = (await response.json()) as SpanDetail;
    expect(JSON.parse(input[0]?.content ?? "")).toEqual([
      {
        type: "blob",
        mime_type: "image/png",
        modality: "image",
        attachment: toSha256(picture),
        bytes: picture.length,
      },
    ]);
    expect(inputBytes).toBeGreaterThan(picture.length);
    const found = await get(traceId, picture);
    expect(Buffer.from(await found.arrayBuffer()).equals(picture)).toBe(true);
    expect(Object.fromEntries(found.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(picture.length),
      "content-disposition": `inline; filename="${toSha256(picture).slice(0, 12)}.png"`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "private, max-age=31536000, immutable",
    });
  });

  it.each([
    ["a page that calls itself a picture", "<html><script>alert(1)</script>", "image/png", "application/octet-stream"],
    [
      "an SVG, which can run scripts",
      '<svg xmlns="http://www.w3.org/2000/svg">',
      "image/svg+xml",
      "application/octet-stream",
    ],
    ["a PDF", "%PDF-1.7", "application/pdf", "application/pdf"],
  ])("comes as a download when it is %s", async (_, head, mimeType, served) => {
    const bytes = withHead(head);
    const { traceId } = await send(bytes, mimeType);
    const { headers } = await get(traceId, bytes);
    expect(headers.get("content-type")).toBe(served);
    expect(headers.get("content-disposition")).toMatch(/^attachment; /);
  });

  it("is shown by what its bytes are, also where its sender says something else", async () => {
    const sound = withHead("ID3");
    const { traceId } = await send(sound, "text/html");
    expect((await get(traceId, sound)).headers.get("content-type")).toBe("audio/mpeg");
  });

  it("is stored once when a conversation repeats it", async () => {
    const { traceId } = await send(picture, "image/png");
    for (let turn = 0; turn < 3; turn++) await send(picture, "image/png", { traceId });
    expect((await get(traceId, picture)).status).toBe(200);
  });

  it("belongs to its trace, whose readers alone get it", async () => {
    const own = withHead("GIF89a");
    const { traceId } = await send(own, "image/gif");
    const { traceId: other } = await send(picture, "image/png");
    expect((await get(other, own)).status).toBe(404);
    expect((await get(newTraceId(), own)).status).toBe(404);
    await fetch(`${server.url}/api/projects`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ slug: "elsewhere", name: "Elsewhere" }),
    });
    expect((await get(traceId, own, "elsewhere")).status).toBe(404);
    expect((await fetch(`${server.url}/api/traces/${traceId}/attachments/..%2F..%2Fetc`)).status).toBe(400);
  });
});
