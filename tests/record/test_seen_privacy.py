"""No field that asks for a person, whatever words stand around it."""

import pytest


@pytest.mark.parametrize("field", [
    "guest name", "Name of the client", "participant_name", "staff-name", "name (last)",
    "patient's full name",
])  # fmt: skip
def test_the_name_of_a_person_is_no_field_whoever_it_is_of(striplog, field):
    assert "identifies a person" in striplog.refused(["add", "pos", "--field", f"{field}=x"], 7)


@pytest.mark.parametrize("field", ["name of the drug", "brand name", "street name", "last use"])
def test_the_name_of_a_thing_is_a_field(striplog, field):
    striplog(["add", "pos", "--field", f"{field}=x"])
    assert striplog.csv("export")[0][field] == "x"
