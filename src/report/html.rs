//! `report.html`: the picture of a run on one self-contained page, readable without script.

use super::{
    PER_RULE,
    examples::{Example, ExampleKeeper},
    excerpt::visible,
    run::RunFacts,
    summary::Summary,
};
use crate::{
    analysis::{Commercial, DisclosureState},
    pack::{Bilingual, Pack, Pillar, PillarOutput, Provision, Rule, RuleId, Tier, fill},
    score::{CreatorScore, CriterionRecord, NotRated},
};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, context, syntax::SyntaxConfig, value::Kwargs,
};

/// Creators on the page; the files hold all.
pub const PAGE_CREATORS: usize = 500;
/// Example findings on the page.
const EXAMPLES: usize = 40;

/// The page could not be made: the pack's template is at fault.
#[derive(Debug, thiserror::Error)]
#[error("mẫu report.html.j2 của kho có lỗi: {0:#} / the pack's template report.html.j2 is at fault: {0:#}")]
pub struct PageError(#[from] Error);

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
    /// The page.
    ///
    /// # Errors
    /// When the pack's template is at fault: a value or sentence that does not exist, a slip of syntax.
    pub fn render(&self) -> Result<String, PageError> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::Html);
        env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        let messages = self.pack.messages.clone();
        // `text("title")`, or `text("rules.lead", n=3)` with values for its places.
        env.add_function("text", move |key: String, values: Kwargs| -> Result<Value, Error> {
            let text = messages
                .get(&format!("report.{key}"))
                .ok_or_else(|| Error::new(ErrorKind::UndefinedError, format!("no message `report.{key}`")))?;
            let values: Vec<(String, String)> = values
                .args()
                .map(|name| Ok((name.to_owned(), values.get::<Value>(name)?.to_string())))
                .collect::<Result<_, Error>>()?;
            let values: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            Ok(context! { vi => fill(&text.vi, &values), en => fill(&text.en, &values) })
        });
        env.add_template("report.html", self.pack.messages.template())?;
        Ok(env.get_template("report.html")?.render(self.context())?)
    }

    fn context(&self) -> Value {
        let Page { pack, summary, facts, .. } = self;
        let disclaimers = ["finding", "jurisdiction", "unseen"]
            .map(|key| two(pack.messages.text(&format!("summary.disclaimer.{key}"))));
        let shown = &self.creators[..self.creators.len().min(PAGE_CREATORS)];
        let (found, silent): (Vec<_>, Vec<_>) =
            pack.rules.iter().zip(0u16..).partition(|(_, i)| summary.rule(RuleId(*i)).all() > 0);
        let most = found.iter().map(|(_, i)| summary.rule(RuleId(*i)).all()).max().unwrap_or(0);
        context! {
            program => facts.program(),
            pack => context! { id => &pack.id, version => &pack.version, sha256 => &pack.sha256 },
            law_as_of => pack.law_as_of.to_string(),
            as_of => facts.as_of.map(|day| day.to_string()),
            period => summary.period().map(|(from, to)| if from == to { from } else { format!("{from} – {to}") }),
            demo => facts.demo,
            disclaimers => disclaimers,
            posts => grouped(summary.posts()),
            commercial => grouped(summary.commercial(Commercial::Yes)),
            commercial_share => percent(summary.commercial(Commercial::Yes), summary.posts()),
            findings => grouped(summary.findings()),
            violations => grouped(summary.tier(Tier::Violation)),
            creators_all => grouped(facts.creators),
            creators_rated => grouped(facts.creators_rated),
            disclosure => self.disclosure(),
            label_share => percent(summary.known_labels(), summary.posts()),
            languages => summary.languages().filter(|(_, slice)| slice.posts > 0).map(|(tag, slice)| {
                let name = two(pack.messages.text(&format!("report.language.{tag}")));
                context! { name => name, n => grouped(slice.posts), share => percent(slice.posts, summary.posts()) }
            }).collect::<Vec<_>>(),
            platforms => self.platforms(),
            rules => found.iter().map(|(rule, i)| self.rule(rule, *i, most)).collect::<Vec<_>>(),
            silent_rules => silent.iter().map(|(rule, _)| {
                context! { id => &rule.id, title => two(&rule.title) }
            }).collect::<Vec<_>>(),
            rules_found => found.len(),
            rules_all => pack.rules.len(),
            creators => shown.iter().map(|row| self.creator(row)).collect::<Vec<_>>(),
            creators_shown => grouped(shown.len() as u64),
            creators_cut => (shown.len() as u64) < facts.creators,
            examples => self.examples.choose(EXAMPLES).into_iter().filter_map(|e| self.example(e)).collect::<Vec<_>>(),
            per_rule => PER_RULE,
            crosswalk => self.crosswalk(),
            unseen => grouped_or_none(summary.unseen().values().sum()),
            undated => grouped_or_none(summary.undated()),
            rejects => grouped_or_none(summary.rejects()),
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

    fn disclosure(&self) -> Value {
        let judged =
            [DisclosureState::Adequate, DisclosureState::Weak, DisclosureState::Absent, DisclosureState::Denied];
        let n = |state| self.summary.disclosure(state);
        let all: u64 = judged.into_iter().map(n).sum();
        let states: Vec<Value> = judged
            .into_iter()
            .map(|state| {
                context! {
                    id => state.name(),
                    name => two(self.pack.messages.text(&format!("report.disclosure.{}", state.name()))),
                    n => grouped(n(state)),
                    share => percent(n(state), all),
                    width => width(n(state), all),
                }
            })
            .collect();
        context! {
            states => states,
            n => grouped(all),
            any => all > 0,
            unknown => grouped(n(DisclosureState::Unknown)),
            rest => grouped(n(DisclosureState::NotApplicable)),
        }
    }

    fn platforms(&self) -> Vec<Value> {
        let mut platforms: Vec<_> = self.summary.platforms().iter().collect();
        platforms.sort_by_key(|(name, slice)| (std::cmp::Reverse(slice.posts), *name));
        platforms.truncate(8);
        let row = |(name, slice): (&String, &super::Slice)| {
            context! {
                name => (!name.is_empty()).then(|| visible(name)),
                n => grouped(slice.posts),
                share => percent(slice.posts, self.summary.posts()),
            }
        };
        platforms.into_iter().map(row).collect()
    }

    fn rule(&self, rule: &Rule, index: u16, most: u64) -> Value {
        let total = self.summary.rule(RuleId(index));
        context! {
            id => &rule.id,
            slug => &rule.slug,
            title => two(&rule.title),
            severity => rule.severity.name(),
            severity_name => two(self.pack.messages.text(&format!("report.severity.{}", rule.severity.name()))),
            violation => grouped_or_none(total.tiers[Tier::Violation as usize]),
            suspect => grouped_or_none(total.tiers[Tier::Suspect as usize]),
            advisory => grouped_or_none(total.tiers[Tier::Advisory as usize]),
            counting => grouped_or_none(total.counting),
            n => grouped(total.all()),
            width => width(total.all(), most),
        }
    }

    fn creator(&self, row: &CreatorScore) -> Value {
        context! {
            platform => visible(&row.platform),
            name => visible(&row.creator),
            posts => grouped(row.posts.all),
            commercial => grouped(row.posts.commercial),
            findings => grouped(row.findings()),
            counting => grouped(row.findings_counting()),
            transparency => self.criterion(&row.criteria.transparency),
            ad_compliance => self.criterion(&row.criteria.ad_compliance),
        }
    }

    /// A score never stands without its interval, band and denominator; without a score its reason stands.
    fn criterion(&self, row: &CriterionRecord) -> Value {
        match row.score {
            Some(score) => context! {
                score => format!("{score:.2}"),
                interval => row.lower.zip(row.upper).map(|(lower, upper)| format!("[{lower:.1}–{upper:.1}]")),
                band => row.band.as_deref(),
                n => grouped(row.n_assessed),
                stability => row.band_stability.as_ref().map(|s| {
                    context! { posts => grouped(s.posts), findings => grouped(s.findings), band => &s.band }
                }),
            },
            None => {
                let code = row.reason.map_or(row.state.name(), NotRated::name);
                let known = self.pack.messages.get(&format!("report.reason.{code}"));
                context! { score => (), reason => known.map_or_else(|| plain(code), two) }
            }
        }
    }

    fn example(&self, example: &Example) -> Option<Value> {
        let rule = self.pack.rules.get(usize::from(example.rule.0))?;
        let name = |kind: &str, key: &str| two(self.pack.messages.text(&format!("report.{kind}.{key}")));
        let excerpts: Vec<Value> = example
            .excerpts
            .iter()
            .map(|excerpt| {
                let pieces: Vec<Value> = excerpt
                    .pieces
                    .iter()
                    .map(|piece| {
                        context! {
                            text => &piece.text,
                            role => piece.role,
                            role_name => piece.role.map(|role| name("role", role)),
                        }
                    })
                    .collect();
                context! {
                    field => name("field", excerpt.field.name()),
                    before => excerpt.cut_before,
                    after => excerpt.cut_after,
                    pieces => pieces,
                }
            })
            .collect();
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
            excerpts => excerpts,
            provisions => provisions.map(|p| self.provision(p)).collect::<Vec<_>>(),
            message => two(&rule.message),
            fix => two(&rule.fix),
        })
    }

    fn provision(&self, provision: &Provision) -> Value {
        let confidence = provision.confidence.name();
        context! {
            id => &provision.id,
            instrument => &provision.instrument,
            article => &provision.article,
            penalty => provision.penalty.as_deref(),
            confidence => two(self.pack.messages.text(&format!("report.confidence.{confidence}"))),
            source => provision.sources.iter().find(|s| s.starts_with("https://")),
        }
    }
}

fn two(text: &Bilingual) -> Value {
    context! { vi => &text.vi, en => &text.en }
}

/// A code that the messages do not know, shown as it is.
fn plain(code: &str) -> Value {
    context! { vi => code, en => "" }
}

/// `12 345`, with a narrow space that does not break: neither language reads it as a decimal mark.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

fn grouped_or_none(n: u64) -> Option<String> {
    (n > 0).then(|| grouped(n))
}

/// `25.3 %`; `–` of nothing.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    format!("{:.1}\u{202f}%", part as f64 / whole as f64 * 100.0)
}

/// Per cent for a style sheet.
fn width(part: u64, whole: u64) -> String {
    format!("{:.2}", if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (n, expected) in [(0, "0"), (999, "999"), (1_000, "1 000"), (12_345_678, "12 345 678")] {
            assert_eq!(grouped(n).replace('\u{202f}', " "), expected);
        }
        assert_eq!(percent(1, 0), "–");
        assert_eq!(percent(1, 8).replace('\u{202f}', " "), "12.5 %");
    }
}
