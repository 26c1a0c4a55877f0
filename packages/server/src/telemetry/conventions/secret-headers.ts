/** Headers of requests to providers, of which some instrumentations write all: they hold keys, and are never kept. */

const secretHeader = /^http\.request\.header\.(authorization|proxy-authorization|cookie|(x-)?api-?key|x-goog-api-key)$/;
const sdkHeader = "ai.request.headers.";

/** Also when no convention makes anything of the span. */
export function isSecretHeader(key: string): boolean {
  // The AI SDK's own name and version are the one header of its that tells something.
  if (key.startsWith(sdkHeader)) return key !== `${sdkHeader}user-agent`;
  return secretHeader.test(key);
}
