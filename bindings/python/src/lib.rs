//! The Python module `minhbach._native`: the detector for one record, for many, and for Arrow tables. What is said of a
//! post is the line that the command writes; Python only carries it. Docstrings stand in `_native.pyi` and here.

use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::ArrowError;
use minhbach::{
    batch,
    day::Day,
    detector,
    pack::{Pack, PackFiles},
    score::Policy,
};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyByteArray, PyBytes, PyDict, PyString, PyTuple},
};
use pyo3_arrow::{PyRecordBatch, PyRecordBatchReader, PySchema, input::AnyRecordBatch};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

const POLICY: &str = "policy/default.toml";

/// A compiled pack.
struct Core {
    files: PackFiles,
    sha256: String,
    detector: detector::Detector,
    policy: Policy,
}

/// Packs compiled in this process, by hash: a cluster's workers unpickle the detector once a task.
static COMPILED: Mutex<Vec<Arc<Core>>> = Mutex::new(Vec::new());

impl Core {
    fn of(files: PackFiles) -> PyResult<Arc<Self>> {
        let sha256 = files.sha256();
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(core) = compiled.iter().find(|core| core.sha256 == sha256) {
            return Ok(core.clone());
        }
        let pack = Pack::load(&files).map_err(|e| wrong(&e))?;
        let detector = detector::Detector::new(Arc::new(pack)).map_err(|e| wrong(&e))?;
        let policy = Policy::read(POLICY, files.get(POLICY).unwrap_or_default()).map_err(|e| wrong(&e))?;
        let core = Arc::new(Self { files, sha256, detector, policy });
        compiled.push(core.clone());
        Ok(core)
    }
}

fn wrong(error: &dyn std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Bộ phát hiện: một kho từ và luật đã biên dịch. / The detector: one compiled pack of words, rules and law.
///
/// `pack` là thư mục kho; không ghi thì dùng kho có sẵn. `advisory` giữ cả phát hiện chỉ để tham khảo. /
/// `pack` is a pack folder; without it the built-in one is used. `advisory` keeps advisory findings too.
#[pyclass(frozen, module = "minhbach")]
struct Detector {
    core: Arc<Core>,
    advisory: bool,
}

#[pymethods]
impl Detector {
    #[new]
    #[pyo3(signature = (pack=None, *, advisory=false))]
    fn new(py: Python<'_>, pack: Option<PathBuf>, advisory: bool) -> PyResult<Self> {
        let core = py.detach(|| {
            let files = match pack {
                Some(dir) => PackFiles::from_dir(&dir).map_err(|e| wrong(&e))?,
                None => PackFiles::embedded(),
            };
            Core::of(files)
        })?;
        Ok(Self { core, advisory })
    }

    /// Phân tích một bài: chuỗi lời đăng hoặc dict theo dạng nhập thường. / Judges one post: a caption, or a dict of the
    /// plain input shape.
    fn analyse(&self, py: Python<'_>, record: &Bound<'_, PyAny>) -> PyResult<Analysis> {
        let mut judged = self.judge(py, record_line(py, record)?.into_bytes())?;
        judged.pop().ok_or_else(|| PyValueError::new_err("no record"))
    }

    /// Phân tích nhiều bài theo thứ tự, không giữ khóa thông dịch. / Judges many posts in order, without the
    /// interpreter's lock.
    fn analyse_batch(&self, py: Python<'_>, records: &Bound<'_, PyAny>) -> PyResult<Vec<Analysis>> {
        // One caption would be taken for its letters, one record for the names of its fields.
        if records.is_instance_of::<PyString>() || records.is_instance_of::<PyDict>() {
            return Err(PyTypeError::new_err(
                "cần nhiều bản ghi, ví dụ một list; một bản ghi thì dùng analyse / many records are needed, such as a list; \
                 for one use analyse",
            ));
        }
        let mut lines = String::new();
        for record in records.try_iter()? {
            lines.push_str(&record_line(py, &record?)?);
            lines.push('\n');
        }
        self.judge(py, lines.into_bytes())
    }

    /// Bảng Arrow vào, bảng Arrow ra: mỗi dòng một bài, đúng thứ tự. Một RecordBatch cho một RecordBatch; một luồng cho
    /// một luồng, đọc tới đâu làm tới đó. / Arrow in, Arrow out: a row a post, in order. A record batch gives a record
    /// batch; a stream gives a stream, which is judged as it is read.
    fn scan_batch<'py>(&self, py: Python<'py>, data: AnyRecordBatch) -> PyResult<Bound<'py, PyAny>> {
        let (core, advisory) = (self.core.clone(), self.advisory);
        match data {
            AnyRecordBatch::RecordBatch(batch) => {
                let batch = batch.into_inner();
                let out = py.detach(|| batch::scan(&core.detector, &batch, advisory)).map_err(|e| wrong(&e))?;
                Ok(PyRecordBatch::new(out).into_pyobject(py)?.into_any())
            }
            AnyRecordBatch::Stream(stream) => {
                let reader = stream.into_reader()?;
                // A fault of the columns is told here and not somewhere in the middle of the stream.
                let empty = RecordBatch::new_empty(reader.schema());
                batch::scan(&core.detector, &empty, advisory).map_err(|e| wrong(&e))?;
                let judged = reader.map(move |batch| {
                    batch::scan(&core.detector, &batch?, advisory).map_err(|e| ArrowError::ExternalError(Box::new(e)))
                });
                let out: Box<dyn RecordBatchReader + Send> =
                    Box::new(RecordBatchIterator::new(judged, batch::schema()));
                Ok(PyRecordBatchReader::new(out).into_pyobject(py)?.into_any())
            }
        }
    }

    /// Điểm của từng người đăng từ bảng của `scan_batch`, theo cách tính của kho. / The scores of every creator from what
    /// `scan_batch` gave, by the pack's policy.
    #[pyo3(signature = (data, as_of=None))]
    fn score(&self, py: Python<'_>, data: AnyRecordBatch, as_of: Option<&Bound<'_, PyAny>>) -> PyResult<PyRecordBatch> {
        let as_of = match as_of {
            Some(day) => {
                let text = day.str()?.to_string();
                let day = Day::parse(&text);
                Some(day.ok_or_else(|| PyValueError::new_err(format!("`{text}`: YYYY-MM-DD")))?)
            }
            None => None,
        };
        let reader = data.into_reader()?;
        let core = &self.core;
        let out = py.detach(|| batch::score(core.detector.pack(), &core.policy, reader, as_of));
        Ok(PyRecordBatch::new(out.map_err(|e| wrong(&e))?))
    }

    /// Phiên bản kho. / Version of the pack.
    #[getter]
    fn pack_version(&self) -> &str {
        &self.core.detector.pack().version
    }

    /// SHA-256 của kho. / SHA-256 of the pack.
    #[getter]
    fn pack_sha256(&self) -> &str {
        &self.core.sha256
    }

    /// Ngày của luật hiện hành trong kho. / The pack's day of current law.
    #[getter]
    fn law_as_of(&self) -> String {
        self.core.detector.pack().law_as_of.to_string()
    }

    /// Whether advisory findings are kept.
    #[getter]
    fn advisory(&self) -> bool {
        self.advisory
    }

    fn __repr__(&self) -> String {
        format!("Detector(pack {} {}…)", self.pack_version(), &self.core.sha256[..12])
    }

    /// A pack of one's own travels by content: a worker elsewhere has no such folder.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let files = (self.core.sha256 != PackFiles::embedded().sha256()).then(|| {
            let files = &self.core.files;
            files.paths().filter_map(|path| Some((path.to_owned(), files.get(path)?.to_owned()))).collect::<Vec<_>>()
        });
        let rebuild = py.import("minhbach._native")?.getattr("_rebuild")?;
        (rebuild, (files, self.advisory)).into_pyobject(py)
    }
}

impl Detector {
    fn judge(&self, py: Python<'_>, lines: Vec<u8>) -> PyResult<Vec<Analysis>> {
        let judged = py.detach(|| batch::judge(&self.core.detector, lines, self.advisory)).map_err(|e| wrong(&e))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned();
        let analyses = judged.iter().map(|row| match row {
            Ok((post, findings)) => Analysis {
                post_json: Some(text(post)),
                findings_json: text(findings).lines().map(str::to_owned).collect(),
                error: None,
            },
            Err(code) => Analysis { post_json: None, findings_json: Vec::new(), error: Some(code.to_owned()) },
        });
        Ok(analyses.collect())
    }
}

#[pyfunction]
fn _rebuild(py: Python<'_>, files: Option<Vec<(String, String)>>, advisory: bool) -> PyResult<Detector> {
    let core = py.detach(|| match files {
        None => Core::of(PackFiles::embedded()),
        Some(files) => {
            let mut pack = PackFiles::default();
            files.into_iter().for_each(|(path, text)| pack.insert(&path, text));
            Core::of(pack)
        }
    })?;
    Ok(Detector { core, advisory })
}

/// A record as one line of JSON. Python's own writer escapes lone surrogates, which the reader repairs and flags. NaN and
/// the infinities are no JSON; tables of Python write NaN where a cell is empty, so they are null.
fn record_line(py: Python<'_>, record: &Bound<'_, PyAny>) -> PyResult<String> {
    let json = py.import("json")?;
    let options = PyDict::new(py);
    options.set_item("default", wrap_pyfunction!(_plain, py)?)?;
    options.set_item("allow_nan", false)?;
    let record = if record.is_instance_of::<PyString>() {
        let dict = PyDict::new(py);
        dict.set_item("text", record)?;
        dict
    } else if let Ok(dict) = record.cast::<PyDict>() {
        dict.clone()
    } else {
        return Err(PyTypeError::new_err("cần str hoặc dict / a str or a dict is needed"));
    };
    let line = match json.call_method("dumps", (&record,), Some(&options)) {
        Err(error) if error.is_instance_of::<PyValueError>(py) => {
            options.set_item("allow_nan", true)?;
            let constants = PyDict::new(py);
            constants.set_item("parse_constant", wrap_pyfunction!(_missing, py)?)?;
            let with_nan = json.call_method("dumps", (&record,), Some(&options))?;
            json.call_method1("dumps", (json.call_method("loads", (with_nan,), Some(&constants))?,))?
        }
        line => line?,
    };
    line.extract()
}

/// What stands for a value that JSON has no word for: null for the missing values of pandas and NumPy, which differ from
/// themselves or will not say, a list for an array, else its text, as of a datetime.
#[pyfunction]
fn _plain<'py>(py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let kind = value.get_type();
    if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
        return Err(PyTypeError::new_err("cần str, không phải bytes / a str is needed, not bytes"));
    }
    // A datetime64 of nanoseconds would be a bare number.
    if kind.module()? == "numpy" && kind.name()? != "datetime64" {
        return value.call_method0("tolist");
    }
    match value.ne(value) {
        Ok(false) => Ok(value.str()?.into_any()),
        Ok(true) | Err(_) => Ok(py.None().into_bound(py)),
    }
}

/// NaN, Infinity and -Infinity of a line of JSON.
#[pyfunction]
fn _missing(_name: &str) -> Option<bool> {
    None
}

/// Kết quả của một bài. / What is said of one post.
///
/// `post_json` và `findings_json` đúng từng byte như dòng mà lệnh ghi. / `post_json` and `findings_json` are, byte for
/// byte, the lines that the command writes.
#[pyclass(frozen, get_all, module = "minhbach")]
struct Analysis {
    /// Dòng của posts.jsonl. / The line of posts.jsonl.
    post_json: Option<String>,
    /// Các dòng của findings.jsonl. / The lines of findings.jsonl.
    findings_json: Vec<String>,
    /// Lý do không đọc được bản ghi. / Why the record could not be read.
    error: Option<String>,
}

#[pymethods]
impl Analysis {
    #[new]
    fn new(post_json: Option<String>, findings_json: Vec<String>, error: Option<String>) -> Self {
        Self { post_json, findings_json, error }
    }

    /// Bản ghi của bài. / The post's record.
    #[getter]
    fn post<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.post_json.as_deref().map(|line| loads(py, line)).transpose()
    }

    /// Các phát hiện. / The findings.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.findings_json.iter().map(|line| loads(py, line)).collect()
    }

    fn __getnewargs__(&self) -> (Option<String>, Vec<String>, Option<String>) {
        (self.post_json.clone(), self.findings_json.clone(), self.error.clone())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        if let Some(error) = &self.error {
            return Ok(format!("Analysis(error={error})"));
        }
        let rules =
            self.findings(py)?.iter().map(|f| f.get_item("rule")?.extract::<String>()).collect::<PyResult<Vec<_>>>()?;
        Ok(format!("Analysis({})", if rules.is_empty() { "–".to_owned() } else { rules.join(", ") }))
    }
}

fn loads<'py>(py: Python<'py>, line: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (line,))
}

/// Các cột mà `scan_batch` trả về. / The columns that `scan_batch` gives.
#[pyfunction]
fn schema() -> PySchema {
    PySchema::new(batch::schema())
}

/// Các cột mà `Detector.score` trả về. / The columns that `Detector.score` gives.
#[pyfunction]
fn creator_schema() -> PySchema {
    PySchema::new(minhbach::tables::Table::Creators.schema())
}

/// The module.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Detector>()?;
    module.add_class::<Analysis>()?;
    module.add_function(wrap_pyfunction!(_rebuild, module)?)?;
    module.add_function(wrap_pyfunction!(schema, module)?)?;
    module.add_function(wrap_pyfunction!(creator_schema, module)?)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
