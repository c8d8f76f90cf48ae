//! What is attacked: every term that a rule with the ceiling `violation` stands on, each in a carrier of its language.

use crate::{compounds, letters, seed::Rng};
use minhbach::{
    detector::{Detector, Scratch},
    matcher::Cue,
    pack::{BarePolicy, Condition, Fact, Lang, ListId, Pack, Position, TermId, Tier, ValueKind},
    post::{Field, Post},
    span::RawSpan,
};
use std::{collections::BTreeSet, ops::Range};

/// A phrase, the carrier around it, and what must be found there.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    /// The term as the pack writes it, or a phone number.
    pub(crate) phrase: String,
    /// What stands before and after it.
    pub(crate) carrier: [&'static str; 2],
    /// The list whose cue must be found.
    pub(crate) list: ListId,
    /// The term itself; of a compound a shorter reading may stand inside the phrase, so there it is not asked.
    pub(crate) term: Option<TermId>,
    /// Whether it is English; a phone number counts as Vietnamese.
    pub(crate) english: bool,
    /// Whether the pack reads it without diacritics at all.
    pub(crate) bare: bool,
}

/// What became of a disguised phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No cue of the list says that it is there.
    Missed,
    /// Found, with a span that is not the disguised stretch.
    Inexact,
    /// Found to the byte.
    Exact,
}

/// All probes, and how many terms are none because nothing finds them even undisguised.
pub(crate) struct Probes {
    pub(crate) all: Vec<Probe>,
    pub(crate) unfound: Vec<String>,
}

/// Neutral sentences: no cue, no question, no negation. Vietnamese, then English.
const CARRIERS: [&[[&str; 2]]; 2] = [
    &[
        ["Hôm nay trời mát, mình ngồi ghi lại mấy chữ ", " vào cuốn sổ nhỏ màu xanh"],
        ["Sáng nay trên bàn có tờ giấy ghi ", " rồi cả nhà cùng ngồi ăn cơm"],
        ["Mọi người trong xóm đang nói về ", " và chuyện mưa nắng của tuần này"],
        ["", " là mấy chữ mà bạn mình viết trên bảng chiều hôm qua"],
        ["Chiều hôm qua bạn mình viết lên bảng mấy chữ là ", ""],
    ],
    &[
        ["This morning we sat by the window and wrote down ", " in a small blue notebook"],
        ["There was a piece of paper on the table and it said ", " while we were having lunch"],
        ["The people in our street were talking about ", " and the rain of this week"],
        ["", " were the words that my friend wrote on the board yesterday"],
        ["Yesterday my friend walked to the board and wrote the words ", ""],
    ],
];

/// For terms that must stand where a label stands.
const LABELS: [&[[&str; 2]]; 2] = [
    &[
        ["", ": hôm nay trời mát, mình ngồi viết vào cuốn sổ nhỏ màu xanh"],
        ["[", "] Hôm nay trời mát, cả nhà ngồi ăn cơm"],
    ],
    &[
        ["", ": this morning we sat by the window with a small blue notebook"],
        ["[", "] This morning we sat by the window"],
    ],
];

/// Made-up numbers of the five mobile prefixes.
const PHONES: [&str; 10] = [
    "0912345678",
    "0987654321",
    "0909090909",
    "0333444555",
    "0345678912",
    "0355667788",
    "0567891234",
    "0588776655",
    "0701234567",
    "0812345678",
];

impl Probes {
    pub(crate) fn new(detector: &Detector, scratch: &mut Scratch) -> Self {
        let pack = &**detector.pack();
        let lists = lists_of_violations(pack);
        let mut probes = Self { all: Vec::new(), unfound: Vec::new() };
        let mut add = |name: String, tries: Vec<Probe>, carriers: [&'static [[&'static str; 2]]; 2]| {
            let settle = |probe: Probe| probe.settled(detector, scratch, carriers);
            match tries.into_iter().find_map(settle) {
                Some(probe) => probes.all.push(probe),
                None => probes.unfound.push(name),
            }
        };
        for (term, id) in pack.terms.iter().zip((0..).map(TermId)) {
            let hidden = pack.lists[term.list.0 as usize].id.starts_with('~');
            if hidden || term.words.is_empty() || !lists.contains(&term.list) {
                continue;
            }
            let text = compounds::text(pack, id);
            let probe = Probe {
                // A tag of several words is written as one.
                phrase: if text.starts_with('#') { text.replace(' ', "") } else { text.to_owned() },
                carrier: ["", ""],
                list: term.list,
                term: Some(id),
                english: term.lang == Lang::En,
                bare: term.bare != BarePolicy::Never,
            };
            add(term.name.clone(), vec![probe], if term.position == Position::Label { LABELS } else { CARRIERS });
        }
        for (name, phrases) in compounds::words(pack, &lists) {
            add(name, phrases, CARRIERS);
        }
        let (list, term) = (ValueKind::Phone.list(), Some(ValueKind::Phone.term()));
        for phone in PHONES.iter().filter(|_| lists.contains(&list)) {
            let phrase = (*phone).to_owned();
            let probe = Probe { phrase, carrier: ["", ""], list, term, english: false, bare: true };
            add((*phone).to_owned(), vec![probe], CARRIERS);
        }
        probes
    }
}

impl Probe {
    pub(crate) fn is_phone(&self) -> bool {
        self.list == ValueKind::Phone.list()
    }

    /// In the first carrier, from a place of the phrase's own on, in which it is found as it is.
    fn settled(
        mut self,
        detector: &Detector,
        scratch: &mut Scratch,
        carriers: [&[[&'static str; 2]]; 2],
    ) -> Option<Self> {
        let carriers = carriers[usize::from(self.english)];
        let start = Rng::of(&["carrier", &self.phrase]).below(carriers.len());
        let found = (0..carriers.len()).any(|turn| {
            self.carrier = carriers[(start + turn) % carriers.len()];
            let mut outcome = |phrase: &str, bare| self.try_out(detector, scratch, phrase, 0..phrase.len(), bare);
            // Without accents, too, the carrier must add nothing to the phrase.
            outcome(&self.phrase, false) == Outcome::Exact
                && outcome(&letters::bare(&self.phrase), true) != Outcome::Inexact
        });
        found.then_some(self)
    }

    /// The text in which `disguised` stands for the phrase, and where it stands.
    fn text(&self, disguised: &str, bare: bool) -> (String, Range<usize>) {
        let [before, after] = self.carrier.map(|part| if bare { letters::bare(part) } else { part.to_owned() });
        let stretch = before.len()..before.len() + disguised.len();
        (before + disguised + &after, stretch)
    }

    /// Looks for the disguised phrase. `core` is the part of `disguised` without wrappers at its edges.
    pub(crate) fn try_out(
        &self,
        detector: &Detector,
        scratch: &mut Scratch,
        disguised: &str,
        core: Range<usize>,
        bare: bool,
    ) -> Outcome {
        let (text, stretch) = self.text(disguised, bare);
        let core = stretch.start + core.start..stretch.start + core.end;
        detector.analyse_into(&Post { text: text.into(), ..Post::default() }, scratch);
        let here = |c: &&Cue| c.field == Field::Text && c.list == self.list && !c.dropped;
        let (mut best, bytes) = (Outcome::Missed, |span: RawSpan| span.start() as usize..span.end() as usize);
        for cue in scratch.cues().iter().filter(here) {
            let span = bytes(cue.span);
            let covers = span.start <= core.start && core.end <= span.end;
            if covers && stretch.start <= span.start && span.end <= stretch.end {
                return Outcome::Exact;
            }
            if covers || self.term == Some(cue.term) && span.start < stretch.end && stretch.start < span.end {
                best = Outcome::Inexact;
            }
        }
        best
    }
}

/// The lists that a rule with the ceiling `violation` stands on: in its condition, through facts, and as parts of the
/// compounds that fill them. Commercial evidence stands behind every one of them: without it nothing is a violation.
fn lists_of_violations(pack: &Pack) -> BTreeSet<ListId> {
    let rules = pack.rules.iter().zip(&pack.conditions).filter(|(r, _)| r.tier == Tier::Violation).map(|(_, c)| c);
    let mut lists = BTreeSet::new();
    let mut open: Vec<&Condition> = rules.chain(pack.evidence.iter().map(|e| &e.when)).collect();
    while let Some(condition) = open.pop() {
        match condition {
            Condition::Any(parts) | Condition::All(parts) | Condition::None(parts) => open.extend(parts),
            Condition::Cue { lists: of, .. } | Condition::Count { lists: of, .. } => lists.extend(of),
            Condition::Near { first, second, .. } => lists.extend([*first, *second]),
            Condition::Product(classes) => {
                let about = pack.lists.iter().zip((0..).map(ListId));
                lists.extend(about.filter(|(l, _)| l.product.is_some_and(|p| classes.contains(&p))).map(|(_, id)| id));
            }
            Condition::Fact(Fact::State(_) | Fact::Reason(_)) => {
                lists.extend(
                    pack.lists
                        .iter()
                        .zip((0..).map(ListId))
                        .filter(|(l, _)| l.id.starts_with("disclosure."))
                        .map(|(_, id)| id),
                );
            }
            Condition::Fact(_) | Condition::Language(_) | Condition::Field(_) => {}
        }
    }
    // Compounds stand after those whose cues they join.
    for compound in pack.compounds.iter().rev() {
        if lists.contains(&pack.terms[compound.term.0 as usize].list) {
            lists.extend(compound.parts.iter().flat_map(|p| p.lists.iter().copied()));
        }
    }
    lists
}
