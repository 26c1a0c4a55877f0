/** Listens for OTLP over gRPC, where that is wanted and can be had. */
import type { Config } from "../config.ts";
import { StartError } from "../start-error.ts";
import type { GrpcListener, GrpcParts } from "../telemetry/otlp-grpc.ts";

/** The library takes as long to load as the engines to open: called first, it is there when they are. */
export const loadGrpc = () => import("../telemetry/otlp-grpc.ts");

/**
 * Undefined when it is off, and when the usual port is taken: another collector has it, and HTTP works all the same.
 *
 * @throws StartError when a port that was asked for cannot be had.
 */
export async function openGrpc(
  { host, otlpGrpc, maxExportBytes }: Pick<Config, "host" | "otlpGrpc" | "maxExportBytes">,
  parts: Omit<GrpcParts, "maxBytes">,
): Promise<GrpcListener | undefined> {
  if (!otlpGrpc) return undefined;
  const { port, isRequired } = otlpGrpc;
  const { listenGrpc } = await loadGrpc();
  try {
    return await listenGrpc({ host, port }, { ...parts, maxBytes: maxExportBytes });
  } catch (cause) {
    const sentence = `Port ${port} of ${host} cannot be had for OTLP over gRPC (${(cause as Error).message})`;
    if (isRequired) {
      throw new StartError(`${sentence}. Set RATCHET_OTLP_GRPC_PORT to another one, to 0 for any, or to off.`, {
        cause,
      });
    }
    parts.log.warn(`${sentence}; OTLP over HTTP is taken all the same. RATCHET_OTLP_GRPC_PORT sets another port.`);
    return undefined;
  }
}
