import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

describe("the server's environment", () => {
  it("needs nothing: this machine only, port 3000, embedded engines", () => {
    expect(readConfig({})).toMatchObject({ port: 3000, host: "127.0.0.1", clickhouseUrl: undefined, logLevel: "info" });
  });

  it("takes an empty variable as unset", () => {
    expect(readConfig({ PORT: "", RATCHET_POSTGRES_URL: "" })).toMatchObject({ port: 3000, postgresUrl: undefined });
  });

  it.each(["abc", "-1", "65536", "80.5", "0x50", " 80"])("refuses PORT=%j and says what it takes", (PORT) => {
    expect(() => readConfig({ PORT })).toThrow("PORT takes a port from 0 (any free one) to 65535.");
  });

  it("listens for OTLP over gRPC on the usual port if that is free, on a given one in any case, or not at all", () => {
    expect(readConfig({}).otlpGrpc).toEqual({ port: 4317, isRequired: false });
    expect(readConfig({ RATCHET_OTLP_GRPC_PORT: "4317" }).otlpGrpc).toEqual({ port: 4317, isRequired: true });
    expect(readConfig({ RATCHET_OTLP_GRPC_PORT: "off" }).otlpGrpc).toBeUndefined();
    expect(() => readConfig({ RATCHET_OTLP_GRPC_PORT: "on" })).toThrow(
      "RATCHET_OTLP_GRPC_PORT takes a port from 0 (any free one) to 65535, or off.",
    );
  });

  it("takes exports of up to 64 MiB, or as many as it is told", () => {
    expect(readConfig({}).maxExportBytes).toBe(64 * 1024 * 1024);
    expect(readConfig({ RATCHET_OTLP_MAX_MIB: "1" }).maxExportBytes).toBe(1024 * 1024);
    for (const RATCHET_OTLP_MAX_MIB of ["0", "1025", "x"]) {
      expect(() => readConfig({ RATCHET_OTLP_MAX_MIB })).toThrow("takes a number of MiB from 1 to 1024");
    }
  });

  it("names every variable that is wrong, and keeps passwords to itself", () => {
    const environment = {
      PORT: "abc",
      RATCHET_POSTGRES_URL: "mysql://ada:lovelace@db/ratchet",
      RATCHET_LOG_LEVEL: "loud",
    };
    const message = messageOf(() => readConfig(environment));
    for (const name of Object.keys(environment)) expect(message).toContain(`${name} takes`);
    expect(message).not.toContain("lovelace");
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}
