"""Reference values from SciPy and statsmodels, written beside this file as from-scipy.json.

python -m venv /tmp/golden && /tmp/golden/bin/pip install scipy==1.17.1 statsmodels==0.15.0
/tmp/golden/bin/python packages/stats/golden/from_scipy.py
"""

import itertools
import json
import math
import pathlib

import numpy
import scipy
import statsmodels
from scipy import optimize, special, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

values = []


def record(name, arguments, value, call):
    values.append({"function": name, "arguments": arguments, "value": value, "call": call})


def distributions():
    for x in [1e-5, 0.1, 0.5, 0.99, 1 + 1e-6, 1.5, 2 - 1e-6, 2.49, 2.51, 3.7, 15.9, 16.1, 123.4, 1e6]:
        record("logGamma", [x], float(special.gammaln(x)), "scipy.special.gammaln")
    for x in [-37, -10, -3, -1.5, -1e-3, 0, 0.3, 1, 2.5, 6]:
        record("normalCdf", [x], float(stats.norm.cdf(x)), "scipy.stats.norm.cdf")
    for p in [1e-200, 1e-12, 1e-4, 0.025, 0.3, 0.5, 0.7, 0.95, 1 - 1e-9]:
        record("normalQuantile", [p], float(stats.norm.ppf(p)), "scipy.stats.norm.ppf")
    for x, df in itertools.product([-40, -3, -1, -0.01, 0, 0.5, 2, 8], [1, 2.5, 7, 30, 999, 1e6]):
        record("tCdf", [x, df], float(stats.t.cdf(x, df)), "scipy.stats.t.cdf")
    for p, df in itertools.product([1e-8, 0.001, 0.05, 0.2, 0.4999, 0.6, 0.975], [1, 2.5, 7, 30, 999, 1e5]):
        record("tQuantile", [p, df], float(stats.t.ppf(p, df)), "scipy.stats.t.ppf")
    for x, df in itertools.product([1e-3, 0.5, 3.84, 20, 300], [1, 2, 9.5, 40, 300]):
        record("chiSquareCdf", [x, df], float(stats.chi2.cdf(x, df)), "scipy.stats.chi2.cdf")
    for x, a, b in itertools.product([1e-6, 0.05, 0.4, 0.5, 0.97], [0.5, 1, 4, 60, 5000], [0.5, 1, 20, 900]):
        record("betaCdf", [x, a, b], float(stats.beta.cdf(x, a, b)), "scipy.stats.beta.cdf")
    for p, a, b in itertools.product([1e-6, 0.025, 0.5, 0.95, 0.9999], [0.5, 1, 4, 60, 5000], [0.5, 1, 20, 900]):
        record("betaQuantile", [p, a, b], float(stats.beta.ppf(p, a, b)), "scipy.stats.beta.ppf")
    for k, n, p in [(0, 10, 0.3), (2, 12, 0.5), (7, 7, 0.9), (40, 1000, 0.05), (3, 50_000, 1e-4), (999, 1000, 0.99)]:
        record("binomialCdf", [k, n, p], float(stats.binom.cdf(k, n, p)), "scipy.stats.binom.cdf")
        record("binomialPmf", [k, n, p], float(stats.binom.pmf(k, n, p)), "scipy.stats.binom.pmf")


def proportions():
    names = {"wilson": "wilson", "clopper-pearson": "beta", "agresti-coull": "agresti_coull"}
    for (k, n), alpha in itertools.product([(15, 20), (0, 30), (30, 30), (1, 400), (250, 1000)], [0.05, 0.1]):
        for ours, theirs in names.items():
            low, high = proportion_confint(k, n, alpha, theirs)
            record("proportionInterval", [k, n, {"alpha": alpha, "method": ours}], [float(low), float(high)],
                   f"statsmodels proportion_confint(method={theirs!r})")
        if 0 < k < n:
            low, high = proportion_confint(k, n, alpha, "jeffreys")
            record("proportionInterval", [k, n, {"alpha": alpha, "method": "jeffreys"}], [float(low), float(high)],
                   "statsmodels proportion_confint(method='jeffreys')")


def restricted_score(only_a, only_b, n, difference):
    """Score statistic with the nuisance parameter found by maximising the trinomial likelihood numerically."""
    def loss(chance_a):
        chance_b = chance_a + difference
        rest = 1 - chance_a - chance_b
        return -(special.xlogy(only_a, chance_a) + special.xlogy(only_b, chance_b) + special.xlogy(n - only_a - only_b, rest))
    low, high = max(0.0, -difference), (1 - difference) / 2

    # Bisection of the derivative is exact where a minimiser stops at the square root of the precision.
    def slope(chance_a):
        chance_b = chance_a + difference
        rest = 1 - chance_a - chance_b
        return only_a / chance_a + only_b / chance_b - 2 * (n - only_a - only_b) / rest
    inside = 1e-15
    if only_a == 0 and (difference >= 0 and slope(low + inside) < 0):
        chance_a = low
    else:
        chance_a = optimize.brentq(slope, low + inside * max(1, low), high - inside, xtol=1e-18, rtol=1e-15)
    assert loss(chance_a) <= loss(min(high - inside, chance_a * 1.01 + 1e-9)) + 1e-9
    variance = n * (2 * chance_a + difference - difference**2)
    return (only_b - only_a - n * difference) / math.sqrt(variance)


def paired():
    tables = [(36, 12, 2, 0), (43, 1, 3, 3), (80, 5, 5, 10), (10, 15, 40, 35), (900, 12, 30, 58)]
    for (both, only_a, only_b, neither), alpha in itertools.product(tables, [0.05, 0.1]):
        counts = {"both": both, "onlyA": only_a, "onlyB": only_b, "neither": neither}
        n = sum(counts.values())
        z = stats.norm.ppf(1 - alpha / 2)
        estimate = (only_b - only_a) / n
        ends = [
            optimize.brentq(lambda d: restricted_score(only_a, only_b, n, d) - z, -0.999, estimate, xtol=1e-15, rtol=1e-14),
            optimize.brentq(lambda d: restricted_score(only_a, only_b, n, d) + z, estimate, 0.999, xtol=1e-15, rtol=1e-14),
        ]
        record("pairedProportions", [counts, {"alpha": alpha, "method": "tango"}], ends,
               "scipy.optimize: score test inverted, nuisance parameter by maximum likelihood")
    for only_a, only_b in [(2, 10), (10, 2), (6, 6), (1, 0), (40, 62)]:
        table = [[5, only_a], [only_b, 5]]
        for method, options in {"exact": {"exact": True}, "chi2": {"exact": False, "correction": False},
                                "chi2-corrected": {"exact": False, "correction": True}}.items():
            if method == "chi2-corrected" and only_a == only_b:
                continue  # statsmodels corrects a difference of 0 to 1; R does not.
            record("mcnemar", [only_a, only_b, {"method": method}], float(mcnemar(table, **options).pvalue),
                   f"statsmodels mcnemar({options})")
        if only_a != only_b:
            n, k = only_a + only_b, min(only_a, only_b)
            mid = 2 * stats.binom.cdf(k, n, 0.5) - stats.binom.pmf(k, n, 0.5)
            record("mcnemar", [only_a, only_b, {"method": "mid-p"}], float(mid), "scipy.stats.binom: 2 cdf − pmf")
    for table, alternative in itertools.product([(0, 5, 5, 0), (3, 2, 20, 1), (8, 2, 1, 5), (100, 40, 90, 70)],
                                                ["two-sided", "less", "greater"]):
        p = stats.fisher_exact(numpy.reshape(table, (2, 2)), alternative).pvalue
        record("fisherExact", [*table, {"alternative": alternative}], float(p), "scipy.stats.fisher_exact")


def means():
    random = numpy.random.default_rng(7)
    x = [round(float(v), 3) for v in random.normal(0.7, 0.2, 24)]
    clusters = [int(v) for v in random.integers(0, 7, 24)]
    t = stats.ttest_1samp(x, 0).confidence_interval(0.95)
    record("meanInterval", [x, {"alpha": 0.05}], [float(t.low), float(t.high)], "scipy.stats.ttest_1samp")
    # Stata's small-sample factor C/(C−1)·(n−1)/(n−k) is C/(C−1) for a lone intercept.
    fit = OLS(x, numpy.ones(24)).fit(cov_type="cluster", cov_kwds={"groups": clusters, "df_correction": True}, use_t=True)
    record("meanInterval", [x, {"alpha": 0.05, "clusters": clusters}], [float(v) for v in fit.conf_int(0.05)[0]],
           "statsmodels OLS(x, 1).fit(cov_type='cluster', use_t=True)")
    y = [round(v + float(random.normal(0.03, 0.1)), 3) for v in x]
    test = stats.ttest_rel(y, x)
    interval = test.confidence_interval(0.9)
    record("pairedDifference", [x, y, {"alpha": 0.1}], [float(interval.low), float(interval.high), float(test.pvalue)],
           "scipy.stats.ttest_rel")
    skewed = [round(float(v), 3) for v in random.exponential(1, 40)]
    for method, theirs in {"bca": "BCa", "percentile": "percentile"}.items():
        result = stats.bootstrap((skewed,), numpy.mean, n_resamples=200_000, confidence_level=0.9, method=theirs,
                                 rng=numpy.random.default_rng(1))
        record("bootstrap", [skewed, {"alpha": 0.1, "method": method}],
               [float(result.confidence_interval.low), float(result.confidence_interval.high)],
               f"scipy.stats.bootstrap(method={theirs!r}, n_resamples=200_000)")
    for observed, shares in [([821, 815], [0.5, 0.5]), ([90, 1010], [0.1, 0.9]), ([300, 200, 480], [0.3, 0.2, 0.5])]:
        p = stats.chisquare(observed, numpy.array(shares) * sum(observed)).pvalue
        record("sampleRatioMismatch", [observed, shares], float(p), "scipy.stats.chisquare")


distributions()
proportions()
paired()
means()
versions = {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": numpy.__version__}
path = pathlib.Path(__file__).with_name("from-scipy.json")
lines = ",\n".join(json.dumps(value, ensure_ascii=False) for value in values)
path.write_text(f'{{"versions": {json.dumps(versions)},\n"values": [\n{lines}\n]}}\n')
print(len(values), "values")
