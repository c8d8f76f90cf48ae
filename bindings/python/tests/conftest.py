"""What the tests share: the demonstration, and the run that the command makes of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from demonstration import DEMO, flat

# The command that the wheel brought, beside this interpreter.
COMMAND = Path(sys.executable).parent / "minhbach"


@pytest.fixture(scope="session")
def posts() -> list[dict]:
    return [json.loads(line) for line in DEMO.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def table(posts):
    import pyarrow as pa

    # The first row alone would say which columns there are.
    rows = [flat(post) for post in posts]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "demo"
    subprocess.run([COMMAND, "scan", "--quiet", DEMO, "--out", out, "--format", "parquet"], check=True)
    return out


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory) -> Path:
    """The embedded demonstration, of which the exports need no dump."""
    out = tmp_path_factory.mktemp("run") / "demo"
    subprocess.run([COMMAND, "scan", "--quiet", "--out", out], check=True)
    return out


@pytest.fixture(scope="session")
def export(demo_run, tmp_path_factory):
    def make(to: str) -> Path:
        out = tmp_path_factory.mktemp("export") / to
        subprocess.run([COMMAND, "export", "--quiet", demo_run, "--to", to, "--out", out], check=True)
        return out

    return make
