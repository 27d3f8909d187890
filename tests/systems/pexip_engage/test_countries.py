"""Countries as people write them, and the one code that is answered."""

from __future__ import annotations

import pytest

from customers.models import Seller
from tests.factory import make_customer
from tests.systems.pexip_engage.api import Api

# In the order of the languages: da de el en es fr ja nl no pl.
NAMES = {
    "AT": "Østrig, Österreich, Αυστρία, Austria, Austria, Autriche, オーストリア, Oostenrijk, Østerrike, Austria",
    "BE": "Belgien, Belgien, Βέλγιο, Belgium, Bélgica, Belgique, ベルギー, België, Belgia, Belgia",
    "CH": "Schweiz, Schweiz, Ελβετία, Switzerland, Suiza, Suisse, スイス, Zwitserland, Sveits, Szwajcaria",
    "DE": "Tyskland, Deutschland, Γερμανία, Germany, Alemania, Allemagne, ドイツ, Duitsland, Tyskland, Niemcy",
    "DK": "Danmark, Dänemark, Δανία, Denmark, Dinamarca, Danemark, デンマーク, Denemarken, Danmark, Dania",
    "ES": "Spanien, Spanien, Ισπανία, Spain, España, Espagne, スペイン, Spanje, Spania, Hiszpania",
    "FR": "Frankrig, Frankreich, Γαλλία, France, Francia, France, フランス, Frankrijk, Frankrike, Francja",
    "GR": "Grækenland, Griechenland, Ελλάδα, Greece, Grecia, Grèce, ギリシャ, Griekenland, Hellas, Grecja",
    "IT": "Italien, Italien, Ιταλία, Italy, Italia, Italie, イタリア, Italië, Italia, Włochy",
    "JP": "Japan, Japan, Ιαπωνία, Japan, Japón, Japon, 日本, Japan, Japan, Japonia",
    "NL": "Nederlandene, Niederlande, Ολλανδία, Netherlands, Países Bajos, Pays-Bas, オランダ, Nederland, Holandia",
    "NO": "Norge, Norwegen, Νορβηγία, Norway, Noruega, Norvège, ノルウェー, Noorwegen, Norge, Norwegia",
    "PL": "Polen, Polen, Πολωνία, Poland, Polonia, Pologne, ポーランド, Polen, Polen, Polska",
    "SE": "Sverige, Schweden, Σουηδία, Sweden, Suecia, Suède, スウェーデン, Zweden, Sverige, Szwecja",
}


def code_of(api: Api, seller: Seller, country: str) -> str | None:
    address = {"street": "A", "city": "B", "latitude": 1, "longitude": 2, "country": country}
    location = api.location(make_customer(seller, address_data=address))
    return None if location is None else str(location["countryCode"])


@pytest.mark.parametrize("code", NAMES)
def test_country__by_its_name_in_every_language(api: Api, seller: Seller, code: str) -> None:
    names = NAMES[code].split(", ")

    found = {name: code_of(api, seller, name) for name in names}

    assert found == dict.fromkeys(names, code)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(("DE", "DE"), ("de", "DE"), ("De", "DE"), ("DEU", "DE"), ("deu", "DE"), ("Deu", "DE")),
        *(("AT", "AT"), ("AUT", "AT"), ("gbr", "GB"), ("usa", "US"), ("ch", "CH"), ("CHE", "CH"), ("jpn", "JP")),
    ],
)
def test_country__by_its_code(api: Api, seller: Seller, country: str, code: str) -> None:
    assert code_of(api, seller, country) == code


@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(("USA", "US"), ("United States", "US"), ("UK", "GB"), ("United Kingdom", "GB"), ("Großbritannien", "GB")),
        *(("Holland", "NL"), ("The Netherlands", "NL"), ("Czech Republic", "CZ"), ("Tschechien", "CZ")),
        *(("germany", "DE"), ("GERMANY", "DE"), (" Germany ", "DE"), ("österreich", "AT")),
    ],
)
def test_country__by_what_people_write(api: Api, seller: Seller, country: str, code: str) -> None:
    assert code_of(api, seller, country) == code


@pytest.mark.parametrize("country", ["Atlantis", "XX", "ZZ", "ZZZ", "D", "Germ", "Germany or so", "Europe", "EU", "?"])
def test_country__cannot_be_read(api: Api, seller: Seller, country: str) -> None:
    assert code_of(api, seller, country) is None
