"""What has no place in a logbook."""

import pytest

from strip_log.errors import RefusedForSafety
from strip_log.record.privacy import looks_personal, refuse_personal_field

PERSONAL = {
    "a phone number": (
        *("604-555-0123", "(604) 555-0123", "604.555.0123", "6045550123", "1 604 555 0123"),
        *("+1-604-555-0123", "+44 20 7946 0958", "+33 1 23 45 67 89", "555-0123"),
    ),
    "an e-mail address": ("jo@example.org", "jo.smith+strips@mail.example.co", "j_o@x-y.ca"),
    "a birth date": (
        *("dob 5/4/90", "D.O.B. unsaid", "Born in Hope", "birthday", "birth date unsaid"),
        *("1985-03-02", "1985/3/2", "02.03.1985", "3-2-2004"),
    ),
    "a health number": (
        *("PHN", "health card", "Health Number", "CareCard", "care card"),
        *("9123456789", "9123 456 789", "9123-456-789"),
    ),
}


@pytest.mark.parametrize(
    ("text", "what"), [(text, what) for what, texts in PERSONAL.items() for text in texts]
)
def test_a_note_that_holds_something_personal_is_noticed(text, what):
    assert looks_personal(text) == what
    assert looks_personal(f"grey chunk, {text}\nfaint line") == what


@pytest.mark.parametrize(
    "text",
    [
        *("", "10 mg in 5 mL", "read after 5-10 min", "lot 0012", "2026-11-24", "2026-11-24 14:30"),
        *("stubborn chunk", "airborne", "DOBERMAN brand", "75 % caffeine", "20 ng/mL"),
        *("sample A7-2", "sample 12345-6789", "FTS @ 1 mL", "m30", "60455501234567", "604-555"),
        *("s-7kq4md", "1,5 mg", "2009-2010", "0191f2e2-79b0-7cc3-98c4-dc0c0c07398f"),
    ],
)
def test_a_note_about_the_sample_is_left_alone(text):
    assert looks_personal(text) is None


@pytest.mark.parametrize(
    "name",
    [
        *("name", "First Name", "last_name", "initials", "DOB", "date-of-birth", "birthday"),
        *("phn", "health number", "Care Card", "phone", "e-mail", "Email", "address"),
        *("GPS", "coordinates", "latitude", "photo", "age", "gender", "client code", "client_id"),
    ],
)
def test_a_field_that_asks_for_a_person_is_refused_for_safety(name):
    with pytest.raises(RefusedForSafety) as refused:
        refuse_personal_field(name)
    assert refused.value.exit_code == 7
    assert repr(name) in str(refused.value)


@pytest.mark.parametrize("name", ["overdose", "kit given", "storage", "drug name", "page", "stage"])
def test_a_field_about_the_visit_is_not_refused(name):
    refuse_personal_field(name)
