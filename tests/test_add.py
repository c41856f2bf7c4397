"""`striplog add`: what is written, what is said, what is refused and printed back."""


def test_the_first_add_makes_a_logbook_and_says_where(striplog):
    result = striplog.run("add pos --drug down")
    assert result.exit_code == 0
    assert f"Started a new logbook: {striplog.path}" in result.stderr
    assert "#1 fentanyl POSITIVE (1 line), down, on " in result.stdout
    assert "striplog undo" in result.stdout


def test_an_invalid_strip_is_shown_but_not_in_the_rate(striplog):
    striplog("add pos --drug down")
    striplog("add inv --drug down")
    [row] = striplog.json("summary")["rows"]
    assert (row["positive"], row["valid"], row["invalid"], row["positivity"]) == (1, 1, 1, 1.0)
