"""한 판의 DCAT 3 소개(JSON-LD): 다른 데이터 포털이 모아 간다. 쪽에 적는 schema.org는 app.public이 안다."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from app.public import Site
from build.data.files import Written
from build.data.package import OURS
from build.data.tables import Origin, origins
from kb.licences import licence

Node = dict[str, Any]

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""이름들의 뜻을 이 파일 안에 적는다: 읽을 때 다른 주소에 묻지 않는다."""

IANA = "https://www.iana.org/assignments/media-types/"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
SEOUL = "http://sws.geonames.org/1835847/"


def catalogue(site: Site, *, version: str, moment: dt.datetime, written: Sequence[Written]) -> Node:
    """Catalog → Dataset → Distribution. 파일마다 주소, 크기, SHA-256이, 출처마다 이용 조건이 있다 (PUBLISHING 1.6)."""
    url = site.settings.url
    home, folder = url("/data"), url(f"/data/{version}/")
    publisher: Node = {"@id": url("/#owner"), "@type": "foaf:Agent", "foaf:name": site.settings.name}
    dataset: Node = {
        "@id": folder,
        "@type": "dcat:Dataset",
        "dct:title": _ko(f"{site.settings.name} 안내"),
        "dct:description": _ko(site.settings.about),
        "dct:identifier": folder,
        "dcat:version": version,
        "dct:issued": _day(moment),
        "dct:modified": _day(moment),
        "dct:language": "ko",
        "dct:spatial": {"@id": SEOUL},
        "dcat:keyword": [_ko(topic.name) for topic in site.topics],
        "dcat:landingPage": {"@id": home},
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:license": {"@id": OURS[2]},
        "dct:rights": {"@id": f"{folder}LICENCE.txt"},
        "dct:source": [_source(origin) for origin in origins(site.entries.values())],
        "dcat:distribution": [_distribution(one, folder, home) for one in written],
    }
    return {
        "@context": CONTEXT,
        "@id": f"{home}#catalog",
        "@type": "dcat:Catalog",
        "dct:title": _ko(f"{site.settings.name} 데이터"),
        "dct:description": _ko(site.settings.about),
        "foaf:homepage": {"@id": home},
        "dct:language": "ko",
        "dct:publisher": publisher,
        "dcat:dataset": dataset,
    }


def _distribution(one: Written, folder: str, home: str) -> Node:
    address = {"@id": f"{folder}{one.file.name}"}
    form: Node = (
        {"dcat:mediaType": {"@id": f"{IANA}{one.file.mediatype}"}}
        if one.file.registered
        else {"dct:format": one.file.mediatype}
    )
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": SHA256},
        "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": one.sha256},
    }
    return {
        **address,
        "@type": "dcat:Distribution",
        "dct:title": _ko(one.file.title),
        "dct:description": _ko(one.file.about),
        "dcat:accessURL": {"@id": home},
        "dcat:downloadURL": address,
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(one.bytes)},
        "dct:license": {"@id": OURS[2]},
        "dct:rights": {"@id": f"{folder}LICENCE.txt"},
        "spdx:checksum": checksum,
    } | form


def _source(origin: Origin) -> Node:
    name, where = licence(origin.licence)
    node: Node = {
        "@type": "dcat:Dataset",
        "dct:title": _ko(origin.name or "이름을 적지 않은 출처"),
        "dct:rights": _ko(name),
    }
    if origin.url:
        node["foaf:page"] = {"@id": origin.url}
    return node | ({"dct:license": {"@id": where}} if where else {})


def _ko(text: str) -> Node:
    return {"@value": text, "@language": "ko"}


def _day(moment: dt.datetime) -> Node:
    return {"@type": "xsd:date", "@value": moment.date().isoformat()}
