import type { Json } from "@ratchet/protocol";
import { previewOf } from "@ratchet/protocol/preview";

// What a row can show; the panel beside it shows all.
const rowCharacters = 300;

/** One line of a JSON value for a row of a list, by the rule that the traces list follows too. */
export function previewInRow(value: Json): string {
  return previewOf(value, rowCharacters);
}
