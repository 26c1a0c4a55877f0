/**
 * Whether a server that is killed keeps what it acknowledged: `node bench/soak.ts [kills]`, a few seconds each. Fails when
 * anything is lost, counted twice or without its text.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { soak } from "../packages/server/testing/kill-soak.ts";
import { describeMachine } from "./machine.ts";

const kills = Number(process.argv[2] ?? 50);
const directory = await mkdtemp(join(tmpdir(), "ratchet-soak-"));
console.log(`soak: ${kills} kills at random moments under load; ${describeMachine()}`);
const result = await soak(directory, kills, (kill) => process.stderr.write(`${kill} of ${kills}\r`));
console.log(result);
await rm(directory, { recursive: true, force: true });
process.exitCode = result.lostSpans + result.duplicatedSpans + result.missingTexts === 0 ? 0 : 1;
