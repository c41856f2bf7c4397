"""A column of towns: part of the site where a layout or somebody says so, else a field."""

import pytest

LOG = "Date,Collection Site,City/Town,FTS\n2025-03-01,Van,Nelson,pos\n2025-03-02,Hub,Nelson,neg\n"
TWICE = f"{LOG}2025-03-03,Hub,Vancouver,neg\n"
SAME = "Sites of one name in several towns may be different sites: 'Hub' (Nelson, Vancouver)."


@pytest.fixture(autouse=True)
def written(tmp_path):
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "twice.csv").write_text(TWICE)


def sites(striplog):
    return [(row["site"], row.get("City/Town")) for row in striplog.csv("export")]


@pytest.mark.parametrize("header", ["Site", "Collection Site", "Where was it tested?"])
def test_a_site_stays_as_it_is_written_beside_a_town(striplog, tmp_path, header):
    (tmp_path / "log.csv").write_text(LOG.replace("Collection Site", header))
    said = striplog("import log.csv")
    assert sites(striplog) == [("Van", "Nelson"), ("Hub", "Nelson")]
    assert "Kept as fields of your own: City/Town." in said and "several towns" not in said


def test_a_town_alone_is_the_site(striplog, tmp_path):
    (tmp_path / "log.csv").write_text(LOG.replace("Collection Site", "Shift"))
    striplog("import log.csv")
    assert sites(striplog) == [("Nelson", "Nelson")] * 2


def test_sites_of_one_name_in_several_towns_are_said_and_can_be_told_apart(striplog):
    said = striplog("import twice.csv")
    assert sites(striplog) == [("Van", "Nelson"), ("Hub", "Nelson"), ("Hub", "Vancouver")]
    assert SAME in said
    assert (
        "If that is right, all of it in one command:\n"
        "  striplog undo\n  striplog import twice.csv --map City/Town=city\n"
    ) in said
    striplog("undo")
    told = striplog("import twice.csv --map City/Town=city")
    apart = ["Van, Nelson", "Hub, Nelson", "Hub, Vancouver"]
    assert [site for site, _ in sites(striplog)] == apart and "several towns" not in told


def test_a_saved_layout_keeps_the_town_out_of_the_site(striplog):
    striplog("import log.csv --dry-run --save-layout towns.toml")
    striplog("import log.csv --layout towns.toml")
    assert [site for site, _ in sites(striplog)] == ["Van", "Hub"]
