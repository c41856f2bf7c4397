"""Whether the name of a field asks about a person, in English, French, Spanish, German, Portuguese.

Names are compared by their words, so that `SubmitterName`, `submitter_name` and `Name of submitter`
are the same. Nothing here looks at the values of a field.
"""

from functools import lru_cache
from itertools import pairwise

from strip_log.record.words import words_in

#: Words that ask about a person in any position. Two words that follow each other also count as
#: one: `e mail`, `zip code`.
_ALWAYS = frozenset(
    (
        # To reach a person
        *("phone", "phones", "telephone", "cellphone", "phonenumber", "whatsapp", "telefono"),
        *("telefon", "telefone", "telefonnummer", "handynummer", "celular", "email", "emails"),
        *("courriel", "correo", "emailadresse", "emailaddress", "mailadresse", "username"),
        *("signature", "signatures", "firma", "unterschrift", "assinatura", "contactinfo"),
        *("contactnumber", "contactname", "nextofkin", "photo", "photos", "selfie", "foto"),
        # Who a person is
        *("firstname", "lastname", "fullname", "givenname", "familyname", "surname", "forename"),
        *("nickname", "prenom", "prenoms", "apellido", "apellidos", "sobrenome", "apelido"),
        *("vorname", "nachname", "familienname", "initials", "initiales", "iniciales"),
        *("initialen", "iniciais", "phn", "mrn", "ohip", "ramq", "ssn", "curp", "dni", "cpf"),
        *("passport", "passeport", "pasaporte", "passaporte", "reisepass", "healthcard"),
        *("healthnumber", "carecard", "cartesante", "assurancemaladie", "surveyidentifier"),
        # What a person is like
        *("housing", "homeless", "unhoused", "logement", "vivienda", "income", "revenu"),
        *("occupation", "employment", "marital", "religion", "pregnant", "pregnancy", "enceinte"),
        *("embarazada", "hiv", "vih", "hepatitis", "disability", "immigration", "citizenship"),
        *("sexuality", "veteran", "orientation"),
        *("born", "indigenous", "indigeneity", "firstnations", "residence"),
        *("dob", "birth", "birthday", "birthdate", "birthyear", "dateofbirth", "yearofbirth"),
        *("naissance", "nacimiento", "nascimento", "geburtsdatum", "geburtstag", "geburtsjahr"),
        *("gender", "sex", "sexe", "sexo", "geschlecht", "pronoun", "pronouns", "pronoms"),
        *("pronombres", "edad", "idade", "ethnicity", "ethnie", "etnia", "nationality", "howold"),
        # Where a person lives, or is
        *("postal", "postcode", "zipcode", "postleitzahl", "plz", "homeaddress", "streetaddress"),
        *("geopoint", "geolocation", "geotrace", "geoshape", "gps", "coordinates", "coordinate"),
        *("coordonnees", "coordenadas", "koordinaten", "latitude", "longitude", "latitud"),
        *("longitud", "lng", "locationprecision", "locationaltitude", "domicile", "domicilio"),
        # What a form notes about who filled it in, and with which device
        *("ip", "ipaddress", "adresseip", "useragent", "deviceid", "devicephonenum", "imei"),
        *("subscriberid", "simserial", "simid", "submitter", "submittername", "enumerator"),
        *("creator", "editor", "reviewer", "dataentry", "createur", "editeur"),
        *("interviewer", "respondent", "respondentid", "participantid", "participantcode"),
    )
)

#: Words that ask about a person unless a word beside them says what they are about.
_USUALLY = frozenset(
    ("address", "adresse", "direccion", "endereco", "anschrift", "age", "genre", "genero")
)
_THINGS = frozenset(
    (
        *("sample", "strip", "drug", "kit", "lot", "batch", "bag", "product", "stock", "site"),
        *("clinic", "venue", "event", "location", "drogue", "substance", "echantillon", "droga"),
        *("muestra", "sitio", "lieu", "produit", "bandelette", "prueba", "test"),
    )
)

#: A name is that of a person if it stands alone, or beside a word for a person.
_NAMES = frozenset(("name", "names", "nom", "noms", "nombre", "nome"))

_PEOPLE = frozenset(
    (
        *("person", "client", "patient", "participant", "guest", "staff", "user", "visitor"),
        *("volunteer", "worker", "tester", "technician", "operator", "member", "nurse", "author"),
        *("supervisor", "observer", "friend", "partner", "dealer", "respondent", "submitter"),
        *("personne", "usager", "usagere", "cliente", "patiente", "participante", "benevole"),
        *("intervenant", "intervenante", "employe", "employee", "utilisateur", "testeur"),
        *("persona", "paciente", "usuario", "usuaria", "voluntario", "voluntaria", "encuestador"),
        *("tecnico", "utente", "pessoa", "funcionario", "kunde", "klient", "teilnehmer"),
        *("tech", "peer", "manager", "coordinator", "navigator", "assistant", "counsellor"),
        *("mitarbeiter", "nutzer", "benutzer", "recipient", "responsable", "klienten", "kunden"),
    )
)

#: Words that make a name that of a person.
_NAMING = frozenset(
    (
        *("first", "last", "full", "given", "family", "middle", "maiden", "famille", "familia"),
        *("complet", "completo", "preferred", "chosen", "legal"),
    )
)

#: What may stand beside a person, and beside nothing else, in the name of a field about one.
_IDENTIFIERS = frozenset(
    (
        *("id", "ids", "code", "codes", "number", "no", "nr", "num", "numero", "nummer", "key"),
        *("identifier", "identifiant", "identificador", "codigo", "initial", "ref", "reference"),
        *("member", "card", "uuid", "hash", "serial", "info", "contact", "study", "init"),
        *("on", "duty", "shift", "in", "charge", "completing", "filling", "out", "form", "present"),
        *("outreach", "support", "harm", "reduction", "health", "social", "case", "lead"),
    )
)
_SMALL = frozenset(
    (
        *("a", "an", "the", "of", "for", "your", "their", "s", "is", "what", "please", "enter"),
        *("de", "del", "la", "le", "les", "l", "d", "du", "des", "votre", "vos", "quel", "est"),
        *("el", "su", "tu", "cual", "es", "y", "o", "e", "do", "da", "seu", "sua", "qual"),
        *("der", "die", "das", "des", "ihr", "ihre", "ist", "wie", "optional", "and", "or"),
        *("required", "facultatif", "opcional", "x", "meta", "group", "intro", "field"),
    )
)

_NAMED = _NAMES | _NAMING | _SMALL
_PERSON_ALONE = _PEOPLE | _IDENTIFIERS | _SMALL

#: People who did something: `Tested by`, `testé par`, `Enviado por`, `Getestet von`, `Who tested`.
_BY = frozenset(("by", "par", "por", "von"))
_WHO = frozenset(("who", "qui", "quien", "quem", "wer"))
_DID = frozenset(
    (
        *("tested", "submitted", "entered", "completed", "filled", "recorded", "collected"),
        *("checked", "done", "performed", "created", "modified", "updated", "reviewed", "read"),
        *("analysed", "analyzed", "conducted", "edited", "reported", "sampled", "logged"),
        *("served", "assisted", "seen", "handled", "processed", "prepared", "witnessed", "out"),
        *("brought", "bought", "buys", "sold", "sells", "gave", "supplied", "used", "uses"),
        *("taken", "administered", "uploaded", "signed", "verified", "interviewed", "did", "in"),
        *("teste", "soumis", "rempli", "saisi", "fait", "analyse", "effectue", "cree", "modifie"),
        *("enregistre", "realise", "preleve", "verifie", "complete"),
        *("probado", "enviado", "realizado", "registrado", "analizado", "hecho", "creado"),
        *("testado", "preenchido", "feito", "analisado", "criado", "completado", "llenado"),
        *("getestet", "ausgefullt", "eingereicht", "erstellt", "durchgefuhrt", "erfasst"),
    )
)

#: Names, without spaces, that are about a person only as a whole, not as part of a longer one.
_EXACTLY = frozenset(
    (
        *("cell", "cellnumber", "cellno", "mobile", "mobilenumber", "tel", "zip", "cep", "contact"),
        *("lat", "lon", "long", "latlong", "latlng", "alter", "race", "mail", "device", "who"),
        *("handy", "nas", "sin", "nif", "nie", "login", "account", "coords", "geo"),
        *("street", "rue", "calle", "owner"),
        *("agegroup", "agerange", "agecategory"),
    )
)


@lru_cache(maxsize=5_000)  # as many columns as a file may have: each is asked about several times
def is_about_a_person(name: str) -> bool:
    """Whether a field of this name would hold something about a person."""
    words = words_in(name)
    there = {*words, *map("".join, pairwise(words))}
    there |= set(map("".join, zip(words, words[1:], words[2:], strict=False)))
    named = there & _PEOPLE or _NAMED.issuperset(words)
    alone = _PERSON_ALONE.issuperset(words)
    who = not _WHO.isdisjoint(words[:1]) and not _DID.isdisjoint(words)
    return bool(
        there & _ALWAYS
        or (there & _USUALLY and not there & _THINGS)
        or (there & _NAMES and named)
        or (there & _PEOPLE and alone)
        or who
        or any(did in _DID and by in _BY for did, by in pairwise(words))
        or (len(words) == 1 and _plainly(words[0]))
        or "".join(words) in _EXACTLY
    )


def _plainly(word: str) -> bool:
    """Whether words run together ask about a person, as in `clientid` and `emailaddress`."""
    return word.startswith(_PARTS) or word.endswith(_PARTS) or word in _TOGETHER


_PARTS = tuple(part for part in _ALWAYS if len(part) > 4)
_ENDS = (*_NAMES, "id", "code", "no", "number", "initials")
_TOGETHER = frozenset(
    (
        *(person + end for person in _PEOPLE for end in _ENDS),
        *(did + by for did in _DID for by in _BY),
    )
)
