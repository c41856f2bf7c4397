"""A word that nobody knows gets one answer everywhere: what it may have been, and what there is."""

import pytest

LOG = "Date,Drug,Result\n2026-01-02,down,pos\n"


@pytest.mark.parametrize(
    "line, code, kind, near",
    [
        ("add pos --clear sitee", 2, "default", "site"),
        ("add pos --drug cocane", 4, "drug", "cocaine"),
        ("add pos --form pil", 4, "form", "pill"),
        ("add xylazne=pos", 4, "target", "xylazine"),
        ("config set lott 12", 2, "setting", "lot"),
        ("edit 1 --clear lott", 2, "field", "lot"),
        ("export --format jsn", 2, "format", "json"),
        ("import log.csv --encoding utf9", 2, "encoding", "utf-8"),
        ("import log.csv --map Dat=site", 2, "column", "Date"),
        ("import log.csv --map Date=sitee", 2, "target or field", "site"),
        ("import log.csv --layout layout.toml", 2, "key", "headers"),
        ("list --category opiod", 2, "category", "opioid"),
        ("list --drug cocane", 2, "drug", "cocaine"),
        ("list --timing befor", 2, "timing", "before"),
        ("list --where sitee=x", 2, "field", "site"),
        ("summary --by sitee", 2, "field", "site"),
        ("summary --interval wilsen", 2, "interval", "wilson"),
        ("vocab add x --category opiod", 2, "category", "opioid"),
        ("vocab list drug", 2, "list", "drugs"),
    ],
)
def test_an_unknown_word_is_answered_with_what_it_may_have_been(
    striplog, tmp_path, line, code, kind, near
):
    striplog("add pos")
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "layout.toml").write_text("header = []\n")
    said = striplog.refused(line, code)
    assert f"There is no {kind} '" in said
    assert f"Did you mean {near}" in said


@pytest.mark.parametrize(
    "line, said", [("list --where Note=x", "no note"), ("summary --by expires", "no expires")]
)
def test_a_field_that_an_option_does_not_take_is_not_called_unknown(striplog, line, said):
    striplog("add pos")
    assert f" takes {said}. It takes: " in striplog.refused(line, 2)
