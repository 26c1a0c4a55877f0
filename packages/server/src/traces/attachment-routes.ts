/** Media of traces. They come from outside: a browser may show some kinds, and run nothing of any. */
import { createRoute } from "@hono/zod-openapi";
import { TraceId } from "@ratchet/protocol";
import { z } from "zod";
import { sniffMediaType } from "../media-type.ts";
import { createRouter } from "../router.ts";
import type { FindAttachment } from "./attachments.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "an attachment is named by 64 lower-case hex digits");

export function attachmentRoutes(findAttachment: FindAttachment) {
  return createRouter().openapi(
    createRoute({
      method: "get",
      path: "/api/traces/{traceId}/attachments/{sha256}",
      summary: "Read a medium that a message of the trace refers to",
      request: { params: z.object({ traceId: TraceId, sha256: Sha256 }) },
      responses: {
        200: {
          description: "Of the type that its first bytes tell; what a browser could run comes as a download",
          content: { "application/octet-stream": { schema: z.string() } },
        },
      },
    }),
    async (c) => {
      const { traceId, sha256 } = c.req.valid("param");
      const bytes = await findAttachment(c.var.project, traceId, sha256);
      const { mimeType, extension, isShown } = sniffMediaType(bytes) ?? {
        mimeType: "application/octet-stream",
        extension: "bin",
        isShown: false,
      };
      return c.body(Uint8Array.from(bytes), 200, {
        "content-type": mimeType,
        "content-length": String(bytes.length),
        "content-disposition": `${isShown ? "inline" : "attachment"}; filename="${sha256.slice(0, 12)}.${extension}"`,
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        // Its name is the hash of its bytes.
        "cache-control": "private, max-age=31536000, immutable",
      });
    },
  );
}
