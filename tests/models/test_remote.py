"""References to models on servers: what is taken, where pictures may go, and what they are pinned to."""

from __future__ import annotations

import pytest

from packshot.errors import ModelError
from packshot.models import Catalogue, DigestCache, RemoteReference, parse_reference


def catalogue(*hosts: str) -> Catalogue:
    return Catalogue(DigestCache(None), offline=True, remote_hosts=hosts)


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        ("openai+https://images.example/v1#Qwen/Qwen-Image", "https://images.example/v1", "Qwen/Qwen-Image"),
        ("openai+https://Images.Example:443/v1/#m", "https://images.example/v1", "m"),
        ("openai+https://images.example:8443/a/v1#m#2", "https://images.example:8443/a/v1", "m#2"),
        ("openai+http://127.0.0.1:8000/v1#studio-tiny", "http://127.0.0.1:8000/v1", "studio-tiny"),
        ("openai+http://localhost:8000/v1#m", "http://localhost:8000/v1", "m"),
        ("openai+http://[::1]:8000/v1#m", "http://[::1]:8000/v1", "m"),
    ],
)
def test_a_reference_is_read_and_written_in_one_way(text: str, address: str, name: str) -> None:
    reference = parse_reference(text)
    assert isinstance(reference, RemoteReference)
    assert (reference.address, reference.name) == (address, name)
    assert parse_reference(reference.text) == reference


@pytest.mark.parametrize(
    "text",
    [
        "openai+http://images.example/v1#m",
        "openai+http://127.0.0.1.example/v1#m",
        "openai+ftp://images.example/v1#m",
        "openai+https://images.example/v1",
        "openai+https://images.example/v1#",
        "openai+https://images.example/v1#two words",
        "openai+https://images.example/v1#m\n",
        "openai+https:///v1#m",
        "openai+https://images.example/v1?key=a#m",
        "openai+https://images.example:99999/v1#m",
        "openai+https://images.example:0/v1#m",
        "openai+https://images.example/v 1#m",
        "openai+https://[::1/v1#m",
        "openai+https://images.example/v1#" + "m" * 201,
        "openai+https://" + "a" * 3000 + "/v1#m",
        "openai+",
    ],
)
def test_what_is_no_such_reference_is_refused(text: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_reference(text)
    assert caught.value.code == "model.remote"
    assert "openai+https://" in str(caught.value.expected)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ModelError) as caught:
        parse_reference("openai+https://me:pa55word@images.example/v1#m")
    assert caught.value.code == "model.remote"
    assert "pa55word" not in str(caught.value.as_dict())


def test_only_this_machine_and_named_servers_may_be_asked() -> None:
    text = "openai+https://images.example:8443/v1#m"
    with pytest.raises(ModelError) as caught:
        catalogue("other.example", "images.example:443").find(text)
    assert caught.value.code == "model.remote"
    assert "PACKSHOT_REMOTE_HOSTS=images.example:8443" in str(caught.value.hint)
    assert not catalogue().is_here(text)
    for named in ("images.example", "images.example:8443"):
        assert catalogue(named).is_here(text)
        assert catalogue(named).find(text).reference == text
    assert catalogue().find("openai+http://127.0.0.1:8000/v1#m").remote is not None


def test_the_pin_is_the_address_and_the_name() -> None:
    def digest(text: str) -> str:
        pin = catalogue("a.example", "b.example").find(f"openai+https://{text}").pin
        assert pin.family == "remote"
        return pin.digest

    assert digest("a.example/v1#m") == digest("A.example:443/v1/#m")
    others = {digest(text) for text in ("a.example/v1#m", "b.example/v1#m", "a.example/v1#n", "a.example:444/v1#m")}
    assert len(others) == 4


def test_a_record_finds_its_server_again_and_no_other() -> None:
    models = catalogue("a.example")
    found = models.find("openai+https://a.example/v1#m")
    assert models.find_pinned(found.reference, found.pin, None) is found
    with pytest.raises(ModelError) as caught:
        models.find_pinned("openai+https://a.example/v1#n", found.pin, None)
    assert caught.value.code == "model.changed"


def test_a_name_that_is_known_brings_its_recipe() -> None:
    models = catalogue("a.example")
    turbo = models.find("openai+https://a.example/v1#sd-turbo").description.recipe
    assert (turbo.steps, turbo.guidance) == (4, 0.0)
    assert models.find("openai+https://a.example/v1#stabilityai/sd-turbo").description.recipe == turbo
    assert not models.find("openai+https://a.example/v1#unheard").description.recipe.is_own
