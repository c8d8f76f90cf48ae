//! The states of a finding under review: a small closed machine. `docs/review.md` shows it as a table.

use super::entry::{Action, Entry, is_sha256};
use crate::{
    day::Day,
    pack::Severity,
    score::{Cure, Policy, ReviewPolicy},
};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nobody has decided.
    Open,
    /// Confirmed by fewer people than the policy asks for.
    Waiting,
    /// Reviewers contradict each other.
    Conflict,
    /// Whoever looked could not tell.
    Unsure,
    /// It stands.
    Confirmed,
    /// It does not stand.
    Overturned,
    /// It stands and the creator was told.
    Noticed,
    /// It stood and the post was mended or removed.
    Cured,
    /// The creator has appealed and nobody has decided yet.
    Appealed,
    /// Nothing is left to do.
    Closed,
}

impl State {
    /// All, in the order of the way through them.
    pub const ALL: [State; 10] = [
        State::Open,
        State::Waiting,
        State::Conflict,
        State::Unsure,
        State::Confirmed,
        State::Overturned,
        State::Noticed,
        State::Cured,
        State::Appealed,
        State::Closed,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Waiting => "waiting",
            State::Conflict => "conflict",
            State::Unsure => "unsure",
            State::Confirmed => "confirmed",
            State::Overturned => "overturned",
            State::Noticed => "noticed",
            State::Cured => "cured",
            State::Appealed => "appealed",
            State::Closed => "closed",
        }
    }
}

/// Why an entry has no effect. It stays in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The action does not belong into this state.
    OutOfTurn(State),
    /// A finding falls for a reason, and none is given.
    NoReason,
    /// The policy does not know the reason.
    UnknownReason(String),
    /// A mended post needs the hash of its new text.
    NoText,
    /// The text of the mended post is the one that the finding was made in.
    SameText,
    /// Whoever decides an appeal must not have acted on the finding before.
    ActedBefore,
    /// An appeal was decided already.
    AppealDecided,
}

impl Refusal {
    /// In Vietnamese and English.
    pub fn words(&self) -> (String, String) {
        let fixed = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
        match self {
            Refusal::OutOfTurn(state) => (
                format!("bước này không đi từ trạng thái `{}`", state.name()),
                format!("there is no such step from the state `{}`", state.name()),
            ),
            Refusal::NoReason => fixed("bác bỏ phải có mã lý do", "a finding is overturned for a coded reason"),
            Refusal::UnknownReason(code) => {
                (format!("chính sách không có mã lý do `{code}`"), format!("the policy has no reason code `{code}`"))
            }
            Refusal::NoText => {
                fixed("bài đã sửa cần text_sha256 của nội dung mới", "a mended post needs text_sha256 of its new text")
            }
            Refusal::SameText => {
                fixed("nội dung vẫn như cũ, chưa sửa", "the text is the one found: nothing was mended")
            }
            Refusal::ActedBefore => fixed(
                "người xét khiếu nại phải là người chưa từng xử lý phát hiện này",
                "an appeal is decided by somebody who has not acted on the finding before",
            ),
            Refusal::AppealDecided => fixed("khiếu nại đã được quyết định rồi", "an appeal was decided already"),
        }
    }
}

/// What must be known of a finding to decide on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// As the policy sees it.
    pub severity: Severity,
    /// Hash of the caption that it was made in.
    pub text_sha256: String,
}

/// The whole history of one finding, as far as it has an effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last word of each reviewer, and its reason.
    words: BTreeMap<String, (Action, Option<String>)>,
    /// Everybody who has acted.
    actors: BTreeSet<String>,
    /// People who must confirm.
    needed: u32,
    /// First notice.
    noticed: Option<Day>,
    /// The last mending: when, and whether the post was taken down instead.
    mended: Option<(Day, bool)>,
    /// The open appeal or, once it is decided, whether it was upheld.
    appeal: Option<Option<bool>>,
    closed: bool,
    /// Answers of the creator.
    rebuttals: u32,
}

impl Standing {
    /// Nobody has acted yet.
    pub fn new(subject: &Subject, review: &ReviewPolicy) -> Self {
        Self { needed: review.needed(subject.severity), ..Self::default() }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        if self.closed {
            State::Closed
        } else if self.appeal == Some(None) {
            State::Appealed
        } else if self.mended.is_some() {
            State::Cured
        } else if self.noticed.is_some() {
            State::Noticed
        } else {
            self.verdict()
        }
    }

    /// What the reviewers say together. The order in which they spoke does not matter.
    fn verdict(&self) -> State {
        let said = |action| self.words.values().filter(|(word, _)| *word == action).count() as u32;
        match (said(Action::Confirm), said(Action::Overturn), said(Action::Unsure)) {
            (0, 0, 0) => State::Open,
            (0, 0, _) => State::Unsure,
            (0, ..) => State::Overturned,
            (n, 0, _) if n >= self.needed => State::Confirmed,
            (_, 0, _) => State::Waiting,
            _ => State::Conflict,
        }
    }

    /// Whether it was found not to stand, by its reviewers or on appeal.
    pub fn fell(&self) -> bool {
        self.appeal == Some(Some(true)) || self.verdict() == State::Overturned
    }

    /// Whether people confirmed it and no appeal undid that.
    pub fn stands(&self) -> bool {
        self.appeal != Some(Some(true)) && self.verdict() == State::Confirmed
    }

    /// Whether an appeal is open.
    pub fn appealed(&self) -> bool {
        self.appeal == Some(None)
    }

    /// Whether mended after all, how much that is worth.
    pub fn cure(&self, policy: &Policy) -> Cure {
        match (self.mended, self.noticed) {
            (None, _) => Cure::Open,
            (Some((_, true)), _) => Cure::Removed,
            (Some((_, false)), None) => Cure::SelfCorrected,
            (Some((day, false)), Some(notice)) => policy.mended(day.days_since(notice)),
        }
    }

    /// The day of the first notice.
    pub fn noticed(&self) -> Option<Day> {
        self.noticed
    }

    /// How often the creator has answered.
    pub fn rebuttals(&self) -> u32 {
        self.rebuttals
    }

    /// Reviewers' last words, by reviewer.
    pub fn words(&self) -> impl Iterator<Item = (&str, Action, Option<&str>)> {
        self.words.iter().map(|(who, (action, reason))| (who.as_str(), *action, reason.as_deref()))
    }

    /// Takes one entry in.
    ///
    /// # Errors
    /// Why it has no effect; then nothing has changed.
    pub fn apply(&mut self, entry: &Entry, subject: &Subject, review: &ReviewPolicy) -> Result<(), Refusal> {
        let state = self.state();
        // A closed file is opened again only where something stands that can be mended or appealed against.
        let settled = state == State::Closed && !self.stands() && entry.action != Action::Rebuttal;
        if settled || !allowed(entry.action, state) {
            return Err(Refusal::OutOfTurn(state));
        }
        if let Some(code) = entry.reason_code.as_deref().filter(|code| review.reason(code).is_none()) {
            return Err(Refusal::UnknownReason(code.to_owned()));
        }
        if matches!(entry.action, Action::Overturn | Action::Uphold) && entry.reason_code.is_none() {
            return Err(Refusal::NoReason);
        }
        let who = person(&entry.reviewer);
        match entry.action {
            Action::Confirm | Action::Overturn | Action::Unsure => {
                self.words.insert(who.clone(), (entry.action, entry.reason_code.clone()));
            }
            Action::Rebuttal => self.rebuttals += 1,
            Action::Notice => self.noticed = Some(self.noticed.map_or(entry.at, |first| first.min(entry.at))),
            Action::Mended => {
                let text = entry.text_sha256.as_deref().filter(|text| is_sha256(text)).ok_or(Refusal::NoText)?;
                if text == subject.text_sha256 {
                    return Err(Refusal::SameText);
                }
                (self.mended, self.closed) = (Some((entry.at, false)), false);
            }
            Action::Removed => (self.mended, self.closed) = (Some((entry.at, true)), false),
            Action::Appeal if matches!(self.appeal, Some(Some(_))) => return Err(Refusal::AppealDecided),
            Action::Appeal => self.appeal = Some(None),
            Action::Uphold | Action::Reject if self.actors.contains(&who) => {
                return Err(Refusal::ActedBefore);
            }
            Action::Uphold | Action::Reject => {
                (self.appeal, self.closed) = (Some(Some(entry.action == Action::Uphold)), true);
            }
            Action::Close => self.closed = true,
        }
        // Writing a creator's answer down is no act of judgement.
        if !matches!(entry.action, Action::Rebuttal | Action::Appeal) {
            self.actors.insert(who);
        }
        Ok(())
    }
}

/// Who a name stands for: what looks the same is the same person, typed with composed letters or with combining marks, with
/// or without a space at its end.
fn person(name: &str) -> String {
    name.trim().nfc().collect()
}

/// Which step may be taken from which state: the whole machine.
fn allowed(action: Action, state: State) -> bool {
    match action {
        // Until the creator is told, reviewers may change their mind.
        Action::Confirm | Action::Overturn | Action::Unsure => matches!(
            state,
            State::Open | State::Waiting | State::Conflict | State::Unsure | State::Confirmed | State::Overturned
        ),
        Action::Rebuttal => true,
        Action::Notice => matches!(state, State::Confirmed | State::Noticed | State::Cured),
        Action::Mended | Action::Removed => {
            matches!(state, State::Confirmed | State::Noticed | State::Cured | State::Appealed | State::Closed)
        }
        Action::Appeal => matches!(state, State::Confirmed | State::Noticed | State::Cured | State::Closed),
        Action::Uphold | Action::Reject => state == State::Appealed,
        Action::Close => matches!(state, State::Overturned | State::Noticed | State::Cured),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table in the docs and the machine say the same; "stands" is a step that the finding must still stand for.
    #[test]
    fn the_machine_is_the_table_in_the_docs() {
        let page = include_str!("../../docs/review.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        let mut seen = Vec::new();
        for row in rows {
            let mut cells = row.split('|').map(|cell| cell.trim().trim_end_matches('`'));
            let Some(action) = cells.next().and_then(Action::from_name) else { continue };
            let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
            assert_eq!(cells.len(), State::ALL.len(), "{row}");
            for (state, cell) in State::ALL.into_iter().zip(cells) {
                assert!(["yes", "stands", "–"].contains(&cell), "{row}");
                assert_eq!(allowed(action, state), cell != "–", "{} from {}", action.name(), state.name());
            }
            seen.push(action);
        }
        assert_eq!(seen, Action::ALL);
        let head = page.lines().find_map(|line| line.strip_prefix("| action |")).unwrap();
        let names: Vec<&str> = head.split('|').map(str::trim).filter(|name| !name.is_empty()).collect();
        assert_eq!(names, State::ALL.map(State::name));
    }
}
