"""What each test of two trials claims, in words, with its source."""

#: Test -> what it claims when it is significant, and its source.
WORDS = {
    "two-trials rule": (
        "Each trial is significant on its own.",
        "10.1002/9780470723586",
    ),
    "Fisher": (
        "At least one trial has an effect; one very small p-value is enough.",
        "10.1007/978-1-4612-4380-9_6",
    ),
    "Stouffer": (
        "At least one trial has an effect; the z-values together are large.",
        "10.1037/0033-2909.85.1.185",
    ),
    "Stouffer, inverse variance": (
        "The common effect of both trials, weighted by precision, is not zero.",
        "10.1037/0033-2909.85.1.185",
    ),
    "Edgington": (
        "At least one trial has an effect; the sum of the p-values is small, so "
        "neither may be large.",
        "10.1098/rsos.240149",
    ),
    "harmonic mean": (
        "At least one trial has an effect; each points the same way and is convincing "
        "to a degree on its own.",
        "10.1111/rssc.12410",
    ),
    "sceptical, nominal": (
        "A sceptic of the first trial is refuted by the second (no recalibration: "
        "strict).",
        "10.1111/rssa.12493",
    ),
    "sceptical, golden": (
        "The same, where a first trial that is just significant needs a second with "
        "at least its effect.",
        "10.1214/21-AOAS1502",
    ),
    "sceptical, controlled": (
        "The same, with the type-I error of the two-trials rule.",
        "10.1111/stan.12312",
    ),
}
