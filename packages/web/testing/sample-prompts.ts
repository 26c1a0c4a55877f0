/** Prompts with a history: one version live, a newer one that a gate has judged, an older one that was worse. */
import { Prompt, PromptDetail, type PromptVersion, PromptVersionDetail } from "@ratchet/protocol";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";

const hourMs = 3_600_000;
export const versionIds = ["3f2a9c1e77d0", "9c1e2f0a41bb", "c0ffee12ab34"] as const;

const template = `You answer questions about Harbor in the thread where they were asked.

{{#each history}}
{{role}}: {{text}}
{{/each}}

Question: {{question}}

Rules:
1. Cite the file that you rely on.
2. If the documentation does not say, say so.
3. Never thank without answering.
`;

const contents = [
  template.replace("3. Never thank without answering.\n", "3. Be polite.\n"),
  template,
  template
    .replace("say so.", "say so, and ask for the version that the person runs.")
    .replace("Rules:\n", "Rules, in this order:\n"),
].map(
  (body, index) => `---
model: openai/gpt-4.1-mini
config:
  temperature: ${index === 2 ? 0 : 0.2}
input:
  schema:
    question: string
    history?(array):
      role: string
      text: string
---
${body}`,
);

function makeVersion(index: 0 | 1 | 2, now: number): PromptVersion {
  const facts = [
    { message: "First version", fixes: [], experiments: [{ id: "E-1", verdict: null }], releases: ["R-2"], live: true },
    {
      message: "Never thank without answering",
      fixes: ["F-3"],
      experiments: [{ id: "E-2", verdict: "pass" }],
      releases: ["R-3"],
      live: false,
    },
    {
      message: "Ask for the version; temperature 0, so that reviews are repeatable",
      fixes: ["F-4", "F-5"],
      experiments: [
        { id: "E-3", verdict: "inconclusive" },
        { id: "E-4", verdict: "regress" },
      ],
      releases: [],
      live: false,
    },
  ][index];
  return {
    name: "answers/question",
    version: versionIds[index],
    number: index + 1,
    path: "prompts/answers/question.prompt",
    commit: index === 2 ? null : `4b825dc642cb6eb9a060e54bf8d69288fbee49${index}4`,
    author: "mira",
    createdAt: new Date(now - (3 - index) * 20 * hourMs).toISOString(),
    traceCount: [1031, 173, 0][index] ?? 0,
    ...(facts as NonNullable<typeof facts>),
  };
}

export function promptRoutes(now: number): FixtureRoute[] {
  const versions = ([2, 1, 0] as const).map((index) => makeVersion(index, now));
  const latest = versions[0] as PromptVersion;
  const question = PromptDetail.parse({
    name: latest.name,
    path: latest.path,
    versionCount: versions.length,
    latest,
    live: versionIds[0],
    versions,
  });
  const triage = Prompt.parse({
    name: "triage",
    path: "prompts/triage.prompt",
    versionCount: 1,
    latest: { ...makeVersion(0, now), name: "triage", path: "prompts/triage.prompt", live: false, releases: [] },
    live: null,
  });
  const find = (project: string, name: string | undefined) => {
    if (project === "default" || name !== question.name) {
      throw new FixtureProblem("not-found", `There is no prompt ${name} in project ${project}.`);
    }
    return question;
  };
  return [
    [
      "GET",
      /^\/prompts$/,
      ({ project }) => {
        const prompts = project === "default" ? [] : [Prompt.parse(question), triage];
        return { prompts, total: prompts.length };
      },
    ],
    ["GET", /^\/prompts\/([^/]+)$/, ({ project, parts }) => find(project, parts[0])],
    [
      "GET",
      /^\/prompts\/([^/]+)\/versions\/([^/]+)$/,
      ({ project, parts }) => {
        const version = find(project, parts[0]).versions.find((candidate) => candidate.version === parts[1]);
        if (!version) throw new FixtureProblem("not-found", `${parts[0]} has no version ${parts[1]}.`);
        const content = contents[version.number - 1] as string;
        // 50,000 lines, to see that a diff has no cap.
        const long = project === "huge" ? `${content}${makeLines(50_000, version.number)}` : content;
        return PromptVersionDetail.parse({ ...version, content: long, frontMatter: {}, template: long });
      },
    ],
  ];
}

function makeLines(count: number, seed: number): string {
  return Array.from(
    { length: count },
    (_, n) => `Example ${n}: ${n % 5000 === seed ? "rewritten" : "as before"}\n`,
  ).join("");
}
