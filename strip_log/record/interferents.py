"""What else turns strips positive: the substances reported for each target, with their sources.

A strip that is positive for one of these reasons shows what any other positive strip shows. The
table is no list of all substances that do it, and strips differ between brands and lots.
"""

from typing import NamedTuple


class Interferents(NamedTuple):
    """The substances that also turn the strips for a target positive, by their names as drugs.

    `most` are reported for all strips or for most, `some` for some brands or lots. `when` says
    from which amount on, as the end of a sentence; empty if that is not known.
    """

    most: tuple[str, ...]
    some: tuple[str, ...] = ()
    when: str = ""


#: The interferents by target.
INTERFERENTS = {
    # Lockwood et al. 2021, 10.1186/s12954-021-00478-4 (BTNX, from 1 mg/mL on); that lots differ in
    # lidocaine, and one brand in ascorbic acid: 10.1186/s12954-023-00921-8.
    "fentanyl": Interferents(
        ("methamphetamine", "mdma", "diphenhydramine"),
        ("lidocaine", "ascorbic acid"),
        "from 1 mg in 1 mL of water on",
    ),
    # Of 77 substances only lidocaine: Sisco et al. 2023, ChemRxiv 646cf52fb3dd6a65309bbe4d. The
    # others in some of seven brands: ChemRxiv 66fabc5351558a15ef993cc1 (2024).
    "xylazine": Interferents(("lidocaine",), ("levamisole", "ketamine", "diphenhydramine")),
    # Marland et al. 2025, 10.1186/s12954-025-01287-9.
    "nitazene": Interferents(("caffeine",), (), "from 0.3 mg in 1 mL of water on"),
    # Amate and Lieberman 2026, 10.1186/s12954-025-01387-6.
    "medetomidine": Interferents(("detomidine", "levamisole")),
}


def interferes(target: str, drug: str | None) -> bool:
    """Whether the drug itself is known to turn strips for this target positive."""
    known = INTERFERENTS.get(target)
    return known is not None and drug in (*known.most, *known.some)
