//! The folder of a dossier: every file, hashed, in one step.

use super::{
    DossierError, Made, Request,
    page::Case,
    read::{self, CreatorFinding},
};
use crate::{
    originals::{self, Found, PostRef, Wanted},
    redact::redact,
    report::{self, Around, DossierRecord, Plan, RunFolder, Started, sha256_hex},
    score::{CreatorScore, Policy},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs};

/// The policy, inside a dossier; its pack is in the folder `pack`.
pub const POLICY: &str = "policy.toml";
/// The decisions, inside a dossier.
pub const REVIEW: &str = "review.jsonl";
/// The measured quality of rules, inside a dossier.
pub const EVALUATION: &str = "evaluation.json";
/// The scores after review, inside a dossier that has them.
pub const REVIEWED: &str = "creator-reviewed.jsonl";
/// Digits kept of a line's hash: a change by chance escapes one in 10^19; the file's own hash is whole.
const LINE_DIGITS: usize = 16;

/// Makes the dossier.
///
/// # Errors
/// When the run, the dump or a file beside it cannot be read, pack or policy are not those of the run, the creator is
/// not in it, or the folder cannot be made.
pub fn write(request: &Request<'_>) -> Result<Made, DossierError> {
    report::free_for(request.out, true)?;
    let Request { run, pack, .. } = request;
    let (found, given) = (&run.manifest.pack.sha256, &pack.sha256);
    if found != given {
        return Err(DossierError::Other { what: "pack", found: found.clone(), given: given.clone() });
    }
    let (found, given) = (&run.manifest.policy_sha256, sha256_hex(request.policy.as_bytes()));
    if *found != given {
        return Err(DossierError::Other { what: "policy", found: found.clone(), given });
    }
    let policy = Policy::read("policy.toml", request.policy).map_err(|faults| DossierError::BadLine {
        path: "policy.toml".into(),
        line: 1,
        message: faults.to_string(),
    })?;
    let file = run.folder().join("creators.jsonl");
    let score = read::creator(&file, request.creator, request.platform)?;
    let reviewed =
        request.reviewed.map(|path| read::creator(path, &score.creator, Some(&score.platform))).transpose()?;
    // A line without a review says what the machine found, and must not be shown as what people made of it.
    let after_review = match (&reviewed, request.reviewed) {
        (Some(CreatorScore { review: Some(review), .. }), _) => Some(&review.after_review),
        (Some(_), Some(path)) => return Err(DossierError::NotReviewed { path: path.to_owned() }),
        _ => None,
    };
    let (posts, findings) = read::records(run, &score)?;

    let mut wanted: BTreeMap<PostRef, Wanted> = BTreeMap::new();
    let mut places = Vec::with_capacity(findings.len());
    for finding in &findings {
        let post = finding.record.post_ref(&score);
        let wants = wanted.entry(post.clone()).or_default();
        places.push((post, wants.findings.len()));
        wants.findings.push(finding.record.places());
    }
    let again = match request.originals {
        Some((inputs, options)) => originals::read(inputs, options, &wanted, Around::CASE, request.redacted)?,
        None => BTreeMap::new(),
    };
    let found: Vec<Option<(&Found, usize)>> =
        places.iter().map(|(post, i)| again.get(post).map(|found| (found, *i))).collect();
    let met = |found: &&Option<(&Found, usize)>| {
        found.and_then(|(found, i)| found.excerpts.get(i)).is_some_and(Option::is_some)
    };
    let made = Made {
        already: false,
        findings: findings.len(),
        posts: posts.len(),
        unmatched: if request.originals.is_some() { found.len() - found.iter().filter(met).count() } else { 0 },
        foreign_decisions: foreign(request, &findings),
    };

    let case = Case {
        request,
        policy: &policy,
        score: &score,
        reviewed: after_review,
        posts: &posts,
        findings: &findings,
        found: &found,
    };
    let mut files: Vec<(String, Vec<u8>)> =
        case.render()?.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    let mut lines = BTreeMap::new();
    let posts = posts.iter().map(|post| line(&post.raw, request.redacted)).collect::<Result<Vec<_>, _>>()?;
    let own = findings.iter().map(|finding| line(&finding.raw, request.redacted)).collect::<Result<Vec<_>, _>>()?;
    let digits = |line: &String| sha256_hex(line.trim_end_matches('\n').as_bytes())[..LINE_DIGITS].to_owned();
    lines.insert("findings.jsonl".to_owned(), own.iter().map(digits).collect());
    files.push(("posts.jsonl".to_owned(), posts.concat().into_bytes()));
    files.push(("findings.jsonl".to_owned(), own.concat().into_bytes()));
    files.push(("creator.json".to_owned(), pretty(&serde_json::to_value(&score)?)?));
    if let Some(reviewed) = &reviewed {
        files.push((REVIEWED.to_owned(), format!("{}\n", serde_json::to_string(reviewed)?).into_bytes()));
    }
    files.push((REVIEW.to_owned(), review(request, &findings)?));
    files.push((EVALUATION.to_owned(), pretty(&serde_json::to_value(request.evaluation)?)?));
    files.push((POLICY.to_owned(), request.policy.as_bytes().to_vec()));
    for path in request.pack_files.paths() {
        let text = request.pack_files.get(path).unwrap_or_default();
        files.push((format!("pack/{path}"), text.as_bytes().to_vec()));
    }
    let run_manifest = run.folder().join("manifest.json");
    let run_manifest =
        fs::read(&run_manifest).map_err(|source| DossierError::Io { path: run_manifest.clone(), source })?;
    files.push(("prov.json".to_owned(), pretty(&provenance(request, &score, &sha256_hex(&run_manifest)))?));

    let mut manifest = run.manifest.clone();
    manifest.counts.findings = made.findings as u64;
    manifest.counts.posts = made.posts as u64;
    manifest.counts.creators = 1;
    manifest.dossier = Some(DossierRecord {
        creator: score.creator.clone(),
        platform: score.platform.clone(),
        lang: request.locale.name().to_owned(),
        redacted: request.redacted,
        originals: request.originals.is_some(),
        run_manifest_sha256: sha256_hex(&run_manifest),
    });
    files.push(("run-manifest.json".to_owned(), run_manifest));
    manifest.lines = lines;
    // Equal keys, equal bytes: the key is over everything that was written.
    let mut all = String::new();
    for (name, bytes) in &files {
        all.push_str(&format!("{} {name}\n", sha256_hex(bytes)));
    }
    manifest.key = sha256_hex(all.as_bytes());
    let mut folder = match RunFolder::create(request.out, &manifest.key, &Plan::new(), &[], request.force)? {
        Started::AlreadyDone => return Ok(Made { already: true, ..made }),
        Started::Fresh(folder) => folder,
    };
    for (name, bytes) in &files {
        folder.write(name, bytes)?;
    }
    folder.finish(manifest)?;
    Ok(made)
}

/// Decisions on findings of somebody else, or of nobody.
fn foreign(request: &Request<'_>, findings: &[CreatorFinding]) -> usize {
    let own: std::collections::BTreeSet<&str> = findings.iter().map(|f| f.record.id.as_str()).collect();
    request.decisions.keys().filter(|id| !own.contains(id.as_str())).count()
}

/// A record with its line end; redacted, its quotes are masked and its byte offsets, which no longer hold, left out.
fn line(raw: &str, redacted: bool) -> Result<String, DossierError> {
    if !redacted {
        return Ok(format!("{}\n", raw.trim_end_matches('\n')));
    }
    let mut record: Value = serde_json::from_str(raw)?;
    mask(&mut record);
    if let Some(record) = record.as_object_mut() {
        record.insert("redacted".to_owned(), Value::Bool(true));
    }
    Ok(format!("{}\n", serde_json::to_string(&record)?))
}

fn mask(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(mask),
        Value::Object(values) => {
            values.remove("start_byte");
            values.remove("end_byte");
            for (name, value) in values.iter_mut() {
                match (name.as_str(), &mut *value) {
                    ("quote" | "text", Value::String(text)) => *text = redact(text),
                    _ => mask(value),
                }
            }
        }
        _ => {}
    }
}

/// The decisions on this creator's findings, as they were taken in.
fn review(request: &Request<'_>, findings: &[CreatorFinding]) -> Result<Vec<u8>, DossierError> {
    let mut out = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for finding in findings {
        let id = &finding.record.id;
        let Some(decision) = request.decisions.get(id).filter(|_| seen.insert(id)) else { continue };
        let mut record = json!({
            "finding_id": id, "decision": decision.state, "reason_code": decision.reason_code,
            "reviewer": decision.reviewer, "note": decision.note,
        });
        if let Some(at) = &decision.at {
            record["at"] = Value::from(at.as_str());
        }
        serde_json::to_writer(&mut out, &record)?;
        out.push(b'\n');
    }
    Ok(out)
}

/// Who made what from what, as PROV-JSON (<https://www.w3.org/submissions/prov-json/>); without times, since no clock is
/// read: the day of scoring stands in the records.
fn provenance(request: &Request<'_>, score: &CreatorScore, run_manifest: &str) -> Value {
    let manifest = &request.run.manifest;
    let entity = |sha256: &str| json!({"mb:sha256": sha256});
    let mut entities = serde_json::Map::new();
    let mut used = serde_json::Map::new();
    let mut note = |name: String, sha256: &str, activity: &str| {
        used.insert(format!("_:u{}", used.len() + 1), json!({"prov:activity": activity, "prov:entity": name}));
        entities.insert(name, entity(sha256));
    };
    for (input, n) in manifest.inputs.iter().zip(1..) {
        note(format!("mb:input-{n}"), &input.sha256, "mb:scan");
    }
    note("mb:pack".to_owned(), &manifest.pack.sha256, "mb:scan");
    note("mb:policy".to_owned(), &manifest.policy_sha256, "mb:scan");
    note("mb:run-manifest".to_owned(), run_manifest, "mb:assemble");
    entities.insert("mb:dossier".to_owned(), json!({"mb:creator": score.creator, "mb:platform": score.platform}));
    json!({
        "prefix": {"mb": "urn:minhbach:"},
        "entity": entities,
        "activity": {"mb:scan": {"mb:key": manifest.key}, "mb:assemble": {}},
        "agent": {"mb:program": {"prov:type": "prov:SoftwareAgent", "mb:version": manifest.program.version}},
        "used": used,
        "wasGeneratedBy": {
            "_:g1": {"prov:entity": "mb:run-manifest", "prov:activity": "mb:scan"},
            "_:g2": {"prov:entity": "mb:dossier", "prov:activity": "mb:assemble"},
        },
        "wasDerivedFrom": {"_:d1": {"prov:generatedEntity": "mb:dossier", "prov:usedEntity": "mb:run-manifest"}},
        "wasAssociatedWith": {
            "_:a1": {"prov:activity": "mb:scan", "prov:agent": "mb:program"},
            "_:a2": {"prov:activity": "mb:assemble", "prov:agent": "mb:program"},
        },
    })
}

fn pretty(value: &Value) -> Result<Vec<u8>, DossierError> {
    let mut out = serde_json::to_vec_pretty(value)?;
    out.push(b'\n');
    Ok(out)
}
