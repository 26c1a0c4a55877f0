/** A request's body, decompressed and bounded: before, after, and over all requests together. */
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { ProblemError } from "../problem.ts";

/** OTLP 1.11 suggests this limit, and asks for it before and after decompression. */
const maxBodyBytes = 64 * 1024 * 1024;
/** Of all bodies that are being read or decoded at once. */
const maxBytesUnderWay = 256 * 1024 * 1024;

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
const decompressors = new Map<string, Decompress>([
  ["gzip", promisify(gunzip) as Decompress],
  ["zstd", promisify(zstdDecompress) as Decompress],
]);

/** Keeps count of the memory that bodies take. */
export function createBodyReader() {
  let underWay = 0;
  const reserve = (sizeBytes: number) => {
    if (underWay + sizeBytes > maxBytesUnderWay) {
      throw new ProblemError("too-busy", "The server is reading as many exports as it has memory for. Retry later.", {
        retryAfterSeconds: 1,
      });
    }
    underWay += sizeBytes;
    return sizeBytes;
  };
  return {
    /**
     * Calls `use` with the body, and counts the body's memory until it returns.
     *
     * @throws ProblemError `too-large`, `too-busy`, `unsupported-media-type` for an unknown encoding, `invalid-request`
     * for a body that is not in the encoding it says.
     */
    async read<Result>(request: Request, use: (body: Buffer) => Result): Promise<Result> {
      let reserved = 0;
      try {
        const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
        if (encoding !== "identity" && !decompressors.has(encoding)) {
          throw new ProblemError(
            "unsupported-media-type",
            `The content encoding ${encoding} is not supported. Send gzip, zstd or none.`,
          );
        }
        refuseAbove(Number(request.headers.get("content-length") ?? 0));
        const chunks: Uint8Array[] = [];
        let sizeBytes = 0;
        for await (const chunk of request.body ?? []) {
          reserved += reserve(chunk.byteLength);
          sizeBytes += chunk.byteLength;
          refuseAbove(sizeBytes);
          chunks.push(chunk);
        }
        let body = chunks.length === 1 ? toBuffer(chunks[0] as Uint8Array) : Buffer.concat(chunks, sizeBytes);
        const decompress = decompressors.get(encoding);
        if (decompress && sizeBytes > 0) {
          body = await decompressBounded(decompress, body, encoding);
          reserved += reserve(body.byteLength);
        }
        return use(body);
      } finally {
        underWay -= reserved;
      }
    },
  };
}

async function decompressBounded(decompress: Decompress, body: Buffer, encoding: string): Promise<Buffer> {
  try {
    return await decompress(body, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge("decompressed");
    throw new ProblemError("invalid-request", `The body is not ${encoding}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function refuseAbove(sizeBytes: number): void {
  if (sizeBytes > maxBodyBytes) throw tooLarge("sent");
}

function tooLarge(how: string): ProblemError {
  return new ProblemError(
    "too-large",
    `An export may have ${maxBodyBytes} bytes, ${how}. Send fewer spans at once (OTEL_BSP_MAX_EXPORT_BATCH_SIZE).`,
  );
}

function toBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
