import { describe, expect, it } from "vitest";
import { chooseReaction, compareLabels, findAuthorReply, measureCoverage } from "./people.ts";
import { readThreads, type Thread } from "./threads.ts";

const thread: Thread = {
  repository: "acme/harbor",
  number: 7,
  kind: "issue",
  title: "Where is the token?",
  body: "I cannot find it.",
  author: "asker",
  labels: ["bug", "docs"],
  createdAt: "2024-11-17T00:00:00Z",
  comments: [],
  acceptance: ["Clear instructions where the dashboard shows the token", "Prerequisites needed for access"],
};
const complete = "The dashboard shows the token; the instructions list every prerequisites page needed for access.";

describe("a reply covers", () => {
  it("all conditions whose words it shares by half, none that it does not mention", () => {
    expect(measureCoverage(thread, complete)).toBe(1);
    expect(measureCoverage(thread, "Open the dashboard: it shows the token and instructions.")).toBe(0.5);
    expect(measureCoverage(thread, "Please send a log.")).toBe(0);
  });

  it("nothing and everything where nobody wrote conditions down", () => {
    expect(measureCoverage({ acceptance: [] }, complete)).toBeNull();
  });

  it("no condition that consists of stop words", () => {
    expect(measureCoverage({ acceptance: ["that this is it"] }, "that this is it")).toBe(0);
  });
});

describe("a simulated reader", () => {
  const crowd = readThreads().replayed.filter(({ acceptance }) => acceptance.length > 0);
  const reactionsOf = (seed: number, toReply: (thread: Thread) => string) =>
    crowd.map((one) => chooseReaction(seed, one, toReply(one)));
  const silent = () => "";
  const perfect = ({ acceptance }: Thread) => acceptance.join(" ");
  const shareOf = (reactions: (string | null)[], wanted: string | null) =>
    reactions.filter((reaction) => reaction === wanted).length / reactions.length;

  it("is the same person for the same seed, and another for another", () => {
    expect(reactionsOf(1, perfect)).toEqual(reactionsOf(1, perfect));
    expect(reactionsOf(2, perfect)).not.toEqual(reactionsOf(1, perfect));
  });

  it("reacts or not whatever was answered", () => {
    const reacts = (reaction: string | null) => reaction !== null;
    expect(reactionsOf(1, silent).map(reacts)).toEqual(reactionsOf(1, perfect).map(reacts));
    const share = shareOf(
      [1, 2, 3, 4, 5].flatMap((seed) => reactionsOf(seed, perfect)),
      null,
    );
    expect(share).toBeCloseTo(0.4, 1);
  });

  it("likes what covers the conditions, seldom what covers none, and never less for covering more", () => {
    const [disliked, liked] = [reactionsOf(1, silent), reactionsOf(1, perfect)];
    expect(shareOf(liked, "+1")).toBeGreaterThan(0.5);
    expect(shareOf(disliked, "+1")).toBeLessThan(0.15);
    expect(disliked.filter((reaction, index) => reaction === "+1" && liked[index] !== "+1")).toEqual([]);
  });

  it("says nothing where there is nothing to judge by", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(chooseReaction(seed, { ...thread, acceptance: [] }, complete)).toBeNull();
    }
  });
});

describe("what people did in the data", () => {
  it("tells which of our labels were wrong and which were missing", () => {
    expect(compareLabels(thread, ["bug", "question"])).toEqual({ removed: ["question"], added: ["docs"] });
    expect(compareLabels(thread, ["docs", "bug"])).toEqual({ removed: [], added: [] });
  });

  it("has the author's first words after the opening, not another person's", () => {
    const say = (author: string, body: string) => ({ author, body, createdAt: "2024-11-18T00:00:00Z" });
    const comments = [say("maintainer", "Which version?"), say("asker", "1.2"), say("asker", "Thanks")];
    expect(findAuthorReply({ ...thread, comments })).toBe("1.2");
    expect(findAuthorReply(thread)).toBeUndefined();
  });
});
