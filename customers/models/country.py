"""Countries: from what people write to ISO 3166 codes and back.

An address keeps its country as it was written. Systems that want a code get it by looking the text
up: a code of two or three letters, or a name in any of the ten languages of a customer.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from babel import Locale
from babel.core import get_global

from customers.models.language import Language
from customers.models.text import fold

#: Reserved and private codes that CLDR knows beside ISO's; Kosovo's (XK) is in everybody's use.
_NOT_ISO: Final = frozenset({"AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "QU", "TA", "UN", "XA", "XB", "ZZ"})
_RETIRED: Final = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})
_KOSOVO: Final = ("XK", "XKX")

#: What people write beside the names of CLDR, in the ten languages.
_EVERYDAY: Final = {
    "US": (
        *("United States of America", "Vereinigte Staaten von Amerika", "États-Unis d'Amérique", "Etats Unis"),
        *("Estados Unidos de América", "EE. UU.", "EEUU", "Verenigde Staten van Amerika", "De Forenede Stater"),
        *("De forente stater", "Stany Zjednoczone Ameryki", "米国", "アメリカ", "ΗΠΑ", "Amerika", "America", "US of A"),
    ),
    "GB": (
        *("UK", "U.K.", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland", "Großbritannien"),
        *("Schottland", "Nordirland", "Grande-Bretagne", "Angleterre", "Gran Bretaña", "Inglaterra", "Engeland"),
        *("Groot-Brittannië", "Anglia", "Αγγλία", "Μεγάλη Βρετανία", "英国", "Ηνωμένο Βασίλειο"),
    ),
    "NL": ("Holland", "Holanda", "Hollande", "The Netherlands", "Ολλανδία"),
    "CZ": ("Czech Republic", "Tschechische Republik", "République tchèque", "República Checa", "Tsjechische Republiek"),
    "DE": ("Bundesrepublik Deutschland", "BRD", "Federal Republic of Germany"),
    "IE": ("Republic of Ireland", "Republik Irland"),
    "CI": ("Ivory Coast", "Elfenbeinküste", "Costa de Marfil"),
    "BY": ("Weißrussland", "Weissrussland"),
    "MK": ("Macedonia", "Mazedonien"),
    "TR": ("Turkey", "Türkei"),
    "RU": ("Russian Federation", "Russische Föderation"),
    "KR": ("Korea", "Republic of Korea", "Republik Korea"),
    "VN": ("Viet Nam",),
    "MD": ("Moldova", "Moldawien"),
    "MM": ("Burma", "Birma"),
    "SZ": ("Swaziland", "Swasiland"),
    "CV": ("Cape Verde", "Kap Verde"),
    "VA": ("Vatican", "Vatikan", "Vatikanstadt"),
    "HK": ("Hong Kong", "Hongkong"),
    "MO": ("Macau", "Macao"),
    "PS": ("Palestine", "Palästina"),
    "CN": ("PRC", "VR China", "Volksrepublik China"),
    "LI": ("Fürstentum Liechtenstein",),
}


class Country(NamedTuple):
    """The ISO 3166-1 codes of one country, in capitals."""

    alpha2: str
    alpha3: str


def find_country(text: str | None) -> Country | None:
    """Return the country that `text` names; None where it names none.

    Letter case, accents, points and spaces do not matter.
    """
    return _countries().get(_key(text)) if text else None


def country_name(country: Country, language: str) -> str:
    """Return what the country is called in one of the ten languages."""
    name: str = Locale.parse(language).territories[country.alpha2]
    return name


def all_countries() -> list[Country]:
    return sorted(set(_countries().values()))


def same_country(one: str | None, other: str | None) -> bool:
    """Return whether both texts name one known country."""
    found = find_country(one)
    return found is not None and found == find_country(other)


def _key(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


@cache
def _countries() -> dict[str, Country]:
    """Return each country by its codes and names, folded; codes win over names."""
    countries = [
        Country(codes[0], alpha3)
        for alpha3, codes in get_global("territory_aliases").items()
        if len(alpha3) == 3 and alpha3.isalpha() and len(codes) == 1 and alpha3 not in _RETIRED
    ]
    named = Locale.parse(Language.ENGLISH).territories.keys() - _NOT_ISO
    known = {one.alpha2: one for one in countries if one.alpha2 in named}
    known[_KOSOVO[0]] = Country(*_KOSOVO)
    found: dict[str, Country] = {}
    for country in known.values():
        found[_key(country.alpha2)] = found[_key(country.alpha3)] = country
    for locale in map(Locale.parse, Language.values):
        for code, name in locale.territories.items():
            if code in known:
                found.setdefault(_key(name), known[code])
    for code, names in _EVERYDAY.items():
        for name in names:
            found.setdefault(_key(name), known[code])
    return found
