//! What a condition cannot hold without: most posts lack it, and are spared the evaluation.

use crate::{
    conditions::ListSet,
    pack::{Condition, Fact, ListId, Pack},
    post::{PlatformLabel, Post},
    vocabulary::{Commercial, DisclosureState},
};

/// At least one of these lists or record facts; nothing inside means that the condition may hold of any post.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    open: bool,
    lists: ListSet,
    facts: u8,
}

const LABEL: u8 = 1;
const COMMERCE: u8 = 1 << 1;
const AI: u8 = 1 << 2;

/// What a post brings to the gates.
#[derive(Clone, Copy, Debug, Default)]
pub struct Met {
    lists: ListSet,
    facts: u8,
}

/// The lists of a post, and the facts of its record.
pub fn met(lists: ListSet, post: &Post<'_>) -> Met {
    let mut facts = 0;
    if post.platform_label != PlatformLabel::Unknown {
        facts |= LABEL;
    }
    if post.commerce_flag == Some(true) {
        facts |= COMMERCE;
    }
    if post.ai_label == Some(true) {
        facts |= AI;
    }
    Met { lists, facts }
}

impl Gate {
    /// The gate of a condition.
    pub fn new(pack: &Pack, condition: &Condition) -> Self {
        match condition {
            Condition::Any(parts) => Self::union(parts.iter().map(|c| Self::new(pack, c))),
            Condition::All(parts) => {
                let gates = parts.iter().map(|c| Self::new(pack, c)).filter(|g| !g.open);
                gates.min_by_key(Gate::width).unwrap_or_else(Self::open)
            }
            Condition::Cue { lists, .. } | Condition::Count { lists, .. } => Self::lists(lists),
            Condition::Near { first, .. } => Self::lists(&[*first]),
            Condition::Product(classes) => {
                let of = |l: &crate::pack::List| l.product.is_some_and(|p| classes.contains(&p));
                let lists = pack.lists.iter().zip(0..).filter(|(l, _)| of(l));
                Self::lists(&lists.map(|(_, i)| ListId(i)).collect::<Vec<_>>())
            }
            Condition::Fact(fact) => Self::fact(pack, *fact),
            Condition::None(_) | Condition::Language(_) | Condition::Field(_) => Self::open(),
        }
    }

    /// A gate that opens where one of `gates` does.
    pub fn union(gates: impl Iterator<Item = Gate>) -> Self {
        let mut all = Self::default();
        for gate in gates {
            all.open |= gate.open;
            all.facts |= gate.facts;
            all.lists = all.lists.with(gate.lists);
        }
        all
    }

    fn open() -> Self {
        Self { open: true, ..Self::default() }
    }

    fn lists(lists: &[ListId]) -> Self {
        let mut gate = Self::default();
        lists.iter().for_each(|&l| gate.lists.insert(l));
        gate
    }

    fn fact(pack: &Pack, fact: Fact) -> Self {
        let record = |facts| Self { facts, ..Self::default() };
        match fact {
            Fact::Label(PlatformLabel::Unknown) | Fact::Unseen => Self::open(),
            Fact::Label(_) => record(LABEL),
            Fact::CommerceFlag => record(COMMERCE),
            Fact::AiLabel => record(AI),
            Fact::Evidence(at) => Self::new(pack, &pack.evidence[at as usize].when),
            Fact::Commercial(Commercial::No) | Fact::State(DisclosureState::NotApplicable) => Self::open(),
            // Without evidence a post is neither commercial nor asked about its disclosure; the label alone is evidence.
            Fact::Commercial(_) | Fact::State(_) | Fact::Reason(_) => {
                let evidence = pack.evidence.iter().map(|e| Self::new(pack, &e.when));
                Self::union(evidence.chain([record(LABEL)]))
            }
        }
    }

    fn width(&self) -> u32 {
        self.lists.len() + self.facts.count_ones()
    }
}

/// Many gates, filed by what opens them: a post asks with the few lists that it has.
#[derive(Clone, Debug)]
pub struct Gates {
    /// Words of 64 gates.
    width: usize,
    /// `width` words: the gates that stand open.
    open: Vec<u64>,
    /// `width` words a list, then as many a fact: the gates that it opens.
    by_list: Vec<u64>,
    by_fact: Vec<u64>,
}

impl Gates {
    /// The gates, by their numbers.
    pub fn new(gates: &[Gate]) -> Self {
        let width = gates.len().div_ceil(64);
        let mut filed = Self {
            width,
            open: vec![0; width],
            by_list: vec![0; width * ListSet::MOST],
            by_fact: vec![0; width * u8::BITS as usize],
        };
        for (i, gate) in gates.iter().enumerate() {
            let (word, bit) = (i / 64, 1 << (i % 64));
            if gate.open {
                filed.open[word] |= bit;
            }
            gate.lists.each(|list| filed.by_list[list.0 as usize * width + word] |= bit);
            for fact in (0..u8::BITS as usize).filter(|f| gate.facts >> f & 1 == 1) {
                filed.by_fact[fact * width + word] |= bit;
            }
        }
        filed
    }

    /// The gates that a post with these lists and facts opens, as bits.
    pub fn admitted(&self, met: &Met, out: &mut Vec<u64>) {
        out.clear();
        out.extend_from_slice(&self.open);
        let mut add = |table: &[u64], at: usize| {
            let opened = &table[at * self.width..][..self.width];
            out.iter_mut().zip(opened).for_each(|(o, bits)| *o |= bits);
        };
        met.lists.each(|list| add(&self.by_list, list.0 as usize));
        for fact in (0..u8::BITS as usize).filter(|f| met.facts >> f & 1 == 1) {
            add(&self.by_fact, fact);
        }
    }
}
