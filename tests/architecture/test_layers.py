"""The order of the house, as pyproject.toml describes it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

# Packages of others that take tens of megabytes, of which hardly any process needs them. They are no layer.
HEAVY = {"openpyxl"}
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def test_every_import_points_downwards() -> None:
    answer = subprocess.run([LINT_IMPORTS], cwd=settings.ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def lines_of_hidden_imports(source: str) -> list[int]:
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    inside = [node for function in functions for node in ast.walk(function)]
    return sorted({node.lineno for node in inside if is_import(node) and not is_heavy(node)})


def is_import(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def is_heavy(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in HEAVY


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import json\n", []),
        ("class Page:\n    import json\n", []),
        ("def page():\n    if True:\n        import json\n", [3]),
        ("def page():\n    from openpyxl import load_workbook\n    from .openpyxl import Sheet\n", [3]),
        ("async def page():\n    def inner():\n        from json import loads\n", [3]),
    ],
)
def test_a_hidden_import_is_seen(source: str, lines: list[int]) -> None:
    assert lines_of_hidden_imports(source) == lines


@pytest.mark.parametrize("folder", ["backend", "panels"])
def test_no_import_hides_in_a_function(folder: str) -> None:
    """Such an import is how the order is escaped without anybody seeing it."""
    found = {
        str(path.relative_to(settings.ROOT)): lines
        for path in (settings.ROOT / folder).rglob("*.py")
        if (lines := lines_of_hidden_imports(path.read_text(encoding="utf-8")))
    }
    assert found == {}
