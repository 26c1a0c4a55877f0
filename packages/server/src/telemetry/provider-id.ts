/** One name for each provider: the price table's. Conventions have others. */

const providerIds = new Map([
  ["aws.bedrock", "aws"],
  ["azure.ai.inference", "azure"],
  ["azure.ai.openai", "azure"],
  ["gcp.gemini", "google"],
  ["gcp.gen_ai", "google"],
  ["gcp.vertex_ai", "google"],
  ["mistral_ai", "mistral"],
  ["x_ai", "x-ai"],
  ["xai", "x-ai"],
]);

/** @param provider As a convention or a person names it. */
export function toProviderId(provider: string): string {
  const name = provider.toLowerCase();
  return providerIds.get(name) ?? name;
}
