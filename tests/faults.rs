//! What goes wrong around a scan: each fault ends with its message, loses nothing, and the same command goes on from there
//! once it is mended.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests may panic and print as tests may")]

mod command;

use command::{Ran, arg, command, fed, files, lines, minhbach, scan};
use flate2::{Compression, write::GzEncoder};
use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const DEMO: &str = include_str!("../corpora/demo/posts.jsonl");

/// A folder with `n` input files, each a unit of a scan with [`EVERY`].
struct Bench {
    home: TempDir,
    input: PathBuf,
    out: PathBuf,
}

/// A unit after every chunk.
const EVERY: [&str; 4] = ["--save-every", "1", "--threads", "2"];

impl Bench {
    fn new(n: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        let (input, out) = (home.path().join("in"), home.path().join("run"));
        fs::create_dir(&input).unwrap();
        let posts: Vec<&str> = DEMO.lines().step_by(4).collect();
        for (at, part) in posts.chunks(posts.len().div_ceil(n)).enumerate() {
            fs::write(input.join(format!("{at:02}.jsonl")), part.join("\n")).unwrap();
        }
        Self { home, input, out }
    }

    fn command(&self) -> Command {
        let mut command = command();
        command.args(["scan", "--out"]).arg(&self.out).args(EVERY).arg(&self.input);
        command
    }

    fn start(&self) -> Child {
        self.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn partial(&self) -> PathBuf {
        self.home.path().join("run.partial")
    }

    fn units(&self) -> usize {
        let names = fs::read_dir(self.partial().join("units")).into_iter().flatten().flatten();
        names.filter(|entry| entry.path().extension().is_some_and(|e| e == "json")).count()
    }

    /// Waits until so many units are recorded.
    fn wait_for_units(&self, n: usize) {
        let start = Instant::now();
        while self.units() < n {
            assert!(start.elapsed() < Duration::from_secs(300), "no {n} units in five minutes");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The files of a run that nobody disturbed.
    fn undisturbed(&self) -> Vec<(String, Vec<u8>)> {
        let out = self.home.path().join("undisturbed");
        scan(&[&self.input], &out, &[]);
        files(&out)
    }

    /// Runs it to its end, which must be the bytes of an undisturbed run.
    #[track_caller]
    fn goes_on(&self) -> Ran {
        let ran = ran(self.start());
        let ran = ran.ends(0);
        assert!(files(&self.out) == self.undisturbed(), "other bytes than an undisturbed run");
        assert!(!self.partial().exists(), "the unfinished folder was left behind");
        ran
    }
}

fn ran(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_signal_ends_with_130_and_says_how_to_go_on() {
    for name in ["-INT", "-TERM"] {
        let bench = Bench::new(12);
        let child = bench.start();
        bench.wait_for_units(2);
        signal(&child, name);
        let ended = ran(child).ends(130);
        ended.says(&["bị ngắt sau", "interrupted after", "run the same command again", "run.partial"]);
        assert!(!bench.out.exists() && bench.units() >= 2);
        bench.goes_on().says(&["làm tiếp sau", "going on after"]);
    }
}

#[test]
fn an_unfinished_run_is_no_run_for_other_commands() {
    let bench = Bench::new(12);
    let mut child = bench.start();
    bench.wait_for_units(1);
    // While it is being written, however slowly, no second scan may write there.
    signal(&child, "-STOP");
    ran(bench.start()).ends(2).says(&["run.partial", "tiến trình khác", "another process"]);
    child.kill().unwrap();
    child.wait().unwrap();
    minhbach(&["score", arg(&bench.out)]).ends(2).says(&["chưa quét xong", "unfinished"]);
    bench.goes_on();
}

#[test]
fn what_has_changed_since_the_interruption_is_named_and_done_again() {
    let interrupted = || {
        let bench = Bench::new(12);
        let child = bench.start();
        bench.wait_for_units(4);
        signal(&child, "-INT");
        ran(child).ends(130);
        bench
    };
    let first = DEMO.lines().next().unwrap();

    // Another option: everything.
    let bench = interrupted();
    let options = ["--posts", "none"];
    let ran =
        minhbach(&[&["scan", "--out", arg(&bench.out), arg(&bench.input)], &EVERY[..], &options].concat()).ends(0);
    ran.says(&["--posts", "làm lại từ đầu", "everything is done again"]);
    let plain = bench.home.path().join("plain");
    scan(&[&bench.input], &plain, &options);
    assert!(files(&bench.out) == files(&plain));

    // Another pack: everything.
    let bench = interrupted();
    let pack = bench.home.path().join("pack");
    copy(&command::repository("lexicons"), &pack);
    let mut terms = fs::OpenOptions::new().append(true).open(pack.join("pack.toml")).unwrap();
    writeln!(terms, "\n# Một dòng thêm vào.").unwrap();
    let args = ["scan", "--pack", arg(&pack), "--out", arg(&bench.out), arg(&bench.input)];
    minhbach(&args).ends(0).says(&["pack", "làm lại từ đầu", "everything is done again"]);

    // A changed input: from there on. What comes before it is kept.
    let bench = interrupted();
    let second = bench.input.join("01.jsonl");
    fs::write(&second, fs::read_to_string(&second).unwrap() + "\n" + first).unwrap();
    bench.goes_on().says(&["01.jsonl", "đã đổi", "has changed", "going on after"]);

    // An input that was there and is gone, and one that is new.
    let bench = interrupted();
    fs::rename(bench.input.join("02.jsonl"), bench.input.join("99.jsonl")).unwrap();
    bench.goes_on().says(&["đã đổi", "has changed", "going on after"]);

    // What was written is not what was recorded: the last units are done again, and nothing needs to be said.
    let bench = interrupted();
    let posts = bench.partial().join("posts.jsonl");
    let bytes = fs::read(&posts).unwrap();
    fs::write(&posts, &bytes[..bytes.len() / 2]).unwrap();
    bench.goes_on();
}

#[test]
fn no_space_left_is_told_and_the_scan_goes_on_once_there_is_space() {
    let bench = Bench::new(12);
    let undisturbed = bench.undisturbed();
    let most = undisturbed.iter().map(|(_, bytes)| bytes.len()).max().unwrap();
    // The system's limit on the length of a file stands for a full disk: it needs no rights. In blocks of 512 bytes.
    let limit = most / 2 / 512;
    let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\"");
    let mut limited = Command::new("sh");
    let plain = bench.command();
    limited.args(["-c", &script]).arg(plain.get_program()).args(plain.get_args());
    let child = limited.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let full = ran(child).ends(2);
    full.says(&["run.partial", "kiểm tra quyền ghi và dung lượng đĩa", "check permissions and free space"]);
    assert!(!bench.out.exists() && bench.units() > 0);
    bench.goes_on().says(&["going on after"]);
}

#[test]
fn a_full_disk_is_told() {
    let bench = Bench::new(12);
    let disk = bench.home.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "none", arg(&disk)]).output();
    if !mounted.is_ok_and(|mount| mount.status.success()) {
        let _ = writeln!(std::io::stderr(), "\n\nSKIPPED: no right to mount; a full disk was NOT tried.\n\n");
        return;
    }
    let full = minhbach(&["scan", arg(&bench.input), "--out", arg(&disk.join("run"))]);
    let unmounted = Command::new("umount").arg(&disk).status().unwrap();
    assert!(unmounted.success());
    full.ends(2).says(&["dung lượng đĩa", "check permissions and free space", "No space left"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let bench = Bench::new(2);
    let closed = bench.home.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write anywhere, but not among the system's own files.
    let place =
        if fs::write(closed.join("probe"), "").is_ok() { PathBuf::from("/proc/run") } else { closed.join("run") };
    let refused = minhbach(&["scan", arg(&bench.input), "--out", arg(&place)]).ends(2);
    refused.says(&["run.partial", "kiểm tra quyền ghi", "check permissions"]);
    // A file where a folder is wanted.
    let file = bench.home.path().join("file");
    fs::write(&file, "").unwrap();
    minhbach(&["scan", arg(&bench.input), "--out", arg(&file.join("run"))]).ends(2).says(&["cannot", "file"]);
}

#[test]
fn an_input_that_shrinks_or_vanishes_is_told_and_the_scan_goes_on_when_it_is_back() {
    let bench = Bench::new(12);
    // A pipe in the middle holds the scan until we let go. A folder's pipes are passed over, a pattern's are not.
    let start = || {
        let mut command = command();
        command.args(["scan", "--out"]).arg(&bench.out).args(EVERY).arg(bench.input.join("*.jsonl"));
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let gate = bench.input.join("05.jsonl");
    let held = fs::read_to_string(&gate).unwrap();
    let last = bench.input.join("11.jsonl");
    let last_bytes = fs::read(&last).unwrap();
    for vanish in [false, true] {
        fs::remove_file(&gate).unwrap();
        assert!(Command::new("mkfifo").arg(&gate).status().unwrap().success());
        let child = start();
        let mut pipe = fs::OpenOptions::new().write(true).open(&gate).unwrap();
        if vanish {
            fs::remove_file(&last).unwrap();
        } else {
            fs::write(&last, &last_bytes[..last_bytes.len() / 2]).unwrap();
        }
        pipe.write_all(held.as_bytes()).unwrap();
        drop(pipe);
        let told = ran(child).ends(2);
        if vanish {
            told.says(&["11.jsonl", "không đọc được", "cannot read"]);
        } else {
            told.says(&["11.jsonl", "bị ngắn đi trong khi đọc", "became shorter while it was read"]);
        }
        assert!(!bench.out.exists() && bench.units() > 0);
        fs::write(&last, &last_bytes).unwrap();
        fs::remove_file(&gate).unwrap();
        fs::write(&gate, &held).unwrap();
    }
    bench.goes_on().says(&["going on after"]);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    // Reading the beginning of this file fails as a disk that went away does.
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join("in.jsonl");
    std::os::unix::fs::symlink("/proc/self/mem", &input).unwrap();
    if fs::File::open(&input).is_err() {
        let _ = writeln!(std::io::stderr(), "\n\nSKIPPED: no /proc here; a failing read was NOT tried.\n\n");
        return;
    }
    let told = minhbach(&["scan", arg(&input), "--out", arg(&home.path().join("run"))]).ends(2);
    told.says(&["in.jsonl", "không đọc được", "cannot read", "error"]);
}

/// Packs bytes.
type Packer = fn(&[u8]) -> Vec<u8>;

/// Every packing: the name of its extension, and its packer.
fn packers() -> [(&'static str, Packer); 3] {
    let gz = |bytes: &[u8]| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    };
    let zst = |bytes: &[u8]| {
        let mut packed = zstd::Encoder::new(Vec::new(), 3).unwrap();
        // As the command line does; without it damage can pass for content, which no reader can tell.
        packed.include_checksum(true).unwrap();
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    };
    let xz = |bytes: &[u8]| {
        let mut packed = Vec::new();
        liblzma::read::XzEncoder::new(bytes, 6).read_to_end(&mut packed).unwrap();
        packed
    };
    [("gz", gz), ("zst", zst), ("xz", xz)]
}

#[test]
fn a_packed_file_that_is_cut_or_damaged_gives_what_is_whole_and_one_reject() {
    let home = tempfile::tempdir().unwrap();
    let many: String = (0..6).map(|_| DEMO).collect();
    let reasons = [("gz", "gzip"), ("zst", "zstd"), ("xz", "xz")];
    for ((extension, pack), (_, name)) in packers().into_iter().zip(reasons) {
        let whole = pack(many.as_bytes());
        let mut damaged = whole.clone();
        let middle = damaged.len() * 3 / 5;
        damaged[middle..middle + 64].iter_mut().for_each(|byte| *byte ^= 0xA5);
        let cut = whole[..whole.len() * 3 / 5].to_vec();
        for (kind, bytes) in [("truncated", cut), ("corrupt", damaged)] {
            let input = home.path().join(format!("{kind}.jsonl.{extension}"));
            fs::write(&input, bytes).unwrap();
            let out = home.path().join(format!("{kind}-{extension}"));
            // One reject of a file is more than the default allows only where the file is small.
            let ran = minhbach(&["scan", "--quiet", arg(&input), "--out", arg(&out), "--max-bad", "0"]).ends(3);
            ran.says(&["rejects.jsonl", "không đọc được", "unreadable"]);
            let rejects = lines(&out.join("rejects.jsonl"));
            // Damage that unpacks to rubbish first costs the records that it fell on; the last reject tells of the file.
            let last = rejects.last().unwrap();
            assert_eq!(last["reason"], format!("{kind}_{name}"));
            assert_eq!(last["file"], format!("{kind}.jsonl.{extension}"));
            assert!(kind == "corrupt" || rejects.len() == 1, "{kind} {extension}: {} rejects", rejects.len());
            let read = lines(&out.join("posts.jsonl")).len();
            assert!(read > 300, "{kind} {extension}: only {read} posts before the damage");
        }
    }
}

#[test]
fn a_closed_pipe_is_success_for_a_scan_too() {
    let bench = Bench::new(2);
    let mut child = bench.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = ran_without_stdout(child);
    assert_eq!(ran.0, Some(0), "{}", ran.1);
    assert!(bench.out.join("manifest.json").exists());
}

fn ran_without_stdout(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn stdin_that_is_interrupted_goes_on_when_it_is_given_again() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let args = ["scan", "-", "--out", arg(&out), "--save-every", "1"];
    let many = DEMO.repeat(3);
    // More than a chunk goes in, then the scan is killed while it waits for more.
    let interrupt = || {
        let mut command = command();
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&many.as_bytes()[..many.len() * 3 / 4]).unwrap();
        let unit = home.path().join("run.partial/units/00000000.json");
        let start = Instant::now();
        while !unit.exists() {
            assert!(start.elapsed() < Duration::from_secs(300), "no unit in five minutes");
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    };
    let plain = |bytes: &str, name: &str| {
        let out = home.path().join(name);
        fed(command().args(["scan", "-", "--out", arg(&out)]), bytes.as_bytes()).ends(0);
        files(&out)
    };
    interrupt();
    fed(command().args(args), many.as_bytes()).ends(0).says(&["going on after"]);
    assert!(files(&out) == plain(&many, "plain"));
    fs::remove_dir_all(&out).unwrap();

    // Other bytes: they are gone once that is seen, so the command must be given again, and begins anew.
    interrupt();
    let other = many.replacen("\"text\":\"", "\"text\":\"Khác. ", 1);
    let told = fed(command().args(args), other.as_bytes()).ends(2);
    told.says(&["stdin", "chạy lại lệnh này", "run the command again"]);
    fed(command().args(args), other.as_bytes()).ends(0);
    assert!(files(&out) == plain(&other, "other"));

    // What is replaced is replaced by what comes in, not by nothing.
    fed(command().args(["scan", "-", "--force", "--out", arg(&out)]), DEMO.as_bytes()).ends(0);
    assert_eq!(lines(&out.join("posts.jsonl")).len(), DEMO.lines().count());
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Seven in a thousand are 0.7 % and not more, although 0.7 has no exact binary form.
#[test]
fn a_share_of_bad_records_that_is_just_allowed_is_allowed() {
    let dir = tempfile::tempdir().unwrap();
    for (bad, all, most) in [(7, 1_000, "0.7%"), (57, 10_000, "0.57%"), (29, 1_000, "2.9%"), (1, 1_000, "0.1%")] {
        let (input, out) = (dir.path().join(format!("{bad}.jsonl")), dir.path().join(format!("run{bad}")));
        let line = |n: i32| if n < bad { "{\n".to_owned() } else { format!("{{\"id\":\"{n}\",\"text\":\"x\"}}\n") };
        fs::write(&input, (0..all).map(line).collect::<String>()).unwrap();
        let scan =
            |most: &str| minhbach(&["scan", "-q", arg(&input), "--out", arg(&out), "--force", "--max-bad", most]);
        scan(most).ends(0);
        scan("0.05%").ends(3);
    }
}
