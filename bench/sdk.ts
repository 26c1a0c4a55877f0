/**
 * What `traceable` costs the application: time inside the call, and CPU in all until the spans are delivered to a sink in
 * another process. Bars: 50 µs synchronous, 150 µs CPU. Run: `node bench/sdk.ts`.
 */
import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { flush, init, shutdown, traceable } from "@ratchet/sdk";
import { describeMachine } from "./machine.ts";

const calls = 40_000;
const callsPerFlush = 2000;

if (process.argv[2] === "sink") serve();
else await measure();

/** Accepts everything and counts bytes. */
function serve(): void {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("end", () => response.end("{}"));
  }).listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("message", () => process.send?.(bytes));
}

async function measure(): Promise<void> {
  const sink = fork(new URL(import.meta.url).pathname, ["sink"]);
  const port = await new Promise<number>((resolve) => sink.once("message", (message) => resolve(message as number)));
  const messages = Array.from({ length: 500 }, (_, seed) => ({ role: "user", content: makeText(seed) }));
  const answer = (input: { role: string; content: string }) => ({
    role: "assistant",
    content: input.content.slice(0, 400),
  });

  console.log(`${calls} calls, 1.6 kB in and 0.4 kB out each; ${describeMachine()}`);
  const bare = await run("bare function", answer);
  const idle = await run("traceable, nothing configured", traceable(answer, { kind: "llm" }));
  init({ url: `http://127.0.0.1:${port}` });
  const traced = traceable(answer, { kind: "llm", name: "answer", metadata: { repo: "acme/app" } });
  await run("(warming up)", traced);
  const live = await run("traceable, exporting", traced);
  await shutdown();
  sink.send("bytes");
  const bytes = await new Promise<number>((resolve) => sink.once("message", (count) => resolve(count as number)));
  sink.kill();
  console.log(`added by an idle wrapper: ${(idle.callUs - bare.callUs).toFixed(2)} µs`);
  console.log(
    `added when exporting: ${(live.callUs - bare.callUs).toFixed(1)} µs in the call, ${live.cpuUs.toFixed(1)} µs CPU in all`,
  );
  console.log(`sent: ${Math.round(bytes / (2 * calls))} bytes a span, compressed`);

  async function run(name: string, fn: typeof answer) {
    let inCallNs = 0n;
    let length = 0;
    const cpuBefore = process.cpuUsage();
    for (let done = 0; done < calls; done += callsPerFlush) {
      const before = process.hrtime.bigint();
      for (let i = 0; i < callsPerFlush; i++)
        length += fn(messages[i % messages.length] as (typeof messages)[0]).content.length;
      inCallNs += process.hrtime.bigint() - before;
      await flush();
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    if (length === 0) throw new Error("the work was not done");
    const result = { callUs: Number(inCallNs) / 1000 / calls, cpuUs: (user + system) / calls };
    console.log(`${name}: ${result.callUs.toFixed(2)} µs a call, ${result.cpuUs.toFixed(1)} µs CPU`);
    return result;
  }
}

/** 1.6 kB that compresses about as well as prose: words in a random order. */
function makeText(seed: number): string {
  const words = "why does the build fail after upgrade install package version error module cannot find import".split(
    " ",
  );
  let state = seed + 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  return Array.from({ length: 270 }, () => words[next() % words.length]).join(" ");
}
