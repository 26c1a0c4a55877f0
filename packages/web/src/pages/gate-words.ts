/** What a gate's verdict is called on every page. */

const words: Record<string, string> = {
  pass: "passed",
  regress: "worse",
  inconclusive: "not enough evidence",
  infrastructure: "no verdict: the run itself failed",
};

/** The gate's verdict in words for people; a criterion's own words stay as they are. */
export function gateWord(verdict: string): string {
  return words[verdict] ?? verdict;
}
