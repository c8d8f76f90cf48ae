//! The one disclosure state of a post, with axes and reasons (`docs/design.md`, disclosure; numbers in
//! `lexicons/weights/disclosure.toml`).

use crate::{
    analysis::{Axes, Disclosure},
    conditions::View,
    matcher::Cue,
    normalise::{Folds, Kind, Text},
    pack::{DisclosureNumbers, Lang, ListId, Pack},
    post::{Field, Flags},
    vocabulary::{Commercial, DisclosureState, Reasons, Role, Tag},
};
use unicode_normalization::char::is_combining_mark;

/// Reads disclosure from cues. Built once from a pack.
#[derive(Debug)]
pub struct DisclosureReader {
    strong: ListId,
    commission: ListId,
    affiliate_word: ListId,
    vague: ListId,
    thanks: ListId,
    gift: ListId,
    denial: ListId,
    elsewhere: ListId,
    /// A business by its own words, and offers that somebody who earns by a link passes on as well.
    own_voice: Vec<ListId>,
    offers: Vec<ListId>,
    /// Copy and goods as sellers name them: a voice where a seller is the evidence.
    copy: Vec<ListId>,
    links: Vec<ListId>,
    /// A seller named in a hashtag only.
    shop_tag: Option<ListId>,
    /// The pose of a visitor; a seller's voice after it comes late.
    neutral: Option<ListId>,
    /// Evidence bits of somebody else's money.
    third_party: u64,
    affiliate: u64,
    seller: u64,
    code: u64,
    numbers: DisclosureNumbers,
}

/// A label that was found, and what speaks against it.
#[derive(Clone, Copy, Debug)]
struct Label {
    reasons: Reasons,
    clear: bool,
    placed: bool,
    language: bool,
}

impl DisclosureReader {
    /// Lists that a pack must have for disclosure to be read.
    pub const LISTS: [&'static str; 8] = [
        "disclosure.strong",
        "disclosure.commission",
        "disclosure.affiliate_word",
        "disclosure.vague",
        "disclosure.thanks",
        "sponsor.gift",
        "disclosure.denial",
        "disclosure.elsewhere",
    ];

    /// The reader for a pack; `None` when it lacks one of [`Self::LISTS`].
    pub fn new(pack: &Pack) -> Option<Self> {
        let [strong, commission, affiliate_word, vague, thanks, gift, denial, elsewhere] =
            Self::LISTS.map(|l| pack.list(l));
        let some = |ids: &[&str]| ids.iter().filter_map(|l| pack.list(l)).collect();
        let bit = |id: &str| pack.evidence.iter().position(|e| e.id == id).map_or(0, |i| 1 << i);
        Some(Self {
            strong: strong?,
            commission: commission?,
            affiliate_word: affiliate_word?,
            vague: vague?,
            thanks: thanks?,
            gift: gift?,
            denial: denial?,
            elsewhere: elsewhere?,
            own_voice: some(&["disclosure.own_voice", "shop.own"]),
            offers: some(&[
                "shop.offer",
                "shop.family",
                "shop.delivery",
                "write.me",
                "cta.contact",
                "brand.ours",
                "brand.copy",
                "promo.room",
            ]),
            copy: some(&["brand.call", "brand.pitch", "shop.side", "shop.trade"]),
            links: some(&[
                "link.affiliate",
                "affiliate.basket",
                "affiliate.word",
                "link.shop",
                "link.shortener",
                "value.url",
            ]),
            shop_tag: pack.list("shop.tag"),
            neutral: pack.list("voice.neutral"),
            third_party: bit("gift_statement") | bit("paid_statement") | bit("brief_text"),
            affiliate: bit("affiliate_link"),
            seller: bit("brand_ad") | bit("own_shop"),
            code: bit("personal_code"),
            numbers: pack.disclosure,
        })
    }

    /// The verdict on a post whose commercial label and evidence are known. `texts` are the folded fields.
    pub fn read(&self, pack: &Pack, view: &View<'_>, texts: &[Text; 6], flags: Flags) -> Disclosure {
        let mut verdict = Disclosure::default();
        let caption = &texts[Field::Text as usize];
        let nothing = texts.iter().all(|t| t.tokens.is_empty());
        if view.commercial == Commercial::No && !(nothing && view.labelled()) {
            return verdict;
        }
        let best = self.best_label(pack, view, texts);
        let cue = |list| view.cues.iter().any(|c| c.list == list && c.affirmed() && in_post(c.field));
        let said = Axes { present: Some(true), ..Axes::default() };
        if let Some(label) = best {
            verdict.axes = Axes {
                present: Some(true),
                clear: Some(label.clear),
                placed: Some(label.placed),
                language: Some(label.language || view.labelled()),
                sustained: self.sustained(view, texts),
            };
            verdict.reasons = label.reasons;
            let mut adequate = label.reasons.is_empty() || view.labelled() && label.reasons == Reasons::OTHER_LANGUAGE;
            if verdict.axes.sustained == Some(false) {
                verdict.reasons.insert(Reasons::NOT_SUSTAINED);
                adequate = false;
            }
            verdict.state = if adequate { DisclosureState::Adequate } else { DisclosureState::Weak };
            if adequate {
                verdict.reasons = Reasons::default();
            }
            return verdict;
        }
        // "Not sponsored. Some links are affiliate links": the link is told, so nothing is denied.
        let link_told = cue(self.affiliate_word);
        if cue(self.denial) && !link_told && view.commercial == Commercial::Yes {
            verdict.state = DisclosureState::Denied;
            verdict.axes = Axes { present: Some(false), ..Axes::default() };
            return verdict;
        }
        if view.labelled() {
            verdict.state = DisclosureState::Adequate;
            verdict.reasons = Reasons::PLATFORM_LABEL_ONLY;
            verdict.axes = Axes { clear: Some(true), placed: Some(true), language: Some(true), ..said };
            return verdict;
        }
        // Who earns by somebody else's goods does not speak for the goods' seller.
        let own_goods = view.evidence & self.third_party == 0 && !link_told;
        if let Some(placed) = self.own_voice(view, caption).filter(|_| own_goods) {
            verdict.axes = Axes { clear: Some(true), placed: Some(placed), language: Some(true), ..said };
            verdict.reasons = Reasons::OWN_VOICE;
            verdict.state = DisclosureState::Adequate;
            if !placed {
                verdict.reasons.insert(Reasons::LATE);
                verdict.state = DisclosureState::Weak;
            }
            return verdict;
        }
        if own_goods && self.shop_tag.is_some_and(cue) {
            verdict.axes = Axes { clear: Some(true), placed: Some(false), language: Some(true), ..said };
            verdict.reasons = Reasons::OWN_VOICE;
            verdict.reasons.insert(Reasons::BURIED);
            verdict.state = DisclosureState::Weak;
            return verdict;
        }
        for (list, reasons) in [
            (self.affiliate_word, &[Reasons::VAGUE_WORD][..]),
            (self.vague, &[Reasons::VAGUE_WORD]),
            (self.thanks, &[Reasons::THANKS_ONLY]),
            (self.gift, &[Reasons::GIFT_ONLY, Reasons::PARTIAL]),
            (self.elsewhere, &[Reasons::ELSEWHERE]),
        ] {
            if cue(list) {
                reasons.iter().for_each(|&r| verdict.reasons.insert(r));
            }
        }
        let labels = [self.strong, self.commission];
        // A hashtag that the record lists beside the caption is shown somewhere, nobody knows where.
        let listed = labels.iter().any(|&l| view.outside.has(l));
        if listed || view.cues.iter().any(|c| labels.contains(&c.list) && c.affirmed() && !in_post(c.field)) {
            verdict.reasons.insert(Reasons::ELSEWHERE);
        }
        if !verdict.reasons.is_empty() {
            verdict.state = DisclosureState::Weak;
            verdict.axes = Axes { clear: Some(false), ..said };
            return verdict;
        }
        verdict.axes = Axes { present: Some(false), ..Axes::default() };
        let unread = caption.tokens.is_empty() || !view.readable() || flags.contains(Flags::TRUNCATED);
        verdict.state = if unread { DisclosureState::Unknown } else { DisclosureState::Absent };
        verdict
    }

    /// The label against which the least speaks.
    fn best_label(&self, pack: &Pack, view: &View<'_>, texts: &[Text; 6]) -> Option<Label> {
        let labels = view.cues.iter().filter(|c| c.affirmed() && in_post(c.field));
        let mut labels = labels.filter(|c| c.list == self.strong || c.list == self.commission).peekable();
        labels.peek()?;
        let selling = first_selling(pack, view);
        labels.map(|c| self.judge(pack, view, texts, &selling, c)).min_by_key(|l| l.reasons.names().count())
    }

    /// A commission is told where the link is; elsewhere in a post without links it is a label like any other.
    fn next_to_link(&self, view: &View<'_>, commission: &Cue) -> bool {
        let links = view.cues.iter().filter(|c| self.links.contains(&c.list) && !c.dropped);
        let mut links = links.filter(|c| c.field != Field::Bio).peekable();
        let near = |c: &Cue| {
            let gap = if c.first >= commission.end {
                c.first - commission.end
            } else {
                commission.first.saturating_sub(c.end)
            };
            c.field == commission.field && gap <= self.numbers.commission_within
        };
        links.peek().is_none() || links.any(near)
    }

    fn judge(&self, pack: &Pack, view: &View<'_>, texts: &[Text; 6], selling: &[Option<u32>; 6], cue: &Cue) -> Label {
        let mut reasons = Reasons::default();
        let text = &texts[cue.field as usize];
        let raw = view.post.field(cue.field).unwrap_or("");
        let told = cue.list == self.commission;
        let after_selling = selling[cue.field as usize].is_some_and(|first| first < cue.first);
        let buried = cue.field == Field::Text && self.in_run(text, cue);
        let late = match cue.field {
            // Told beside its link, where a reader decides; far from every link it is not seen in time.
            Field::Text if told => !self.next_to_link(view, cue),
            Field::Text => after_selling && self.past_fold(raw, cue.span.start() as usize),
            Field::Transcript => after_selling,
            _ => false,
        };
        let lang = pack.terms[cue.term.0 as usize].lang;
        let foreign = match view.language.tag {
            _ if view.language.mixed => false,
            Tag::Vi => lang == Lang::En,
            Tag::En => lang == Lang::Vi,
            _ => false,
        };
        let broken = cue.folds.intersects(Folds::AGGRESSIVE);
        for (holds, reason) in [
            (buried, Reasons::BURIED),
            (late && !buried, Reasons::LATE),
            (foreign, Reasons::OTHER_LANGUAGE),
            (broken, Reasons::OBFUSCATED),
        ] {
            if holds {
                reasons.insert(reason);
            }
        }
        Label { reasons, clear: !broken, placed: !(buried || late), language: !foreign }
    }

    /// Whether byte `at` stands past the fold of a text that is longer than the fold.
    fn past_fold(&self, raw: &str, at: usize) -> bool {
        let beyond = |s: &str| {
            visible(s).nth(self.numbers.fold_code_points as usize).is_some()
                || s.matches('\n').nth(self.numbers.fold_lines as usize).is_some()
        };
        beyond(raw) && beyond(&raw[..at])
    }

    /// Whether a hashtag label stands in a run of hashtags, and is not the caption's first token.
    fn in_run(&self, text: &Text, cue: &Cue) -> bool {
        let tag = |i: usize| text.tokens.get(i).is_some_and(|t| t.kind == Kind::Hashtag);
        let (first, last) = (cue.first as usize, cue.end as usize - 1);
        if first == 0 || !tag(first) {
            return false;
        }
        // No further than a run must reach: hostile text is one run.
        let run = self.numbers.hashtag_run as usize;
        let before = (0..first).rev().take(run).take_while(|&i| tag(i)).count();
        let after = (last + 1..text.tokens.len()).take(run).take_while(|&i| tag(i)).count();
        before + after + 1 >= run
    }

    /// Whether the seller speaks as seller, and if so, whether in the opening.
    fn own_voice(&self, view: &View<'_>, caption: &Text) -> Option<bool> {
        let raw = view.post.field(Field::Text).unwrap_or("");
        let passed_on = view.evidence & self.affiliate != 0 || view.commercial != Commercial::Yes;
        // Copy speaks for the seller; beside a code it may be the words of whoever hands the code out.
        let seller_speaks = !passed_on && view.evidence & self.seller != 0 && view.evidence & self.code == 0;
        let speaks = |list| {
            self.own_voice.contains(list)
                || !passed_on && self.offers.contains(list)
                || seller_speaks && self.copy.contains(list)
        };
        let voices = view.cues.iter().filter(|c| speaks(&c.list) && c.affirmed() && c.field == Field::Text);
        let first = voices.map(|c| c.span.start() as usize).min()?;
        let posed = |c: &Cue| Some(c.list) == self.neutral && !c.dropped && c.field == Field::Text;
        if view.cues.iter().any(|c| posed(c) && (c.span.start() as usize) < first) {
            return Some(false);
        }
        let code_points = |s: &str| visible(s).count() as u64;
        let early = code_points(&raw[..first]) * 100 <= code_points(raw) * u64::from(self.numbers.voice_percent);
        Some(!caption.tokens.is_empty() && (early || !self.past_fold(raw, first)))
    }

    /// A long transcript needs the label more than once.
    fn sustained(&self, view: &View<'_>, texts: &[Text; 6]) -> Option<bool> {
        let words = texts[Field::Transcript as usize].tokens.len();
        if words < self.numbers.long_transcript_words as usize {
            return None;
        }
        let said =
            view.cues.iter().filter(|c| c.list == self.strong && c.affirmed() && c.field == Field::Transcript).count();
        let shown = view.cues.iter().any(|c| c.list == self.strong && c.affirmed() && c.field == Field::OnScreen);
        Some(said >= 2 || shown)
    }
}

/// By field, the first token of its first selling cue: a label that begins later stands after the selling.
fn first_selling(pack: &Pack, view: &View<'_>) -> [Option<u32>; 6] {
    let mut first = [None; 6];
    for cue in view.cues.iter().filter(|c| c.affirmed()) {
        let list = &pack.lists[cue.list.0 as usize];
        if list.role == Role::Commercial && !list.id.starts_with("value.number") {
            // Cues come by field and place.
            first[cue.field as usize].get_or_insert(cue.first);
        }
    }
    first
}

/// Whether a field is part of the post itself: bio and comment are elsewhere.
fn in_post(field: Field) -> bool {
    !matches!(field, Field::FirstComment | Field::Bio)
}

/// Code points that take a place: combining marks stand on the letter before them, so that a decomposed caption folds
/// where a composed one does.
fn visible(text: &str) -> impl Iterator<Item = char> {
    // No mark is combining before U+0300, nor where composed Vietnamese letters are.
    text.chars().filter(|&c| c < '\u{300}' || matches!(c, '\u{1E00}'..='\u{1EFF}') || !is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use crate::{
        detector::Detector,
        pack::Pack,
        post::Post,
        vocabulary::{DisclosureState, Reasons},
    };
    use std::{error::Error, sync::Arc};

    #[test]
    fn a_link_that_is_told_is_neither_denied_nor_spoken_by_its_seller() -> Result<(), Box<dyn Error>> {
        let detector = Detector::new(Arc::new(Pack::embedded()?))?;
        let far = "and so the story goes on and on ".repeat(8);
        let late = format!("Brushes: https://amzn.to/1aBcDe {far} If you use it I earn a small commission.");
        let cases = [
            (
                "This video is not sponsored. Some links are affiliate links: https://amzn.to/1aBcDe",
                DisclosureState::Weak,
                Reasons::VAGUE_WORD,
            ),
            (
                "This video is not sponsored. Brushes: https://amzn.to/1aBcDe",
                DisclosureState::Denied,
                Reasons::default(),
            ),
            (
                "Buy now in our shop. Supplies contain affiliate links: https://amzn.to/1aBcDe",
                DisclosureState::Weak,
                Reasons::VAGUE_WORD,
            ),
            (
                "Brushes: https://amzn.to/1aBcDe If you use it I earn a small commission.",
                DisclosureState::Adequate,
                Reasons::default(),
            ),
            (late.as_str(), DisclosureState::Weak, Reasons::LATE),
        ];
        for (text, state, reasons) in cases {
            let found = detector.analyse(&Post { text: text.into(), ..Post::default() }).disclosure;
            assert_eq!((found.state, found.reasons), (state, reasons), "{text}");
        }
        Ok(())
    }
}
