/** The gamma function and its incomplete integral: what every other distribution here is computed from. */

const eulerMascheroni = 0.577_215_664_901_532_9;
const halfLogTwoPi = 0.918_938_533_204_672_8;
/** ζ(k) − 1 for k = 2, 3, …: the Taylor coefficients of log Γ at 2, times k. */
const zetaMinusOne = Array.from({ length: 40 }, (_, index) => zetaTail(index + 2));

/**
 * log Γ(x) for x > 0, to about 1e-15, also beside its zeros at 1 and 2.
 *
 * Taylor series at 1 and 2 up to 2.5, Stirling's series above (Abramowitz & Stegun 6.1.33, 6.1.41).
 *
 * @throws RangeError when x is not positive.
 * @example logGamma(5) // log 24 = 3.1780538303479458
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma is defined here for x > 0, not ${x}`);
  if (x < 0.5) return aroundOne(x) - Math.log(x);
  if (x < 1.5) return aroundOne(x - 1);
  if (x < 2.5) return aroundTwo(x - 2);
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingError(x);
}

/** log Γ(x) minus Stirling's (x − ½) log x − x + ½ log 2π: small and free of cancellation for large x. */
export function stirlingError(x: number): number {
  if (x < 2.5) return logGamma(x) - ((x - 0.5) * Math.log(x) - x + halfLogTwoPi);
  // Below 16 the asymptotic series is too coarse: climb by Γ(x + 1) = x Γ(x), whose Stirling parts nearly cancel.
  if (x < 16) return stirlingError(x + 1) + (x + 0.5) * Math.log1p(1 / x) - 1;
  const inverseSquare = 1 / (x * x);
  return (
    (1 / 12 -
      inverseSquare *
        (1 / 360 - inverseSquare * (1 / 1260 - inverseSquare * (1 / 1680 - inverseSquare * (1 / 1188))))) /
    x
  );
}

/**
 * x log(x/m) + m − x without cancellation where x ≈ m (Loader 2000): half the deviance of observing x where m is
 * expected.
 */
export function halfDeviance(x: number, expected: number): number {
  const difference = x - expected;
  if (Math.abs(difference) >= 0.1 * (x + expected)) return x === 0 ? expected : x * Math.log(x / expected) - difference;
  const ratio = difference / (x + expected);
  let sum = difference * ratio;
  let power = 2 * x * ratio;
  for (let odd = 3; ; odd += 2) {
    power *= ratio * ratio;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/** Both tails of the regularised incomplete gamma function, the smaller one without cancellation. */
export function incompleteGamma(shape: number, x: number): { lower: number; upper: number } {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const density = Math.exp(-stirlingError(shape) - halfDeviance(shape, x)) * Math.sqrt(shape / (2 * Math.PI));
  if (x < shape + 1) {
    const lower = density * gammaSeries(shape, x);
    return { lower, upper: 1 - lower };
  }
  const upper = density * gammaFraction(shape, x);
  return { lower: 1 - upper, upper };
}

function gammaSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum;
}

/** Legendre's continued fraction by Lentz's method. */
function gammaFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let k = 1; ; k++) {
    const a = -k * (k - shape);
    b += 2;
    d = 1 / (a * d + b || 1e-300);
    c = b + a / c || 1e-300;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) return value;
    // The factor may oscillate by one unit in the last place for ever.
    if (k > 100_000) return value;
  }
}

function aroundOne(z: number): number {
  return aroundTwo(z) - Math.log1p(z);
}

function aroundTwo(z: number): number {
  let sum = 0;
  for (let k = zetaMinusOne.length + 1; k >= 2; k--) sum = -z * sum + (zetaMinusOne[k - 2] as number) / k;
  return z * (1 - eulerMascheroni + z * sum);
}

/** Σ n^−k from n = 2, by Euler–Maclaurin from n = 20 on. */
function zetaTail(k: number): number {
  const start = 20;
  const power = start ** -k;
  let sum =
    (power * start) / (k - 1) +
    power / 2 +
    (power * k) / (12 * start) -
    (power * k * (k + 1) * (k + 2)) / (720 * start ** 3) +
    (power * k * (k + 1) * (k + 2) * (k + 3) * (k + 4)) / (30_240 * start ** 5);
  for (let n = start - 1; n >= 2; n--) sum += n ** -k;
  return sum;
}
