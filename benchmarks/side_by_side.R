# Times metafor on the data that side_by_side.py wrote to the folder given.
suppressMessages(library(metafor))
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
found <- data.frame()

# Processor seconds a run, the least of so many rounds, and a number to compare.
time <- function(name, call, runs = 1, rounds = 1, value = function(x) NA) {
  took <- Inf
  for (round in seq_len(rounds)) {
    spent <- system.time(for (i in seq_len(runs)) out <- call())
    took <- min(took, spent[["user.self"]] + spent[["sys.self"]])
  }
  row <- data.frame(name = name, seconds = took / runs, value = value(out)[1])
  found <<- rbind(found, row)
  write.csv(found, file.path(folder, "R.csv"), row.names = FALSE)
}
ignored <- function(code) suppressWarnings(suppressMessages(code))
b <- function(x) as.numeric(coef(x))[1]

d <- read("trials"); g <- read("growth"); s <- read("simulated"); m <- read("schools")
reml <- rma(yi, vi, data = d); dl <- rma(yi, vi, data = d, method = "DL")
for (i in 1:50) rma(yi, vi, data = d)

time("fit_13", function() rma(yi, vi, data = d, test = "knha"), 100, 3, b)
for (k in c(10, 100, 1000)) {
  part <- g[seq_len(k), ]
  time(paste0("fit_", k), function() rma(yi, vi, data = part, test = "knha"),
       c(50, 20, 1)[match(k, c(10, 100, 1000))], 1, b)
}
time("gosh_DL", function() gosh(dl, progbar = FALSE), 1, 3, function(x) mean(x$res[, "tau2"]))
time("simulated", function() sapply(unique(s$set), function(i) {
  own <- s[s$set == i, ]
  fit <- try(rma(own$yi, own$vi, test = "knha"), silent = TRUE)
  if (inherits(fit, "try-error")) NA else fit$ci.lb
}), 1, 1, function(x) sum(is.na(x)))
time("permutations", function() permutest(reml, iter = 1000, progbar = FALSE))
few <- rma(yi, vi, data = d[1:10, ])
time("flips", function() permutest(few, exact = TRUE, progbar = FALSE), 1, 1,
     function(x) x$pval)
time("profile", function() ignored(confint(reml, type = "PL")), 5, 1,
     function(x) x$random[1, "ci.ub"])
time("leave_one_out", function() leave1out(reml), 5, 1, function(x) x$estimate)
time("trim_and_fill", function() trimfill(reml), 5, 1, b)
time("beta", function() ignored(selmodel(rma(yi, vi, data = d, method = "ML"),
     type = "beta")), 1, 1, function(x) x$ll)
time("scale", function() rma(yi, vi, mods = ~ ablat, scale = ~ ablat, data = d,
     method = "ML"), 5, 1, function(x) x$alpha[2])
time("multilevel", function() rma.mv(yi, vi, random = ~ 1 | district / school, data = m),
     5, 1, b)
nested <- rma.mv(yi, vi, random = ~ 1 | district / school, data = m)
time("multilevel_rstudent", function() rstudent(nested), 1, 1, function(x) x$z)
time("multilevel_cooks", function() cooks.distance(nested, cluster = m$district), 1, 3,
     function(x) x)
line <- rma(yi, vi, mods = ~ ablat + year, data = d)
full <- rma(yi, vi, mods = ~ ablat, data = d, method = "ML")
reduced <- rma(yi, vi, data = d, method = "ML")
mh <- function() rma.mh(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg,
                        data = d)
of_counts <- mh()
time("escalc", function() escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg,
     data = d[1:4]), 50, 3, function(x) x$yi)
time("regression", function() rma(yi, vi, mods = ~ ablat + year, data = d), 20, 3, b)
time("at_moderators", function() predict(line, newmods = rbind(c(10, 1950), c(30, 1970))),
     50, 3, function(x) x$pred)
time("robust", function() robust(nested, cluster = m$district), 20, 3,
     function(x) x$se)
time("robust_CR2", function() robust(nested, cluster = m$district, clubSandwich = TRUE),
     10, 3, function(x) x$se)
time("rstandard", function() rstandard(rma(yi, vi, data = d)), 20, 3, function(x) x$z)
time("rstudent", function() rstudent(line), 2, 3, function(x) x$z)
time("influence", function() influence(line), 2, 3, function(x) x$inf$cook.d)
time("contrast", function() anova(line, X = c(0, 1, 0)), 100, 3,
     function(x) as.numeric(x$zval)^2)
time("models", function() anova(full, reduced), 100, 3, function(x) x$LRT)
time("ranks", function() ranktest(reml), 100, 3, function(x) x$pval)
time("mantel_haenszel", mh, 20, 3, b)
time("mantel_haenszel_loo", function() leave1out(of_counts), 2, 3,
     function(x) x$estimate)
if (requireNamespace("lme4", quietly = TRUE)) {
  time("glmm", function() ignored(rma.glmm(measure = "OR", ai = tpos, bi = tneg,
       ci = cpos, di = cneg, data = d, model = "UM.FS")), 1, 1, b)
}
time("gosh_REML", function() ignored(gosh(reml, progbar = FALSE)), 1, 1,
     function(x) mean(x$res[, "tau2"], na.rm = TRUE))
cat(R.version.string, as.character(packageVersion("metafor")), sep = "\n",
    file = file.path(folder, "versions.txt"))
