//! Whether a condition of the closed vocabulary holds of a post, and which cues it stands on.

use crate::{
    bits::ones,
    language::Language,
    matcher::Cue,
    pack::{Condition, Fact, ListId, Pack},
    post::{Field, PlatformLabel, Post},
    vocabulary::{Commercial, DisclosureState, Reasons, Status, Tag, Unseen},
};

/// Cues of one list that a `near` looks at: keeps hostile text linear.
const NEAR_CUES: usize = 64;

/// A set of lists, one bit each. Hidden lists (words of compounds and triggers) come last in a pack and are never in one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListSet([u64; ListSet::MOST / 64]);

impl ListSet {
    /// How many lists a pack may have, hidden ones apart.
    pub const MOST: usize = 256;

    /// Adds a list; a hidden one leaves no trace.
    #[inline]
    pub fn insert(&mut self, list: ListId) {
        if let Some(word) = self.0.get_mut(list.0 as usize / 64) {
            *word |= 1 << (list.0 % 64);
        }
    }

    /// Whether a list is in the set.
    #[inline]
    pub fn has(&self, list: ListId) -> bool {
        self.0.get(list.0 as usize / 64).is_some_and(|word| word >> (list.0 % 64) & 1 == 1)
    }

    /// The lists of both sets.
    #[inline]
    #[must_use]
    pub fn with(mut self, other: ListSet) -> ListSet {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a |= b);
        self
    }

    /// Calls `found` with every list of the set, rising.
    #[inline]
    pub fn each(&self, mut found: impl FnMut(ListId)) {
        ones(&self.0).for_each(|list| found(ListId(list as u16)));
    }

    /// How many lists are in the set.
    pub fn len(&self) -> u32 {
        self.0.iter().map(|w| w.count_ones()).sum()
    }

    /// Whether no list is in the set.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where the cues of each list stand and how they are meant: most questions of conditions are answered here, without a
/// look at the cues. Reused from post to post.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// By list, bit `FIELDS * status + field` of every cue that is not dropped.
    places: Vec<u64>,
    /// Lists with such a cue.
    lists: ListSet,
}

const FIELDS: usize = Field::ALL.len();
const STATUSES: usize = Status::ALL.len();

/// By a set of statuses, the bits of its statuses in the first field.
static SPREAD: [u64; 1 << STATUSES] = {
    let mut spread = [0; 1 << STATUSES];
    let mut statuses = 0;
    while statuses < spread.len() {
        let mut status = 0;
        while status < STATUSES {
            spread[statuses] |= (statuses as u64 >> status & 1) << (FIELDS * status);
            status += 1;
        }
        statuses += 1;
    }
    spread
};

impl Seen {
    /// Looks at the cues of a post.
    pub fn read(&mut self, cues: &[Cue]) {
        self.places.resize(ListSet::MOST, 0);
        let Self { places, lists } = self;
        std::mem::take(lists).each(|list| places[list.0 as usize] = 0);
        for cue in cues.iter().filter(|c| !c.dropped) {
            lists.insert(cue.list);
            if let Some(places) = places.get_mut(cue.list.0 as usize) {
                *places |= 1 << (FIELDS * cue.status as usize + cue.field as usize);
            }
        }
    }

    /// Lists with a cue that is not dropped, whatever its status.
    pub fn lists(&self) -> ListSet {
        self.lists
    }

    /// Whether a list has a cue with one of these statuses in one of these fields.
    #[inline]
    pub fn has(&self, list: ListId, statuses: u8, fields: u8) -> bool {
        let places = self.places.get(list.0 as usize).copied().unwrap_or(0);
        let fields = u64::from(fields) & ((1 << FIELDS) - 1);
        // Each status has its own bits of the fields.
        places & (SPREAD[statuses as usize % SPREAD.len()] * fields) != 0
    }

    /// Calls `found` with every list that has a cue of one of these statuses in the post, rising.
    pub fn each(&self, statuses: u8, mut found: impl FnMut(ListId)) {
        self.lists.each(|list| {
            if self.has(list, statuses, Field::OF_POST) {
                found(list);
            }
        });
    }
}

/// All that a condition can ask about. Facts that come later in the flow are at their defaults until they are known.
#[derive(Debug)]
pub struct View<'a> {
    /// The post.
    pub post: &'a Post<'a>,
    /// Its cues, by field and place.
    pub cues: &'a [Cue],
    /// Where they stand, by list.
    pub seen: &'a Seen,
    /// Lists of links that the record carries apart from its texts.
    pub outside: ListSet,
    /// Its language.
    pub language: Language,
    /// Product classes, one bit each.
    pub products: u64,
    /// Evidence, one bit each.
    pub evidence: u64,
    /// The commercial label.
    pub commercial: Commercial,
    /// The disclosure state.
    pub state: DisclosureState,
    /// Its reasons.
    pub reasons: Reasons,
    /// What could not be seen.
    pub unseen: Unseen,
}

/// Whether `condition` holds.
pub fn holds(condition: &Condition, view: &View<'_>) -> bool {
    match condition {
        Condition::Any(all) => all.iter().any(|c| holds(c, view)),
        Condition::All(all) => all.iter().all(|c| holds(c, view)),
        Condition::None(all) => !all.iter().any(|c| holds(c, view)),
        Condition::Cue { lists, statuses, fields } => {
            lists.iter().any(|&l| view.outside.has(l) && *fields == Field::OF_POST)
                || lists.iter().any(|&l| view.seen.has(l, *statuses, *fields))
        }
        Condition::Near { first, second, within, ordered } => pair(view, *first, *second, *within, *ordered).is_some(),
        Condition::Count { lists, at_least } => {
            cues(view, lists, AFFIRMED, Field::OF_POST).count() >= *at_least as usize
        }
        Condition::Language(names) => {
            names.iter().any(|n| n == view.language.tag.name() || n == "mixed" && view.language.mixed)
        }
        Condition::Field(bits) => Field::ALL
            .into_iter()
            .any(|f| bits >> f as u8 & 1 == 1 && view.post.field(f).is_some_and(|t| !t.trim().is_empty())),
        Condition::Product(classes) => classes.iter().any(|c| view.products >> c & 1 == 1),
        Condition::Fact(fact) => fact_holds(*fact, view),
    }
}

/// Appends the indices of the cues that a condition, which holds, stands on. Words that must be absent leave no trace.
pub fn collect(condition: &Condition, view: &View<'_>, out: &mut Vec<u32>) {
    match condition {
        Condition::Any(all) => all.iter().filter(|c| holds(c, view)).for_each(|c| collect(c, view, out)),
        Condition::All(all) => all.iter().for_each(|c| collect(c, view, out)),
        Condition::Cue { lists, statuses, fields } => out.extend(cues(view, lists, *statuses, *fields).map(|(i, _)| i)),
        Condition::Near { first, second, within, ordered } => {
            if let Some((a, b)) = pair(view, *first, *second, *within, *ordered) {
                out.extend([a, b]);
            }
        }
        Condition::Count { lists, .. } => out.extend(cues(view, lists, AFFIRMED, Field::OF_POST).map(|(i, _)| i)),
        Condition::None(_)
        | Condition::Language(_)
        | Condition::Field(_)
        | Condition::Product(_)
        | Condition::Fact(_) => {}
    }
}

/// Appends the indices of the cues behind the facts of a condition that holds and names no words itself.
pub fn collect_facts(pack: &Pack, condition: &Condition, view: &View<'_>, out: &mut Vec<u32>) {
    match condition {
        Condition::Any(all) => {
            all.iter().filter(|c| holds(c, view)).for_each(|c| collect_facts(pack, c, view, out));
        }
        Condition::All(all) => all.iter().for_each(|c| collect_facts(pack, c, view, out)),
        Condition::Fact(Fact::Evidence(at)) => collect(&pack.evidence[*at as usize].when, view, out),
        Condition::Fact(Fact::Commercial(_)) => {
            ones(&[view.evidence]).for_each(|at| collect(&pack.evidence[at].when, view, out));
        }
        Condition::Product(classes) => {
            let of = |list: &ListId| pack.lists[list.0 as usize].product.is_some_and(|p| classes.contains(&p));
            let mut lists = Vec::new();
            view.seen.lists().each(|list| lists.push(list));
            lists.retain(of);
            out.extend(cues(view, &lists, !(1 << Status::Negated as u8), Field::OF_POST).map(|(i, _)| i));
        }
        _ => {}
    }
}

/// The bit of [`Status::Affirmed`] among statuses.
pub const AFFIRMED: u8 = 1 << Status::Affirmed as u8;

fn cues<'v>(
    view: &'v View<'_>,
    lists: &[ListId],
    statuses: u8,
    fields: u8,
) -> impl Iterator<Item = (u32, &'v Cue)> + use<'v> {
    let mut wanted = ListSet::default();
    lists.iter().filter(|&&l| view.seen.has(l, statuses, fields)).for_each(|&l| wanted.insert(l));
    let cues = if wanted.is_empty() { &[] } else { view.cues };
    cues.iter().enumerate().map(|(i, c)| (i as u32, c)).filter(move |(_, c)| {
        wanted.has(c.list) && !c.dropped && statuses >> c.status as u8 & 1 == 1 && fields >> c.field as u8 & 1 == 1
    })
}

/// The first pair of affirmed cues of the two lists that stand close enough.
fn pair(view: &View<'_>, first: ListId, second: ListId, within: u32, ordered: bool) -> Option<(u32, u32)> {
    if !(view.seen.has(first, AFFIRMED, Field::OF_POST) && view.seen.has(second, AFFIRMED, Field::OF_POST)) {
        return None;
    }
    let lists = [second];
    for (i, a) in cues(view, &[first], AFFIRMED, Field::OF_POST).take(NEAR_CUES) {
        let near = |b: &Cue| {
            let gap = if b.first >= a.end {
                Some(b.first - a.end)
            } else if a.first >= b.end && !ordered {
                Some(a.first - b.end)
            } else {
                None
            };
            b.field == a.field && gap.is_some_and(|g| g <= within)
        };
        if let Some((j, _)) = cues(view, &lists, AFFIRMED, Field::OF_POST).take(NEAR_CUES).find(|(_, b)| near(b)) {
            return Some((i, j));
        }
    }
    None
}

fn fact_holds(fact: Fact, view: &View<'_>) -> bool {
    match fact {
        Fact::Commercial(label) => view.commercial == label,
        Fact::State(state) => view.state == state,
        Fact::Reason(reason) => view.reasons.contains(reason),
        Fact::Evidence(at) => view.evidence >> at & 1 == 1,
        Fact::Label(label) => view.post.platform_label == label,
        Fact::CommerceFlag => view.post.commerce_flag == Some(true),
        Fact::AiLabel => view.post.ai_label == Some(true),
        Fact::Unseen => !view.unseen.is_empty(),
    }
}

impl<'a> View<'a> {
    /// The view before anything is known but cues and language.
    pub fn new(post: &'a Post<'a>, cues: &'a [Cue], seen: &'a Seen, outside: ListSet, language: Language) -> Self {
        View {
            post,
            cues,
            seen,
            outside,
            language,
            products: 0,
            evidence: 0,
            commercial: Commercial::No,
            state: DisclosureState::NotApplicable,
            reasons: Reasons::default(),
            unseen: Unseen::default(),
        }
    }

    /// Whether the post is in a language that the tool reads.
    pub fn readable(&self) -> bool {
        self.language.tag != Tag::Other
    }

    /// Whether the platform showed its own label.
    pub fn labelled(&self) -> bool {
        self.post.platform_label == PlatformLabel::Yes
    }
}
