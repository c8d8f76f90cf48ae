//! `report.html`: the picture of a run on one self-contained page, readable without script. Made of totals, the first
//! creators and a few examples, so its memory does not grow with the run.

use super::{
    PER_RULE, Slice,
    examples::{Example, ExampleKeeper},
    excerpt::{Excerpt, visible},
    page::{PageError, Templates, two},
    run::RunFacts,
    summary::Summary,
};
use crate::{
    analysis::Commercial,
    chart::{self, Part, Words},
    locale::Locale,
    pack::{Bilingual, Pack, Pillar, PillarOutput, Provision, Rule, RuleId, Tier},
    score::{CreatorScore, CriterionRecord, NotRated, ReviewedScore, Stability, wilson95},
};
use minijinja::{Value, context};

/// Creators on the page; the files hold all.
pub const PAGE_CREATORS: usize = 500;
/// Example findings on the page.
const EXAMPLES: usize = 40;
/// Platforms, and months, with a row of their own; what is rarer, or earlier, is one row.
const ROWS: usize = 36;

/// What the page shows.
pub struct Page<'a> {
    /// The pack of the run: rules, articles and every sentence.
    pub pack: &'a Pack,
    /// The totals.
    pub summary: &'a Summary,
    /// Facts of the run.
    pub facts: &'a RunFacts,
    /// All creators, or at least the first of them, by platform and name.
    pub creators: &'a [CreatorScore],
    /// The examples kept.
    pub examples: &'a ExampleKeeper,
}

impl Page<'_> {
    /// Whether the pack's templates make a page at all, tried on a run of nothing: a slip is told before hours of scanning
    /// and not behind them.
    ///
    /// # Errors
    /// When a template has a slip of syntax, or names a value or sentence that does not exist.
    pub fn try_out(pack: &Pack) -> Result<(), PageError> {
        let facts = RunFacts { demo: false, as_of: None, creators: 0, creators_rated: 0 };
        let (summary, examples) = (Summary::new(pack), ExampleKeeper::default());
        Page { pack, summary: &summary, facts: &facts, creators: &[], examples: &examples }.render().map(drop)
    }

    /// The page in both languages.
    ///
    /// # Errors
    /// When the pack's template is at fault: a value or sentence that does not exist, a slip of syntax.
    pub fn render(&self) -> Result<String, PageError> {
        self.render_in(Locale::Both)
    }

    /// The page.
    ///
    /// # Errors
    /// As [`Page::render`].
    pub fn render_in(&self, locale: Locale) -> Result<String, PageError> {
        Templates::new(&self.pack.messages, "report", locale)?.html("report.html", None, self.context(locale))
    }

    fn context(&self, locale: Locale) -> Value {
        let Page { pack, summary, facts, .. } = self;
        let shown = &self.creators[..self.creators.len().min(PAGE_CREATORS)];
        let (found, silent): (Vec<_>, Vec<_>) =
            pack.rules.iter().zip(0u16..).partition(|(_, i)| summary.rule(RuleId(*i)).all() > 0);
        context! {
            program => facts.program(),
            pack => context! { id => &pack.id, version => &pack.version, sha256 => &pack.sha256 },
            law_as_of => pack.law_as_of.to_string(),
            as_of => facts.as_of.map(|day| day.to_string()),
            period => summary.period().map(|(from, to)| context! { from, to }),
            demo => facts.demo,
            disclaimers => disclaimers(pack),
            posts => summary.posts(),
            commercial => summary.commercial(Commercial::Yes),
            commercial_share => share(summary.commercial(Commercial::Yes), summary.posts()),
            findings => summary.findings(),
            violations => summary.tier(Tier::Violation),
            creators_all => facts.creators,
            creators_rated => facts.creators_rated,
            disclosure => self.disclosure(locale),
            patterns => Value::from_safe_string(chart::patterns()),
            label_share => share(summary.known_labels(), summary.posts()).unwrap_or_default(),
            obfuscated => summary.obfuscated(),
            obfuscated_share => share(summary.obfuscated(), summary.posts()).unwrap_or_default(),
            slices => self.slices(locale),
            rules => self.rules(&found, locale),
            silent_rules => silent.iter().map(|(rule, _)| {
                context! { id => &rule.id, title => two(&rule.title) }
            }).collect::<Vec<_>>(),
            rules_found => found.len(),
            rules_all => pack.rules.len(),
            creators => shown.iter().map(|row| self.creator(row, locale)).collect::<Vec<_>>(),
            creators_shown => shown.len(),
            creators_cut => (shown.len() as u64) < facts.creators,
            examples => self.examples.choose(EXAMPLES).into_iter().filter_map(|e| self.example(e)).collect::<Vec<_>>(),
            per_rule => PER_RULE,
            crosswalk => self.crosswalk(),
            unseen => summary.unseen().values().sum::<u64>(),
            undated => summary.undated(),
            rejects => summary.rejects(),
        }
    }

    fn crosswalk(&self) -> Value {
        let crosswalk = &self.pack.crosswalk;
        let text = |kind: &str, name: &str| two(self.pack.messages.text(&format!("report.crosswalk.{kind}.{name}")));
        let pillar = |pillar: &Pillar| {
            let output = match pillar.output {
                PillarOutput::Score(criterion) => {
                    two(self.pack.messages.text(&format!("report.creators.{}", criterion.name())))
                }
                PillarOutput::Evidence => text("output", "evidence"),
                PillarOutput::None => text("output", "none"),
            };
            context! {
                title => two(&pillar.title),
                output => output,
                attested => text("attested", pillar.attested.name()),
            }
        };
        context! {
            assumption => two(&crosswalk.assumption),
            pillars => crosswalk.pillars.iter().map(pillar).collect::<Vec<_>>(),
        }
    }

    /// Three shares of the commercial posts whose disclosure could be judged; those that deny stand among those without.
    fn disclosure(&self, locale: Locale) -> Value {
        let whole = self.summary.whole();
        let (Slice { adequate, weak, absent, denied, .. }, all) = (whole, whole.judged());
        let mut said = Vec::new();
        let states: Vec<Value> = [("adequate", adequate), ("weak", weak), ("absent", absent + denied)]
            .into_iter()
            .map(|(id, n)| {
                let name = self.pack.messages.text(&format!("report.disclosure.{id}"));
                let rate = Rate::of(n, all);
                said.push(format!("{} {}", both(name, locale), rate.words(locale)));
                context! { id => id, name => two(name), ..rate.context(locale, 1.0, &both(name, locale)) }
            })
            .collect();
        let parts = [("adequate", adequate), ("weak", weak), ("absent", absent), ("denied", denied)]
            .map(|(class, n)| Part { class, n });
        let title = both(self.pack.messages.text("report.disclosure.title"), locale);
        context! {
            states => states,
            chart => Value::from_safe_string(chart::stack(&parts, Words { title: &title, desc: &said.join("; ") })),
            n => all,
            denied => denied,
            unknown => whole.commercial - all,
            unsure => self.summary.commercial(Commercial::Unsure),
            rest => self.summary.commercial(Commercial::No),
        }
    }

    /// Flag rates by platform, month, language and size of account.
    fn slices(&self, locale: Locale) -> Vec<Value> {
        let messages = &self.pack.messages;
        let named = |key: String| messages.get(&key).map(two);
        let mut platforms: Vec<(Value, Slice)> = Vec::new();
        let mut sorted: Vec<_> = self.summary.platforms().iter().collect();
        sorted.sort_by_key(|(name, slice)| (std::cmp::Reverse(slice.posts), *name));
        for (i, (name, slice)) in sorted.into_iter().enumerate() {
            if i >= ROWS {
                let (_, rest) = &mut platforms[ROWS];
                rest.merge(slice);
            } else {
                let none = || named("report.platform.none".to_owned());
                let label = (!name.is_empty()).then(|| Value::from(visible(name))).or_else(none);
                platforms.push((label.unwrap_or_default(), *slice));
            }
            if i + 1 == ROWS {
                platforms.push((named("report.platform.rest".to_owned()).unwrap_or_default(), Slice::default()));
            }
        }
        let mut months: Vec<(Value, Slice)> = Vec::new();
        let all: Vec<_> = self.summary.months().collect();
        let early = all.len().saturating_sub(ROWS);
        if early > 0 {
            let mut earlier = Slice::default();
            all[..early].iter().for_each(|(_, slice)| earlier.merge(slice));
            months.push((named("report.month.earlier".to_owned()).unwrap_or_default(), earlier));
        }
        for (name, slice) in &all[early..] {
            let undated = (name == "undated").then(|| named("report.examples.undated".to_owned())).flatten();
            months.push((undated.unwrap_or_else(|| Value::from(locale.month(name))), **slice));
        }
        let fixed = |kind: &str, slices: Vec<(&'static str, &Slice)>| {
            let label = |name: &str| named(format!("report.{kind}.{name}")).unwrap_or_default();
            slices.into_iter().map(|(name, slice)| (label(name), *slice)).collect::<Vec<_>>()
        };
        [
            ("platforms", platforms),
            ("months", months),
            ("languages", fixed("language", self.summary.languages().collect())),
            ("followers", fixed("followers", self.summary.followers().collect())),
        ]
        .into_iter()
        .map(|(kind, rows)| self.slice_table(kind, &rows, locale))
        .collect()
    }

    fn slice_table(&self, kind: &str, rows: &[(Value, Slice)], locale: Locale) -> Value {
        let rows: Vec<_> = rows.iter().filter(|(_, slice)| slice.posts > 0).collect();
        let rates = rows.iter().map(|(_, slice)| Rate::of(slice.flagged, slice.posts));
        let most = chart::axis_end(rates.map(|rate| rate.upper).fold(0.0, f64::max));
        let row = |(label, slice): &&(Value, Slice)| {
            let judged = slice.judged();
            let name = label.as_str().map_or_else(|| pair_text(label, locale), str::to_owned);
            context! {
                label => label,
                posts => slice.posts,
                commercial => slice.commercial,
                adequate => share(slice.adequate, judged),
                weak => share(slice.weak, judged),
                absent => share(slice.absent + slice.denied, judged),
                ..Rate::of(slice.flagged, slice.posts).context(locale, most, &name)
            }
        };
        context! {
            title => two(self.pack.messages.text(&format!("report.{kind}.title"))),
            most => most,
            rows => rows.iter().map(row).collect::<Vec<_>>(),
        }
    }

    fn rules(&self, found: &[(&Rule, u16)], locale: Locale) -> Value {
        let posts = self.summary.posts();
        let rate = |index: u16| Rate::of(self.summary.rule(RuleId(index)).all(), posts);
        let most = chart::axis_end(found.iter().map(|(_, i)| rate(*i).upper).fold(0.0, f64::max));
        let row = |(rule, index): &(&Rule, u16)| {
            let total = self.summary.rule(RuleId(*index));
            context! {
                id => &rule.id,
                slug => &rule.slug,
                title => two(&rule.title),
                severity => rule.severity.name(),
                severity_name => two(self.pack.messages.text(&format!("report.severity.{}", rule.severity.name()))),
                violation => total.tiers[Tier::Violation as usize],
                suspect => total.tiers[Tier::Suspect as usize],
                advisory => total.tiers[Tier::Advisory as usize],
                counting => total.counting,
                ..rate(*index).context(locale, most, &format!("{} {}", rule.id, both(&rule.title, locale)))
            }
        };
        context! { most => most, rows => found.iter().map(row).collect::<Vec<_>>() }
    }

    fn creator(&self, row: &CreatorScore, locale: Locale) -> Value {
        let score = |c: &CriterionRecord| shown_score(self.pack, &c.clone().into(), c.band_stability.as_ref(), locale);
        context! {
            platform => visible(&row.platform),
            name => visible(&row.creator),
            posts => row.posts.all,
            commercial => row.posts.commercial,
            findings => row.findings(),
            counting => row.findings_counting(),
            transparency => score(&row.criteria.transparency),
            ad_compliance => score(&row.criteria.ad_compliance),
        }
    }

    fn example(&self, example: &Example) -> Option<Value> {
        let rule = self.pack.rules.get(usize::from(example.rule.0))?;
        let name = |kind: &str, key: &str| two(self.pack.messages.text(&format!("report.{kind}.{key}")));
        let provisions = example.provisions.iter().filter_map(|p| self.pack.provisions.get(usize::from(p.0)));
        Some(context! {
            id => example.id.to_string(),
            rule => &rule.id,
            slug => &rule.slug,
            title => two(&rule.title),
            severity => rule.severity.name(),
            severity_name => name("severity", rule.severity.name()),
            tier => example.tier.name(),
            tier_name => name("tier", example.tier.name()),
            platform => &example.platform,
            creator => &example.creator,
            post_id => &example.post_id,
            posted_at => &example.posted_at,
            excerpts => shown_excerpts(self.pack, &example.excerpts),
            provisions => provisions.map(|p| shown_provision(self.pack, p)).collect::<Vec<_>>(),
            message => two(&rule.message),
            fix => two(&rule.fix),
        })
    }
}

/// The three sentences that stand on every page.
fn disclaimers(pack: &Pack) -> Vec<Value> {
    ["finding", "jurisdiction", "unseen"]
        .map(|key| two(pack.messages.text(&format!("summary.disclaimer.{key}"))))
        .into()
}

/// Excerpts as templates take them.
pub fn shown_excerpts(pack: &Pack, excerpts: &[Excerpt]) -> Vec<Value> {
    let name = |kind: &str, key: &str| two(pack.messages.text(&format!("report.{kind}.{key}")));
    let excerpt = |excerpt: &Excerpt| {
        let pieces = excerpt.pieces.iter().map(|piece| {
            context! { text => &piece.text, role => piece.role, role_name => piece.role.map(|role| name("role", role)) }
        });
        context! {
            field => name("field", excerpt.field.name()),
            before => excerpt.cut_before,
            after => excerpt.cut_after,
            pieces => pieces.collect::<Vec<_>>(),
        }
    };
    excerpts.iter().map(excerpt).collect()
}

/// An article as templates take it.
pub fn shown_provision(pack: &Pack, provision: &Provision) -> Value {
    let confidence = provision.confidence.name();
    context! {
        id => &provision.id,
        instrument => &provision.instrument,
        article => &provision.article,
        summary => two(&provision.summary),
        from => provision.from.map(|day| day.to_string()),
        to => provision.to.map(|day| day.to_string()),
        penalty => provision.penalty.as_deref(),
        confidence => two(pack.messages.text(&format!("report.confidence.{confidence}"))),
        source => provision.sources.iter().find(|s| s.starts_with("https://")),
    }
}

/// A criterion as templates take it. A score never stands without its interval, band and denominator; without a score its
/// reason stands.
pub fn shown_score(pack: &Pack, row: &ReviewedScore, stability: Option<&Stability>, locale: Locale) -> Value {
    let Some((score, lower, upper)) =
        row.score.map(|score| (score, row.lower.unwrap_or(score), row.upper.unwrap_or(score)))
    else {
        let code = row.reason.map_or(row.state.name(), NotRated::name);
        let known = pack.messages.get(&format!("report.reason.{code}"));
        // A code that the messages do not know is shown as it is.
        let reason = known.map_or_else(|| context! { vi => code, en => code }, two);
        return context! { score => (), reason => reason, n => row.n_assessed };
    };
    let band = row.band.as_deref().unwrap_or("–");
    let one = |x| locale.points(x, 1);
    let title = format!("{} [{}–{}] {band}", locale.points(score, 2), one(lower), one(upper));
    let desc = format!("n = {}", locale.count(row.n_assessed));
    context! {
        score => score,
        lower => lower,
        upper => upper,
        band => band,
        n => row.n_assessed,
        chart => Value::from_safe_string(
            chart::interval(score, lower, upper, 100.0, Words { title: &title, desc: &desc })
        ),
        stability => stability.map(|s| {
            context! { posts => s.posts, findings => s.findings, band => &s.band }
        }),
    }
}

/// A count among others with Wilson's 95 % interval.
struct Rate {
    n: u64,
    of: u64,
    share: f64,
    lower: f64,
    upper: f64,
}

impl Rate {
    fn of(n: u64, of: u64) -> Self {
        let (lower, upper) = wilson95(n, of).unwrap_or((0.0, 1.0));
        Self { n, of, share: share(n, of).unwrap_or_default(), lower, upper }
    }

    fn words(&self, locale: Locale) -> String {
        let [share, lower, upper] = [self.share, self.lower, self.upper].map(|s| locale.share(s));
        format!("{share} [{lower} – {upper}], {} / {}", locale.count(self.n), locale.count(self.of))
    }

    fn context(&self, locale: Locale, most: f64, title: &str) -> Value {
        let Self { n, of, share, lower, upper } = *self;
        let desc = self.words(locale);
        let drawn = chart::interval(share, lower, upper, most, Words { title, desc: &desc });
        context! { n, of, share, lower, upper, dot => Value::from_safe_string(drawn) }
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A sentence for a place that takes no markup.
fn both(text: &Bilingual, locale: Locale) -> String {
    match locale {
        Locale::Vi => text.vi.clone(),
        Locale::En => text.en.clone(),
        Locale::Both => format!("{} / {}", text.vi, text.en),
    }
}

fn pair_text(pair: &Value, locale: Locale) -> String {
    let of = |name| pair.get_attr(name).map(|v| v.to_string()).unwrap_or_default();
    both(&Bilingual { vi: of("vi"), en: of("en") }, locale)
}
