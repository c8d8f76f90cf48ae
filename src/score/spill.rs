//! Tallies that do not fit into memory: written to a file without a name, in sorted segments, and read back side by
//! side.

use super::{
    post::{Cure, ScoredFinding},
    tally::{Entry, Stamp, Tally},
};
use crate::{
    analysis::{Commercial, DisclosureState},
    pack::{RuleId, Tier},
};
use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// Bytes read at once from each segment.
const PIECE: usize = 1 << 15;

/// Tallies could not be put on disk or read back.
#[derive(Debug, thiserror::Error)]
#[error(
    "không ghi hoặc đọc được tệp tạm của điểm: {0}; kiểm tra dung lượng đĩa \
     / cannot write or read the temporary file of the scores: {0}; check free space"
)]
pub struct SpillError(#[from] pub(super) io::Error);

/// One file and the ends of its segments, each sorted by (platform, creator).
#[derive(Debug)]
pub(super) struct Spill {
    file: File,
    ends: Vec<u64>,
}

impl Spill {
    /// An empty file that is gone once it is closed.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile_in(folder)?, ends: Vec::new() })
    }

    /// A file that holds one segment.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        Ok(Self { file, ends: vec![end] })
    }

    /// Appends tallies, already sorted, as one segment.
    pub(super) fn append(&mut self, tallies: impl Iterator<Item = Result<Tally, SpillError>>) -> io::Result<()> {
        let start = self.ends.last().copied().unwrap_or_default();
        self.file.seek(SeekFrom::Start(start))?;
        let mut out = BufWriter::with_capacity(1 << 18, &self.file);
        let written = write_all(&mut out, tallies)?;
        out.flush()?;
        self.ends.push(start + written);
        Ok(())
    }

    /// The segments, each to be read on its own.
    pub(super) fn segments(&self) -> impl Iterator<Item = Segment> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(at, &end)| Segment { at, end, piece: Vec::new(), read: 0 })
    }

    pub(super) fn file(&mut self) -> &mut File {
        &mut self.file
    }
}

/// A place in a sorted part of a file.
#[derive(Debug)]
pub(super) struct Segment {
    /// What has not been read from the file yet.
    at: u64,
    end: u64,
    piece: Vec<u8>,
    /// How much of the piece is used up.
    read: usize,
}

impl Segment {
    /// The next tally; `None` at the end.
    pub(super) fn next(&mut self, file: &mut File) -> io::Result<Option<Tally>> {
        if self.at == self.end && self.read == self.piece.len() {
            return Ok(None);
        }
        self.want(8, file)?;
        let head = self.piece[self.read..self.read + 8].try_into().unwrap_or_default();
        let length = usize::try_from(u64::from_le_bytes(head)).map_err(|_| broken())?;
        self.read += 8;
        self.want(length, file)?;
        let tally = Bytes(&self.piece[self.read..self.read + length]).tally().ok_or_else(broken)?;
        self.read += length;
        Ok(Some(tally))
    }

    /// Makes sure that so many bytes can be read.
    fn want(&mut self, bytes: usize, file: &mut File) -> io::Result<()> {
        if self.piece.len() - self.read >= bytes {
            return Ok(());
        }
        self.piece.drain(..self.read);
        self.read = 0;
        let have = self.piece.len();
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let more = bytes.max(PIECE).saturating_sub(have).min(left);
        if have + more < bytes {
            return Err(broken());
        }
        self.piece.resize(have + more, 0);
        file.seek(SeekFrom::Start(self.at))?;
        file.read_exact(&mut self.piece[have..])?;
        self.at += more as u64;
        Ok(())
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the temporary file was changed")
}

/// Writes tallies, already sorted, as one segment; gives its length.
pub(super) fn write_all(
    out: &mut impl Write,
    tallies: impl Iterator<Item = Result<Tally, SpillError>>,
) -> io::Result<u64> {
    let (mut buffer, mut written) = (Vec::new(), 0);
    for tally in tallies {
        buffer.clear();
        write(&mut buffer, &tally.map_err(|e| e.0)?);
        out.write_all(&(buffer.len() as u64).to_le_bytes())?;
        out.write_all(&buffer)?;
        written += 8 + buffer.len() as u64;
    }
    Ok(written)
}

fn write(out: &mut Vec<u8>, tally: &Tally) {
    let number = |out: &mut Vec<u8>, n: u64| out.extend_from_slice(&n.to_le_bytes());
    let day = |out: &mut Vec<u8>, n: i32| out.extend_from_slice(&n.to_le_bytes());
    let text = |out: &mut Vec<u8>, text: &str| {
        number(out, text.len() as u64);
        out.extend_from_slice(text.as_bytes());
    };
    let stamp = |out: &mut Vec<u8>, stamp: &Stamp| {
        [stamp.key, stamp.captured as u64, stamp.place].into_iter().for_each(|n| number(out, n));
    };
    text(out, &tally.platform);
    text(out, &tally.creator);
    number(out, tally.notices.len() as u64);
    for (group, first) in &tally.notices {
        text(out, group);
        day(out, *first);
    }
    let followers = tally.followers.map(|(captured, place, n)| [1, captured as u64, place, n]);
    followers.unwrap_or_default().into_iter().for_each(|n| number(out, n));
    number(out, tally.quiet.len() as u64);
    tally.quiet.iter().for_each(|quiet| stamp(out, quiet));
    number(out, tally.told.len() as u64);
    for entry in &tally.told {
        stamp(out, &entry.stamp);
        number(out, entry.text);
        day(out, entry.day.unwrap_or(i32::MIN));
        out.extend_from_slice(&entry.likes.to_le_bytes());
        let ai_label = entry.ai_label.map_or(2, u8::from);
        out.extend_from_slice(&[entry.commercial as u8, entry.disclosure as u8, ai_label]);
        number(out, entry.findings.len() as u64);
        for finding in &entry.findings {
            out.extend_from_slice(&finding.rule.0.to_le_bytes());
            let bits = [finding.counts, finding.reviewed, finding.appealed].map(u8::from);
            out.extend_from_slice(&[finding.tier as u8, bits[0] | bits[1] << 1 | bits[2] << 2, finding.cure as u8]);
        }
    }
}

/// What is left to read of a tally.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn tally(mut self) -> Option<Tally> {
        let mut tally = Tally::new(self.text()?.into(), self.text()?.into());
        for _ in 0..self.number()? {
            let group = self.text()?.into();
            tally.notices.insert(group, self.day()?);
        }
        let [told, captured, place, n] = [self.number()?, self.number()?, self.number()?, self.number()?];
        tally.followers = (told == 1).then_some((captured as i64, place, n));
        for _ in 0..self.number()? {
            let stamp = self.stamp()?;
            tally.quiet.push(stamp);
        }
        for _ in 0..self.number()? {
            let entry = self.entry()?;
            tally.told.push(entry);
        }
        self.0.is_empty().then_some(tally)
    }

    fn entry(&mut self) -> Option<Entry> {
        const COMMERCIAL: [Commercial; 3] = [Commercial::No, Commercial::Unsure, Commercial::Yes];
        const TIERS: [Tier; 3] = [Tier::Advisory, Tier::Suspect, Tier::Violation];
        let (stamp, text, day) = (self.stamp()?, self.number()?, self.day()?);
        let likes = self.take().map(u32::from_le_bytes)?;
        let [commercial, disclosure, ai_label] = self.take()?;
        let findings = (0..self.number()?).map(|_| {
            let rule = RuleId(u16::from_le_bytes(self.take()?));
            let [tier, bits, cure] = self.take()?;
            Some(ScoredFinding {
                rule,
                tier: *TIERS.iter().find(|t| **t as u8 == tier)?,
                counts: bits & 1 != 0,
                reviewed: bits & 2 != 0,
                appealed: bits & 4 != 0,
                cure: *Cure::ALL.get(usize::from(cure))?,
            })
        });
        Some(Entry {
            findings: findings.collect::<Option<_>>()?,
            stamp,
            text,
            day: (day != i32::MIN).then_some(day),
            commercial: *COMMERCIAL.iter().find(|c| **c as u8 == commercial)?,
            disclosure: *DisclosureState::ALL.get(usize::from(disclosure))?,
            ai_label: (ai_label < 2).then_some(ai_label == 1),
            likes,
        })
    }

    fn stamp(&mut self) -> Option<Stamp> {
        let (key, captured, place) = (self.number()?, self.number()? as i64, self.number()?);
        Some(Stamp { key, captured, place })
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn day(&mut self) -> Option<i32> {
        self.take().map(i32::from_le_bytes)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }
}
