//! A decoded stream that can be looked at in advance, to tell what it holds.

use super::{decode::Stream, reject::Reason, stop::Stop};

/// How a stream ended.
enum End {
    Clean,
    Damaged(Reason, String),
}

/// A stream with some of it looked at in advance.
pub(super) struct Feed {
    stream: Stream,
    ahead: Vec<u8>,
    at: usize,
    end: Option<End>,
}

impl Feed {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, ahead: Vec::new(), at: 0, end: None }
    }

    /// The damage that ended it.
    pub(super) fn damage(&self) -> Option<(Reason, String)> {
        match &self.end {
            Some(End::Damaged(reason, said)) => Some((*reason, said.clone())),
            _ => None,
        }
    }

    /// Whether nothing to read is no fault.
    pub(super) fn may_be_empty(&self) -> bool {
        self.stream.may_be_empty()
    }

    /// Bytes of the input as it lies on disk that have been read.
    pub(super) fn raw_bytes(&self) -> u64 {
        self.stream.raw_bytes()
    }

    /// SHA-256 of what has been read of the input as it lies on disk.
    pub(super) fn so_far(&self) -> [u8; 32] {
        self.stream.so_far()
    }

    /// SHA-256 of the input as it lies on disk; reads what is left of it.
    pub(super) fn hash(&mut self) -> Result<[u8; 32], Stop> {
        self.stream.finish()
    }

    /// What has been looked at and not taken.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.ahead[self.at..]
    }

    /// Takes bytes that have been looked at.
    pub(super) fn take(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.ahead.len());
    }

    /// Appends up to `want` bytes; fewer only at the end.
    pub(super) fn fill(&mut self, out: &mut Vec<u8>, want: usize) -> Result<(), Stop> {
        let ready = want.min(self.ahead.len() - self.at);
        out.extend_from_slice(&self.ahead[self.at..self.at + ready]);
        self.at += ready;
        if self.at == self.ahead.len() {
            (self.ahead, self.at) = (Vec::new(), 0);
            return self.read(out, want - ready);
        }
        Ok(())
    }

    fn read(&mut self, out: &mut Vec<u8>, want: usize) -> Result<(), Stop> {
        let mut filled = out.len();
        out.resize(filled + want, 0);
        while self.end.is_none() && filled < out.len() {
            match self.stream.read(&mut out[filled..]) {
                Ok(0) => self.end = Some(End::Clean),
                Ok(n) => filled += n,
                Err(Stop::Damaged(reason, said)) => self.end = Some(End::Damaged(reason, said)),
                Err(stop) => return Err(stop),
            }
        }
        out.truncate(filled);
        Ok(())
    }

    /// The next `want` bytes without taking them; fewer only at the end.
    pub(super) fn peek(&mut self, want: usize) -> Result<&[u8], Stop> {
        let have = self.ahead.len() - self.at;
        if have < want {
            let mut ahead = std::mem::take(&mut self.ahead);
            let outcome = self.read(&mut ahead, want - have);
            self.ahead = ahead;
            outcome?;
        }
        Ok(&self.ahead[self.at..])
    }

    /// Whether nothing is left, even looked at.
    pub(super) fn is_dry(&self) -> bool {
        self.end.is_some() && self.at == self.ahead.len()
    }
}
