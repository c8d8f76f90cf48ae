//! From our two criteria to the pillars of the programme: a reading of press reports, shown as an assumption.

use super::{
    Bilingual, Criterion, Pack,
    reader::{Item, Table, bilingual, text},
};

/// What a pillar gets from this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PillarOutput {
    /// A score of this criterion.
    Score(Criterion),
    /// A table without a score.
    Evidence,
    /// Nothing: out of scope.
    None,
}

/// Who says that a pillar is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attested {
    /// Several reports.
    Several,
    /// One report.
    One,
    /// Nobody: the project infers it.
    Ours,
}

impl Attested {
    const ALL: [Attested; 3] = [Attested::Several, Attested::One, Attested::Ours];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Attested::Several => "several",
            Attested::One => "one",
            Attested::Ours => "ours",
        }
    }
}

/// A group of the programme's criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pillar {
    /// Its id.
    pub id: String,
    /// What it is called, in the project's words.
    pub title: Bilingual,
    /// Its number in the report that names four criteria; `None` where that report has none.
    pub preview: Option<u32>,
    /// What it gets.
    pub output: PillarOutput,
    /// Who says so.
    pub attested: Attested,
    /// Where, as addresses.
    pub sources: Vec<String>,
}

/// The pillars and what is assumed of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crosswalk {
    /// Name of the programme.
    pub programme: Bilingual,
    /// The sentence that goes with every score.
    pub assumption: Bilingual,
    /// In the order of the file.
    pub pillars: Vec<Pillar>,
}

impl Crosswalk {
    /// The pillars that a criterion's score is set beside.
    pub fn of(&self, criterion: Criterion) -> impl Iterator<Item = &Pillar> {
        self.pillars.iter().filter(move |pillar| pillar.output == PillarOutput::Score(criterion))
    }
}

impl Pack {
    pub(super) fn read_crosswalk(&mut self, root: Table<'_>) {
        self.crosswalk.programme = root.need("programme").and_then(bilingual).unwrap_or_default();
        self.crosswalk.assumption = root.need("assumption").and_then(bilingual).unwrap_or_default();
        let keys = ["id", "title", "preview", "output", "criterion", "attested", "sources", "note"];
        for item in root.need("pillar").map(Item::array).unwrap_or_default() {
            if let Some(pillar) = item.table(&keys).and_then(read_pillar) {
                if self.crosswalk.pillars.iter().any(|other| other.id == pillar.id) {
                    item.fault("P006", format!("pillar `{}` is defined twice", pillar.id));
                }
                self.crosswalk.pillars.push(pillar);
            }
        }
        for criterion in Criterion::ALL {
            if self.crosswalk.of(criterion).next().is_none() {
                root.fault("P003", format!("no pillar has the score of `{}`", criterion.name()));
            }
        }
    }
}

fn read_pillar(t: Table<'_>) -> Option<Pillar> {
    let criterion = t.get("criterion").and_then(|item| {
        let found = Criterion::ALL.into_iter().find(|c| item.str() == Some(c.name()));
        if found.is_none() {
            item.fault("P005", "a criterion is \"transparency\" or \"ad_compliance\"");
        }
        found
    });
    let output = t.need("output")?;
    let output = match (output.str()?, criterion) {
        ("score", Some(criterion)) => PillarOutput::Score(criterion),
        ("evidence", None) => PillarOutput::Evidence,
        ("none", None) => PillarOutput::None,
        _ => {
            output.fault("P007", "output is \"score\" with a criterion, or \"evidence\" or \"none\" without one");
            return None;
        }
    };
    let attested = t.need("attested")?;
    let Some(named) = Attested::ALL.into_iter().find(|a| attested.str() == Some(a.name())) else {
        attested.fault("P005", "attested is \"several\", \"one\" or \"ours\"");
        return None;
    };
    let sources = t.need("sources").map(Item::strings).unwrap_or_default();
    if sources.is_empty() {
        t.fault("P003", "a pillar needs a source");
    }
    Some(Pillar {
        id: text(t, "id"),
        title: t.need("title").and_then(bilingual)?,
        preview: t.get("preview").and_then(Item::whole),
        output,
        attested: named,
        sources: sources.into_iter().map(|(source, _)| source.to_owned()).collect(),
    })
}
