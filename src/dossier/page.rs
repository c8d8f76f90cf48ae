//! The pages of a dossier as values for templates.

use super::{
    Decision, Quality, Request,
    read::{Counted, CreatorFinding, CreatorPost, EditRecord},
};
use crate::{
    chart::{self, Part, Words},
    locale::Locale,
    originals::Found,
    pack::{Criterion, Provision, Rule},
    redact::redact,
    report::{
        Excerpt, PROGRAM, PageError, Templates, quotes, sha256_hex, shown_excerpts, shown_provision, shown_score, two,
        visible,
    },
    score::{CapCause, Confidence, CreatorScore, CriterionRecord, Policy, ReasonCode, ReviewedScores},
    vocabulary::DisclosureState,
};
use minijinja::{Value, context};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Findings on one page; what is above goes to further pages, since a page of 50 MB is no dossier.
pub const PAGE_FINDINGS: usize = 500;
/// Rows of the table of posts; all posts are in `posts.jsonl`.
const PAGE_POSTS: usize = 3000;
/// Claims with these statuses speak against a finding: the author does not assert them.
const NOT_ASSERTED: [&str; 6] = ["negated", "questioned", "reported", "warned", "hypothetical", "joked"];

/// Everything that the pages tell.
pub(super) struct Case<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) policy: &'a Policy,
    pub(super) score: &'a CreatorScore,
    pub(super) reviewed: Option<&'a ReviewedScores>,
    pub(super) posts: &'a [CreatorPost],
    pub(super) findings: &'a [CreatorFinding],
    /// Of each finding, what was read again of its post.
    pub(super) found: &'a [Option<(&'a Found, usize)>],
}

impl Case<'_> {
    /// Every file that is made from a template, by name.
    pub(super) fn render(&self) -> Result<Vec<(String, String)>, PageError> {
        let templates = Templates::new(&self.request.pack.messages, "dossier", self.request.locale)?;
        let order = self.order();
        let chunks: Vec<&[usize]> = if order.is_empty() { vec![&[]] } else { order.chunks(PAGE_FINDINGS).collect() };
        let names: Vec<String> = (1..=chunks.len()).map(page_name).collect();
        let frame = self.frame(&names);
        let mut out = Vec::new();
        for (page, chunk) in chunks.iter().enumerate() {
            let own = context! { page => page + 1, rules => self.rules(chunk), ..frame.clone() };
            out.push((page_name(page + 1), templates.html("dossier.html", Some("dossier.js"), own)?));
        }
        out.push(("summary.md".to_owned(), templates.file("dossier.md", frame.clone())?));
        out.push(("VERIFY.md".to_owned(), templates.file("verify.md", frame)?));
        Ok(out)
    }

    /// Findings by severity, rule, rank: those to look at first on top, those of a rule together.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.findings.len()).collect();
        order.sort_by_key(|&i| {
            let finding = &self.findings[i].record;
            let severity = self.rule(&finding.rule).map(|rule| rule.severity);
            (Reverse(severity), &finding.rule, Reverse(finding.rank), i)
        });
        order
    }

    fn rule(&self, id: &str) -> Option<&Rule> {
        self.request.pack.rules.iter().find(|rule| rule.id == id)
    }

    fn provision(&self, id: &str) -> Option<&Provision> {
        self.request.pack.provisions.iter().find(|provision| provision.id == id)
    }

    fn name(&self, kind: &str, key: &str) -> Value {
        let key = format!("{kind}.{key}");
        self.request.pack.messages.get(&key).map_or_else(|| context! { vi => visible(&key), en => visible(&key) }, two)
    }

    /// Why a finding may be overturned: the codes that the ledger takes.
    fn reasons(&self) -> &[ReasonCode] {
        self.policy.review.as_ref().map_or(&[], |review| &review.reasons)
    }

    fn hide(&self, text: &str) -> String {
        visible(&if self.request.redacted { redact(text) } else { text.to_owned() })
    }

    /// What all pages share.
    fn frame(&self, names: &[String]) -> Value {
        let Request { run, pack, policy: _, locale, redacted, originals, decisions, .. } = self.request;
        let manifest = &run.manifest;
        let window = &self.score.criteria.transparency.window;
        let days: BTreeSet<_> = self.posts.iter().filter_map(|post| post.day).collect();
        let n = |counted| self.posts.iter().filter(|post| post.counted == counted).count();
        let undecided = ["open", "waiting", "conflict", "unsure"];
        let decided =
            |f: &&CreatorFinding| decisions.get(&f.record.id).is_some_and(|d| !undecided.contains(&d.state.as_str()));
        let decided = self.findings.iter().filter(decided).count();
        let shown = self.posts.len().min(PAGE_POSTS);
        context! {
            program => format!("{PROGRAM} {}", env!("CARGO_PKG_VERSION")),
            creator => visible(&self.score.creator),
            platform => visible(&self.score.platform),
            demo => manifest.demo,
            redacted => redacted,
            originals => originals.is_some(),
            disclaimers => ["finding", "jurisdiction", "unseen"].map(|key| self.name("summary.disclaimer", key)),
            limits => ["deals", "link", "recall", "versions", "ours", "body"].map(|key| self.name("dossier.limit", key)),
            assumption => two(&pack.crosswalk.assumption),
            from => days.first().map(|day| day.to_string()),
            to => days.last().map(|day| day.to_string()),
            window => context! { as_of => &window.as_of, days => window.days },
            pack => context! { id => &pack.id, version => &pack.version, sha256 => &pack.sha256 },
            law_as_of => pack.law_as_of.to_string(),
            policy => context! {
                id => &self.policy.id, version => &self.policy.version, status => self.policy.status.name(),
                sha256 => &self.policy.sha256,
            },
            run_key => &manifest.key,
            inputs => manifest.inputs.iter().map(|input| {
                context! { path => visible(&input.path), bytes => input.bytes, sha256 => &input.sha256 }
            }).collect::<Vec<_>>(),
            names => names.to_vec(),
            n_posts => self.posts.len(),
            n_findings => self.findings.len(),
            n_counting => self.findings.iter().filter(|f| f.record.counts).count(),
            n_assessed => n(Counted::Assessed),
            n_decided => decided,
            criteria => Criterion::ALL.map(|criterion| self.criterion(criterion)),
            patterns => Value::from_safe_string(chart::patterns()),
            timeline => self.timeline(*locale),
            posts => self.posts[..shown].iter().map(|post| self.post(post)).collect::<Vec<_>>(),
            posts_cut => shown < self.posts.len(),
            posts_shown => shown,
            counted => Counted::ALL.map(|counted| context! {
                id => counted.name(), name => self.name("dossier.counted", counted.name()), n => n(counted),
            }),
            unseen => self.count(|post| post.record.unseen.iter()),
            label_unknown => self.posts.iter().filter(|p| p.record.disclosure.platform_label == "unknown").count(),
            rejects => manifest.counts.rejects,
            reason_codes => self.reasons().iter().map(|reason| {
                context! { id => visible(&reason.code), name => two(&reason.meaning) }
            }).collect::<Vec<_>>(),
            severities => self.names_of("report.severity", |f| &f.severity),
            tiers => self.names_of("report.tier", |f| &f.tier),
            storage => sha256_hex(
                format!("{}\n{}\n{}", manifest.key, self.score.platform, self.score.creator).as_bytes(),
            ),
        }
    }

    /// The names that occur, for the filters.
    fn names_of(&self, kind: &str, of: impl Fn(&super::read::FindingRecord) -> &String) -> Vec<Value> {
        let names: BTreeSet<&String> = self.findings.iter().map(|f| of(&f.record)).collect();
        names.into_iter().map(|id| context! { id => id, name => self.name(kind, id) }).collect()
    }

    fn count<'p, I: Iterator<Item = &'p String>>(&'p self, of: impl Fn(&'p CreatorPost) -> I) -> Vec<Value> {
        let mut counts: BTreeMap<&String, u64> = BTreeMap::new();
        for name in self.posts.iter().flat_map(of) {
            *counts.entry(name).or_default() += 1;
        }
        counts.into_iter().map(|(name, n)| context! { name => self.name("dossier.unseen", name), n => n }).collect()
    }

    fn criterion(&self, criterion: Criterion) -> Value {
        let of = |score: &'_ CreatorScore| match criterion {
            Criterion::Transparency => score.criteria.transparency.clone(),
            Criterion::AdCompliance => score.criteria.ad_compliance.clone(),
        };
        let Request { pack, locale, .. } = self.request;
        let row: CriterionRecord = of(self.score);
        let reasons = row.reasons.iter().map(|reason| {
            let title = self.rule(&reason.rule).map(|rule| two(&rule.title));
            context! { rule => &reason.rule, title => title, points => reason.points, n => reason.n, curable => reason.curable }
        });
        context! {
            id => criterion.name(),
            title => self.name("report.creators", criterion.name()),
            score => shown_score(pack, &row.clone().into(), row.band_stability.as_ref(), *locale),
            reviewed => self.reviewed.map(|scores| {
                let reviewed = match criterion {
                    Criterion::Transparency => &scores.transparency,
                    Criterion::AdCompliance => &scores.ad_compliance,
                };
                shown_score(pack, reviewed, None, *locale)
            }),
            award => &row.award_band,
            adverse => &row.adverse_band,
            confidence => row.confidence.map(|c| self.name("dossier.confidence", Confidence::name(c))),
            cap => row.cap,
            cap_cause => row.cap_cause.map(|cause| self.name("dossier.cap", CapCause::name(cause))),
            n_clean => row.n_clean,
            n_violating => row.n_violating,
            n_unknown => row.n_unknown,
            coverage => row.coverage,
            low_coverage => row.low_coverage,
            best => row.best,
            worst => row.worst,
            review_required => row.review_required,
            reasons => reasons.collect::<Vec<_>>(),
        }
    }

    /// Assessed posts by month and state.
    fn timeline(&self, locale: Locale) -> Value {
        const STATES: [(&str, DisclosureState); 4] = [
            ("adequate", DisclosureState::Adequate),
            ("weak", DisclosureState::Weak),
            ("absent", DisclosureState::Absent),
            ("denied", DisclosureState::Denied),
        ];
        let mut months: BTreeMap<String, [u64; 4]> = BTreeMap::new();
        for post in self.posts.iter().filter(|post| post.counted == Counted::Assessed) {
            let Some(day) = post.day else { continue };
            let month = months.entry(format!("{:04}-{:02}", day.year(), day.month())).or_default();
            if let Some(at) = STATES.iter().position(|(_, state)| *state == post.disclosure) {
                month[at] += 1;
            }
        }
        // Months without a post are columns too: a gap is part of the picture.
        if let (Some(first), Some(last)) = (months.keys().next().cloned(), months.keys().next_back().cloned()) {
            let mut month = first;
            while month < last {
                month = next_month(&month);
                months.entry(month.clone()).or_default();
            }
        }
        let columns: Vec<Vec<Part<'_>>> = months
            .values()
            .map(|counts| STATES.iter().zip(counts).map(|((class, _), n)| Part { class, n: *n }).collect())
            .collect();
        let title = self.words("dossier.timeline.title");
        let desc = match (months.keys().next(), months.keys().next_back()) {
            (Some(from), Some(to)) => format!("{} – {}", locale.month(from), locale.month(to)),
            _ => String::new(),
        };
        let rows = months.iter().map(|(month, counts)| context! { month => month, counts => counts.to_vec() });
        context! {
            chart => Value::from_safe_string(chart::columns(&columns, Words { title: &title, desc: &desc })),
            states => STATES.map(|(id, _)| context! { id => id, name => self.name("report.disclosure", id) }),
            rows => rows.collect::<Vec<_>>(),
        }
    }

    /// A sentence for a place without markup.
    fn words(&self, key: &str) -> String {
        let text = self.request.pack.messages.text(key);
        match self.request.locale {
            Locale::Vi => text.vi.clone(),
            Locale::En => text.en.clone(),
            Locale::Both => format!("{} / {}", text.vi, text.en),
        }
    }

    fn post(&self, post: &CreatorPost) -> Value {
        let record = &post.record;
        context! {
            id => record.post_id.as_deref().map(visible),
            posted_at => &record.posted_at,
            counted => post.counted.name(),
            counted_name => self.name("dossier.counted", post.counted.name()),
            state => post.disclosure.name(),
            state_name => self.name("report.disclosure", post.disclosure.name()),
            why => self.why(post),
            findings => self.findings[post.findings.clone()].iter().map(|f| {
                context! { id => &f.record.id, rule => &f.record.rule, counts => f.record.counts }
            }).collect::<Vec<_>>(),
        }
    }

    fn why(&self, post: &CreatorPost) -> Vec<Value> {
        post.record.disclosure.reasons.iter().map(|reason| self.name("dossier.why", reason)).collect()
    }

    /// The findings of a page, by rule.
    fn rules(&self, findings: &[usize]) -> Vec<Value> {
        let groups = findings.chunk_by(|&a, &b| self.findings[a].record.rule == self.findings[b].record.rule);
        groups.map(|group| self.group(group)).collect()
    }

    fn group(&self, group: &[usize]) -> Value {
        let id = group.first().map(|&i| self.findings[i].record.rule.as_str()).unwrap_or_default();
        let cited: BTreeSet<&str> =
            group.iter().flat_map(|&i| &self.findings[i].record.provisions).map(|p| p.id.as_str()).collect();
        let provisions = cited.into_iter().filter_map(|id| self.provision(id));
        let rule = self.rule(id);
        let machine = self.policy.rules.iter().find(|r| r.rule == id).and_then(|r| r.precision_lower);
        context! {
            id => id,
            title => rule.map(|rule| two(&rule.title)),
            severity => rule.map(|rule| rule.severity.name()),
            severity_name => rule.map(|rule| self.name("report.severity", rule.severity.name())),
            message => rule.map(|rule| two(&rule.message)),
            rationale => rule.map(|rule| two(&rule.rationale)),
            limits => rule.map(|rule| two(&rule.limits)),
            fix => rule.map(|rule| two(&rule.fix)),
            quality => self.request.evaluation.rules.get(id).map(quality_value),
            precision_lower => machine,
            provisions => provisions.map(|p| shown_provision(self.request.pack, p)).collect::<Vec<_>>(),
            findings => group.iter().map(|&i| self.finding(i)).collect::<Vec<_>>(),
        }
    }

    fn finding(&self, at: usize) -> Value {
        let finding = &self.findings[at];
        let (record, post) = (&finding.record, &self.posts[finding.post]);
        let found = self.found[at];
        let in_place = found.and_then(|(found, i)| found.excerpts.get(i)?.as_ref());
        let places = record.places();
        let shown: Vec<Excerpt> = match in_place {
            Some(excerpts) => excerpts.clone(),
            None => {
                let hidden: Vec<_> = places.iter().map(|p| (p.field, self.masked(&p.quote), p.role)).collect();
                quotes(hidden.iter().map(|(field, quote, role)| (*field, quote.as_str(), *role)))
            }
        };
        let rule = self.rule(&record.rule);
        let transparency = rule.is_some_and(|rule| rule.criterion == Criterion::Transparency);
        let articles = record.provisions.iter().filter_map(|p| self.provision(&p.id));
        // Case says nothing; everything else had to be undone before the words could be read.
        let folds = record.spans.iter().flat_map(|span| &span.folds).filter(|fold| *fold != "lower");
        let folds: BTreeSet<String> = folds.cloned().collect();
        context! {
            id => &record.id,
            rule => &record.rule,
            severity => &record.severity,
            severity_name => self.name("report.severity", &record.severity),
            tier => &record.tier,
            tier_name => self.name("report.tier", &record.tier),
            counts => record.counts && post.counted == Counted::Assessed,
            counted_name => self.name("dossier.counted", post.counted.name()),
            posted_at => &record.posted_at,
            captured_at => &post.record.captured_at,
            post_id => record.post_id.as_deref().map(visible),
            url => found.and_then(|(found, _)| found.url.as_deref()).map(visible),
            in_place => in_place.is_some(),
            excerpts => shown_excerpts(self.request.pack, &shown),
            articles => articles.map(|p| context! { id => &p.id, article => &p.article, instrument => &p.instrument })
                .collect::<Vec<_>>(),
            folds => folds,
            counter => self.counter(record.tier.as_str(), rule, post),
            why => if transparency { self.why(post) } else { Vec::new() },
            edits => record.fix.edits.iter().map(|edit| self.edit(edit, finding)).collect::<Vec<_>>(),
            decision => self.request.decisions.get(&record.id).map(|decision| self.decision(decision)),
        }
    }

    fn masked(&self, text: &str) -> String {
        if self.request.redacted { redact(text) } else { text.to_owned() }
    }

    /// What speaks against a finding, as far as the record tells. A disclosure cures no claim, so it is named only where
    /// the finding is about disclosure; media that were not seen, only where something is said to be missing.
    fn counter(&self, tier: &str, rule: Option<&Rule>, post: &CreatorPost) -> Vec<Value> {
        let mut out = Vec::new();
        let mut say = |key: &str| out.push(context! { text => self.name("dossier.counter", key) });
        let transparency = rule.is_some_and(|rule| rule.criterion == Criterion::Transparency);
        let claim = rule.is_some_and(|rule| rule.claim.is_some());
        match post.disclosure {
            _ if !transparency => {}
            DisclosureState::Adequate => say("adequate"),
            DisclosureState::Weak => say("weak"),
            DisclosureState::Unknown => say("unknown"),
            _ => {}
        }
        match post.record.disclosure.platform_label.as_str() {
            _ if !transparency => {}
            "yes" => say("label_yes"),
            "unknown" => say("label_unknown"),
            _ => {}
        }
        if tier == "suspect" {
            say("suspect");
        }
        if !post.record.unseen.is_empty() && !claim {
            say("unseen");
        }
        for flag in ["truncated", "repaired", "undated"] {
            if post.record.flags.iter().any(|f| f == flag) {
                say(flag);
            }
        }
        let unsaid = post.record.claims.iter().filter(|claim| NOT_ASSERTED.contains(&claim.status.as_str()));
        out.extend(unsaid.take(3).map(|claim| {
            context! { text => self.name("dossier.status", &claim.status), quote => self.hide(&claim.quote) }
        }));
        out
    }

    /// An edit in words: what goes, what comes.
    fn edit(&self, edit: &EditRecord, finding: &CreatorFinding) -> Value {
        let same = |place: &&crate::originals::Place| {
            place.field.name() == edit.field && (place.start, place.end) == (edit.start, edit.end)
        };
        let places = finding.record.places();
        let gone = places.iter().find(same).map(|place| self.hide(&place.quote));
        context! {
            field => self.name("report.field", &edit.field),
            start => edit.start,
            end => edit.end,
            gone => gone,
            removes => edit.end > edit.start,
            text => visible(&edit.text),
        }
    }

    fn decision(&self, decision: &Decision) -> Value {
        let Decision { state, reason_code, reviewer, at, note } = decision;
        context! {
            state => visible(state),
            name => self.name("dossier.decision", state),
            reason => reason_code.as_deref().map(|code| {
                let known = self.reasons().iter().find(|reason| reason.code == code);
                known.map_or_else(|| context! { vi => visible(code), en => visible(code) }, |known| two(&known.meaning))
            }),
            reviewer => visible(reviewer),
            at => at,
            note => self.hide(note),
        }
    }
}

/// The month after `2026-12`: `2027-01`.
fn next_month(month: &str) -> String {
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    let (year, month) = month.split_once('-').map_or((9999, 12), |(year, month)| (number(year), number(month)));
    if month < 12 { format!("{year:04}-{:02}", month + 1) } else { format!("{:04}-01", year + 1) }
}

fn quality_value(quality: &Quality) -> Value {
    context! {
        precision => quality.precision, lower => quality.lower, upper => quality.upper, n => quality.n,
        recall => quality.recall,
    }
}

fn page_name(page: usize) -> String {
    if page == 1 { "dossier.html".to_owned() } else { format!("dossier-{page}.html") }
}
