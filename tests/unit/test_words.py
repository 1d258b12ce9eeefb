"""What a clerk reads is in her words: no file formats, no English, no cryptography."""

from __future__ import annotations

import importlib
import pkgutil
import re

import laborclerk
from laborclerk.kernel.errors import Message

_JARGON = re.compile(r"JSON|UTF-8|SHA|\bzip\b|哈希|散列|校验值|解密|载荷|异常|manifest|payload")
# of the machine room: commands, and a database server that an administrator looks after
_OF_SPECIALISTS = ("laborclerk.cli", "laborclerk.store.server")


def test_messages_are_free_of_jargon() -> None:
    for module in pkgutil.walk_packages(laborclerk.__path__, "laborclerk."):
        if ".ui." not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    told = {
        f"{kind.__module__}.{message.name}": re.sub(r"\{[^}]*\}", "", str(message.value))
        for kind in Message.__subclasses__()
        for message in kind
        if not kind.__module__.startswith(_OF_SPECIALISTS)
    }
    assert len(told) > 150
    assert {name: text for name, text in told.items() if _JARGON.search(text)} == {}
