# Reference values from R, written beside this file as from-r.json: Rscript packages/stats/golden/from-r.R
directory <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
entries <- character()
number <- function(x) paste(formatC(x, digits = 17, format = "g", flag = "#"), collapse = ",")
list_of <- function(x) paste0("[", sub("\\.,", ".0,", number(x)), "]")
text <- function(x) paste0("\"", x, "\"")
tidy <- function(x) gsub("\\.([],e])", ".0\\1", x)
record <- function(name, arguments, value, call) {
  entry <- sprintf("{\"function\": %s, \"arguments\": [%s], \"value\": %s, \"call\": %s}",
    text(name), arguments, value, text(call))
  entries[length(entries) + 1] <<- tidy(entry)
}

p <- c(0.2, 0.001, 0.04, 0.04, 0.9, 0.013)
for (method in c("holm", "hochberg", "BH", "BY", "bonferroni"))
  record("adjust", paste(list_of(p), text(tolower(method)), sep = ", "), list_of(p.adjust(p, method)), "p.adjust")

x <- c(3.1, 0.2, 5.5, 2.25, 9, 1, 4.4, 4.4, 0.3, 7.125)
for (type in 4:9) for (at in c(0, 0.1, 0.3, 0.5, 0.85, 1))
  record("quantile", paste(list_of(x), number(at), type, sep = ", "), number(quantile(x, at, type = type)), "quantile")
record("mean", list_of(x), number(mean(x)), "mean")
record("variance", list_of(x), number(var(x)), "var")

for (table in list(c(0, 5, 5, 0), c(3, 2, 20, 1), c(8, 2, 1, 5), c(100, 40, 90, 70), c(2, 3, 198, 2)))
  for (alternative in c("two.sided", "less", "greater"))
    record("fisherExact",
      paste0(paste(table, collapse = ","), ", {\"alternative\": ", text(sub("\\.", "-", alternative)), "}"),
      number(fisher.test(matrix(table, 2, byrow = TRUE), alternative = alternative)$p.value), "fisher.test")

for (k in c(0, 1, 17, 60)) {
  exact <- binom.test(k, 60)$conf.int
  record("proportionInterval", sprintf("%d, 60, {\"alpha\": 0.05, \"method\": \"clopper-pearson\"}", k),
    list_of(exact), "binom.test")
  wilson <- prop.test(k, 60, correct = FALSE)$conf.int
  record("proportionInterval", sprintf("%d, 60, {\"alpha\": 0.05, \"method\": \"wilson\"}", k), list_of(wilson), "prop.test(correct = FALSE)")
}

a <- c(0.5, 1, 0, 0.25, 0.75, 1, 1, 0.5)
b <- c(0.75, 1, 0.5, 0, 1, 1, 0.5, 0.75)
test <- t.test(b, a, paired = TRUE, conf.level = 0.9)
record("pairedDifference", paste0(list_of(a), ", ", list_of(b), ", {\"alpha\": 0.1}"),
  list_of(c(test$conf.int, test$p.value)), "t.test(paired = TRUE)")

for (table in list(c(2, 10), c(15, 4), c(6, 6)))
  for (correct in c(TRUE, FALSE))
    record("mcnemar", sprintf("%d, %d, {\"method\": \"%s\"}", table[1], table[2], ifelse(correct, "chi2-corrected", "chi2")),
      number(mcnemar.test(matrix(c(5, table[2], table[1], 5), 2), correct = correct)$p.value), "mcnemar.test")

for (at in c(1e-300, 1e-15, 0.01, 0.35))
  record("normalQuantile", number(at), number(qnorm(at)), "qnorm")
for (df in c(1, 4, 60)) for (at in c(1e-10, 0.05, 0.45))
  record("tQuantile", paste(number(at), df, sep = ", "), number(qt(at, df)), "qt")

writeLines(c(
  sprintf("{\"versions\": {\"R\": \"%s\"},", paste(R.version$major, R.version$minor, sep = ".")),
  "\"values\": [", paste(entries, collapse = ",\n"), "]}"), file.path(directory, "from-r.json"))
