import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeGitHub, type FakeThread, openFakeGitHub, repository } from "../testing/fake-github.ts";
import { type FakeRatchet, openFakeRatchet } from "../testing/fake-ratchet.ts";
import { openHttpFake } from "../testing/http-fake.ts";
import { buildTeammate, type RunningTeammate, startTeammate } from "../testing/start-teammate.ts";

let github: FakeGitHub;
let ratchet: FakeRatchet;
let dataDir: string;
let running: RunningTeammate | undefined;

beforeAll(buildTeammate);
beforeEach(async () => {
  github = await openFakeGitHub();
  ratchet = await openFakeRatchet();
  dataDir = mkdtempSync(join(tmpdir(), "teammate-"));
  github.add({
    number: 3,
    title: "ModuleNotFoundError: No module named 'torch._six'",
    body: "Running predict fails with this error on Python 3.11.",
    user: { login: "grace", type: "User" },
    state: "closed",
  });
  github.say(3, "lin", "You have an old deepspeed. Upgrade deepspeed to 0.14 and torch._six is not imported.", "OWNER");
  github.say(3, "grace", "Thanks, that works!");
});
afterEach(async () => {
  await running?.kill("SIGKILL");
  running = undefined;
  await github[Symbol.asyncDispose]();
  await ratchet[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string> = {}): Promise<RunningTeammate> {
  running = await startTeammate({
    GITHUB_API_URL: github.url,
    RATCHET_URL: ratchet.url,
    TEAMMATE_DATA_DIR: dataDir,
    TEAMMATE_REACTION_SOURCE: "simulated",
    ...environment,
  });
  return running;
}

const sender = { login: "ada", type: "User" };
const opened = (issue: FakeThread) => ({ action: "opened", repository: { full_name: repository }, sender, issue });
const question = () =>
  github.add({ number: 7, title: "No module named torch._six", body: "predict fails: ModuleNotFoundError torch._six" });
const ours = (number: number) =>
  github.threads.get(number)?.comments.filter(({ user }) => user.login === "ratchet-teammate") ?? [];

describe("an issue that a past thread answers", () => {
  it("is answered with a link, labelled, and traced with what people say of it afterwards", async () => {
    const teammate = await start();
    const issue = question();
    expect((await teammate.deliver("issues", opened(issue))).status).toBe(202);
    await teammate.idle();
    const [comment] = ours(7);
    expect(comment?.body).toContain("Upgrade deepspeed to 0.14");
    expect(comment?.body).toContain(github.threads.get(3)?.comments[0]?.html_url);
    expect(comment?.body).toContain("automated teammate");
    expect(issue.labels).toEqual([{ name: "bug" }]);

    const reply = github.say(7, "ada", "Does not help, I have no deepspeed.");
    const base = { repository: { full_name: repository }, sender, issue };
    github.reactions.set(comment?.id ?? 0, [{ id: 1, content: "-1", user: sender }]);
    await teammate.deliver("issue_comment", { action: "created", ...base, comment: reply });
    const maintainer = { login: "lin", type: "User" };
    await teammate.deliver("issues", { ...base, sender: maintainer, action: "unlabeled", label: { name: "bug" } });
    await teammate.deliver("issues", { ...base, sender: maintainer, action: "labeled", label: { name: "question" } });
    await teammate.idle();
    await teammate.kill("SIGTERM");

    const root = ratchet.spans.find(({ parentSpanId }) => !parentSpanId);
    expect(root?.name).toBe("teammate.issue");
    expect(root?.attributes).toMatchObject({
      "ratchet.span.kind": "agent",
      "session.id": "acme/app#7",
      "user.id": "ada",
      "ratchet.metadata.repo": repository,
      "gen_ai.prompt.name": "issue",
    });
    expect(JSON.parse(String(root?.attributes["ratchet.input"]))).toMatchObject({ event: "issues.opened", number: 7 });
    expect(JSON.parse(String(root?.attributes["ratchet.output"]))).toMatchObject({ action: "answer", labels: ["bug"] });
    const kinds = new Set(ratchet.spans.map(({ attributes }) => attributes["ratchet.span.kind"]));
    expect(kinds).toEqual(new Set(["agent", "chain", "retriever", "embedding", "reranker", "tool"]));
    expect(ratchet.feedback).toMatchObject([
      { traceId: root?.traceId, key: "reply", comment: reply.body, source: "github", userId: "ada" },
      { traceId: root?.traceId, key: "thumbs", score: 0, source: "simulated", userId: "ada" },
      { traceId: root?.traceId, key: "correction", score: 0, value: "-bug" },
      { traceId: root?.traceId, key: "correction", score: 0, value: "-bug +question" },
    ]);
    expect(ratchet.feedback[2].id).toBe(ratchet.feedback[3].id);
  });

  it("is embedded as it came, however long, by the prompt's first version", async () => {
    const teammate = await start();
    const log = "2024-01-01 INFO step done\n".repeat(400);
    await teammate.deliver("issues", opened(github.add({ number: 7, title: "No module named torch._six", body: log })));
    await teammate.idle();
    await teammate.kill("SIGTERM");
    const embedding = ratchet.spans.find(({ attributes }) => attributes["ratchet.span.kind"] === "embedding");
    expect(String(embedding?.attributes["ratchet.input"]).length).toBeGreaterThan(8000);
    expect(embedding?.attributes["ratchet.metadata.inputChars"]).toBeGreaterThan(8000);
  });

  it("is left alone where the thread is locked, and where a maintainer opened it", async () => {
    const teammate = await start();
    const locked = question();
    locked.locked = true;
    const maintainers = github.add({
      ...question(),
      number: 8,
      locked: false,
      labels: [],
      author_association: "OWNER",
    });
    const bots = github.add({ ...maintainers, number: 10, labels: [], author_association: "NONE" });
    github.threads.set(7, locked);
    await teammate.deliver("issues", opened(locked));
    await teammate.deliver("issues", opened(maintainers));
    await teammate.deliver("issues", { ...opened(bots), sender: { login: "renovate[bot]", type: "Bot" } });
    await teammate.idle();
    expect(ours(7)).toEqual([]);
    expect(locked.labels).toEqual([]);
    expect(ours(8)).toEqual([]);
    expect(maintainers.labels).toEqual([{ name: "bug" }]);
    expect(bots.labels).toEqual([]);
  });

  it("is answered once, and again only when somebody mentions us", async () => {
    const teammate = await start();
    const issue = question();
    const base = { action: "created", repository: { full_name: repository }, sender, issue };
    await teammate.deliver("issues", opened(issue));
    await teammate.deliver("issue_comment", { ...base, comment: github.say(7, "ada", "I still see torch._six") });
    await teammate.idle();
    expect(ours(7)).toHaveLength(1);
    const mention = github.say(7, "ada", "@ratchet-teammate No module named torch._six, still?");
    await teammate.deliver("issue_comment", { ...base, comment: mention });
    await teammate.idle();
    expect(ours(7)).toHaveLength(2);
  });
});

describe("a pull request", () => {
  it("is greeted by the prompt's first version, and labelled by a prompt that says so", async () => {
    const teammate = await start();
    const pull = github.add({ number: 9, title: "fix: crash when the cache is empty" });
    const event = { action: "opened", repository: { full_name: repository }, sender, pull_request: pull };
    await teammate.deliver("pull_request", event);
    await teammate.idle();
    expect(ours(9)[0]?.body).toContain("concert");
    expect(pull.labels).toEqual([]);
    await teammate.kill("SIGTERM");

    const prompts = join(dataDir, "prompts");
    cpSync(new URL("../prompts", import.meta.url), prompts, { recursive: true });
    const file = join(prompts, "pull.prompt");
    writeFileSync(file, readFileSync(file, "utf8").replace("mode: chat", "mode: label"));
    const better = await start({ TEAMMATE_PROMPTS_DIR: prompts });
    await better.deliver("pull_request", { ...event, pull_request: github.add({ ...pull, number: 11, comments: [] }) });
    await better.idle();
    expect(github.threads.get(11)?.labels).toEqual([{ name: "bug" }]);
    expect(ours(11)).toEqual([]);
  });
});

describe("a process that is killed", () => {
  it("finishes afterwards what it had accepted, once, and knows deliveries that come again", async () => {
    const first = await start();
    const asked = Promise.withResolvers<void>();
    github.hold = async (route) => {
      if (route !== "GET /labels") return;
      asked.resolve();
      await new Promise(() => {});
    };
    const issue = question();
    await first.deliver("issues", opened(issue), "delivery-1");
    await asked.promise;
    await first.kill("SIGKILL");
    github.hold = null;
    const second = await start();
    await second.idle();
    expect(ours(7)).toHaveLength(1);
    const replay = await second.deliver("issues", opened(issue), "delivery-1");
    expect(await replay.json()).toEqual({ status: "already received" });
    await second.idle();
    expect(ours(7)).toHaveLength(1);
  });

  it("does not post a comment again that GitHub took just before", async () => {
    const first = await start();
    const posted = Promise.withResolvers<void>();
    github.hold = async (route) => {
      if (route !== "POST /issues/7/comments") return;
      posted.resolve();
      await new Promise(() => {});
    };
    await first.deliver("issues", opened(question()));
    await posted.promise;
    await first.kill("SIGKILL");
    github.hold = null;
    const second = await start();
    await second.idle();
    expect(ours(7)).toHaveLength(1);
    expect(github.threads.get(7)?.labels).toContainEqual({ name: "bug" });
  });
});

describe("when GitHub fails to answer", () => {
  it.each([
    ["took the comment all the same", true],
    ["took nothing", false],
  ])("posts a comment once, whether GitHub %s", async (_, taken) => {
    const teammate = await start();
    let failures = 0;
    github.fail = (route) => {
      if (route !== "POST /issues/7/comments" || failures > 0) return null;
      failures++;
      return { isDone: taken };
    };
    await teammate.deliver("issues", opened(question()));
    await teammate.idle();
    expect(failures).toBe(1);
    expect(ours(7)).toHaveLength(1);
  });
});

describe("with a model", () => {
  const reply = (content: string) => ({
    body: {
      id: "1",
      object: "chat.completion",
      created: 1,
      model: "tiny",
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
      usage: { prompt_tokens: 812, completion_tokens: 64, total_tokens: 876 },
    },
  });

  it("posts what the model says, without labels that do not exist and without mentions", async () => {
    let asked = "";
    await using api = await openHttpFake(({ body }) => {
      asked = JSON.stringify(body.messages);
      const answer = {
        action: "answer",
        labels: ["bug", "invented"],
        comment: "Fixes #3, @ada. ![](https://evil.example/x)",
        reason: "as #3",
      };
      return reply(JSON.stringify(answer));
    });
    const teammate = await start({ TEAMMATE_MODEL: "tiny", TEAMMATE_BASE_URL: `${api.url}/v1` });
    await teammate.deliver("issues", opened(question()));
    await teammate.idle();
    await teammate.kill("SIGTERM");
    expect(asked).toContain("torch._six");
    expect(ours(7)[0]?.body).toContain("Fixes issue #3, ada. ![] (`https://evil.example/x`)");
    expect(github.threads.get(7)?.labels).toEqual([{ name: "bug" }]);
    const call = ratchet.spans.find(({ attributes }) => attributes["ratchet.span.kind"] === "llm");
    expect(call?.attributes).toMatchObject({
      "gen_ai.request.model": "tiny",
      "gen_ai.usage.input_tokens": 812,
      "gen_ai.usage.output_tokens": 64,
    });
  });

  it("abstains when the model answers nonsense, and the trace has the error", async () => {
    await using api = await openHttpFake(() => reply("Let me tell you about my weekend."));
    const teammate = await start({ TEAMMATE_MODEL: "tiny", TEAMMATE_BASE_URL: `${api.url}/v1` });
    await teammate.deliver("issues", opened(question()));
    await teammate.idle();
    await teammate.kill("SIGTERM");
    expect(ours(7)).toEqual([]);
    const call = ratchet.spans.find(({ attributes }) => attributes["ratchet.span.kind"] === "llm");
    expect(call?.statusCode).toBe(2);
    const root = ratchet.spans.find(({ parentSpanId }) => !parentSpanId);
    expect(JSON.parse(String(root?.attributes["ratchet.output"]))).toMatchObject({ action: "abstain" });
  });
});
