//! A file's bytes, unpacked. The raw bytes are counted and hashed as they pass, so that neither progress nor the manifest
//! needs a second reading.
//!
//! The packed formats are driven a step at a time: whatever was unpacked before a damaged place is delivered first, and the
//! damage is reported after it.

use super::{format::Packing, reject::Reason};
use flate2::{Decompress, FlushDecompress, Status};
use sha2::{Digest, Sha256};
use std::io::{self, ErrorKind, Read};
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// Packed bytes read at a time.
const PACKED: usize = 128 << 10;
/// What a zstd frame needs to say how much more it needs.
const FRAME_START: usize = 5;
/// Frames made with `--long` up to the format's limit are read.
const WINDOW_LOG_MAX: u32 = 31;

/// Why a stream gives no more.
#[derive(Debug)]
pub(super) enum Stop {
    /// The system failed to read.
    Io(io::Error),
    /// The packed data is cut or damaged.
    Damaged(Reason, String),
}

/// The decoded bytes of one input.
pub(super) struct Stream {
    raw: Raw,
    unpack: Unpack,
    /// Packed bytes read and not yet used: `packed[at..end]`.
    packed: Vec<u8>,
    at: usize,
    end: usize,
}

struct Raw {
    inner: Box<dyn Read + Send>,
    hash: Sha256,
    bytes: u64,
}

impl Raw {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Stop> {
        loop {
            match self.inner.read(out) {
                Ok(n) => {
                    self.hash.update(&out[..n]);
                    self.bytes += n as u64;
                    return Ok(n);
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(Stop::Io(e)),
            }
        }
    }
}

enum Unpack {
    Plain,
    Gzip {
        member: Option<Box<Decompress>>,
        seen: bool,
    },
    Zstd {
        decoder: Box<Decoder<'static>>,
        need: usize,
        open: bool,
    },
    /// Read from its end, apart from the raw bytes, which are read for the hash alone.
    #[cfg(feature = "tables")]
    Rows(Box<super::parquet::Rows>),
}

impl Stream {
    pub(super) fn new(inner: Box<dyn Read + Send>, packing: Packing) -> io::Result<Self> {
        let unpack = match packing {
            Packing::None => Unpack::Plain,
            Packing::Gzip => Unpack::Gzip { member: None, seen: false },
            Packing::Zstd => {
                let mut decoder = Decoder::new()?;
                decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
                Unpack::Zstd { decoder: Box::new(decoder), need: FRAME_START, open: false }
            }
        };
        let packed = if packing == Packing::None { Vec::new() } else { vec![0; PACKED] };
        Ok(Self { raw: Raw { inner, hash: Sha256::new(), bytes: 0 }, unpack, packed, at: 0, end: 0 })
    }

    /// The rows of a Parquet file as JSON Lines; `inner` is the same file.
    #[cfg(feature = "tables")]
    pub(super) fn of_rows(inner: Box<dyn Read + Send>, rows: super::parquet::Rows) -> Self {
        let raw = Raw { inner, hash: Sha256::new(), bytes: 0 };
        Self { raw, unpack: Unpack::Rows(Box::new(rows)), packed: Vec::new(), at: 0, end: 0 }
    }

    /// Whether it may well be empty: a table without rows is a whole file, as clusters write them.
    pub(super) fn may_be_empty(&self) -> bool {
        match self.unpack {
            #[cfg(feature = "tables")]
            Unpack::Rows(_) => true,
            _ => false,
        }
    }

    /// Raw bytes read so far.
    pub(super) fn raw_bytes(&self) -> u64 {
        self.raw.bytes
    }

    /// SHA-256 of all raw bytes. What a damaged file still holds is read for it.
    pub(super) fn finish(&mut self) -> Result<[u8; 32], Stop> {
        let mut rest = vec![0; PACKED];
        while self.raw.read(&mut rest)? > 0 {}
        Ok(std::mem::take(&mut self.raw.hash).finalize().into())
    }

    /// Fills the front of `out`, which must not be empty; 0 is the end.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize, Stop> {
        match &mut self.unpack {
            Unpack::Plain => return self.raw.read(out),
            #[cfg(feature = "tables")]
            Unpack::Rows(rows) => return rows.read(out),
            _ => {}
        }
        loop {
            if self.at == self.end {
                self.end = self.raw.read(&mut self.packed)?;
                self.at = 0;
            }
            let input = &self.packed[self.at..self.end];
            let step = match &mut self.unpack {
                Unpack::Plain => return Ok(0),
                #[cfg(feature = "tables")]
                Unpack::Rows(_) => return Ok(0),
                Unpack::Gzip { member, seen } => gzip_step(member, seen, input, out),
                Unpack::Zstd { decoder, need, open } => zstd_step(decoder, need, open, input, out),
            };
            self.at += step.used;
            if step.made > 0 {
                return Ok(step.made);
            }
            match step.stop {
                Some(Damage::Corrupt(said)) => {
                    return Err(self.damaged(Reason::CorruptGzip, Reason::CorruptZstd, said));
                }
                Some(Damage::Truncated) => {
                    return Err(self.damaged(Reason::TruncatedGzip, Reason::TruncatedZstd, String::new()));
                }
                None if self.end == 0 => return Ok(0),
                None => {}
            }
        }
    }

    fn damaged(&self, gzip: Reason, zstd: Reason, said: String) -> Stop {
        Stop::Damaged(if matches!(self.unpack, Unpack::Gzip { .. }) { gzip } else { zstd }, said)
    }
}

enum Damage {
    Truncated,
    Corrupt(String),
}

/// What one call of a decoder did. With `made > 0` a stop is dropped: the decoder stops again at once when called again.
#[derive(Default)]
struct Step {
    used: usize,
    made: usize,
    stop: Option<Damage>,
}

fn gzip_step(member: &mut Option<Box<Decompress>>, seen: &mut bool, input: &[u8], out: &mut [u8]) -> Step {
    let Some(inflate) = member else {
        // Zeros between and after members are padding (tar, tape blocks).
        let used = if *seen { input.iter().take_while(|b| **b == 0).count() } else { 0 };
        if used < input.len() {
            *member = Some(Box::new(Decompress::new_gzip(15)));
        }
        return Step { used, ..Step::default() };
    };
    let (used, made) = (inflate.total_in(), inflate.total_out());
    let status = inflate.decompress(input, out, FlushDecompress::None);
    let mut step =
        Step { used: (inflate.total_in() - used) as usize, made: (inflate.total_out() - made) as usize, stop: None };
    match status {
        Ok(Status::StreamEnd) => {
            *member = None;
            *seen = true;
        }
        Ok(_) if input.is_empty() && step.made == 0 => step.stop = Some(Damage::Truncated),
        Ok(_) => {}
        Err(e) => step.stop = Some(Damage::Corrupt(e.to_string())),
    }
    step
}

/// The decoder loses what it made in the very call that meets damage. Fed with just what it asks for, it makes one block a
/// call, so the blocks before the damage are out already.
fn zstd_step(decoder: &mut Decoder<'_>, need: &mut usize, open: &mut bool, input: &[u8], out: &mut [u8]) -> Step {
    if input.is_empty() && !*open {
        return Step::default();
    }
    let mut from = InBuffer::around(&input[..input.len().min((*need).max(1))]);
    let mut to = OutBuffer::around(out);
    let hint = decoder.run(&mut from, &mut to);
    let mut step = Step { used: from.pos(), made: to.pos(), stop: None };
    match hint {
        Ok(0) => (*need, *open) = (FRAME_START, false),
        Ok(hint) => {
            (*need, *open) = (hint, true);
            if input.is_empty() && step.made == 0 {
                step.stop = Some(Damage::Truncated);
            }
        }
        Err(e) => step.stop = Some(Damage::Corrupt(e.to_string())),
    }
    step
}
