import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const minimal = { GITHUB_WEBHOOK_SECRET: "a-long-secret", GITHUB_TOKEN: "token" };

describe("the environment", () => {
  it("needs a secret and a token, and says so by name", () => {
    expect(() => readConfig({ PORT: "many" })).toThrow(
      /PORT: [\s\S]*GITHUB_WEBHOOK_SECRET is not set[\s\S]*GITHUB_TOKEN/,
    );
  });

  it("means the built-in baseline when no model is set", () => {
    expect(readConfig({ ...minimal, TEAMMATE_MODEL: "" }).model).toBeNull();
  });

  it("names the model's address when it is missing", () => {
    expect(() => readConfig({ ...minimal, TEAMMATE_MODEL: "tiny" })).toThrow("TEAMMATE_BASE_URL is not set");
  });

  it("takes one source for all feedback, and another for reactions", () => {
    expect(readConfig(minimal)).toMatchObject({ feedbackSource: "github", reactionSource: "github" });
    expect(readConfig({ ...minimal, TEAMMATE_REACTION_SOURCE: "simulated" }).reactionSource).toBe("simulated");
  });
});
