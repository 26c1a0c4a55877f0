/** A provider by the price table's name for it. */
import { toProvider } from "./conventions/provider.ts";

/** By OpenTelemetry's names; others are the table's already. */
const providerIds = new Map([
  ["aws.bedrock", "aws"],
  ["azure.ai.inference", "azure"],
  ["azure.ai.openai", "azure"],
  ["gcp.gemini", "google"],
  ["gcp.vertex_ai", "google"],
  ["mistral_ai", "mistral"],
  ["x_ai", "x-ai"],
]);

/** @param provider As an instrumentation or a person names it. */
export function toProviderId(provider: string): string {
  const name = (toProvider(provider) ?? provider).toLowerCase();
  return providerIds.get(name) ?? name;
}
