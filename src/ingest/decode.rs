//! A file's bytes, unpacked. The raw bytes are counted and hashed as they pass, so that neither progress nor the manifest
//! needs a second reading.
//!
//! The packed formats are driven a step at a time: whatever was unpacked before a damaged place is delivered first, and the
//! damage is reported after it.

use super::{format::Packing, reject::Reason, stop::Stop};
use flate2::{Decompress, FlushDecompress, Status};
use liblzma::stream as lzma;
use sha2::{Digest, Sha256};
use std::io::{self, ErrorKind, Read};
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// Packed bytes read at a time.
const PACKED: usize = 128 << 10;
/// What a zstd frame needs to say how much more it needs.
const FRAME_START: usize = 5;
/// Memory that an xz file may ask for, in bytes: what `xz -9` writes needs 65 MiB to be read.
const XZ_MEMORY: u64 = 80 << 20;
/// Frames made with `--long` up to the format's limit are read.
const WINDOW_LOG_MAX: u32 = 31;

/// The decoded bytes of one input.
pub(super) struct Stream {
    raw: Raw,
    unpack: Unpack,
    /// Packed bytes read and not yet used: `packed[at..end]`.
    packed: Vec<u8>,
    at: usize,
    end: usize,
    /// What stopped the decoder in a call that also made something: told once that has been delivered.
    damage: Option<Damage>,
}

struct Raw {
    inner: Box<dyn Read + Send>,
    hash: Sha256,
    bytes: u64,
}

impl Raw {
    /// Fills `out`, short only at the end: so how far a stream is read does not depend on how a pipe delivers it.
    fn fill(&mut self, out: &mut [u8]) -> Result<usize, Stop> {
        let mut filled = 0;
        while filled < out.len() {
            match self.read(&mut out[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        Ok(filled)
    }

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
    Xz {
        decoder: lzma::Stream,
        ended: bool,
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
            Packing::Xz => {
                let decoder = lzma::Stream::new_stream_decoder(XZ_MEMORY, lzma::CONCATENATED)?;
                Unpack::Xz { decoder, ended: false }
            }
        };
        let packed = if packing == Packing::None { Vec::new() } else { vec![0; PACKED] };
        Ok(Self { raw: Raw { inner, hash: Sha256::new(), bytes: 0 }, unpack, packed, at: 0, end: 0, damage: None })
    }

    /// The rows of a Parquet file as JSON Lines; `inner` is the same file.
    #[cfg(feature = "tables")]
    pub(super) fn of_rows(inner: Box<dyn Read + Send>, rows: super::parquet::Rows) -> Self {
        let raw = Raw { inner, hash: Sha256::new(), bytes: 0 };
        Self { raw, unpack: Unpack::Rows(Box::new(rows)), packed: Vec::new(), at: 0, end: 0, damage: None }
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

    /// SHA-256 of the raw bytes read so far.
    pub(super) fn so_far(&self) -> [u8; 32] {
        self.raw.hash.clone().finalize().into()
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
            if let Some(damage) = self.damage.take() {
                return Err(self.stop(damage));
            }
            if self.at == self.end {
                self.end = self.raw.fill(&mut self.packed)?;
                self.at = 0;
            }
            let input = &self.packed[self.at..self.end];
            let step = match &mut self.unpack {
                Unpack::Plain => return Ok(0),
                #[cfg(feature = "tables")]
                Unpack::Rows(_) => return Ok(0),
                Unpack::Gzip { member, seen } => gzip_step(member, seen, input, out),
                Unpack::Zstd { decoder, need, open } => zstd_step(decoder, need, open, input, out),
                Unpack::Xz { decoder, ended } => xz_step(decoder, ended, input, out),
            };
            self.at += step.used;
            self.damage = step.stop;
            if step.made > 0 {
                return Ok(step.made);
            }
            if self.damage.is_none() && self.end == 0 {
                return Ok(0);
            }
        }
    }

    fn stop(&self, damage: Damage) -> Stop {
        let (corrupt, truncated) = match self.unpack {
            Unpack::Plain | Unpack::Gzip { .. } => (Reason::CorruptGzip, Reason::TruncatedGzip),
            // Says itself what is wrong with it.
            #[cfg(feature = "tables")]
            Unpack::Rows(_) => (Reason::CorruptParquet, Reason::CorruptParquet),
            Unpack::Zstd { .. } => (Reason::CorruptZstd, Reason::TruncatedZstd),
            Unpack::Xz { .. } => (Reason::CorruptXz, Reason::TruncatedXz),
        };
        match damage {
            Damage::Corrupt(said) => Stop::Damaged(corrupt, said),
            Damage::Truncated => Stop::Damaged(truncated, String::new()),
        }
    }
}

enum Damage {
    Truncated,
    Corrupt(String),
}

/// What one call of a decoder did.
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
        // What the decoder says depends on how much it was given at once.
        Err(_) => step.stop = Some(Damage::Corrupt(String::new())),
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

fn xz_step(decoder: &mut lzma::Stream, ended: &mut bool, input: &[u8], out: &mut [u8]) -> Step {
    if *ended {
        return Step { used: input.len(), ..Step::default() };
    }
    let (used, made) = (decoder.total_in(), decoder.total_out());
    // Only at the end of the file can the decoder know that no further stream comes.
    let action = if input.is_empty() { lzma::Action::Finish } else { lzma::Action::Run };
    let status = decoder.process(input, out, action);
    let mut step =
        Step { used: (decoder.total_in() - used) as usize, made: (decoder.total_out() - made) as usize, stop: None };
    match status {
        Ok(lzma::Status::StreamEnd) => *ended = true,
        Ok(_) if input.is_empty() && step.made == 0 => step.stop = Some(Damage::Truncated),
        Ok(_) => {}
        Err(lzma::Error::Mem) if input.is_empty() => step.stop = Some(Damage::Truncated),
        Err(e) => step.stop = Some(Damage::Corrupt(e.to_string())),
    }
    step
}
