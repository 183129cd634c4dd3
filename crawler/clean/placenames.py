"""What the words of a place name: a country, a state, a county, a town; and what a town leaves no doubt of.

matcher/places.csv holds states and the countries' ISO 3166 codes and names, matcher/gazetteer.py the towns.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import NamedTuple

from crawler.items import Place
from matcher import gazetteer

EDGES = " ,-–—:*/•·|&+()"
LAST_CODE = re.compile(r"^(.*[a-z.])\s([A-Z]{2,3})$")
WASHINGTON = ("washington d.c.", "washington d.c", "washington dc")
CITIES_FIRST = frozenset(("new york", "washington", "georgia", "victoria"))  # alone, these say no state

_NO_TOWN = re.compile(
    r"\d|[@#:{}()&\[\]<>*+/\ufffd]|\b(?:locations?|various|multiple|several|nation-?wide|anywhere|worldwide"
    r"|global|flexible|tbd|tba|unknown|n/?a|none|null|nan|unavailable|home|offices?|campus|hq|headquarters"
    r"|region|area|zone|emea|apac|latam|europe|americas?|asia|africa|eu|field|district|state|county|province"
    r"|thuis|etätyö|distans|offshore|only|non|systems|solutions|bureau|trust|hospital|hospitals|and|or|b\.?v\.?"
    r"|inc|ltd|gmbh|llc|any|see|all|undisclosed|confidential|telecommute|via|with|to|be|please|is|other|based"
    r"|unit|ward|house|centre|center|clinic|infirmary|ccg|nhs|team|site|sites|building|surgery|school|department"
    r"|services?|healthcare|practice|hub|wing|tower|floor|road|street|avenue|blvd|drive|suite|vacancies|national"
    r"|northern|southern|eastern|western|middle\seast|coast|borough|countywide|opportunit(?:y|ies)|usa|varied|division|trustwide|cross|dept|corporate|tbc|hmp|community|mobiles|rapid|wide|across|midlands|wessex|of\sengland|south\swales|hall)\b",
    re.I,
)
_COMPASS = re.compile(r"(?:north|south|east|west|central|mid)[ -]?(?:east|west)?(?:ern)?", re.I)
_NOBODY = frozenset("AQ BV GS HM TF UM".split())  # countries where nobody works
_ISO3 = {  # of three letters, each after that of two; AND, COM, EST and MCO are words, too
    both[2:]: both[:2]
    for both in (
        "AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE "
        "BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS "
        "BTBTN BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL "
        "CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EGEGY "
        "EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA "
        "GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GTGTM GUGUM GWGNB GYGUY HKHKG HNHND HRHRV HTHTI HUHUN "
        "IDIDN IEIRL ILISR IMIMN ININD IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM "
        "KIKIR KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU "
        "LULUX LVLVA LYLBY MAMAR MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP "
        "MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC "
        "NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PRPRI "
        "PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP "
        "SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA "
        "TDTCD TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA "
        "USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM XKXKX YEYEM YTMYT ZAZAF "
        "ZMZMB ZWZWE"
    ).split()
}
_TURNED = re.compile(r"^([^,(]+?)(?:,\s*|\s*\()([^,()]+)\)?$")  # "Korea, Republic of", "Philippines (the)"
_COUNTIES = frozenset(  # of the United Kingdom, where none of them is a town's name
    "avon|bedfordshire|berkshire|buckinghamshire|cambridgeshire|cheshire|cornwall|cumbria|derbyshire|devon|dorset"
    "|east sussex|west sussex|sussex|essex|gloucestershire|greater london|greater manchester|hampshire"
    "|herefordshire|hertfordshire|isle of wight|kent|lancashire|leicestershire|lincolnshire|merseyside"
    "|middlesex|norfolk|northamptonshire|northumberland|north yorkshire|nottinghamshire|oxfordshire|rutland"
    "|shropshire|somerset|south yorkshire|staffordshire|suffolk|surrey|tyne and wear|warwickshire"
    "|west midlands|west yorkshire|east riding of yorkshire|yorkshire|wiltshire|worcestershire"
    "|county durham|powys|gwent"
    "|dyfed|gwynedd|clwyd|carmarthenshire|ceredigion|pembrokeshire|monmouthshire|aberdeenshire|ayrshire|fife"
    "|lanarkshire|south lanarkshire|north lanarkshire|renfrewshire|east renfrewshire|moray|stirlingshire"
    "|dumfries and galloway|argyll and bute|east lothian|west lothian|flintshire|denbighshire"
    "|vale of glamorgan|perthshire|county antrim|county down|county armagh|county tyrone"
    "|county fermanagh".split("|")
)
_SHORT = {  # what people write for a town
    **dict.fromkeys(("NYC", "nyc"), ("New York", "NY", "US")),
    **dict.fromkeys(("SF",), ("San Francisco", "CA", "US")),
}
_SHORTER = {  # and where nothing but such is written
    "SEA": ("Seattle", "WA", "US"),
    "CHI": ("Chicago", "IL", "US"),
    "ATL": ("Atlanta", "GA", "US"),
    "NY": ("New York", "NY", "US"),
    "LA": ("Los Angeles", "CA", "US"),
    "BOS": ("Boston", "MA", "US"),
}


class _Names(NamedTuple):
    countries: Mapping[str, str]  # "united states" -> "US"
    codes: frozenset[str]
    states: Mapping[str, Mapping[str, str]]  # country -> code or lower-case name -> code


@functools.cache
def _names() -> _Names:
    countries: dict[str, str] = {}
    states: dict[str, dict[str, str]] = {"US": {}, "CA": {}, "AU": {}}
    with resources.files("matcher").joinpath("places.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["country"]:
                states[row["country"]] |= {row["code"]: row["code"], row["name"].lower(): row["code"]}
            else:
                countries[row["name"].lower()] = row["code"]
    states["US"] |= dict.fromkeys(("D.C.", "d.c.", *WASHINGTON), "DC")
    return _Names(countries, frozenset(countries.values()), states)


def has_states(country: str | None) -> bool:
    """Whether the states of this country are known by code."""
    return country in _names().states


def is_code(words: str) -> bool:
    """Whether these are the two capitals of a country."""
    return words in _names().codes


def country(words: str) -> str | None:
    """The code of the country of this name or code."""
    names = _names()
    if len(words) == 2 and words.upper() in names.codes:
        return words.upper() if words.upper() not in _NOBODY else None
    words = _TURNED.sub(r"\2 \1", words.removesuffix(" UK"))
    words = words[4:] if words[:4].lower() == "the " else words
    return names.countries.get(words.lower().replace("’", "'")) or _ISO3.get(words)


def unmistakable(code: str) -> str:
    """The country's code of three letters, which no state has."""
    return next((three for three, two in _ISO3.items() if two == code), code)


def cut_country(words: str) -> str | None:
    """The only country whose name begins so, for words that were cut: "Guatem…"."""
    begun = words.rstrip("….").lower()
    if len(begun) < 4 or not words.endswith(("…", "...")):
        return None
    found = {code for name, code in _names().countries.items() if name.startswith(begun)}
    return found.pop() if len(found) == 1 else None


def county(words: str) -> str | None:
    """The words, if they are a county of the United Kingdom, or a side of one: "East Lancashire"."""
    side, _, rest = words.lower().partition(" ")
    return words if words.lower() in _COUNTIES or (_COMPASS.fullmatch(side) and rest in _COUNTIES) else None


def state(words: str, country: str | None) -> tuple[str | None, str | None]:
    """(country, code) of a state's code in capitals or its name, if only one country has it."""
    names = _names()
    words = words.removesuffix(" State")
    found = []
    for code in (country,) if country else ("US", "CA", "AU"):
        states = names.states.get(code or "", {})
        if known := states.get(words) or (
            states.get(words.lower()) if len(words) > 3 or "." in words else None
        ):
            found.append((code, known))
    if not country and found and found[0][0] != "US" and (len(found) > 1 or words in names.codes):
        return None, None  # "NT" is in two countries, "SK" and "SA" are countries too
    return found[0] if found else (None, None)


def country_or_state(town: str, words: str) -> tuple[str | None, str | None]:
    """(country, state) of what stands after a town, where the town tells which of the two it is."""
    if not (is_state(words) or country(words)):
        return None, None
    code, by_state = gazetteer.meant(town, words)
    return (code, state(words, code)[1]) if by_state else (code, None)


def short(words: str, *, shorter: bool = False) -> tuple[str, str, str] | None:
    """The town, state and country that people write so: "NYC"."""
    return _SHORT.get(words) or (_SHORTER.get(words) if shorter else None)


def plausible(words: str, *, alone: bool = True) -> str | None:
    """The words as a town's name, unless a number, a placeholder, a sentence or, alone, a country."""
    words = words.split(" - ", 1)[0].strip(EDGES)  # "Leeds - base to be agreed"
    fits = 1 < len(words) <= 60 and len(words.split()) <= 6 and not _NO_TOWN.search(words)
    fits = fits and not (alone and (county(words) or _COMPASS.fullmatch(words)))
    return words if fits and not (alone and country(words)) else None


_NOTHING = re.compile(
    r"null|none|nan|n\W?/?\W?a\W?|undefined|unavailable|unknown|unspecified|tb[acd]|to\sbe\s\w+|default"
    r"|not\s(?:specified|available|applicable|disclosed|provided|stated|set)",
    re.I,
)
_FILLER = re.compile(
    r"various|multiple|several|many|any|all|other|city|town|state|region|country|location|field|flexible"
    r"|(?:\d+\+?|various|multiple|several|many|any|all|different|other)\s"
    r"(?:locations?|cities|sites|offices|states|regions|places|areas|countries)"
    r"|(?:nation|country|state|world)-?\s?wide|anywhere.{0,40}|global(?:ly)?|international|virtual|distributed"
    r"|undisclosed|confidential|home|home[\s-]?(?:offices?|based|working)|work(?:ing)?\s(?:from|at)\shome|wfh"
    r"|(?:fully\s|100%\s)?remote(?:ly)?(?:\s(?:work|only|position|job|based))?|telecommute|telework|hybrid|on-?\s?site"
    r"|europe|european\sunion|eu|emea|apac|latam|dach|benelux|nordics|asia|africa|americas?|(?:north|south)\samerica",
    re.I,
)


def is_nothing(words: str) -> bool:
    """Whether a field is filled with what a program writes for nothing: "null", "N/A", "-"."""
    return bool(_NOTHING.fullmatch(words.strip())) or not any(map(str.isalnum, words))


def is_filler(words: str) -> bool:
    """Whether words in the field for a town or a region are no name of one: "Various", "Remote", "12345"."""
    bare = words.strip(EDGES)
    return is_nothing(words) or bool(_FILLER.fullmatch(bare)) or not any(map(str.isalpha, bare))


def filled(place: Place) -> Place:
    """The place with the country, and where states have codes the state, of a town that is sure."""
    town, region, country = place.address_locality, place.address_region, place.address_country
    if not town or (country and (region or not has_states(country))):
        return place
    if (known := short(town)) and region in (None, known[1]) and country in (None, known[2]):
        return replace(place, address_locality=known[0], address_region=known[1], address_country=known[2])
    spot = gazetteer.sure(town, region, country)
    if spot is None:
        return place
    code = None if town.lower() == "washington" else _code(spot)  # that is a state, too
    return replace(place, address_country=spot.country, address_region=region or code)


def _code(spot: gazetteer.Spot) -> str | None:
    """The code of the state that a town of the United States, Canada or Australia is in."""
    names = _names().states.get(spot.country, {})
    return next((code for name, code in names.items() if gazetteer.fold(name) == spot.region), None)


def with_region(town: str, region: str) -> tuple[str, str] | None:
    """The country of a town and the region beside it, and how that is said: "Pune, Maharashtra"."""
    spot = gazetteer.find(town, region)
    if not spot or not gazetteer.region_of(region, spot.country):
        return None
    return spot.country, (_code(spot) if has_states(spot.country) else None) or region


def tail(words: str, region: str | None, country: str | None) -> str | None:
    """The town that the last words name, at most three of them: "Fulwood Preston"."""
    every = words.split()
    tails = (" ".join(every[-count:]) for count in (3, 2, 1) if count < len(every))
    return next((town for town in tails if gazetteer.within(town, region, country)), None)


def without_county(words: str) -> str:
    """The words before the county of the United Kingdom at their end, or before "UK"."""
    every = words.removesuffix(" UK").split()
    for count in (3, 2, 1):
        if count < len(every) and " ".join(every[-count:]).lower() in _COUNTIES:
            return " ".join(every[:-count]).strip(f"{EDGES}.")
    return " ".join(every)


def is_state(words: str) -> bool:
    """Whether a state of the United States, Canada or Australia has this code or name."""
    states = _names().states.values()
    return any(words in codes or words.lower() in codes for codes in states)


def is_known(place: Place) -> bool:
    """Whether the gazetteer knows the town, or the place is a country and nothing else."""
    town, region, country = place.address_locality, place.address_region, place.address_country
    return bool(gazetteer.find(town, region, country)) if town else bool(country and not region)
