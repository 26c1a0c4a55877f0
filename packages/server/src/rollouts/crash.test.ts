import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Release, Rollout, RolloutDetail, SdkConfig, TraceList, type TraceSummary } from "@ratchet/protocol";
import { isCandidate } from "@ratchet/protocol/assignment";
import { attribute } from "@ratchet/protocol/attributes";
import { failureShareProcess } from "@ratchet/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placePostgres } from "../../testing/index.ts";
import { exportSpans, newTraceId } from "../../testing/otlp-export.ts";
import { type ServerProcess, startServerProcess } from "../../testing/server-process.ts";

const share = 0.5;

/** What the server has acknowledged. */
interface Acknowledged {
  units: Set<string>;
  failedUnits: Set<string>;
}

describe("a rollout on a server that is killed", () => {
  let directory: string;
  let variables: Record<string, string>;
  let server: ServerProcess;
  let nextUnit = 0;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-crash-"));
    const place = await placePostgres(directory);
    variables = { RATCHET_DATA_DIR: directory, ...("url" in place && { RATCHET_POSTGRES_URL: place.url }) };
    server = await startServerProcess(variables);
  }, 120_000);
  afterAll(async () => {
    await server?.end("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  });

  const send = (path: string, body?: unknown) =>
    fetch(`${server.url}${path}`, {
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
    });
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await send(path, body);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  const findRollout = async (id: string) => RolloutDetail.parse(await ask(`/api/rollouts/${id}`));

  async function startRollout(): Promise<string> {
    const versions = [];
    for (const content of ["first", "second"]) {
      versions.push(
        (await ask("/api/prompts", { name: "triage", path: "triage.prompt", content })) as { version: string },
      );
    }
    const [first, second] = versions.map(({ version }) => ({ prompts: { triage: version } }));
    await ask("/api/releases", first);
    const forcedBecause = "the test has no gate";
    const candidate = Release.parse(await ask("/api/releases", { ...second, forcedBecause }));
    const stages = [{ percent: share * 100, minUnitsPerArm: 100_000 }];
    return Rollout.parse(await ask("/api/rollouts", { release: candidate.id, stages, alpha: 0.001 })).id;
  }

  /** One unit is served twice; of each three units one fails by an error, one by thumbs down. */
  async function serveUnit(rollout: string, { units, failedUnits }: Acknowledged): Promise<void> {
    const number = nextUnit++;
    const unit = `acme/app#${number}`;
    const arm = isCandidate(rollout, unit, share * 100_000) ? "candidate" : "control";
    const attributes = {
      [attribute.rollout]: rollout,
      [attribute.arm]: arm,
      [attribute.unit]: unit,
      [attribute.plannedShare]: share,
    };
    for (let time = 0; time < 2; time++) {
      const traceId = newTraceId();
      const error = number % 3 === 0 ? { error: "no answer" } : {};
      const exported = await exportSpans(server.url, [{ traceId, attributes, ...error }]);
      if (exported.status !== 200) continue;
      units.add(unit);
      if (number % 3 === 0) failedUnits.add(unit);
      if (number % 3 !== 1) continue;
      const judged = await send("/api/feedback", { traceId, key: "thumbs", score: 0, source: "user" });
      if (judged.status === 201) failedUnits.add(unit);
    }
  }

  async function serveUntilKilled(rollout: string, acknowledged: Acknowledged): Promise<void> {
    let isAlive = true;
    const senders = Array.from({ length: 4 }, async () => {
      while (isAlive) await serveUnit(rollout, acknowledged).catch(() => {});
    });
    while (acknowledged.failedUnits.size < 30) await new Promise((resolve) => setTimeout(resolve, 20));
    await server.end("SIGKILL");
    isAlive = false;
    await Promise.all(senders);
  }

  async function listTraces(rollout: string): Promise<TraceSummary[]> {
    const { traces, total } = TraceList.parse(await ask(`/api/traces?rollout=${rollout}&limit=500`));
    expect(traces).toHaveLength(total);
    return traces;
  }

  it("goes on with the same evidence; nothing acknowledged is lost or counted twice", {
    timeout: 240_000,
  }, async () => {
    const rollout = await startRollout();
    const acknowledged = { units: new Set<string>(), failedUnits: new Set<string>() };
    while (acknowledged.failedUnits.size < 10) await serveUnit(rollout, acknowledged);
    const configBefore = SdkConfig.parse(await ask("/api/sdk/config"));
    const before = await findRollout(rollout);
    await serveUntilKilled(rollout, acknowledged);

    server = await startServerProcess(variables);
    // What the engine has is all that was acknowledged, and perhaps what was under way.
    const traces = await listTraces(rollout);
    const units = distinctUnits(traces);
    const failedUnits = distinctUnits(traces.filter(({ status, feedback }) => status === "error" || feedback.down > 0));
    expect(units).toEqual(units.union(acknowledged.units));
    expect(failedUnits).toEqual(failedUnits.union(acknowledged.failedUnits));
    const after = await untilCounted(rollout, units.size, failedUnits.size);
    for (const arm of ["control", "candidate"] as const) {
      const isOfArm = (unit: string) => isCandidate(rollout, unit, share * 100_000) === (arm === "candidate");
      expect(after.arms[arm].units).toBe([...units].filter(isOfArm).length);
      expect(after.arms[arm].failedUnits).toBe([...failedUnits].filter(isOfArm).length);
    }
    expect(after.state).toBe("running");
    expect(after.history.slice(0, before.history.length)).toEqual(before.history);
    expect(after.evidence).toBeCloseTo(evidenceOf(after), 9);
    expect(SdkConfig.parse(await ask("/api/sdk/config"))).toEqual(configBefore);

    expect(await server.end("SIGTERM")).toBe(0);
    server = await startServerProcess(variables);
    expect((await findRollout(rollout)).history).toEqual(after.history);
    // A unit that fails now is counted on top.
    nextUnit += 3 - (nextUnit % 3);
    await serveUnit(rollout, acknowledged);
    expect((await untilCounted(rollout, units.size + 1, failedUnits.size + 1)).history).toHaveLength(
      after.history.length + 1,
    );
  });

  /** Examination runs behind the acknowledgement. */
  async function untilCounted(rollout: string, units: number, failedUnits: number): Promise<RolloutDetail> {
    for (;;) {
      const detail = await findRollout(rollout);
      const { control, candidate } = detail.arms;
      // Arms and history are read one after the other: a failure may be counted between.
      const counted = Math.min(detail.history.length, control.failedUnits + candidate.failedUnits);
      if (control.units + candidate.units >= units && counted >= failedUnits) return detail;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});

function distinctUnits(traces: readonly TraceSummary[]): Set<string> {
  return new Set(traces.flatMap(({ exposure }) => exposure?.unit ?? []));
}

/** The process anew over the failures in their order. */
function evidenceOf({ history }: RolloutDetail): number {
  const process = failureShareProcess();
  history.forEach((point, index) => {
    const earlier = history[index - 1]?.candidateFailures ?? 0;
    process.observe(point.candidateFailures > earlier, point.plannedShare);
  });
  return process.evidence;
}
