/** The three changes that the sample's engineer tries: settings of `issue.prompt`, as anyone would edit the file. */
import { parseDocument } from "yaml";

export interface Change {
  title: string;
  /** Settings below `config:`. */
  config: Record<string, unknown>;
}

export const changes = {
  boundInput: {
    title: "Look at 2,000 characters of an issue: head, tail and error lines",
    config: { maxInputChars: 2000 },
  },
  answerEverything: {
    title: "Label generously, name a past thread always, else ask",
    config: {
      labelThreshold: 0,
      maxLabels: 12,
      minScoreToAnswer: 0,
      minScoreToPoint: 0,
      askForMissing: [
        { ask: "the version you use", unless: "(?!)" },
        { ask: "a complete log", unless: "(?!)" },
      ],
    },
  },
  labelLess: {
    title: "Set labels only when quite sure",
    config: { labelThreshold: 0.7 },
  },
} satisfies Record<string, Change>;

/** The prompt file with the change made; everything else, comments included, stays as it is. */
export function applyChange(content: string, change: Change): string {
  const [, header = "", template = ""] = /^---\n([\s\S]*?)^---\n([\s\S]*)$/m.exec(content) ?? [];
  const document = parseDocument(header);
  for (const [name, value] of Object.entries(change.config)) {
    document.setIn(["config", name], document.createNode(value));
  }
  // Unless told not to, it folds long lines, which a diff would show as changes.
  return `---\n${document.toString({ lineWidth: 0 })}---\n${template}`;
}
