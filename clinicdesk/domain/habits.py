"""What charts write of smoking and drinking, in many words, and what it means: yes or no."""

SMOKING, ALCOHOL = "72166-2", "11331-6"  # LOINC

# By the start of the words; the first that fits. A former smoker does not smoke.
MEANINGS = (
    *((word, "no") for word in ("never", "former", "ex-", "ex ", "non", "no ", "quit", "stopped")),
    *((word, "yes") for word in ("current", "smoker", "smokes", "daily", "yes", "every", "some")),
    *((word, "yes") for word in ("moderate", "heavy", "light", "occasional", "social", "drinks")),
)
UNTOLD = "unknown"  # wherever it stands, nobody said anything
