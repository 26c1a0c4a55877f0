/** A provider's name in OpenTelemetry's words, whatever the instrumentation calls it. */

const aliases: readonly (readonly [name: string, ...sent: string[]])[] = [
  ["openai", "openai"],
  ["anthropic", "anthropic"],
  ["azure.ai.openai", "azure", "azure-openai", "azure_openai", "azure.ai.openai"],
  ["azure.ai.inference", "az.ai.inference", "azure.ai.inference"],
  ["aws.bedrock", "aws", "bedrock", "amazon-bedrock", "amazon_bedrock", "aws.bedrock", "aws_bedrock"],
  ["gcp.gemini", "google", "gemini", "google_genai", "google-genai", "google.generative-ai", "gcp.gemini"],
  ["gcp.vertex_ai", "vertexai", "vertex_ai", "google.vertex", "google_vertexai", "google-vertex", "gcp.vertex_ai"],
  ["mistral_ai", "mistral", "mistralai", "mistral_ai"],
  ["x_ai", "xai", "x-ai", "x_ai"],
  ["cohere", "cohere"],
  ["groq", "groq"],
  ["deepseek", "deepseek"],
  ["perplexity", "perplexity"],
];
const bySent = new Map(aliases.flatMap(([name, ...sent]) => sent.map((one) => [one, name] as const)));

/** Frameworks that are named where a provider should be. */
const frameworks = new Set(["langchain"]);

/**
 * A provider that is not known stays as it was sent. `openai.responses` and the like name a provider and its interface.
 *
 * @returns `undefined` when it is none.
 */
export function toProvider(sent: string): string | undefined {
  const lower = sent.slice(0, 100).toLowerCase();
  if (frameworks.has(lower)) return undefined;
  for (let end = lower.length; end > 0; end = lower.lastIndexOf(".", end - 1)) {
    const name = bySent.get(lower.slice(0, end));
    if (name !== undefined) return name;
  }
  return sent;
}
