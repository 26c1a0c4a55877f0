/** Releases: sets of prompt versions and a commit that may be shipped, and what the SDK is told of them. */
import type { Experiment, Gate, Release, ReleaseCreate, SdkConfig, ServerEvent } from "@ratchet/protocol";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { ReleaseRow, ReleaseStore } from "./store.ts";

export interface ReleaseFix {
  release: string;
  state: Release["state"];
  at: string;
  liveAt: string | null;
}

/** The part of other features that releases ask. */
export interface ReleaseDependencies {
  /** @throws ProblemError `not-found` */
  findGate: (project: ProjectScope, id: string) => Promise<Gate>;
  /** @throws ProblemError `not-found` */
  findExperiment: (project: ProjectScope, id: string) => Promise<Pick<Experiment, "target">>;
  /** @throws ProblemError `not-found` when a version does not exist. */
  findContents: (project: ProjectScope, prompts: Record<string, string>) => Promise<SdkConfig["contents"]>;
}

export function createReleases(
  store: ReleaseStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  others: ReleaseDependencies,
) {
  const findRow = async (project: ProjectScope, id: string): Promise<ReleaseRow> => {
    const row = await store.findOptional(project.id, id);
    if (!row) throw new ProblemError("not-found", `There is no release ${id}. GET /api/releases lists them.`);
    return row;
  };

  /** The gate must have passed, and what ships must be all that it judged, and nothing else. */
  const checkGate = async (
    project: ProjectScope,
    id: string,
    given: Record<string, string>,
    live: Record<string, string>,
  ): Promise<Gate> => {
    const gate = await others.findGate(project, id);
    if (gate.verdict !== "pass") {
      throw new ProblemError(
        "conflict",
        `Gate ${id} did not pass: ${gate.sentence} To release all the same, say why in forcedBecause.`,
      );
    }
    const { target } = await others.findExperiment(project, gate.candidate);
    const judged = new Map(Object.entries(target.prompts));
    const shipped = new Map(Object.entries({ ...live, ...given }));
    for (const name of new Set([...judged.keys(), ...Object.keys(given)])) {
      const [wanted, version] = [judged.get(name), shipped.get(name)];
      if (wanted === version) continue;
      throw new ProblemError(
        "conflict",
        `Gate ${id} judged ${name}@${wanted ?? "(not part of it)"}, not ${name}@${version ?? "(not part of the release)"}. Release what it judged, or run a gate on what is to be released.`,
      );
    }
    return gate;
  };

  const service = {
    async list(project: ProjectScope): Promise<Release[]> {
      return (await store.list(project.id)).map(toRelease);
    },

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, id: string): Promise<Release> {
      return toRelease(await findRow(project, id));
    },

    async findOptionalLive(project: ProjectScope): Promise<Release | undefined> {
      const row = await store.findOptionalLive(project.id);
      return row && toRelease(row);
    },

    /**
     * Prompts that the request does not name stay as they are in the live release.
     *
     * @throws ProblemError `conflict` when neither a passed gate nor a reason lets it out, `not-found` for what it names.
     */
    async create(project: ProjectScope, request: z.output<typeof ReleaseCreate>): Promise<Release> {
      const live = await service.findOptionalLive(project);
      const { gate: gateId, forcedBecause } = request;
      await others.findContents(project, request.prompts);
      if (live && gateId === undefined && forcedBecause === undefined) {
        throw new ProblemError(
          "conflict",
          "Name the gate that let this release through, or say in forcedBecause why it goes out without.",
        );
      }
      const gate =
        gateId === undefined
          ? undefined
          : forcedBecause === undefined
            ? await checkGate(project, gateId, request.prompts, live?.prompts ?? {})
            : await others.findGate(project, gateId);
      const id = await store.insert(project.id, {
        prompts: { ...live?.prompts, ...request.prompts },
        commit: request.commit,
        note: request.note,
        gate: gateId ?? null,
        experiment: gate?.candidate ?? null,
        forcedBecause: forcedBecause ?? null,
        fixes: [...new Set([...request.fixes, ...(gate?.failures ?? [])])],
        createdAt: now().toISOString(),
        isFirst: live === undefined,
      });
      if (id === undefined) {
        throw new ProblemError("conflict", "Another first release was made just now. Look at it, then make yours.");
      }
      publish({ type: "release", project: project.slug, id });
      return service.find(project, id);
    },

    /** The newest release that fixes each failure. */
    async findFixes(project: ProjectScope, failures: readonly string[]): Promise<Map<string, ReleaseFix>> {
      const fixes = new Map<string, ReleaseFix>();
      for (const row of (await store.list(project.id)).reverse()) {
        const fix = { release: row.id, state: row.state, at: row.createdAt, liveAt: row.liveAt };
        for (const failure of row.fixes) if (failures.includes(failure)) fixes.set(failure, fix);
      }
      return fixes;
    },
  };
  return service;
}

export type Releases = ReturnType<typeof createReleases>;

function toRelease({ liveAt: _, ...release }: ReleaseRow): Release {
  return release;
}
