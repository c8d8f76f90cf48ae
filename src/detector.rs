//! One post, from texts to findings: a pure function that cannot fail. The pipeline, `check`, `explain`, the tests and
//! the Python binding all call this one.

use crate::{
    analysis::Analysis,
    bits::ones,
    conditions::{ListSet, Seen, View},
    context::{Context, ContextScratch},
    edit,
    facts::{self, DisclosureReader, FeatureReader},
    gate::{self, Gate, Gates, Met},
    language::{self, Language, Run, Votes},
    matcher::{Cue, FieldText, MatchScratch, Matcher},
    normalise::{self, Folds, Text},
    pack::{Pack, Rule},
    post::{Field, Flags, Post},
    rules::{self, LawDay},
    uncover::{Uncover, UncoverScratch},
    vocabulary::Role,
    words::{Tagged, Words},
};
use std::sync::Arc;

/// Hashtags beside a caption that are looked at: more are no caption's.
const MOST_TAGS: usize = 100;

/// Why a pack cannot detect.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DetectorError {
    /// A list that disclosure is read from is missing.
    #[error(
        "kho thiếu danh sách để đọc việc công khai; cần / the pack lacks a list that disclosure is read from; needed: {}",
        DisclosureReader::LISTS.join(", ")
    )]
    MissingList,
}

/// The compiled pack. Shared by all workers; each brings its own [`Scratch`].
#[derive(Debug)]
pub struct Detector {
    pack: Arc<Pack>,
    words: Words,
    uncover: Uncover,
    matcher: Matcher,
    context: Context,
    features: FeatureReader,
    disclosure: DisclosureReader,
    enabled: Vec<bool>,
    /// What each kind of evidence and each rule cannot do without.
    evidence_gates: Gates,
    rule_gates: Gates,
}

/// Buffers of one worker, reused from post to post.
#[derive(Debug, Default)]
pub struct Scratch {
    texts: [Text; 6],
    tagged: [Tagged; 6],
    /// A field as it was read, until it takes the place of the one in `texts`.
    read: Text,
    uncover: UncoverScratch,
    cues: Vec<Cue>,
    matching: MatchScratch,
    context: ContextScratch,
    seen: Seen,
    hits: Vec<u32>,
    admitted: Vec<u64>,
    features: Vec<(usize, f64)>,
    analysis: Analysis,
    /// For edited posts.
    second: Option<Box<Scratch>>,
}

impl Scratch {
    /// The folded field of the last post.
    pub fn text(&self, field: Field) -> &Text {
        &self.texts[field as usize]
    }

    /// All cues of the last post with their status, dropped ones included.
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// What the commercial score of the last post adds up: features, rising, with their values.
    pub fn features(&self) -> &[(usize, f64)] {
        &self.features
    }

    /// The verdict on the last post.
    pub fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    /// Exchanges some fields with another one.
    fn lend(&mut self, other: &mut Self, fields: [bool; 6]) {
        for field in Field::ALL.map(|field| field as usize).into_iter().filter(|&field| fields[field]) {
            std::mem::swap(&mut self.texts[field], &mut other.texts[field]);
            std::mem::swap(&mut self.tagged[field], &mut other.tagged[field]);
        }
    }
}

impl Detector {
    /// Compiles a pack.
    ///
    /// # Errors
    /// When the pack lacks a list that disclosure is read from.
    pub fn new(pack: Arc<Pack>) -> Result<Self, DetectorError> {
        let words = Words::new(&pack);
        let uncover = Uncover::new(&pack, &words);
        let matcher = Matcher::new(&pack, &words);
        let context = Context::new(&pack);
        let features = FeatureReader::new(&pack);
        let disclosure = DisclosureReader::new(&pack).ok_or(DetectorError::MissingList)?;
        let enabled = vec![true; pack.rules.len()];
        let evidence_gates = pack.evidence.iter().map(|e| Gate::new(&pack, &e.when)).collect::<Vec<_>>();
        let rule_gates = pack.conditions.iter().map(|c| Gate::new(&pack, c)).collect::<Vec<_>>();
        let (evidence_gates, rule_gates) = (Gates::new(&evidence_gates), Gates::new(&rule_gates));
        Ok(Self { pack, words, uncover, matcher, context, features, disclosure, enabled, evidence_gates, rule_gates })
    }

    /// Keeps only the rules for which `keep` says so; what is read of a post stays the same.
    #[must_use]
    pub fn with_rules(mut self, keep: impl Fn(&Rule) -> bool) -> Self {
        self.enabled = self.pack.rules.iter().map(keep).collect();
        self
    }

    /// The pack inside.
    pub fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// The language runs of a field of the post that `scratch` was last used for, in order; together they hold every token.
    pub fn language_runs(&self, scratch: &Scratch, field: Field) -> Vec<Run> {
        language::runs(&scratch.texts[field as usize], &scratch.tagged[field as usize])
    }

    /// The search engine inside, for statistics.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// Judges one post.
    pub fn analyse(&self, post: &Post<'_>) -> Analysis {
        let mut scratch = Scratch::default();
        self.analyse_into(post, &mut scratch);
        scratch.analysis
    }

    /// Judges one post with reused buffers. The result is the same whatever was judged before.
    pub fn analyse_into<'s>(&self, post: &Post<'_>, scratch: &'s mut Scratch) -> &'s Analysis {
        self.judge_into(post, scratch);
        scratch.analysis.text_sha256 = post.text_sha256();
        if scratch.analysis.findings.iter().any(|f| !f.edits.is_empty()) {
            let mut findings = std::mem::take(&mut scratch.analysis.findings);
            let mut second = scratch.second.take().unwrap_or_default();
            // The edited post has the words of this one, of which it is known what they hide, and most of its fields.
            std::mem::swap(&mut scratch.uncover, &mut second.uncover);
            edit::prove(&self.pack, post, &mut findings, |edited| {
                let same = Field::ALL.map(|field| edited.field(field) == post.field(field));
                scratch.lend(&mut second, same);
                let after = self.judge(edited, &mut second, same);
                let after = after.findings.iter().map(|f| (f.rule, f.tier)).collect();
                scratch.lend(&mut second, same);
                after
            });
            std::mem::swap(&mut scratch.uncover, &mut second.uncover);
            (scratch.second, scratch.analysis.findings) = (Some(second), findings);
        }
        &scratch.analysis
    }

    /// The same without proof that edits clear their findings and without the caption's hash: for counting, where nobody
    /// reads the one or the other.
    pub fn judge_into<'s>(&self, post: &Post<'_>, scratch: &'s mut Scratch) -> &'s Analysis {
        self.judge(post, scratch, [false; 6])
    }

    /// The same, where `scratch` holds some fields `ready`.
    fn judge<'s>(&self, post: &Post<'_>, scratch: &'s mut Scratch, ready: [bool; 6]) -> &'s Analysis {
        let pack = &*self.pack;
        let mut votes = Votes::default();
        for field in Field::ALL {
            if !ready[field as usize] {
                self.fold(post.field(field).unwrap_or(""), field, scratch);
            }
            let (text, tagged) = (&scratch.texts[field as usize], &scratch.tagged[field as usize]);
            // A bio is written for every post, in whatever language: it says nothing of this one.
            if field != Field::Bio {
                votes.add(text, tagged);
            }
        }
        let language = votes.verdict(&post.text);
        self.find(post, language.tag, scratch);
        let Scratch { texts, cues, seen, hits, admitted, features, analysis, .. } = scratch;
        let mut flags = post.flags;
        if cues.iter().any(|c| !c.dropped && c.field != Field::Bio && c.folds.intersects(Folds::AGGRESSIVE)) {
            flags.insert(Flags::OBFUSCATED);
        }
        let (mut view, met) = self.view(post, cues, language, seen, admitted);
        self.features.read(pack, &view, &texts[Field::Text as usize], features);
        let score = facts::score(pack, features);
        let label = view.commercial;
        let evidence = view.evidence;
        let disclosure = self.disclosure.read(pack, &view, texts, flags);
        (view.state, view.reasons) = (disclosure.state, disclosure.reasons);

        analysis.claims.clear();
        analysis.findings.clear();
        facts::claims(pack, &view, &mut analysis.claims);
        self.rule_gates.admitted(&met, admitted);
        rules::judge(
            pack,
            ones(admitted).filter(|&i| self.enabled[i]),
            &view,
            law_day(pack, post),
            score,
            hits,
            &mut analysis.claims,
            &mut analysis.findings,
        );
        analysis.claims.sort_by_key(|c| (c.field, c.span.start(), c.span.end(), c.term));

        bits_into(evidence, |i| pack.evidence[i].hard, &mut analysis.hard);
        bits_into(evidence, |i| !pack.evidence[i].hard, &mut analysis.soft);
        bits_into(view.products, |_| true, &mut analysis.products);
        (analysis.language, analysis.commercial, analysis.score) = (language, label, score);
        (analysis.unseen, analysis.flags) = (view.unseen, flags);
        analysis.disclosure = disclosure;
        analysis
    }

    /// One field to looked-up tokens, disguises read.
    fn fold(&self, raw: &str, field: Field, scratch: &mut Scratch) {
        let (text, tagged) = (&mut scratch.texts[field as usize], &mut scratch.tagged[field as usize]);
        if raw.is_empty() {
            // Most fields of most posts.
            text.clear();
            return self.words.tag(text, tagged);
        }
        normalise::fold(raw, text);
        self.words.tag(text, tagged);
        if self.uncover.read(raw, text, tagged, &self.words, &mut scratch.uncover, &mut scratch.read) {
            std::mem::swap(text, &mut scratch.read);
            self.words.tag(text, tagged);
        }
    }

    /// What conditions are asked of, as far as cues alone tell: all but the disclosure verdict. With it, what the post
    /// brings to the gates.
    pub(crate) fn view<'a>(
        &self,
        post: &'a Post<'a>,
        cues: &'a [Cue],
        language: Language,
        seen: &'a mut Seen,
        admitted: &mut Vec<u64>,
    ) -> (View<'a>, Met) {
        let pack = &*self.pack;
        let mut outside = ListSet::default();
        seen.read(cues);
        for link in &post.links {
            self.matcher.link_lists(pack, link, |list| outside.insert(list));
        }
        // A label that the caption as exported lacks; no words of it can be shown, so nothing else rests on such tags.
        let tags = post.hashtags.iter().take(MOST_TAGS).map(|tag| tag.trim_start_matches('#'));
        let written = |tag: &&str| post.text.match_indices(*tag).any(|(at, _)| post.text[..at].ends_with('#'));
        for tag in tags.filter(|tag| !tag.is_empty() && !written(tag)) {
            self.matcher.tag_lists(pack, &self.words, tag, |list| {
                if pack.lists[list.0 as usize].role == Role::Disclosure {
                    outside.insert(list);
                }
            });
        }
        let met = gate::met(seen.lists().with(outside), post);
        let mut view = View::new(post, cues, seen, outside, language);
        view.unseen = facts::unseen(pack, post);
        view.products = facts::products(pack, &view);
        self.evidence_gates.admitted(&met, admitted);
        (view.evidence, view.commercial) = facts::commercial(pack, ones(admitted), &view);
        (view, met)
    }

    /// Cues with their status, field by field.
    fn find(&self, post: &Post<'_>, tag: crate::vocabulary::Tag, scratch: &mut Scratch) {
        let Scratch { texts, tagged, cues, matching, context, .. } = scratch;
        cues.clear();
        for field in Field::ALL {
            let (text, tagged) = (&texts[field as usize], &tagged[field as usize]);
            if text.tokens.is_empty() {
                continue;
            }
            let from = cues.len();
            let raw = post.field(field).unwrap_or("");
            self.matcher.find(&self.pack, &self.words, tag, FieldText { field, raw, text, tagged }, matching, cues);
            self.context.resolve(&self.pack, text, from, context, cues);
        }
    }
}

/// The day whose law applies: the post's own in UTC+7, else the pack's.
pub fn law_day(pack: &Pack, post: &Post<'_>) -> LawDay {
    let own = post.posted.and_then(|m| m.day()).filter(|_| !post.flags.contains(Flags::UNDATED));
    LawDay { day: own.unwrap_or(pack.law_as_of), dated: own.is_some() }
}

fn bits_into(set: u64, keep: impl Fn(usize) -> bool, out: &mut Vec<u8>) {
    out.clear();
    out.extend(ones(&[set]).filter(|&i| keep(i)).map(|i| i as u8));
}
