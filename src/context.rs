//! What the words around a cue do to it: senses, questions, negation, warning, report, hypothesis, joke.
//!
//! In: the cues of one field, triggers among them. Out: the same cues with their status, without the triggers. Order of
//! tests: the research notes. A suppressed cue stays, so that `explain` can show it.

use crate::{
    matcher::Cue,
    normalise::{Break, Kind, Text, Token},
    pack::{ListId, Pack, Trigger, TriggerKind, Word},
    vocabulary::{Role, Status},
};

/// How many triggers are looked at on each side of a cue: keeps hostile text linear.
const REACH: usize = 12;
/// A first sentence so short that begins with a warning is a headline: the warning holds for the next sentence too.
const HEADLINE: u32 = 8;
/// Words that may stand after a final question word where the sentence has a question mark ("… không shop ơi?").
const AFTER_FINAL: u32 = 3;

/// How far before a trigger the word that opens it may stand: "nếu mỗi ngày một thìa mà hết đau dạ dày thì tốt quá".
const OPENED_WITHIN: u32 = 16;

/// Triggers by list. Built once from a pack.
#[derive(Debug)]
pub struct Context {
    by_list: Vec<Option<u16>>,
}

/// A trigger found, and whether it still has power.
#[derive(Clone, Copy, Debug)]
struct Found {
    trigger: u16,
    kind: TriggerKind,
    first: u32,
    end: u32,
    sentence: u32,
    live: bool,
}

/// What holds of a whole sentence.
#[derive(Clone, Copy, Debug, Default)]
struct Mood {
    asks: bool,
    /// By its last words.
    asks_last: bool,
    /// Takes what it asks about for granted.
    teases: bool,
    warns: bool,
    jokes: bool,
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct ContextScratch {
    triggers: Vec<Found>,
    moods: Vec<Mood>,
}

impl Context {
    /// The triggers of a pack.
    pub fn new(pack: &Pack) -> Self {
        let mut by_list = vec![None; pack.lists.len()];
        for (i, trigger) in pack.triggers.iter().enumerate() {
            by_list[trigger.list.0 as usize] = Some(i as u16);
        }
        Self { by_list }
    }

    /// Sets the status of `cues[from..]`, all of one field and sorted by place, and takes the triggers out.
    pub fn resolve(&self, pack: &Pack, text: &Text, from: usize, scratch: &mut ContextScratch, cues: &mut Vec<Cue>) {
        self.gather(pack, text, &cues[from..], scratch);
        let mut kept = from;
        for at in from..cues.len() {
            let mut cue = cues[at];
            if self.by_list[cue.list.0 as usize].is_some() {
                continue;
            }
            if !scratch.triggers.is_empty()
                || text.sentences[text.tokens[cue.first as usize].sentence as usize].question
            {
                (cue.status, cue.dropped) = status(pack, text, &cue, scratch);
            }
            cues[kept] = cue;
            kept += 1;
        }
        cues.truncate(kept);
    }

    fn gather(&self, pack: &Pack, text: &Text, cues: &[Cue], scratch: &mut ContextScratch) {
        let ContextScratch { triggers, moods } = scratch;
        triggers.clear();
        moods.clear();
        moods.resize(text.sentences.len(), Mood::default());
        for cue in cues {
            if let Some(trigger) = self.by_list[cue.list.0 as usize] {
                let sentence = text.tokens[cue.first as usize].sentence;
                let followed = text.tokens.get(cue.end as usize).filter(|t| t.before < Break::Sentence);
                let not_before = &pack.triggers[trigger as usize].not_before;
                let live = !followed.is_some_and(|next| not_before.iter().any(|word| is(text, next, word)));
                let kind = pack.triggers[trigger as usize].kind;
                triggers.push(Found { trigger, kind, first: cue.first, end: cue.end, sentence, live });
            }
        }
        for at in 0..triggers.len() {
            if triggers[at].kind == TriggerKind::Unit {
                silence(triggers, at, false);
            }
        }
        for at in 0..triggers.len() {
            let t = triggers[at];
            let mood = &mut moods[t.sentence as usize];
            match t.kind {
                TriggerKind::Question if t.live => mood.asks = true,
                TriggerKind::QuestionFinal if t.live && is_final(text, &t) => {
                    mood.asks_last = true;
                    silence(triggers, at, true);
                }
                TriggerKind::Teaser if t.live => mood.teases = true,
                // "Đừng tin …" warns; it does not say that the thing is not so.
                TriggerKind::Warning if t.live => {
                    mood.warns = true;
                    silence(triggers, at, true);
                    if t.sentence == 0
                        && t.first <= 1
                        && text.sentences[0].end <= HEADLINE
                        && let Some(next) = moods.get_mut(1)
                    {
                        next.warns = true;
                    }
                }
                TriggerKind::Joke if t.live && !denied(text, triggers, at) => {
                    mood.jokes = true;
                    // "This tea cures cancer. Haha jk": it takes back what was said before.
                    let at = t.sentence as usize;
                    if at > 0 && t.first <= text.sentences[at].first + 1 {
                        moods[at - 1].jokes = true;
                    }
                }
                _ => {}
            }
        }
    }
}

/// Takes the power of negations (inside a unit, of all words of context) that trigger `at` covers.
fn silence(triggers: &mut [Found], at: usize, negations_only: bool) {
    let t = triggers[at];
    let low = at.saturating_sub(REACH);
    let high = (at + 1 + REACH).min(triggers.len());
    for (i, other) in triggers[low..high].iter_mut().enumerate() {
        let target = match other.kind {
            TriggerKind::NegationBefore | TriggerKind::NegationAfter => true,
            TriggerKind::Unit | TriggerKind::Sense => false,
            _ => !negations_only,
        };
        if low + i != at && target && other.first >= t.first && other.end <= t.end {
            other.live = false;
        }
    }
}

/// Whether a negation, or a phrase that only looks like one, reaches up to trigger `at`: "không đùa đâu", "not joking".
fn denied(text: &Text, triggers: &[Found], at: usize) -> bool {
    let t = triggers[at];
    let joined = text.tokens[t.first as usize].before == Break::None;
    let near = triggers[at.saturating_sub(REACH)..at].iter();
    let mut before = near.filter(|o| o.first < t.first);
    before.any(|o| match o.kind {
        TriggerKind::Unit => o.end > t.first,
        TriggerKind::NegationBefore => o.end > t.first || joined && o.end == t.first,
        _ => false,
    })
}

/// Whether a question word ends its sentence; pictures and tags after it do not count.
fn is_final(text: &Text, t: &Found) -> bool {
    let sentence = text.sentences[t.sentence as usize];
    let after = &text.tokens[t.end as usize..(sentence.end as usize).max(t.end as usize)];
    let words = after.iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Number)).count() as u32;
    words == 0 || sentence.question && words <= AFTER_FINAL
}

fn status(pack: &Pack, text: &Text, cue: &Cue, scratch: &ContextScratch) -> (Status, bool) {
    let sentence = text.tokens[cue.first as usize].sentence;
    let triggers = &scratch.triggers;
    let split = triggers.partition_point(|t| t.first < cue.first);
    let low = split.saturating_sub(REACH);
    let high = (split + REACH).min(triggers.len());
    let mut near = &triggers[low..high];
    // Only its own sentence speaks to a cue.
    while let [first, rest @ ..] = near {
        if first.sentence == sentence {
            break;
        }
        near = rest;
    }
    while let [rest @ .., last] = near {
        if last.sentence == sentence {
            break;
        }
        near = rest;
    }
    let asked = text.sentences[sentence as usize].question;
    let mood = scratch.moods[sentence as usize];
    if near.is_empty() && !asked && !mood.warns && !mood.jokes {
        return (Status::Affirmed, false);
    }
    let speaks = |t: &Trigger| t.only.is_empty() || t.only.contains(&cue.list);
    let live = |t: &&Found| t.live && t.sentence == sentence;
    // Which kinds there are at all: seven are asked for, and few stand near.
    let kinds = near.iter().filter(live).fold(0_u32, |kinds, t| kinds | 1 << t.kind as u32);
    let of = |kind: TriggerKind| {
        let near = if kinds >> kind as u32 & 1 == 1 { near } else { &[] };
        near.iter()
            .filter(live)
            .map(|t| (t, &pack.triggers[t.trigger as usize]))
            .filter(move |(_, trigger)| trigger.kind == kind && speaks(trigger))
    };
    if of(TriggerKind::Sense).any(|(t, _)| t.first < cue.end && cue.first < t.end) {
        return (Status::Affirmed, true);
    }
    let role = pack.lists[cue.list.0 as usize].role;
    let statement = matches!(role, Role::Claim | Role::Disclosure | Role::Denial);
    let marked = asked && statement && !mood.teases;
    let asks = mood.asks || mood.asks_last && !mood.teases;
    if asks && speaks_somewhere(pack, near, sentence, cue.list) || marked {
        return (Status::Questioned, false);
    }
    let stopped = |from: u32, to: u32, kind| {
        let inside = |t: &Found| t.first >= from && t.end <= to;
        of(TriggerKind::Contrast).any(|(t, _)| inside(t))
            || kind == TriggerKind::NegationBefore && of(TriggerKind::Stop).any(|(t, _)| inside(t))
            || text.tokens[from as usize..(to as usize + 1).min(text.tokens.len())]
                .iter()
                .any(|t| t.before >= Break::Clause)
    };
    let within = |scope: u32, between: u32| scope == 0 || between < scope;
    let from = text.sentences[sentence as usize].first;
    let opened = |trigger: &Trigger, at: u32| {
        trigger.opened_by.is_empty() || trigger.opened_by.iter().any(|words| stands_before(text, words, from, at))
    };
    let before = |kind| {
        of(kind).any(|(t, trigger)| {
            t.end <= cue.first
                && within(trigger.scope, cue.first - t.end)
                && (trigger.scope == 0 || !stopped(t.end, cue.first, kind))
                && opened(trigger, t.first)
        })
    };
    let after = of(TriggerKind::NegationAfter).any(|(t, trigger)| {
        t.first >= cue.end
            && within(trigger.scope, t.first - cue.end)
            && !stopped(cue.end, t.first, TriggerKind::NegationBefore)
    });
    // Both halves of a condition speak of one thing, whatever comma stands between.
    let imagined = of(TriggerKind::HypothesisAfter).any(|(t, trigger)| {
        t.first >= cue.end
            && within(trigger.scope, t.first - cue.end)
            && opened(trigger, cue.first)
            && !of(TriggerKind::Contrast).any(|(c, _)| c.first >= cue.end && c.end <= t.first)
    });
    let status = if before(TriggerKind::NegationBefore) || after {
        Status::Negated
    } else if mood.warns {
        Status::Warned
    } else if before(TriggerKind::Report) {
        Status::Reported
    } else if before(TriggerKind::Hypothesis) || imagined {
        Status::Hypothetical
    } else if mood.jokes {
        Status::Joked
    } else {
        Status::Affirmed
    };
    (status, false)
}

/// Whether a phrase stands between tokens `from` and `end`, not too far before `end` and in its clause: "if the price scares
/// you, this cures acne" supposes nothing.
fn stands_before(text: &Text, phrase: &[Word], from: u32, end: u32) -> bool {
    let low = from.max(end.saturating_sub(OPENED_WITHIN)) as usize;
    let clause = text.tokens[low..=end as usize].iter().rposition(|t| t.before >= Break::Clause);
    let low = low + clause.unwrap_or_default();
    let same = |tokens: &[Token]| tokens.iter().zip(phrase).all(|(token, word)| is(text, token, word));
    text.tokens[low..end as usize].windows(phrase.len()).any(same)
}

/// Whether a token is that word, or may be it without its diacritics.
fn is(text: &Text, token: &Token, word: &Word) -> bool {
    let key = text.key(token);
    key == word.marked || !token.accented && key == word.bare
}

/// Whether a question trigger of the sentence speaks to this list (one without a filter speaks to all).
fn speaks_somewhere(pack: &Pack, near: &[Found], sentence: u32, list: ListId) -> bool {
    let mut questions = near
        .iter()
        .filter(|t| t.live && t.sentence == sentence)
        .map(|t| &pack.triggers[t.trigger as usize])
        .filter(|t| matches!(t.kind, TriggerKind::Question | TriggerKind::QuestionFinal));
    questions.any(|t| t.only.is_empty() || t.only.contains(&list))
}
