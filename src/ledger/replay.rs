//! A ledger played over the findings of runs: what each entry did, where each finding stands, which rules are overturned
//! too often. The same ledger, findings and policy always give the same.

use super::{
    entry::{Action, Content, Entry},
    file::Ledger,
    findings::{Found, look_up},
    state::{Refusal, Standing, State},
};
use crate::{
    finished::{FinishedError, FinishedRun},
    score::{Policy, ReviewPolicy},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It has its effect.
    Applied,
    /// A decision that another reviewer contradicts: the finding stays undecided.
    Conflict,
    /// No run given holds that finding.
    Unmatched,
    /// It has no effect.
    Refused(Refusal),
    /// It could not be read when it was imported.
    Unread,
}

impl Status {
    /// The name in files.
    pub fn name(&self) -> &'static str {
        match self {
            Status::Applied => "applied",
            Status::Conflict => "conflict",
            Status::Unmatched => "unmatched",
            Status::Refused(Refusal::NoReason | Refusal::UnknownReason(_)) => "unknown_reason",
            Status::Refused(_) => "refused",
            Status::Unread => "unread",
        }
    }

    /// What is wrong, in Vietnamese and English; `None` where nothing is.
    pub fn words(&self) -> Option<(String, String)> {
        let fixed = |vi: &str, en: &str| Some((vi.to_owned(), en.to_owned()));
        match self {
            Status::Applied => None,
            Status::Conflict => fixed(
                "hai người xem trái ý nhau; phát hiện chưa được quyết",
                "reviewers contradict each other; the finding is undecided",
            ),
            Status::Unmatched => fixed("không có phát hiện mang mã này", "no finding has this id"),
            Status::Refused(refusal) => Some(refusal.words()),
            Status::Unread => fixed("không đọc được", "not readable"),
        }
    }
}

/// How often the findings of one rule were overturned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overturned {
    /// Findings that fell.
    pub overturned: u64,
    /// Findings that fell or stand.
    pub decided: u64,
}

impl Overturned {
    /// Whether the policy makes the rule informational.
    fn too_often(self, review: &ReviewPolicy) -> bool {
        self.decided >= u64::from(review.minimum)
            && self.overturned as f64 >= review.overturned_share * self.decided as f64
    }
}

/// What a ledger says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// Lines of the ledger.
    pub lines: u64,
    /// Hash of its last line.
    pub head: String,
    /// What became of each line, in order.
    pub statuses: Vec<Status>,
    /// The findings that it speaks of and that the runs hold.
    pub standings: BTreeMap<String, Standing>,
    /// How often each rule was decided and overturned.
    pub rules: BTreeMap<String, Overturned>,
    /// Rules overturned too often: what nobody confirmed of them no longer counts.
    pub informational: Vec<String>,
}

impl Review {
    /// Plays a ledger over the findings of these runs.
    ///
    /// # Errors
    /// When a run cannot be read.
    pub fn of(
        ledger: &Ledger,
        runs: &[FinishedRun],
        policy: &Policy,
        review: &ReviewPolicy,
    ) -> Result<Self, FinishedError> {
        let entries = ledger.lines.iter().filter_map(|line| match &line.content {
            Content::Entry(entry) => Some(entry.finding_id.as_str()),
            Content::Unread(_) => None,
        });
        let found = look_up(runs, policy, &entries.collect::<HashSet<_>>())?;
        Ok(Self::replay(ledger, &found, review))
    }

    /// Plays a ledger over findings by id.
    pub fn replay(ledger: &Ledger, found: &HashMap<String, Found>, review: &ReviewPolicy) -> Self {
        let mut played = Self { lines: ledger.lines.len() as u64, head: ledger.head.clone(), ..Self::default() };
        for line in &ledger.lines {
            let status = match &line.content {
                Content::Unread(_) => Status::Unread,
                Content::Entry(entry) => played.play(entry, found, review),
            };
            played.statuses.push(status);
        }
        for (line, status) in ledger.lines.iter().zip(&mut played.statuses) {
            let Content::Entry(Entry { finding_id, action: Action::Confirm | Action::Overturn, .. }) = &line.content
            else {
                continue;
            };
            let state = played.standings.get(finding_id).map(Standing::state);
            if *status == Status::Applied && state == Some(State::Conflict) {
                *status = Status::Conflict;
            }
        }
        for (id, standing) in &played.standings {
            let (fell, stands) = (standing.fell(), standing.stands());
            if let Some(found) = found.get(id).filter(|_| fell || stands) {
                let rule = played.rules.entry(found.rule.clone()).or_default();
                rule.decided += 1;
                rule.overturned += u64::from(fell);
            }
        }
        let often = played.rules.iter().filter(|(_, rule)| rule.too_often(review));
        played.informational = often.map(|(id, _)| id.clone()).collect();
        played
    }

    fn play(&mut self, entry: &Entry, found: &HashMap<String, Found>, review: &ReviewPolicy) -> Status {
        let Some(Found { subject, .. }) = found.get(&entry.finding_id) else { return Status::Unmatched };
        let standing = self.standings.entry(entry.finding_id.clone()).or_insert_with(|| Standing::new(subject, review));
        match standing.apply(entry, subject, review) {
            Ok(()) => Status::Applied,
            Err(refusal) => Status::Refused(refusal),
        }
    }

    /// Where a finding stands.
    pub fn state(&self, finding: &str) -> State {
        self.standings.get(finding).map_or(State::Open, Standing::state)
    }

    /// Lines that people must look at again.
    pub fn troubled(&self) -> usize {
        self.statuses.iter().filter(|status| **status != Status::Applied).count()
    }
}
