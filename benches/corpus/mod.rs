//! The input of all benches: texts recombined from the demo posts by a seeded generator, so that every machine measures
//! the same bytes, in four kinds; and the one honest number of a noisy machine, the ratio of two ways run in turn.

#![allow(dead_code, reason = "each bench uses its own part of this module")]
#![allow(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use criterion::{
    Criterion, Throughput,
    measurement::{Measurement, ValueFormatter, WallTime},
};
use minhbach::{
    day::{Day, Moment},
    detector::Detector,
    normalise::{Text, fold},
    pack::Pack,
    post::{Author, Post},
    words::{Tagged, Words},
};
use serde_json::Value;
use std::{
    fs,
    sync::{Arc, LazyLock},
    thread,
    time::{Duration, Instant},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

const DEMO: &str = include_str!("../../corpora/demo/posts.jsonl");
const GOLD: &str = include_str!("../../corpora/demo/gold.jsonl");

/// Bytes of text of each kind: far beyond the first caches, a few milliseconds a pass.
const BYTES: usize = 256 << 10;
const SEED: u64 = 20_260_701;
/// Rounds of a ratio; odd, so that the median is one of them.
const ROUNDS: usize = 11;

/// Posts of one kind.
pub(crate) struct Corpus {
    /// Its name in the results.
    pub(crate) name: &'static str,
    /// One text a post.
    pub(crate) texts: Vec<String>,
}

/// The four kinds, and the posts of the file in `MINHBACH_POSTS` (JSON Lines with `text`), if it is set:
/// `clean` as written, `unmarked` without diacritics, `dirty` with every fourth word decomposed, split by a zero-width
/// character or in mathematical letters, `dense` from those demo posts only that the gold gives three rules or more.
pub(crate) fn corpora() -> Vec<Corpus> {
    let all = demo(|_| true);
    let dense = demo(|rules| rules >= 3);
    let mut corpora = vec![
        Corpus::new("clean", &all, |text, _| text),
        Corpus::new("unmarked", &all, |text, _| unmarked(&text)),
        Corpus::new("dirty", &all, |text, random| dirty(&text, random)),
        Corpus::new("dense", &dense, |text, _| text),
    ];
    corpora.extend(std::env::var_os("MINHBACH_POSTS").map(|path| {
        let lines = fs::read_to_string(path).unwrap();
        let text = |line| serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
        Corpus { name: "yours", texts: lines.lines().map(text).collect() }
    }));
    corpora
}

impl Corpus {
    /// Joins one to six texts a post, until there is enough; about 330 bytes a post, as in dumps of real posts.
    fn new(name: &'static str, from: &[String], change: impl Fn(String, &mut Random) -> String) -> Self {
        let mut random = Random(SEED);
        let (mut texts, mut bytes) = (Vec::new(), 0);
        while bytes < BYTES {
            let mut text = String::new();
            for part in 0..=random.below(6) {
                if part > 0 {
                    text.push(if random.below(2) == 0 { '\n' } else { ' ' });
                }
                text.push_str(&from[random.below(from.len())]);
            }
            let text = change(text, &mut random);
            bytes += text.len();
            texts.push(text);
        }
        Self { name, texts }
    }

    /// Bytes of text.
    pub(crate) fn bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }

    /// What criterion divides by.
    pub(crate) fn throughput(&self) -> Throughput {
        Throughput::Bytes(self.bytes() as u64)
    }

    /// The texts as posts of a few creators under the law of 2026.
    pub(crate) fn posts(&self) -> Vec<Post<'_>> {
        let day = |i: usize| Day::new(2026, 2 + (i % 9) as i8, 1 + (i % 28) as i8).unwrap();
        let post = |(i, text): (usize, &'_ String)| -> Post<'_> {
            Post {
                id: Some(self.id(i).into()),
                platform: "tiktok".into(),
                author: Author { id: Some(creator(i).into()), ..Author::default() },
                posted: Some(Moment::Day(day(i))),
                text: text.clone().into(),
                ..Post::default()
            }
        };
        self.texts.iter().enumerate().map(post).collect()
    }

    /// The same posts as JSON Lines.
    pub(crate) fn json_lines(&self) -> Vec<u8> {
        let mut lines = Vec::new();
        for (i, post) in self.posts().iter().enumerate() {
            let day = post.posted.and_then(Moment::day).unwrap().to_string();
            let line = serde_json::json!({
                "id": self.id(i),
                "author_id": creator(i),
                "platform": post.platform,
                "created_at": day,
                "text": post.text,
            });
            serde_json::to_writer(&mut lines, &line).unwrap();
            lines.push(b'\n');
        }
        lines
    }

    /// The texts folded and looked up.
    pub(crate) fn folded(&self, words: &Words) -> Vec<(Text, Tagged)> {
        let both = |raw: &String| {
            let (mut text, mut tagged) = (Text::default(), Tagged::default());
            fold(raw, &mut text);
            words.tag(&text, &mut tagged);
            (text, tagged)
        };
        self.texts.iter().map(both).collect()
    }

    fn id(&self, i: usize) -> String {
        format!("{}-{i}", self.name)
    }
}

fn creator(i: usize) -> String {
    format!("c{}", i % 200)
}

/// The built-in pack.
pub(crate) fn pack() -> Pack {
    Pack::embedded().unwrap()
}

/// The detector of the built-in pack.
pub(crate) fn detector() -> Detector {
    Detector::new(Arc::new(pack())).unwrap()
}

/// Criterion with short times, which the command line may lengthen. A plain `main` instead of criterion's macros keeps the
/// set-up of a bench in one readable place.
pub(crate) fn criterion() -> Criterion<OnCpu> {
    Criterion::default()
        .with_measurement(OnCpu)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500))
        .configure_from_args()
}

/// Time that this thread spent on a processor: what other programs take meanwhile does not count.
pub(crate) struct OnCpu;

impl OnCpu {
    /// Linux tells it in nanoseconds; elsewhere the clock must do.
    fn now() -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // The kernel's account is brought up to date when a thread leaves its processor.
        thread::sleep(Duration::from_nanos(1));
        let account = fs::read_to_string("/proc/thread-self/schedstat").ok();
        let spent = account.and_then(|text| text.split(' ').next()?.parse().ok()).filter(|&nanos: &u64| nanos > 0);
        spent.map_or_else(|| START.elapsed(), Duration::from_nanos)
    }
}

impl Measurement for OnCpu {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        Self::now()
    }

    fn end(&self, start: Duration) -> Duration {
        Self::now() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// Runs two ways in turn, first once to warm up, and prints the median over the rounds of what the first costs beside the
/// second, with all but the extreme rounds in brackets.
pub(crate) fn beside(first: (&str, &mut dyn FnMut()), second: (&str, &mut dyn FnMut())) {
    let time = |way: &mut dyn FnMut()| {
        let start = OnCpu::now();
        way();
        (OnCpu::now() - start).as_secs_f64()
    };
    let (name, way) = first;
    let (other_name, other) = second;
    time(way);
    time(other);
    let mut ratios: Vec<f64> = (0..ROUNDS).map(|_| time(way) / time(other)).collect();
    ratios.sort_by(f64::total_cmp);
    let (low, mid, high) = (ratios[1], ratios[ROUNDS / 2], ratios[ROUNDS - 2]);
    println!("ratio: {name} = {mid:.2} × {other_name} ({low:.2}–{high:.2})\n");
}

/// Texts of the demo posts whose number of gold rules will do. Both files hold one line a post in the same order.
fn demo(will_do: impl Fn(usize) -> bool) -> Vec<String> {
    let read = |line: &str| -> Value { serde_json::from_str(line).unwrap() };
    let texts = DEMO.lines().zip(GOLD.lines()).filter_map(|(post, gold)| {
        let rules = read(gold)["rules"].as_array().unwrap().len();
        will_do(rules).then(|| read(post)["text"].as_str().unwrap().to_owned())
    });
    texts.filter(|text| !text.is_empty()).collect()
}

/// As typed without accents.
fn unmarked(text: &str) -> String {
    let plain = |c| match c {
        'đ' => 'd',
        'Đ' => 'D',
        c => c,
    };
    text.nfd().filter(|&c| !is_combining_mark(c)).map(plain).nfc().collect()
}

/// Damages every fourth word in one of the three ways.
fn dirty(text: &str, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for word in text.split_inclusive(char::is_whitespace) {
        match random.below(12) {
            0 => out.extend(word.nfd()),
            1 => {
                for (i, c) in word.char_indices() {
                    if i == 1 {
                        out.push('\u{200B}');
                    }
                    out.push(c);
                }
            }
            2 => out.extend(word.chars().map(mathematical)),
            _ => out.push_str(word),
        }
    }
    out
}

/// A sans-serif bold letter for an ASCII letter.
fn mathematical(c: char) -> char {
    let shifted = |first: u32, a: char| char::from_u32(first + c as u32 - a as u32).unwrap_or(c);
    match c {
        'a'..='z' => shifted(0x1D5EE, 'a'),
        'A'..='Z' => shifted(0x1D5D4, 'A'),
        c => c,
    }
}

/// SplitMix64: the same numbers everywhere and forever, which no crate promises.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ z >> 31) % n as u64) as usize
    }
}
