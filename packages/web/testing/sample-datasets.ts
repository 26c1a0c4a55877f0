/** A dataset of support questions, at any size. */
import { Case, type CaseList, DatasetDetail } from "@ratchet/protocol";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import { createRandom } from "./random.ts";

const minuteMs = 60_000;
const questions = [
  "How do I get a refund for an annual plan that I bought by mistake yesterday?",
  "The export crashes with `EACCES: permission denied, mkdir '/data'` when the container runs read-only",
  "Docs: the quick start says port 3000, the compose file says 8080",
  "Is a refund possible after 30 days when the invoice was wrong?",
  "feat: let the webhook retry with the same idempotency key",
];
const kinds = ["question", "bug", "docs"];

export function makeCases(count: number, now: number): Case[] {
  const random = createRandom(7);
  return Array.from({ length: count }, (_, index) => {
    const question = random.pick(questions);
    const thread = `acme/harbor#${400 + (index % 90)}`;
    return Case.parse({
      id: `c-${String(index + 1).padStart(5, "0")}`,
      input:
        index % 4 === 0 ? question : { question, thread, labels: ["billing"], history: [{ role: "user", text: "Hi" }] },
      ...(index % 5 !== 0 && { reference: { label: random.pick(kinds), cites: ["docs/billing.md"] } }),
      metadata: { kind: random.pick(kinds), language: index % 11 === 0 ? "de" : "en" },
      cluster: thread,
      split: index % 6 === 0 ? "holdout" : "train",
      ...(index % 3 === 0 && { sourceTraceId: random.hex(32), failure: `F-${(index % 5) + 2}` }),
      locked:
        index % 9 === 0
          ? { passes: 5 - (index % 2), trials: 5, since: new Date(now - index * minuteMs).toISOString() }
          : null,
    });
  });
}

function makeDetail(cases: readonly Case[], now: number): DatasetDetail {
  const at = (hours: number) => new Date(now - hours * 60 * minuteMs).toISOString();
  return DatasetDetail.parse({
    name: "refunds",
    description: "Questions about refunds, from production",
    latestVersion: 3,
    caseCount: cases.length,
    lockedCount: cases.filter(({ locked }) => locked !== null).length,
    failures: ["F-2", "F-3", "F-4", "F-5", "F-6"],
    createdAt: at(70),
    updatedAt: at(2),
    versions: [
      version(1, "Capture F-2: thumbs down on answers that name the wrong flag", "web", at(70), 40, [40, 0, 0]),
      version(2, "Add the German threads", "mira", at(30), 96, [58, 3, 2]),
      version(3, "Capture F-5", "web", at(2), cases.length, [cases.length - 95, 0, 1]),
    ],
  });
}

function version(
  number: number,
  message: string,
  author: string,
  createdAt: string,
  caseCount: number,
  [added, changed, removed]: [number, number, number],
) {
  return { version: number, message, author, createdAt, caseCount, added, changed, removed };
}

export function datasetRoutes(now: number, casesOf: (project: string) => readonly Case[]): FixtureRoute[] {
  const find = (project: string, name: string | undefined) => {
    if (project === "default" || name !== "refunds") {
      throw new FixtureProblem("not-found", `There is no dataset ${name} in project ${project}.`);
    }
    return makeDetail(casesOf(project), now);
  };
  return [
    [
      "GET",
      /^\/datasets$/,
      ({ project }) => {
        const datasets = project === "default" ? [] : [find(project, "refunds")];
        return { datasets, total: datasets.length };
      },
    ],
    ["GET", /^\/datasets\/([^/]+)$/, ({ project, parts }) => find(project, parts[0])],
    [
      "GET",
      /^\/datasets\/([^/]+)\/cases$/,
      ({ project, parts, query }): CaseList => {
        const { latestVersion } = find(project, parts[0]);
        const version = Number(query.get("version") ?? latestVersion);
        const all = casesOf(project).slice(0, version < latestVersion ? version * 40 : undefined);
        const offset = Number(query.get("offset") ?? 0);
        return { version, cases: all.slice(offset, offset + Number(query.get("limit") ?? 1000)), total: all.length };
      },
    ],
  ];
}
