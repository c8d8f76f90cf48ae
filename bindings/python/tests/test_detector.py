"""The detector in Python says what the command says, byte for byte."""

import datetime
import pickle
import shutil
import threading

import minhbach
import numpy
import pandas
import pytest
from demonstration import ROOT

detector = minhbach.Detector()
CAPTION = "Serum này trị dứt điểm nám sau 7 ngày 😍 mua ở shopee.vn/abc nha, giảm 50%"


def test_lines_are_those_of_the_command(posts, run):
    analyses = detector.analyse_batch(posts)
    lines = "".join(a.post_json + "\n" for a in analyses)
    assert lines.encode() == (run / "posts.jsonl").read_bytes()
    found = "".join(line + "\n" for a in analyses for line in a.findings_json)
    assert found.encode() == (run / "findings.jsonl").read_bytes()
    assert found.count("\n") > 100


def test_one_caption_and_one_record():
    one, same = detector.analyse(CAPTION), detector.analyse({"text": CAPTION})
    assert one.post_json == same.post_json and one.findings_json == same.findings_json
    assert one.error is None and one.findings and one.post["flags"] == ["undated"]
    for finding in one.findings:
        for span in finding["spans"]:
            # Code points: Python's own slices.
            assert CAPTION[span["start"] : span["end"]] == span["quote"]
    dated = detector.analyse({"text": CAPTION, "created_at": datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)})
    assert dated.post["posted_at"] == "2026-03-01T00:00:00Z"


def test_hostile_records_are_no_exception():
    assert detector.analyse({}).error == "no_text"
    assert detector.analyse({"text": None}).post is None
    assert "repaired" in detector.analyse("\ud83d quảng cáo").post["flags"]
    analyses = detector.analyse_batch(["a", {}, "\x00\n\r\u2028", {"text": "b" * 100_000}])
    assert [a.error for a in analyses] == [None, "no_text", None, None]
    assert "truncated" in analyses[3].post["flags"]
    assert detector.analyse_batch([]) == []
    for wrong in (1, None, ["text"], b"text"):
        with pytest.raises(TypeError, match="str"):
            detector.analyse(wrong)


def test_missing_values_of_tables_are_missing():
    """Rows of a table as dicts hold NaN, NaT and pandas.NA where a cell is empty."""
    full = {"id": "1", "text": CAPTION}
    plain = detector.analyse(full)
    empty = {"created_at": None, "author_id": None, "likes": None, "platform_label": None}
    assert detector.analyse(full | empty).post_json == plain.post_json
    missing = [float("nan"), float("inf"), numpy.nan, numpy.float32("nan"), pandas.NA, pandas.NaT, numpy.datetime64("NaT")]
    for value in missing:
        for name in empty:
            assert detector.analyse(full | {name: value}).post_json == plain.post_json, (name, value)
    assert detector.analyse({"text": float("nan")}).error == "no_text"
    rows = pandas.DataFrame({"text": [CAPTION, "x"], "author_id": ["a", None], "likes": [3, None]}).to_dict("records")
    assert [a.post and a.post["creator"] for a in detector.analyse_batch(rows)] == ["a", None]


def test_values_of_numpy_are_those_of_python():
    for ours, theirs in [
        ({"likes": numpy.int64(3), "platform_label": numpy.bool_(True)}, {"likes": 3, "platform_label": True}),
        ({"links": numpy.array(["https://shopee.vn/abc"])}, {"links": ["https://shopee.vn/abc"]}),
        ({"created_at": numpy.datetime64("2026-03-01")}, {"created_at": "2026-03-01"}),
        ({"created_at": pandas.Timestamp("2026-03-01", tz="UTC")}, {"created_at": "2026-03-01T00:00:00Z"}),
    ]:
        assert detector.analyse({"text": "mua nha"} | ours).post_json == detector.analyse({"text": "mua nha"} | theirs).post_json
    with pytest.raises(TypeError, match="bytes"):
        detector.analyse({"text": b"mua nha"})


def test_one_record_is_no_batch():
    for one in (CAPTION, {"text": CAPTION}):
        with pytest.raises(TypeError, match="analyse"):
            detector.analyse_batch(one)


def test_advisory_findings_on_request(posts):
    more = minhbach.Detector(advisory=True)
    tiers = [f["tier"] for a in more.analyse_batch(posts) for f in a.findings]
    assert "advisory" in tiers
    assert "advisory" not in [f["tier"] for a in detector.analyse_batch(posts) for f in a.findings]


def test_pickled_detectors_judge_alike(tmp_path):
    again = pickle.loads(pickle.dumps(detector))
    assert again.analyse(CAPTION).post_json == detector.analyse(CAPTION).post_json
    assert len(pickle.dumps(detector)) < 200
    # A pack of one's own travels by content.
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "lexicons", folder)
    page = folder / "pack.toml"
    page.write_text(page.read_text("utf-8") + "\n# own\n", "utf-8")
    own = minhbach.Detector(folder, advisory=True)
    shutil.rmtree(folder)
    again = pickle.loads(pickle.dumps(own))
    assert (again.pack_sha256, again.advisory) == (own.pack_sha256, True) != (detector.pack_sha256, True)
    analysis = detector.analyse(CAPTION)
    assert pickle.loads(pickle.dumps(analysis)).findings == analysis.findings


def test_a_wrong_pack_is_told(tmp_path):
    with pytest.raises(ValueError, match="pack"):
        minhbach.Detector(tmp_path)


def test_the_lock_is_released(posts):
    """Another thread runs Python code while a batch is judged."""
    ticks, done = 0, threading.Event()

    def work():
        detector.analyse_batch(posts * 3)
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    while not done.wait(0.001):
        ticks += 1
    worker.join()
    assert ticks > 20


def test_both_languages_in_every_docstring():
    for thing in (minhbach, minhbach.Detector, minhbach.Detector.analyse, minhbach.Detector.analyse_batch,
                  minhbach.Detector.scan_batch, minhbach.Detector.score, minhbach.schema):
        text = thing.__doc__
        assert any(letter in text for letter in "àảãáạăâđêôơưấậệộớ") and " the " in text.lower() + " the ", thing
