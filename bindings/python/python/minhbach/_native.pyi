from collections.abc import Iterable
from datetime import date
from os import PathLike
from typing import Any, Protocol

__version__: str

class ArrowArrayLike(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class ArrowStreamLike(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class ArrowSchemaLike(Protocol):
    def __arrow_c_schema__(self) -> object: ...

Record = str | dict[str, Any]

class Analysis:
    """Kết quả của một bài. / What is said of one post."""

    post_json: str | None
    """Dòng của posts.jsonl, đúng từng byte. / The line of posts.jsonl, byte for byte."""
    findings_json: list[str]
    """Các dòng của findings.jsonl, đúng từng byte. / The lines of findings.jsonl, byte for byte."""
    error: str | None
    """Lý do không đọc được bản ghi (mã của rejects.jsonl). / Why the record could not be read (a code of rejects.jsonl)."""
    def __new__(cls, post_json: str | None, findings_json: list[str], error: str | None) -> Analysis: ...
    @property
    def post(self) -> dict[str, Any] | None: ...
    @property
    def findings(self) -> list[dict[str, Any]]: ...

class Detector:
    """Bộ phát hiện: một kho từ và luật đã biên dịch; dùng chung được giữa các luồng và đóng gói được bằng pickle.

    The detector: one compiled pack of words, rules and law; threads may share it, and it can be pickled.
    """

    def __new__(cls, pack: str | PathLike[str] | None = None, *, advisory: bool = False) -> Detector: ...
    def analyse(self, record: Record) -> Analysis:
        """Phân tích một bài: lời đăng, hoặc dict theo dạng nhập thường. / Judges one post: a caption, or a dict of the
        plain input shape. Bản ghi không đọc được cho `error`, không cho ngoại lệ. / A record that cannot be read gives
        `error`, not an exception."""

    def analyse_batch(self, records: Iterable[Record]) -> list[Analysis]:
        """Nhiều bài, đúng thứ tự, không giữ khóa thông dịch. / Many posts in order, without the interpreter's lock.

        Một chuỗi hay một dict là TypeError. / One caption or one dict is a TypeError."""

    def scan_batch(self, data: ArrowArrayLike | ArrowStreamLike) -> ArrowArrayLike | ArrowStreamLike:
        """Bảng vào, bảng ra qua giao diện Arrow PyCapsule (pyarrow, Polars, DuckDB, pandas): mỗi dòng một bài, cột như
        `schema()`. / A table in, a table out through the Arrow PyCapsule interface: a row a post, columns as `schema()`.

        Một record batch cho một record batch; một luồng cho một luồng. / A record batch gives a record batch; a stream
        gives a stream."""

    def score(self, data: ArrowArrayLike | ArrowStreamLike, as_of: str | date | None = None) -> ArrowArrayLike:
        """Điểm của từng người đăng từ bảng của `scan_batch`. / Every creator's scores from what `scan_batch` gave.

        Cột `reading_order` (nếu có) nói phiên bản nào được đọc sau. / A column `reading_order`, if there is one, says
        which of two versions was read last."""

    @property
    def pack_version(self) -> str: ...
    @property
    def pack_sha256(self) -> str: ...
    @property
    def law_as_of(self) -> str: ...
    @property
    def advisory(self) -> bool: ...

def schema() -> ArrowSchemaLike:
    """Các cột mà `scan_batch` trả về. / The columns that `scan_batch` gives."""

def creator_schema() -> ArrowSchemaLike:
    """Các cột mà `Detector.score` trả về. / The columns that `Detector.score` gives."""
