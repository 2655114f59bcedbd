"""The tests of one operation run in one process, because they share what is compiled."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        name = getattr(getattr(item, "callspec", None), "params", {}).get("name")
        if item.path.parent.name == "ops" and name is not None:
            item.add_marker(pytest.mark.xdist_group(f"ops.{name}"))
