import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMediaDetacher } from "./media.ts";
import { toMessages } from "./messages.ts";

const picture = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), randomBytes(3000)]);
const base64 = picture.toString("base64");
const sha256 = createHash("sha256").update(picture).digest("hex");
const part = { type: "blob", mime_type: "image/png", modality: "image", attachment: sha256, bytes: picture.length };

const detach = (text: string) => {
  const media = createMediaDetacher();
  return { text: media.detach(text), attachments: media.list() };
};

describe("a medium in a text", () => {
  it.each([
    ["OpenAI's image", { type: "image_url", image_url: { url: `data:image/png;base64,${base64}` } }],
    ["Anthropic's", { type: "image", source: { type: "base64", media_type: "image/png", data: base64 } }],
    ["Google's", { inlineData: { mimeType: "image/png", data: base64 } }],
    ["the AI SDK's", { type: "file", mediaType: "image/png", data: base64 }],
  ])("is taken out of %s part, and the message says which attachment it is", (_, image) => {
    const [message] = toMessages("user", [{ role: "user", content: [{ type: "text", text: "What is it?" }, image] }]);
    const { text, attachments } = detach(message?.content ?? "");
    expect(JSON.parse(text)).toEqual([{ type: "text", content: "What is it?" }, part]);
    expect(attachments).toEqual([{ sha256, mimeType: "image/png", content: picture }]);
  });

  it("is taken out of a tool's answer within a message, and of any JSON text that has it as a data: URL", () => {
    const url = `data:image/png;base64,${base64}`;
    const answer = [{ type: "tool_call_response", id: "1", response: [{ ...part, content: base64 }] }];
    expect(detach(JSON.stringify(answer)).attachments).toHaveLength(0);
    const blob = { type: "blob", mime_type: "image/png", modality: "image", content: base64 };
    const nested = [
      { type: "tool_call_response", id: "1", response: [blob, { page: 12345678901234567890n.toString() }] },
    ];
    expect(JSON.parse(detach(JSON.stringify(nested)).text)[0].response[0]).toEqual(part);
    const anything = `{"id":12345678901234567890,"shots":["${url}","${url}"]}`;
    const { text, attachments } = detach(anything);
    expect(text).toBe(`{"id":12345678901234567890,"shots":[${JSON.stringify(part)},${JSON.stringify(part)}]}`);
    expect(attachments).toHaveLength(1);
    expect(JSON.parse(detach(url).text)).toEqual([part]);
    expect(detach(anything.replaceAll("/", "\\/")).text).toBe(text);
  });

  it("stays where it is when it is small, is no base64, or only looks like one", () => {
    const small = JSON.stringify([{ type: "blob", mime_type: "image/png", modality: "image", content: "aGVsbG8=" }]);
    const noBase64 = JSON.stringify([
      { type: "blob", mime_type: "image/png", modality: "image", content: "not base64! ".repeat(500) },
    ]);
    const unfinished = `[{"type":"blob","mime_type":"image/png","modality":"image","content":"${base64}`;
    const quoted = JSON.stringify([{ type: "text", content: `{"type":"blob","content":"${base64}"}` }]);
    for (const text of [small, noBase64, unfinished, quoted, "plain text ".repeat(500)]) {
      expect(detach(text)).toEqual({ text, attachments: [] });
    }
  });

  it("is not kept when it is too large, and the text says how large it was", () => {
    const content = "A".repeat(28 * 1024 * 1024);
    const { text, attachments } = detach(
      JSON.stringify([{ type: "blob", mime_type: "video/mp4", modality: "video", content }]),
    );
    expect(JSON.parse(text)).toEqual([
      { type: "blob", mime_type: "video/mp4", modality: "video", bytes: 21 * 1024 * 1024, not_kept: true },
    ]);
    expect(attachments).toEqual([]);
  });

  it("is known in a bytes attribute by its first bytes, and other bytes stay base64", () => {
    const media = createMediaDetacher();
    expect(JSON.parse(media.detachBytes(base64))).toEqual(part);
    const other = randomBytes(3000).fill(1, 0, 8).toString("base64");
    expect(media.detachBytes(other)).toBe(other);
    expect(media.list()).toHaveLength(1);
  });

  it("never breaks JSON, whatever stands around it", () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(json, json, (before, after) => {
        const url = `data:image/png;base64,${base64}`;
        const parsed = JSON.parse(detach(JSON.stringify({ before, url, after })).text);
        expect(parsed).toEqual(JSON.parse(JSON.stringify({ before, url: part, after })));
      }),
      { seed: 4 },
    );
  });
});
