"""The drugs of a file: known names in any spelling, mixtures as they were said, no wrong offers."""

from pathlib import Path


def imported(striplog, *drugs):
    """The report of an import of one negative test for each drug."""
    rows = [f'2025-03-01,"{drug}",neg\n' for drug in drugs]
    Path("log.csv").write_text("Date,Drug,FTS\n" + "".join(rows), "utf-8")
    return striplog("import log.csv")


def categories(striplog):
    return {row["said"]: (row["drug"], row["category"]) for row in striplog.csv("export")}


def test_substances_of_the_field_have_their_category_and_nothing_is_offered(striplog):
    words = ("Lorazepam", "Steroid", "Oxandrolone", "Caffeine", "Methylphenidate", "Héroïne")
    assert "rename" not in imported(striplog, *words)
    assert categories(striplog) == {
        "Lorazepam": ("lorazepam", "depressant"),
        "Steroid": ("anabolic steroid", "other"),
        "Oxandrolone": ("oxandrolone", "other"),
        "Caffeine": ("caffeine", "stimulant"),
        "Methylphenidate": ("methylphenidate", "stimulant"),
        "Héroïne": ("heroin", "opioid"),
    }


def test_a_mixture_stays_as_it_was_said_and_is_no_misspelling_of_a_part(striplog):
    mixtures = ("Heroin + Fentanyl", "coke/ketamine", "benzo & dope", "mezcla de heroína y coca")
    report = imported(striplog, *mixtures)
    assert "rename" not in report and "Did you mean" not in report
    assert categories(striplog) == {word: (word.lower(), "unknown") for word in mixtures}


def test_a_misspelt_drug_is_kept_with_the_command_that_makes_it_one_with_the_drug(striplog):
    report = imported(striplog, "Fentynal", "Crystall")
    assert "'Fentynal' (1 test). Did you mean fentanyl? Then: striplog vocab rename fent" in report
    assert "'Crystall' (1 test). Did you mean methamphetamine or mdma?\n" in report
    striplog("vocab rename fentynal fentanyl")
    assert categories(striplog)["Fentynal"] == ("fentanyl", "opioid")
