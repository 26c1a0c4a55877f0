import type { Verification } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { describeVerification } from "./verification-words.ts";

const proof: Verification = {
  rateBefore: 0.094,
  failuresSince: 0,
  exposedSince: 146,
  upperBound: 0.0203,
  furtherTraces: 0,
};

describe("a failure's verification", () => {
  it("is said to be verified, with the rate before and the bound now", () => {
    expect(describeVerification(proof, "verified")).toEqual({
      tone: "good",
      word: "Verified: gone since the fix",
      sentence:
        "Before the fix it was 9.4 % of the traces, now it is at most 2 %. It stays verified until it is shown to have come back.",
    });
  });

  it("is said to have come back", () => {
    const back = describeVerification({ ...proof, failuresSince: 9, upperBound: 0.1, furtherTraces: 300 }, "regressed");
    expect(back).toMatchObject({ tone: "bad", word: "Regressed: it came back after it had been verified" });
    expect(back.sentence).toBe("Before the fix it was 9.4 % of the traces.");
  });

  it("stays verified while a single failure among many traces does not show that it came back", () => {
    const verification = { ...proof, failuresSince: 1, upperBound: 0.05, furtherTraces: 20 };
    expect(describeVerification(verification, "verified").tone).toBe("good");
  });

  it("says how many traces are missing", () => {
    const { tone, sentence } = describeVerification({ ...proof, exposedSince: 12, furtherTraces: 51 }, "rolling out");
    expect(tone).toBe("unsure");
    expect(sentence).toContain("After 51 further traces without it");
  });

  it("never asks for 0 further traces", () => {
    expect(describeVerification(proof, "rolling out")).toMatchObject({ tone: "busy", word: "Gone so far" });
  });

  it("says that an unknown rate before leaves nothing to compare with", () => {
    const unknown = { ...proof, rateBefore: null, furtherTraces: null };
    expect(describeVerification(unknown, "rolling out").word).toBe("Cannot be verified");
  });
});
