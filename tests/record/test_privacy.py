"""What has no place in a logbook."""

import pytest

from factories import each
from strip_log.errors import RefusedForSafety
from strip_log.record.privacy import holds_people, looks_personal, refuse_personal_field

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


#: By language, and what forms note about who filled them in and with which device.
ABOUT_PEOPLE = {
    "English": "Tested by|Completed By|Who tested?|Name of the client|Volunteer name|Staff initials"
    "|Age group|AgeGroup|Sex at birth|pronouns|Client #|Participant ID|participantid|clientname"
    "|Staff on shift|Person completing form|Outreach worker|Tech|Peer worker|Served by|Year born"
    "|Name of person filling out the form|Filled out by|Staff init.|clientFirstName|Client's age"
    "|client_dob|D.O.B.|What is your name?|DOB (optional)|Preferred name|Postal code|Zip code",
    "French": "Prénom|Nom|Nom de famille|Nom du participant|Nom et prénom|Âge|Sexe|Genre|Courriel"
    "|Date de naissance|Numéro de téléphone|Code postal|Testé par|Usager|Pre\u0301nom|Carte santé",
    "Spanish": "Nombre|Nombre completo|Apellidos|Edad|Género|Correo electrónico|Teléfono|Dirección"
    "|Fecha de nacimiento|Probado por|Usuario|Código de participante|Iniciales",
    "German": "Vorname|Nachname|Name des Klienten|Alter|Geschlecht|E-Mail|Telefonnummer|PLZ"
    "|Geburtsdatum|Getestet von|Mitarbeiter|Teilnehmer-ID|Initialen|Anschrift",
    "Portuguese": "Nome|Nome completo|Sobrenome|Idade|Gênero|Telefone|Endereço|CEP|Utente"
    "|Data de nascimento|Testado por|Iniciais",
    "forms": "SubmitterName|SubmitterID|_submitted_by|submittedBy|username|meta/username|deviceid"
    "|DeviceID|subscriberid|simserial|phonenumber|start_geopoint|_start-geopoint_latitude"
    "|_geolocation|_location_precision|IP Address|IPAddress|ip|User Agent|RecipientLastName"
    "|RecipientEmail|LocationLatitude|Respondent ID|Email Address|redcap_survey_identifier"
    "|enumerator|created_by|Last modified by",
}


@each(name for names in ABOUT_PEOPLE.values() for name in names.split("|"))
def test_a_field_about_a_person_is_known_in_every_spelling(name):
    for spelled in (name, name.upper(), name.lower(), name.replace(" ", "_")):
        with pytest.raises(RefusedForSafety):
            refuse_personal_field(spelled)


#: About the visit, the sample and the form.
ABOUT_THINGS = (
    "overdose|kit given|storage|drug name|page|stage|name of the drug|first drug name|Site name"
    "|Nom du site|Nom de la drogue|Nombre de la droga|Nombre de bandelettes|Number of clients"
    "|id|_id|number|code|instanceID|_uuid|SubmissionDate|start|end|today|Staff notes"
    "|Mobile unit|Confirmed by"
    "|client intends to use|sample age|Genre de drogue|redcap_event_name|Repeat Instance"
    "|__version__|formhub/uuid|Organisation name|Device used|User language|Told by client"
    "|Number of samples|Adresse du site|Données|Staff trained|Form number"
    "|Reported effects|Read time"
)


@each(ABOUT_THINGS.split("|"))
def test_a_field_about_the_visit_is_not_refused(name):
    refuse_personal_field(name)


@pytest.mark.parametrize("what, cells", [
    ("e-mail addresses", ["jo@example.org", ""]),
    ("phone numbers", ["604-555-0123", "(604) 555-0123", "n/a"]),
    ("phone numbers", ["+44 20 7946 0958", "06 12 34 56 78"]),
    ("birth dates", ["1985-03-02", "2/3/2004", "1999-01-01 00:00:00"]),
    ("health numbers", ["9123 456 789"]),
    ("postal codes", ["V6B 1A1", "v6b1a1"]),
    ("coordinates", ["49.28 -123.12 0 0", "49.2827, -123.1207", "(49.28, -123.12)"]),
    ("addresses of computers", ["10.0.0.1", "2001:db8:0:0:1:0:0:1"]),
    ("codes of devices", ["collect:Qx81yz", "ee.kobotoolbox.org:8fTsa1"]),
])  # fmt: skip
def test_a_column_that_leads_to_people_is_known_by_its_cells(what, cells):
    assert holds_people(cells) == what
    assert holds_people([*cells, *["something else"] * (len(cells) + 1)]) is None


@pytest.mark.parametrize("cells", [
    [], ["", " "], ["2025-03-01"], ["0012"], ["12.5"], ["10 mg in 5 mL"], ["12345-6789"], ["1.2.3"],
    ["call 604-555-0123 when done"], ["12:30"], ["6045550123"], ["fentanyl 12.25, caffeine 80.10"],
    ["49.28"], ["3.14 2"], ["uuid:0191f2e2-79b0-7cc3-98c4-dc0c0c07398f"],
])  # fmt: skip
def test_a_column_about_samples_is_left_alone(cells):
    assert holds_people(cells) is None
