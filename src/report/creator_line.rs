//! The lines of `creators.jsonl`, written by hand as those of posts are: the bytes are the ones that the record's own
//! serialisation gives.

use super::json;
use crate::score::{
    Bounds, CapCause, Confidence, CreatorScore, CriterionRecord, Edition, NotRated, PolicyStamp, RuleCount, Share,
    Stability, WindowStamp,
};

/// Writes creators. What every line of a run repeats is written out once and copied from then on.
#[derive(Debug, Default)]
pub struct CreatorLines {
    stamp: Option<Stamp>,
}

/// `"window":…` to `"pack":…`, and what it says.
#[derive(Debug)]
struct Stamp {
    window: WindowStamp,
    policy: PolicyStamp,
    pack: Edition,
    bytes: Vec<u8>,
}

impl CreatorLines {
    /// Nothing written yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the creator's line.
    pub fn write(&mut self, out: &mut Vec<u8>, score: &CreatorScore) {
        out.extend_from_slice(br#"{"type":"creator","creator":"#);
        string(out, &score.creator);
        out.extend_from_slice(br#","platform":"#);
        string(out, &score.platform);
        let posts = &score.posts;
        let disclosure = &score.disclosure;
        integers(
            out,
            [
                (r#","posts":{"all":"#, posts.all),
                (r#","commercial":"#, posts.commercial),
                (r#","unsure":"#, posts.unsure),
                (r#","unknown":"#, posts.unknown),
                (r#","undated":"#, posts.undated),
            ],
        );
        out.extend_from_slice(br#"},"counts":"#);
        json::array(out, &score.counts, write_count);
        integers(
            out,
            [
                (r#","disclosure":{"adequate":"#, disclosure.adequate),
                (r#","weak":"#, disclosure.weak),
                (r#","absent":"#, disclosure.absent),
                (r#","denied":"#, disclosure.denied),
            ],
        );
        out.extend_from_slice(br#"},"criteria":{"transparency":"#);
        self.criterion(out, &score.criteria.transparency);
        out.extend_from_slice(br#","ad_compliance":"#);
        self.criterion(out, &score.criteria.ad_compliance);
        let (posts, first, second) = (score.evidence.posts, &score.evidence.authenticity, &score.evidence.feedback);
        integers(
            out,
            [
                (r#"},"evidence":{"posts":"#, posts),
                (r#","authenticity":{"same_caption":"#, first.same_caption),
                (r#","ai_label_known":"#, first.ai_label_known),
                (r#","ai_labelled":"#, first.ai_labelled),
            ],
        );
        integer_or_null(out, r#"},"feedback":{"followers":"#, second.followers);
        integers(out, [(r#","likes_known":"#, second.likes_known)]);
        integer_or_null(out, r#","likes_median":"#, second.likes_median);
        out.extend_from_slice(b"}}");
        if let Some(review) = &score.review {
            out.extend_from_slice(br#","review":"#);
            // Only `score` writes it, and a vector takes everything.
            drop(serde_json::to_writer(&mut *out, review));
        }
        out.extend_from_slice(b"}\n");
    }

    fn criterion(&mut self, out: &mut Vec<u8>, record: &CriterionRecord) {
        word(out, r#"{"state":"#, Some(record.state.name()));
        word(out, r#","reason":"#, record.reason.map(NotRated::name));
        numbers(out, [(r#","score":"#, record.score), (r#","lower":"#, record.lower), (r#","upper":"#, record.upper)]);
        for (name, band) in [
            (r#","band":"#, &record.band),
            (r#","band_low":"#, &record.band_low),
            (r#","band_high":"#, &record.band_high),
            (r#","award_band":"#, &record.award_band),
            (r#","adverse_band":"#, &record.adverse_band),
        ] {
            word(out, name, band.as_deref());
        }
        word(out, r#","confidence":"#, record.confidence.map(Confidence::name));
        out.extend_from_slice(br#","uncapped":"#);
        match &record.uncapped {
            Some(bounds) => write_bounds(out, bounds),
            None => out.extend_from_slice(b"null"),
        }
        numbers(out, [(r#","cap":"#, record.cap)]);
        word(out, r#","cap_cause":"#, record.cap_cause.map(CapCause::name));
        integers(
            out,
            [
                (r#","n_assessed":"#, record.n_assessed),
                (r#","n_clean":"#, record.n_clean),
                (r#","n_violating":"#, record.n_violating),
                (r#","n_copies":"#, record.n_copies),
                (r#","n_unknown":"#, record.n_unknown),
            ],
        );
        numbers(
            out,
            [
                (r#","weight":"#, Some(record.weight)),
                (r#","good":"#, Some(record.good)),
                (r#","bad":"#, Some(record.bad)),
                (r#","coverage":"#, record.coverage),
            ],
        );
        out.extend_from_slice(br#","low_coverage":"#);
        json::boolean(out, record.low_coverage);
        numbers(
            out,
            [
                (r#","best":"#, record.best),
                (r#","worst":"#, record.worst),
                (r#","without_appealed":"#, record.without_appealed),
            ],
        );
        out.extend_from_slice(br#","band_stability":"#);
        match &record.band_stability {
            Some(Stability { posts, findings, band }) => {
                integers(out, [(r#"{"posts":"#, *posts), (r#","findings":"#, *findings)]);
                word(out, r#","band":"#, Some(band));
                out.push(b'}');
            }
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","shares":"#);
        json::array(out, &record.shares, write_share);
        out.extend_from_slice(br#","reasons":"#);
        json::array(out, &record.reasons, |out, reason| {
            out.extend_from_slice(br#"{"rule":"#);
            string(out, &reason.rule);
            numbers(out, [(r#","points":"#, Some(reason.points))]);
            integers(out, [(r#","n":"#, reason.n)]);
            out.extend_from_slice(br#","curable":"#);
            json::boolean(out, reason.curable);
            out.push(b'}');
        });
        out.extend_from_slice(br#","review_required":"#);
        json::boolean(out, record.review_required);
        out.push(b',');
        self.stamp(out, record);
        out.push(b'}');
    }

    fn stamp(&mut self, out: &mut Vec<u8>, record: &CriterionRecord) {
        let same = |stamp: &&Stamp| {
            stamp.window == record.window && stamp.policy == record.policy && stamp.pack == record.pack
        };
        if let Some(stamp) = self.stamp.as_ref().filter(same) {
            return out.extend_from_slice(&stamp.bytes);
        }
        let stamp = Stamp::new(record);
        out.extend_from_slice(&stamp.bytes);
        self.stamp = Some(stamp);
    }
}

impl Stamp {
    fn new(record: &CriterionRecord) -> Self {
        let (window, policy, pack) = (record.window.clone(), record.policy.clone(), record.pack.clone());
        let mut bytes = Vec::new();
        let out = &mut bytes;
        word(out, r#""window":{"as_of":"#, Some(&window.as_of));
        integers(out, [(r#","days":"#, u64::from(window.days))]);
        word(out, r#"},"policy":{"id":"#, Some(&policy.id));
        word(out, r#","version":"#, Some(&policy.version));
        word(out, r#","status":"#, Some(policy.status.name()));
        word(out, r#","sha256":"#, Some(&policy.sha256));
        word(out, r#"},"pack":{"version":"#, Some(&pack.version));
        word(out, r#","sha256":"#, Some(&pack.sha256));
        if let Some(run) = &pack.run {
            word(out, r#","run":"#, Some(run));
        }
        out.push(b'}');
        Self { window, policy, pack, bytes }
    }
}

fn integers<const N: usize>(out: &mut Vec<u8>, named: [(&str, u64); N]) {
    for (name, value) in named {
        out.extend_from_slice(name.as_bytes());
        json::integer(out, value);
    }
}

fn integer_or_null(out: &mut Vec<u8>, name: &str, value: Option<u64>) {
    out.extend_from_slice(name.as_bytes());
    match value {
        Some(value) => json::integer(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

fn numbers<const N: usize>(out: &mut Vec<u8>, named: [(&str, Option<f64>); N]) {
    for (name, value) in named {
        out.extend_from_slice(name.as_bytes());
        match value {
            Some(value) => json::number(out, value),
            None => out.extend_from_slice(b"null"),
        }
    }
}

fn word(out: &mut Vec<u8>, name: &str, word: Option<&str>) {
    out.extend_from_slice(name.as_bytes());
    match word {
        Some(word) => string(out, word),
        None => out.extend_from_slice(b"null"),
    }
}

/// Backspace and form feed have short escapes here, unlike in the lines of posts.
fn string(out: &mut Vec<u8>, text: &str) {
    // Writing a string into a vector cannot fail.
    drop(serde_json::to_writer(out, text));
}

fn write_count(out: &mut Vec<u8>, count: &RuleCount) {
    word(out, r#"{"rule":"#, Some(&count.rule));
    word(out, r#","severity":"#, Some(count.severity.name()));
    word(out, r#","tier":"#, Some(count.tier.name()));
    integers(out, [(r#","n":"#, count.n), (r#","n_counting":"#, count.n_counting)]);
    out.push(b'}');
}

fn write_share(out: &mut Vec<u8>, share: &Share) {
    word(out, r#"{"what":"#, Some(share.what));
    integers(out, [(r#","n":"#, share.n), (r#","of":"#, share.of)]);
    numbers(out, [(r#","share":"#, share.share), (r#","lower":"#, share.lower), (r#","upper":"#, share.upper)]);
    out.push(b'}');
}

fn write_bounds(out: &mut Vec<u8>, bounds: &Bounds) {
    let [score, lower, upper] = [bounds.score, bounds.lower, bounds.upper].map(Some);
    numbers(out, [(r#"{"score":"#, score), (r#","lower":"#, lower), (r#","upper":"#, upper)]);
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pack::{Severity, Tier},
        score::{
            Authenticity, CriteriaRecord, DisclosureCounts, EvidenceTables, Feedback, PolicyStatus, PostCounts, Reason,
            ReviewRecord, State,
        },
    };
    use proptest::prelude::*;

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![(0..2_000_000_u32).prop_map(|n| f64::from(n) / 10_000.0), any::<f64>(), Just(-0.0), Just(1e9)]
    }

    // Boxed: value trees of this size do not fit a test thread's stack side by side.
    fn numbers() -> BoxedStrategy<[Option<f64>; 8]> {
        prop::array::uniform8(prop::option::of(number().boxed())).boxed()
    }

    prop_compose! {
        fn criterion()(
            n in prop::array::uniform8(any::<u64>()),
            x in numbers(),
            [weight, good, bad] in prop::array::uniform3(number().boxed()).boxed(),
            bands in prop::array::uniform5(prop::option::of(".{0,6}").boxed()).boxed(),
            state in prop::sample::select(vec![State::Rated, State::RatedLowCoverage, State::NotRated, State::UnderReview]),
            reason in prop::option::of(prop::sample::select(vec![
                NotRated::NoCommercialPosts, NotRated::BelowMinimumPosts, NotRated::EvidenceTooOld, NotRated::LowCoverage,
            ])),
            confidence in prop::option::of(prop::sample::select(vec![
                Confidence::High, Confidence::Medium, Confidence::Low,
            ])),
            cap_cause in prop::option::of(prop::sample::select(vec![
                CapCause::OpenCriticals, CapCause::OpenCritical, CapCause::CuredCritical,
            ])),
            many in 0..3_usize,
            yes in any::<bool>(),
            texts in prop::array::uniform5(".{0,6}".boxed()).boxed(),
            run in prop::option::of(".{0,6}"),
            status in prop::sample::select(vec![PolicyStatus::Draft, PolicyStatus::Adopted, PolicyStatus::Withdrawn]),
        ) -> CriterionRecord {
            let [score, lower, upper, cap, coverage, best, worst, without_appealed] = x;
            let [band, band_low, band_high, award_band, adverse_band] = bands;
            let [as_of, id, version, sha256, rule] = texts;
            CriterionRecord {
                state, reason, score, lower, upper, band, band_low, band_high, award_band, adverse_band, confidence,
                uncapped: yes.then_some(Bounds { score: weight, lower: good, upper: bad }),
                cap, cap_cause,
                n_assessed: n[0], n_clean: n[1], n_violating: n[2], n_copies: n[3], n_unknown: n[4],
                weight, good, bad, coverage, low_coverage: yes, best, worst, without_appealed,
                band_stability: yes.then(|| Stability { posts: n[6], findings: n[7], band: rule.clone() }),
                shares: vec![Share { what: "clean", n: n[5], of: n[6], share: score, lower, upper }; many],
                reasons: vec![Reason { rule, points: weight, n: n[7], curable: !yes }; many],
                review_required: !yes,
                window: WindowStamp { as_of, days: n[0] as u32 },
                policy: PolicyStamp { id, version: version.clone(), status, sha256: sha256.clone() },
                pack: Edition { version, sha256, run },
            }
        }
    }

    proptest! {
        #[test]
        fn lines_are_what_the_record_serialises_to(
            names in prop::array::uniform2(".{0,8}"),
            n in prop::array::uniform8(any::<u64>()),
            both in prop::array::uniform2(criterion().boxed()).boxed(),
            many in 0..3_usize,
        ) {
            let [creator, platform] = names;
            let [transparency, ad_compliance] = both;
            let (rule, severity, tier) = (creator.clone(), Severity::High, Tier::Suspect);
            let score = CreatorScore {
                creator, platform,
                posts: PostCounts { all: n[0], commercial: n[1], unsure: n[2], unknown: n[3], undated: n[4] },
                counts: vec![RuleCount { rule, severity, tier, n: n[5], n_counting: n[6] }; many],
                disclosure: DisclosureCounts { adequate: n[7], weak: n[6], absent: n[5], denied: n[4] },
                criteria: CriteriaRecord { transparency, ad_compliance },
                evidence: EvidenceTables {
                    posts: n[0],
                    authenticity: Authenticity { same_caption: n[1], ai_label_known: n[2], ai_labelled: n[3] },
                    feedback: Feedback {
                        followers: (many > 0).then_some(n[4]),
                        likes_known: n[5],
                        likes_median: (many > 1).then_some(n[6]),
                    },
                },
                review: (many == 1).then(ReviewRecord::default),
            };
            let expected = serde_json::to_string(&score).unwrap() + "\n";
            let mut lines = CreatorLines::new();
            // The second time, what repeats is copied.
            for _ in 0..2 {
                let mut out = Vec::new();
                lines.write(&mut out, &score);
                prop_assert_eq!(String::from_utf8(out).unwrap(), expected.as_str());
            }
        }
    }
}
