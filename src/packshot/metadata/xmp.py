"""An XMP packet of simple text properties, written so that no value can end its field, and read back.

Knows nothing about what the properties mean. A property's name is `(namespace, name)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
Properties = Mapping[tuple[str, str], str]

_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = '\n<?xpacket end="r"?>'
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, in any spelling: control characters, half of a surrogate pair."""


def write_xmp(properties: Properties, prefixes: Mapping[str, str]) -> bytes:
    """The packet in UTF-8; `prefixes` names each namespace. What XML cannot hold becomes U+FFFD."""
    names = "".join(f' xmlns:{prefix}="{namespace}"' for namespace, prefix in prefixes.items())
    lines = [
        f"<{prefixes[namespace]}:{name}>{_text(value)}</{prefixes[namespace]}:{name}>"
        for (namespace, name), value in properties.items()
    ]
    body = "\n".join(
        (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
            f'<rdf:RDF xmlns:rdf="{RDF}">',
            f'<rdf:Description rdf:about=""{names}>',
            *lines,
            "</rdf:Description>",
            "</rdf:RDF>",
            "</x:xmpmeta>",
        )
    )
    return f"{_HEAD}{body}{_TAIL}".encode()


def read_xmp(packet: bytes) -> dict[tuple[str, str], str]:
    """The simple properties of a packet, as elements or as attributes; empty where it is none. It may be hostile."""
    if b"<!" in packet.replace(b"\0", b""):  # no entities: they can grow beyond all bounds
        return {}
    try:
        root = ET.fromstring(packet.removesuffix(b"\0"))
    except (ET.ParseError, ValueError, LookupError):
        return {}
    found: dict[tuple[str, str], str] = {}
    for description in root.iter(f"{{{RDF}}}Description"):
        for name, value in description.attrib.items():
            found.setdefault(_split(name), value)
        for child in description:
            if not len(child):
                found.setdefault(_split(child.tag), child.text or "")
    return found


def _text(value: str) -> str:
    """A carriage return by number: a reader of XML makes a plain one into a line feed."""
    return escape(_FORBIDDEN.sub("\ufffd", value), {"\r": "&#13;", '"': "&quot;", "'": "&apos;"})


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.removeprefix("{").partition("}")
    return (namespace, name) if name else ("", namespace)
