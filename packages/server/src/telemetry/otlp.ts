/** A trace export as it was sent, whatever its encoding. Strings may still hold anything. */

export type AttributeValue = string | number | boolean | null | AttributeValue[] | { [key: string]: AttributeValue };
export type Attributes = Map<string, AttributeValue>;

export interface OtlpEvent {
  name: string;
  /** Microseconds since 1970. */
  timeMicros: number;
  attributes: Attributes;
}

export interface OtlpSpan {
  /** Lower-case hex of whatever length was sent. */
  traceId: string;
  spanId: string;
  /** Empty for a root. */
  parentSpanId: string;
  name: string;
  startMicros: number;
  /** 0 while the span runs. */
  endMicros: number;
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  statusMessage: string;
  attributes: Attributes;
  events: OtlpEvent[];
  /** Of the instrumentation; empty when it gives none. */
  scopeName: string;
  scopeVersion: string;
}

export interface OtlpResource {
  attributes: Attributes;
  spans: OtlpSpan[];
}

/** The body is no trace export. The message says where it stops being one. */
export class DecodeError extends Error {}

/** How deep attribute values may nest. */
export const maxDepth = 32;

/**
 * A two-byte span costs some 300 bytes of memory: without a bound, 64 MiB of them would end the process.
 * 100,000 spans of 20 attributes fit.
 */
export class DecodeBudget {
  #left = 2_000_000;

  /** Counts one span, event or value, or so many. */
  spend(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) {
      throw new DecodeError("The export holds more than 2,000,000 spans, events and values. Send it in smaller parts.");
    }
  }
}
