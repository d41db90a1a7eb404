"""The XMP packet: no value ends its field, and what outside packets hold does no harm."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packshot.metadata.released_fields import SOURCE_TYPE_PROPERTY
from packshot.metadata.xmp import read_xmp, write_xmp
from tests.metadata.released import xmp

NAMES = {"urn:a#": "a", "urn:b#": "b"}
HOSTILE = [
    "",
    " spaces around ",
    "two\nlines\tand\r\none more",
    "\"double\" and 'single' & <tags/>",
    "]]> --> ?> <![CDATA[x]]>",
    "</a:Sku></rdf:Description><rdf:Description><a:Sku>other",
    "&amp; &#0; &lt;",
    "😀 日本 é ‮",
    "x" * 2000,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_every_value_comes_back(value: str) -> None:
    properties = {("urn:a#", "Sku"): value, ("urn:b#", "Prompt"): value}
    packet = write_xmp(properties, NAMES)
    ET.fromstring(packet)
    assert read_xmp(packet).items() >= properties.items()


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8") | st.characters()))
def test_any_text_gives_a_whole_packet(value: str) -> None:
    found = read_xmp(write_xmp({("urn:a#", "Sku"): value}, NAMES))["urn:a#", "Sku"]
    assert len(found) == len(value)
    assert all(a == b or b == "\ufffd" for a, b in zip(value, found, strict=True))


def test_what_xml_cannot_hold_is_replaced_and_not_dropped() -> None:
    assert read_xmp(write_xmp({("urn:a#", "Sku"): "a\0b\x1b\ud800c\uffff"}, NAMES))["urn:a#", "Sku"] == "a�b��c�"


def test_attributes_are_properties_too() -> None:
    found = read_xmp(xmp("digitalCapture").encode())
    assert found[SOURCE_TYPE_PROPERTY] == "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<",
        b"\xff\xfe",
        b"<x/>",
        b'<?xml version="1.0" encoding="no-such"?><x/>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    ],
)
def test_what_is_no_packet_is_empty(packet: bytes) -> None:
    assert read_xmp(packet) == {}
