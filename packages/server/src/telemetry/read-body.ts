/** A request's body, decompressed as it comes and bounded: before, after, and over all requests together. */
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { ProblemError } from "../problem.ts";

/** Of all bodies that are being read or decoded at once; a body of the largest size always fits. */
const maxBytesUnderWay = 256 * 1024 * 1024;
/** Each piece costs a turn of the event loop: the default of 16 KiB makes large bodies slower. */
const decompressedChunkBytes = 256 * 1024;

const decompressors = new Map<string, () => Duplex>([
  ["gzip", () => createGunzip({ chunkSize: decompressedChunkBytes })],
  ["zstd", () => createZstdDecompress({ chunkSize: decompressedChunkBytes })],
]);

export type BodyReader = ReturnType<typeof createBodyReader>;

/**
 * Keeps count of the memory that bodies take.
 *
 * @param maxBytes Of one body. OTLP 1.11 asks for a limit before and after decompression, and suggests 64 MiB.
 */
export function createBodyReader(maxBytes: number) {
  const maxUnderWay = Math.max(maxBytesUnderWay, maxBytes);
  let underWay = 0;

  const refuseAbove = (sizeBytes: number, how: string) => {
    if (sizeBytes <= maxBytes) return;
    throw new ProblemError(
      "too-large",
      `An export may have ${maxBytes} bytes, ${how}. Send less at once (OTEL_BSP_MAX_EXPORT_BATCH_SIZE), or raise RATCHET_OTLP_MAX_MIB.`,
    );
  };

  /** Collects pieces, each of which is counted before it is kept. */
  const createCollector = (how: string) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    return {
      add(chunk: Uint8Array): void {
        if (underWay + chunk.byteLength > maxUnderWay) throw tooBusy();
        underWay += chunk.byteLength;
        sizeBytes += chunk.byteLength;
        refuseAbove(sizeBytes, how);
        chunks.push(chunk);
      },
      take: () => (chunks.length === 1 ? toBuffer(chunks[0] as Uint8Array) : Buffer.concat(chunks, sizeBytes)),
      forget: () => {
        underWay -= sizeBytes;
      },
    };
  };

  return {
    /**
     * Calls `use` with the body, and counts the body's memory until it returns.
     *
     * @throws ProblemError `too-large`, `too-busy`, `unsupported-media-type` for an unknown encoding, `invalid-request`
     * for a body that is not in the encoding it says.
     */
    async read<Result>(request: Request, use: (body: Buffer) => Result): Promise<Result> {
      const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
      const createDecompressor = decompressors.get(encoding);
      if (encoding !== "identity" && !createDecompressor) {
        throw new ProblemError(
          "unsupported-media-type",
          `The content encoding ${encoding} is not supported. Send gzip, zstd or none.`,
        );
      }
      refuseAbove(Number(request.headers.get("content-length") ?? 0), "sent");
      const collector = createCollector(createDecompressor ? "decompressed" : "sent");
      try {
        if (!createDecompressor) for await (const chunk of request.body ?? []) collector.add(chunk);
        else if (request.body) await decompress(request.body, createDecompressor(), encoding, collector.add);
        return use(collector.take());
      } finally {
        collector.forget();
      }
    },
  };

  async function decompress(
    body: AsyncIterable<Uint8Array>,
    decompressor: Duplex,
    encoding: string,
    onChunk: (chunk: Uint8Array) => void,
  ): Promise<void> {
    try {
      await pipeline(boundSent(body), decompressor, async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) onChunk(chunk);
      });
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw new ProblemError("invalid-request", `The body is not ${encoding}: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  }

  async function* boundSent(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let sizeBytes = 0;
    for await (const chunk of body) {
      sizeBytes += chunk.byteLength;
      refuseAbove(sizeBytes, "sent");
      yield chunk;
    }
  }
}

function tooBusy(): ProblemError {
  return new ProblemError("too-busy", "The server is reading as many exports as it has memory for. Retry later.", {
    retryAfterSeconds: 1,
  });
}

function toBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
