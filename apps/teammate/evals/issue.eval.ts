/** What the gate asks of Teammate's prompts: right labels, bounded input, useful answers, and silence where it is due. */
import { defineEval, defineEvaluator } from "@ratchet/evals";
import { readModelSettings } from "../src/config.ts";
import { createEmbedder } from "../src/knowledge/embedder.ts";
import { meaningfulTokens } from "../src/knowledge/tokens.ts";
import { createModel, type Model } from "../src/skills/model.ts";
import type { Outcome, Subject } from "../src/skills/outcome.ts";
import { openSnapshot } from "./history-snapshot.ts";
import { Triage } from "./load-triage.ts";

/** What a case may say of a good outcome; captured cases say nothing. */
interface Reference {
  labels?: string[];
  /** Conditions that a satisfying answer meets. */
  acceptance?: string[];
}
interface Output extends Outcome {
  /** The longest text that was given to the embedding model or to the language model. */
  longestInputChars: number;
}

/** Above this, one input of a model is what the detector `oversized-input` reports. */
const maxInputChars = 8000;
/** A condition is met when the comment has at least half of its meaningful words. */
const metShare = 0.5;

const knowledgeOf = openSnapshot();
const embedder = createEmbedder();
const settings = readModelSettings(process.env);
const model = settings && createModel(settings);

export default defineEval<Subject, Output, Reference>({
  name: "teammate-issues",
  dataset: "teammate-issues",
  task: runTriage,
  evaluators: [
    defineEvaluator({ name: "label-f1" }, ({ output, reference }) => {
      if (!reference?.labels) return null;
      const hits = output.labels.filter((label: string) => reference.labels?.includes(label)).length;
      const total = output.labels.length + reference.labels.length;
      return {
        score: total === 0 ? 1 : (2 * hits) / total,
        reason: `set ${list(output.labels)}; right: ${list(reference.labels)}`,
      };
    }),
    defineEvaluator({ name: "bounded-input" }, ({ output }) => ({
      score: output.longestInputChars <= maxInputChars,
      reason: `the longest input had ${output.longestInputChars} characters`,
    })),
    defineEvaluator({ name: "answer-coverage" }, ({ output, reference }) => {
      const conditions = reference?.acceptance ?? [];
      if (conditions.length === 0) return null;
      const said = new Set(meaningfulTokens(output.comment ?? ""));
      const met = conditions.filter((condition: string) => {
        const wanted = [...new Set(meaningfulTokens(condition))];
        return wanted.filter((word) => said.has(word)).length >= wanted.length * metShare;
      });
      return { score: met.length / conditions.length, reason: `${met.length} of ${conditions.length} conditions met` };
    }),
    defineEvaluator({ name: "abstention" }, async ({ input, output, reference }) => {
      // Only a repository whose maintainers mark duplicates tells when naming a past thread is right.
      const { labels } = await knowledgeOf(input);
      if (!reference?.labels || !labels.some(isDuplicateLabel)) return null;
      const named = output.action === "answer" || output.action === "point";
      const isDuplicate = reference.labels.some(isDuplicateLabel);
      return {
        score: named === isDuplicate,
        reason: `${named ? "named a past thread" : "named none"}; it is ${isDuplicate ? "a" : "no"} duplicate`,
      };
    }),
  ],
  criteria: [
    { metric: "label-f1", margin: 0.05 },
    { metric: "bounded-input", margin: 0.05 },
    { metric: "abstention", margin: 0.1, role: "guardrail" },
    { metric: "error-rate", direction: "lower", margin: 0.05, role: "guardrail" },
  ],
  trials: 1,
  deterministic: model === null,
});

async function runTriage(subject: Subject): Promise<Output> {
  let longestInputChars = 0;
  let failure: unknown;
  const see = (text: string) => {
    longestInputChars = Math.max(longestInputChars, text.length);
  };
  const watched: Model | null = model && {
    name: model.name,
    async ask(messages, temperature) {
      see(JSON.stringify(messages));
      return model.ask(messages, temperature).catch((error: unknown) => {
        failure = error;
        throw error;
      });
    },
  };
  const triage = new Triage({
    knowledgeOf: () => knowledgeOf(subject),
    embedder: {
      embed(text) {
        see(text);
        return embedder.embed(text).catch((error: unknown) => {
          failure = error;
          throw error;
        });
      },
      close: embedder.close,
    },
    model: watched,
    publish: null,
  });
  const outcome = subject.kind === "pull" ? await triage.pull(subject) : await triage.issue(subject);
  // In production the skill does without then; here that would hide that the model was not judged.
  if (failure !== undefined) throw failure;
  return { ...outcome, longestInputChars };
}

function isDuplicateLabel(label: string): boolean {
  return /\bduplicate\b/i.test(label);
}

function list(labels: readonly string[]): string {
  return labels.length > 0 ? labels.join(", ") : "none";
}
