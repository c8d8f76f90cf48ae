"""What `export` writes, as the tools that take it see it."""

import csv
import json
import sqlite3
import subprocess

import pytest
from conftest import COMMAND


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_label_studio_takes_the_tasks(export, demo_run):
    from label_studio_sdk.label_interface import LabelInterface

    folder = export("label-studio")
    config = (folder / "label_studio.xml").read_text("utf-8")
    interface = LabelInterface(config)
    interface.validate()
    tasks = json.loads((folder / "tasks.json").read_text("utf-8"))
    with_findings = [post for post in lines(demo_run / "posts.jsonl") if post["findings"]]
    assert [task["data"]["post_id"] for task in tasks] == [post["post_id"] for post in with_findings]
    regions = 0
    for task in tasks:
        # The task and its predictions one after the other: together the SDK calls its own check without its argument.
        assert interface.validate_task({"data": task["data"]})
        for prediction in task["predictions"]:
            assert interface.validate_prediction(prediction), interface.validate_prediction(prediction, return_errors=True)
            for region in prediction["result"]:
                # JavaScript's slice: UTF-16 code units.
                units = task["data"][region["to_name"]].encode("utf-16-le")
                value = region["value"]
                assert units[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]
                regions += 1
    assert regions == sum(len(finding["spans"]) for finding in lines(demo_run / "findings.jsonl"))


def test_a_decision_made_in_label_studio_comes_back(export, demo_run, tmp_path):
    tasks = json.loads((export("label-studio") / "tasks.json").read_text("utf-8"))
    task = next(task for task in tasks if task["predictions"][0]["result"])
    region = task["predictions"][0]["result"][0]
    choice = {"id": region["id"], "from_name": f"decision_{region['to_name']}", "to_name": region["to_name"],
              "type": "choices", "value": region["value"] | {"choices": ["overturn"]}}
    done = [task | {"annotations": [{"completed_by": {"email": "a@b.vn"}, "result": [region, choice]}]}]
    (tmp_path / "done.json").write_text(json.dumps(done), "utf-8")
    out = tmp_path / "run.sqlite"
    subprocess.run([COMMAND, "export", demo_run, "--to", "sqlite", "--out", out, "--decisions", tmp_path / "done.json"],
                   check=True)
    with sqlite3.connect(out) as store:
        rows = store.execute("SELECT d.decision, d.reviewer, f.rule FROM decisions d JOIN findings f USING (finding_id)")
        assert rows.fetchall() == [("overturn", "a@b.vn", region["value"]["labels"][0])]


def test_sqlite_holds_the_run(export, demo_run):
    findings, creators = lines(demo_run / "findings.jsonl"), lines(demo_run / "creators.jsonl")
    with sqlite3.connect(export("sqlite")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.execute("PRAGMA foreign_key_check").fetchall() == []
        told = store.execute("SELECT finding_id, rule, counts FROM findings ORDER BY rowid").fetchall()
        assert told == [(f["id"], f["rule"], int(f["counts"])) for f in findings]
        scores = store.execute("SELECT creator, transparency_score FROM creators ORDER BY rowid").fetchall()
        assert scores == [(c["creator"], c["criteria"]["transparency"]["score"]) for c in creators]
        key, posts = store.execute("SELECT key, posts FROM runs").fetchone()
        assert (key, posts) == (json.loads((demo_run / "manifest.json").read_text())["key"], len(lines(demo_run / "posts.jsonl")))
        assert store.execute("SELECT count(*) FROM decisions").fetchone() == (0,)


def test_frictionless_accepts_the_package(export):
    package = export("datapackage") / "datapackage.json"
    done = subprocess.run(["frictionless", "validate", package, "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    report = json.loads(done.stdout)
    assert report["valid"] and report["stats"]["tasks"] == 3 and not report["warnings"], report["warnings"]
    # A changed cell is seen: the check is one that can fail.
    table = package.with_name("findings.csv")
    table.write_text(table.read_text("utf-8").replace(",true,", ",maybe,", 1), "utf-8")
    assert subprocess.run(["frictionless", "validate", package], capture_output=True).returncode == 1


def test_spreadsheets_open_the_tables(export, demo_run):
    import pandas as pd

    folder = export("csv")
    for name in ("posts", "findings", "creators"):
        raw = (folder / f"{name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\r\n")
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(lines(demo_run / f"{name}.jsonl"))
        cells = [cell for row in rows for cell in row.values()]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")]
        assert len(pd.read_csv(folder / f"{name}.csv")) == len(rows)


@pytest.mark.parametrize("to", ["csv", "sqlite", "datapackage", "label-studio", "parquet"])
def test_nothing_is_written_over_without_force(export, demo_run, to):
    out = export(to)
    again = [COMMAND, "export", "--quiet", demo_run, "--to", to, "--out", out]
    before = {path: path.read_bytes() for path in ([out] if out.is_file() else sorted(out.iterdir()))}
    done = subprocess.run(again, capture_output=True, text=True)
    assert done.returncode == 2 and "--force" in done.stderr
    subprocess.run([*again, "--force"], check=True)
    if to != "sqlite":
        assert before == {path: path.read_bytes() for path in sorted(out.iterdir())}
