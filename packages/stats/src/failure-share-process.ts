/** Does the candidate fail more often? Always-valid evidence from whose failures they are. */

const defaultRateRatios = [1.25, 1.5, 2, 3, 5, 10];

export interface FailureShareState {
  rateRatios: readonly number[];
  margin: number;
  failures: number;
  /** log Π f_i(θ), one a rate ratio. */
  logProducts: readonly number[];
}

/**
 * An e-process of "the candidate fails at most (1 + margin) times as often as control": E = Σ_θ π_θ Π_i f_i(θ). It may
 * be looked at after every failure, and abort at E ≥ 1/α keeps the chance of a false abort over the whole rollout
 * below α, even as the share changes from stage to stage.
 *
 * Observe each unit's **first** failure only: units are sticky and unequally active, and a second failure of one unit
 * is no new evidence (all of them give 29 to 38 % false aborts).
 */
export interface FailureShareProcess {
  /**
   * @param candidateShare The planned share in [0, 1] of eligible units on the candidate **at the exposure that
   * failed**: neither cumulative nor that of when the outcome arrives.
   * @throws RangeError when the share is outside [0, 1].
   */
  observe(isCandidate: boolean, candidateShare: number): void;
  /** E, at most the largest double; compare `logEvidence` where it may be larger. */
  readonly evidence: number;
  readonly logEvidence: number;
  readonly failures: number;
  toJSON(): FailureShareState;
}

/**
 * @param rateRatios How many times worse the candidate may be, with equal weights; each above 1.
 * @param margin Tolerated relative rise of the failure rate: 0.1 is 10 %.
 * @example const process = failureShareProcess(); process.observe(true, 0.1); process.evidence >= 20 // abort at 5 %
 */
export function failureShareProcess(
  options: { rateRatios?: readonly number[]; margin?: number } = {},
): FailureShareProcess {
  const { rateRatios = defaultRateRatios, margin = 0 } = options;
  return continueFrom({ rateRatios, margin, failures: 0, logProducts: rateRatios.map(() => 0) });
}

/** Continues with the evidence of a process that was stored as JSON. */
failureShareProcess.fromJSON = (state: FailureShareState): FailureShareProcess => continueFrom(state);

function continueFrom({ rateRatios, margin, failures: failuresBefore, logProducts: before }: FailureShareState) {
  if (rateRatios.length === 0 || before.length !== rateRatios.length) {
    throw new RangeError(`${rateRatios.length} rate ratios do not go with ${before.length} products`);
  }
  for (const ratio of rateRatios) {
    if (!(ratio > 1 && Number.isFinite(ratio))) throw new RangeError(`A rate ratio is above 1, not ${ratio}`);
  }
  if (!(margin >= 0 && Number.isFinite(margin))) throw new RangeError(`margin is not negative, as ${margin}`);
  const logProducts = [...before];
  let failures = failuresBefore;
  return {
    observe(isCandidate: boolean, candidateShare: number) {
      if (!(candidateShare >= 0 && candidateShare <= 1)) {
        throw new RangeError(`candidateShare lies in [0, 1], not ${candidateShare}`);
      }
      failures++;
      // An arm that nobody should have seen cannot be judged by its failures; the sample ratio will alarm.
      if (candidateShare === (isCandidate ? 0 : 1)) return;
      const tolerated = logChance(isCandidate, candidateShare, 1 + margin);
      for (const [index, ratio] of rateRatios.entries()) {
        logProducts[index] =
          (logProducts[index] as number) + logChance(isCandidate, candidateShare, ratio * (1 + margin)) - tolerated;
      }
    },
    get logEvidence() {
      const largest = Math.max(...logProducts);
      const sum = logProducts.reduce((total, product) => total + Math.exp(product - largest), 0);
      return largest + Math.log(sum / logProducts.length);
    },
    get evidence() {
      return Math.min(Math.exp(this.logEvidence), Number.MAX_VALUE);
    },
    get failures() {
      return failures;
    },
    toJSON: () => ({ rateRatios, margin, failures, logProducts: [...logProducts] }),
  };
}

/** log of how much likelier this arm's failure is at rate ratio θ than at 1. */
function logChance(isCandidate: boolean, share: number, ratio: number): number {
  return (isCandidate ? Math.log(ratio) : 0) - Math.log1p(share * (ratio - 1));
}
