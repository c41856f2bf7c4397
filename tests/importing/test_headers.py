"""Headers in English, French and Spanish, however they are written: which field each is."""

from collections import defaultdict

import pytest

from factories import each
from strip_log.importing.cells.memory import field as value_of
from strip_log.importing.cells.memory import flag
from strip_log.importing.columns.columns import columns
from strip_log.importing.columns.layout import ANY, known_words, squeezed
from strip_log.importing.columns.names import _headers, _weighty
from strip_log.record.fields import FIELDS
from strip_log.record.shipped import shipped
from strip_log.record.words import unaccented, words_in

WORDS = shipped()


def role(header):
    [column] = columns([header], ANY, {}, WORDS)
    return column.target if column.role == "strip" else column.role


HEADERS = {
    "drug": (
        "Drug sold as", "Sold as", "Expected substance", "Substance (as sold)", "soldAs",
        "What was it sold as?", "What was the drug sold as?", "Expected Drug *", "expected_drug",
        "expectedDrug", "EXPECTED-SUBSTANCE", "Substance sold as", "Drug (expected)",
        "3. Expected drug", "Q4) Sold as", "Presumed substance", "What is the suspected drug?",
        "Drug/Substance", "Bought as", "Purported drug", "Drug Type", "Sold to you as",
        "Substance présumée", "Substance presumee", "SUBSTANCE PRÉSUMÉE", "Produit attendu",
        "Vendu comme", "Substance vendue comme", "Drogue", "Quelle est la substance attendue ?",
        "Vendu en tant que", "Nom de la substance", "substance_presumee",
        "Sustancia esperada", "Sustancia", "Droga", "Vendido como", "Vendida como",
        "¿Como qué fue vendida?", "Droga esperada", "Supuesta sustancia", "sustanciaEsperada",
    ),
    "tested_on": (
        "Date", "Test date", "Date of the test", "Date (YYYY-MM-DD)", "testDate", "date_tested",
        "Date du test", "Date d'analyse", "Date de l'analyse", "Jour", "Date (jj/mm/aaaa)",
        "Fecha", "Fecha de la prueba", "fecha_prueba", "Fecha del análisis", "Día",
        "Teste\u0301 le",
    ),
    "tested_time": ("Time", "Test time", "Heure", "Heure du test", "Hora", "Hora de la prueba"),
    "sample": (
        "Sample ID", "sampleCode", "Échantillon", "Code de l'échantillon", "Nº muestra",
        "No d'échantillon", "Muestra", "Código de la muestra", "Número de muestra", "Sample label",
    ),
    "site": (
        "Site", "Collection Site", "Test location", "Where was it tested?", "siteName", "Facility",
        "Lieu", "Lieu du test", "Site de collecte", "Établissement", "Organisme",
        "Point de service",
        "Sitio", "Lugar", "Lugar de la prueba", "Ubicación", "Centro", "Organización",
    ),
    "city": ("City", "City/Town", "Ville", "Municipalité", "Ciudad", "Municipio"),
    "said": ("Verbatim", "Street name", "Nom de rue", "Nombre de la calle"),
    "category": ("Drug category", "Catégorie", "Classe de la drogue", "Categoría", "Clase"),
    "outcome": ("Result", "Test result", "Résultat", "Résultat du test", "Resultado",
                "Resultado de la prueba", "Resultado de la tira", "What was the test result?"),
    "faint": ("Faint line", "Ligne faible", "Línea débil"),
    "brand": ("Brand", "Brand of the strip", "Marque", "Marca de la tira"),
    "lot": ("Lot #", "Lot number", "Strip lot", "Numéro de lot", "Número de lote", "Lote"),
    "expires_on": ("Expiry date", "Date de péremption", "Fecha de caducidad", "Vencimiento"),
    "dilution": ("Dilution", "Volume d'eau", "Dilución", "Volumen de agua"),
    "form": ("Form", "Physical form", "Forme", "Forme physique", "Forma", "Presentación"),
    "colour": ("Colour", "Color", "Couleur de l'échantillon", "Color de la muestra"),
    "timing": ("Before or after use", "Avant ou après consommation", "Antes o después del consumo"),
    "intention": ("Intention", "Action prévue", "Intención de uso"),
    "confirmed": ("Lab confirmed", "Confirmé par le laboratoire", "Confirmado"),
    "method": ("Lab method", "Méthode", "Método de confirmación"),
    "note": ("Notes", "Comments", "Remarques", "Commentaires", "Observaciones", "Comentarios"),
    "fentanyl": ("Fentanyl strip", "Bandelette fentanyl", "Résultat de la bandelette de fentanyl",
                 "Tira de fentanilo", "Tira reactiva para fentanilo", "Test fentanyl",
                 "fentanylStrip", "FTSResult"),
    "benzodiazepine": ("Benzodiazépines", "Bandelette benzodiazépine", "Tira de benzodiacepinas"),
    "nitazene": ("Bandelette nitazènes", "Tira de nitacenos"),
    "own": ("If other, specify", "Tested in", "Drug (other)", "Weight", "Poids", "Peso", "a", "le"),
}  # fmt: skip


@each((header, field) for field, headers in HEADERS.items() for header in headers)
def test_a_header_is_understood(pair):
    header, field = pair
    assert role(header) == field


@pytest.mark.parametrize("header", [
    "Substance sold as (client)", "Expected / Sold As", "Participant reported drug",
    "Self-reported substance", "Type of drug sold as", "Anticipated drug", "Product sold as",
    "Substance présumée (client)", "Nom du produit supposé", "Vendue sous le nom de",
    "Sustancia adquirida como", "¿Cómo se vendió?", "Nombre de la droga esperada",
    "What does the client believe the drug is?", "What do you think the drug is?",
    "What substance are you testing today?", "Sold to client as", "Street name of drug",
    "Name of drug tested", "Kind of drug", "¿Qué droga cree que es?",
    "What did the participant expect the drug to be?", "Quelle drogue pensez-vous que c'est?",
    "Substance déclarée par la personne", "Quelle substance avez-vous fait analyser?",
])  # fmt: skip
def test_a_header_that_is_put_together_anew_has_the_drug(header):
    assert role(header) == "drug"


@pytest.mark.parametrize("header, field", [
    ("Testing site name", "site"), ("Outreach location", "site"), ("Lieu d'analyse", "site"),
    ("Nombre del centro", "site"), ("Kit ID", "sample"), ("N° échantillon", "sample"),
    ("Test strip batch number", "lot"), ("Numéro de lot de la bandelette", "lot"),
    ("Résultat BTNX", "outcome"), ("Final strip result", "outcome"), ("Marca de la tira", "brand"),
    ("Expiry of test strip", "expires_on"), ("Dilution used", "dilution"),
    ("Forme du produit", "form"), ("Colour of drug", "colour"), ("Other comments", "note"),
    ("Hora del análisis", "tested_time"), ("Tested before or after use?", "timing"),
    ("Où êtes-vous ?", "site"), ("¿Dónde está hoy?", "site"),
    ("Quelle substance la personne pense-t-elle avoir ?", "drug"),
    ("Which site are you at today?", "site"), ("Where are you testing today?", "site"),
    ("Current location", "site"), ("Mobile unit / site", "site"), ("Harm reduction site", "site"),
    ("When was the test done?", "tested_on"), ("Please add any notes", "note"),
    ("Anything else?", "note"), ("Commentaires additionnels", "note"),
])  # fmt: skip
def test_a_header_of_another_field_may_be_put_together_anew_too(header, field):
    assert role(header) == field


@each([
    "Sold to", "Sold for", "Vendu par", "Vendido por", "Price sold", "Expected price",
    "Drug amount", "Substance use", "Drug users", "Drug test", "Drug checking", "Drug 2",
    "Substances", "Substances identified", "Substances found", "Main substance", "Drug contents",
    "Sample type", "Sample weight", "Number of samples", "Kits", "Site type", "Place of purchase",
    "Result sent", "Lot of naloxone", "Naloxone expiry", "Form ID", "Consent form",
    "Time of use", "Water given", "Strips given", "Reported", "Location type", "Drug to avoid",
    "Drug tested for", "Site of injection", "Believe", "Drug to be disposed", "Where used",
])  # fmt: skip
def test_a_word_that_makes_something_else_of_a_header_is_not_passed_over(header):
    assert role(header) == "own"


@pytest.mark.parametrize("header", [
    "Tested by", "Sold by", "Nom", "Nombre", "Prénom", "Sexe", "Teléfono",
])  # fmt: skip
def test_a_header_that_asks_about_a_person_is_never_a_field(header):
    assert role(header) == "personal"


def test_a_header_of_the_list_means_one_field_by_its_letters_and_by_its_words():
    by_letters, by_words = defaultdict(set), defaultdict(set)
    for field, headers in _headers().items():
        for header in headers:
            by_letters[squeezed(header)].add(field)
            by_words[_weighty(header)].add(field)
    assert {key: fields for key, fields in by_letters.items() if len(fields) > 1} == {}
    assert {key: fields for key, fields in by_words.items() if len(fields) > 1} == {}
    assert not by_words[frozenset()]


def test_the_words_that_do_not_count_have_no_accents():
    words = known_words()["small"]["words"]
    assert words == [unaccented(word).lower() for word in words]


def test_a_drug_is_found_wherever_a_form_asks_what_it_was_sold_as(striplog, tmp_path):
    (tmp_path / "form.csv").write_text(
        "Date,Site,Drug sold as,FTS\n2025-03-01,Van,down,pos\n2025-03-02,Van,coke,neg\n"
    )
    striplog("import form.csv")
    assert [row["drug"] for row in striplog.csv("export")] == ["down", "cocaine"]


@pytest.mark.parametrize(("field", "cells"), [
    ("category", "opioid=Opioïdes,opiáceos stimulant=estimulante psychedelic=hallucinogène"),
    ("form", "powder=poudre,Polvo pill=comprimé,pastilla,tablet capsule=gélule,cápsula"),
    ("colour", "white=blanc,Blanca brown=marron,marrón purple=violet,morado black=noir,negro"),
    ("timing", "before=avant,Antes after=après,despue\u0301s"),
    ("faint", "1=oui,sí,yes"),
])  # fmt: skip
def test_the_values_of_a_field_are_understood_in_french_and_spanish(field, cells):
    parse = flag if field == "faint" else value_of(field)
    for meant, words in (pair.split("=") for pair in cells.split()):
        assert {str(int(found) if field == "faint" else found)
                for found in map(parse, words.split(","))} == {meant}  # fmt: skip


def test_a_value_of_a_field_stands_once_and_is_one_of_its_choices():
    for name, field in FIELDS.items():
        values = known_words().get(name, {})
        words = [word for of in values.values() for word in of]
        assert len(set(words)) == len(words) and set(values) <= set(field.choices)
        assert words == [unaccented(word) for word in words]


def test_the_words_of_which_headers_are_put_together_have_no_accents_and_stand_once():
    for parts in known_words()["parts"].values():
        words = [*parts["heads"], *parts["beside"]]
        assert len(set(words)) == len(words)
        assert [word for word in words if words_in(word) != [word]] == []
        assert {*parts["heads"]}.isdisjoint(known_words()["small"]["words"])
