//! Starts scans, kills them at random moments, runs them again and compares the bytes.

use flate2::{Compression, write::GzEncoder};
use minhbach::stats::draw::Draw;
use std::{
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const DEMO: &str = include_str!("../../corpora/demo/posts.jsonl");
/// How long a scan may take before the harness gives up on it.
const PATIENCE: Duration = Duration::from_secs(600);

/// Where a kill met the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Before the first unit was recorded.
    Start,
    /// After so many units.
    Units(usize),
    /// All units are there; creators, page or manifest were being written, or the folder put in its place.
    Finishing,
    /// Too late: the folder was whole.
    Done,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Start => f.write_str("trước đơn vị đầu / before the first unit"),
            Place::Units(n) => write!(f, "sau {n} đơn vị / after {n} units"),
            Place::Finishing => f.write_str("khi hoàn tất / while finishing"),
            Place::Done => f.write_str("đã xong / done"),
        }
    }
}

/// When to kill.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// So long after so many units are there.
    Units(usize, Duration),
    /// So long after the first file of the last phase is there.
    Finishing(Duration),
}

/// A scan that is done again and again.
pub(crate) struct Scan {
    program: PathBuf,
    input: PathBuf,
    out: PathBuf,
    /// The files of a run that nobody disturbed.
    expected: Vec<(String, Vec<u8>)>,
    /// How long that took.
    pub(crate) took: Duration,
}

impl Scan {
    /// Writes inputs into `home` (so many posts of the demonstration, again and again under other names, dealt out to
    /// `files` files, some packed, some with a broken line) and scans them once.
    pub(crate) fn new(program: &Path, home: &Path, files: usize, posts: usize) -> io::Result<Self> {
        let input = home.join("in");
        fs::create_dir_all(&input)?;
        let mut parts = vec![String::new(); files];
        let lines = (0..).flat_map(|round| DEMO.lines().map(move |line| (round, line))).take(posts);
        for (at, (round, line)) in lines.enumerate() {
            let line = line.replace("\"handle\":\"", &format!("\"handle\":\"r{round}_"));
            parts[at % files].push_str(&line.replace("\"id\":\"", &format!("\"id\":\"r{round}-")));
            parts[at % files].push('\n');
        }
        for (at, mut part) in parts.into_iter().enumerate() {
            if at % 3 == 2 {
                part.push_str("{\"text\":\"nửa dòng\n");
            }
            if at % 5 == 4 {
                let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
                packed.write_all(part.as_bytes())?;
                fs::write(input.join(format!("{at:03}.jsonl.gz")), packed.finish()?)?;
            } else {
                fs::write(input.join(format!("{at:03}.jsonl")), part)?;
            }
        }
        let mut scan = Self {
            program: program.to_owned(),
            input,
            out: home.join("undisturbed"),
            expected: Vec::new(),
            took: Duration::ZERO,
        };
        let start = Instant::now();
        scan.finish(&[])?;
        (scan.took, scan.expected) = (start.elapsed(), files_of(&scan.out)?);
        scan.out = home.join("killed");
        Ok(scan)
    }

    fn start(&self, options: &[&str]) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        // A unit after every chunk: as many places to go on from as there are files.
        command.args(["scan", "--max-bad", "100%", "--save-every", "1", "--out"]).arg(&self.out);
        command.args(options).arg(&self.input);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()
    }

    /// Runs it to its end and gives what it said.
    fn finish(&self, options: &[&str]) -> io::Result<String> {
        let output = self.start(options)?.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.success() {
            true => Ok(said),
            false => Err(io::Error::other(format!("{}: {said}", output.status))),
        }
    }

    /// Starts it, kills it at that moment, says where that was, runs it again and compares the bytes.
    pub(crate) fn kill(&self, moment: Moment, options: &[&str]) -> io::Result<Place> {
        let mut child = self.start(options)?;
        match moment {
            Moment::Units(n, wait) => self.until(&mut child, wait, || self.units() >= n)?,
            Moment::Finishing(wait) => {
                let begun = self.partial().join("creators.jsonl");
                self.until(&mut child, wait, || begun.exists())?;
            }
        }
        child.kill()?;
        child.wait()?;
        let place = self.place();
        let said = self.finish(options)?;
        // While it finishes all posts are judged already; at its very end the folder only has to be put in its place.
        let kept = match place {
            Place::Start | Place::Done => true,
            Place::Units(_) => said.contains("going on after"),
            Place::Finishing => said.contains("going on after") || said.contains("already done"),
        };
        if !kept {
            return Err(io::Error::other(format!("killed {place}, but nothing was kept: {said}")));
        }
        let found = files_of(&self.out)?;
        for ((name, expected), (other, bytes)) in self.expected.iter().zip(&found) {
            if name != other || expected != bytes {
                return Err(io::Error::other(format!("killed {place}: {other} differs from an undisturbed {name}")));
            }
        }
        if found.len() != self.expected.len() || self.partial().exists() {
            return Err(io::Error::other(format!("killed {place}: files are missing or left over")));
        }
        fs::remove_dir_all(&self.out)?;
        Ok(place)
    }

    fn partial(&self) -> PathBuf {
        self.out.with_extension("partial")
    }

    /// Waits until that is so, and then a little longer.
    fn until(&self, child: &mut Child, wait: Duration, so: impl Fn() -> bool) -> io::Result<()> {
        let start = Instant::now();
        while !so() && child.try_wait()?.is_none() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(wait);
        Ok(())
    }

    /// Units recorded so far.
    fn units(&self) -> usize {
        let names = fs::read_dir(self.partial().join("units")).into_iter().flatten().flatten();
        names.filter(|entry| entry.path().extension().is_some_and(|e| e == "json")).count()
    }

    fn place(&self) -> Place {
        let partial = self.partial();
        if self.out.exists() {
            Place::Done
        } else if partial.join("creators.jsonl").exists() {
            Place::Finishing
        } else {
            match self.units() {
                0 => Place::Start,
                n => Place::Units(n),
            }
        }
    }
}

/// A moment while a scan works on one of its units, the last of which is the `units`th.
pub(crate) fn moment(draw: &mut Draw, units: usize) -> Moment {
    Moment::Units(draw.below(units as u64) as usize, Duration::from_millis(20).mul_f64(draw.unit()))
}

/// A moment in the last phase, which lasts a few hundredths of a second.
pub(crate) fn finishing(draw: &mut Draw, longest: Duration) -> Moment {
    Moment::Finishing(longest.mul_f64(draw.unit()))
}

fn files_of(dir: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        files.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
    }
    files.sort();
    Ok(files)
}
