//! Progress on stderr: a bar by input bytes, JSON Lines, or silence.

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use minhbach::pipeline::Progress;
use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

/// How progress is shown on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    Auto,
    Json,
    Off,
}

/// Between two lines of `--progress json`.
const EVERY: Duration = Duration::from_secs(1);

/// Draws what the pipeline counts.
pub(crate) enum Meter {
    Bar(ProgressBar),
    Json(Instant, Instant),
    Off,
}

impl Meter {
    pub(crate) fn new(mode: Mode, quiet: bool, total: u64) -> Self {
        match mode {
            Mode::Json => Meter::Json(Instant::now(), Instant::now()),
            Mode::Auto if !quiet && std::io::stderr().is_terminal() => {
                let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(8));
                let style =
                    ProgressStyle::with_template("{bar:32} {percent:>3} % {bytes}/{total_bytes} {msg} còn/left {eta}");
                if let Ok(style) = style {
                    bar.set_style(style);
                }
                Meter::Bar(bar)
            }
            Mode::Auto | Mode::Off => Meter::Off,
        }
    }

    pub(crate) fn show(&mut self, p: Progress) {
        match self {
            Meter::Bar(bar) => {
                let seconds = bar.elapsed().as_secs_f64().max(0.001);
                bar.set_position(p.bytes);
                let rate = p.posts as f64 / seconds;
                bar.set_message(format!("{} bài/posts ({rate:.0}/s) {} phát hiện/findings", p.posts, p.findings));
            }
            Meter::Json(_, last) if last.elapsed() < EVERY => {}
            Meter::Json(start, last) => {
                *last = Instant::now();
                crate::say::line(&format!(
                    r#"{{"type":"progress","bytes":{},"posts":{},"findings":{},"rejects":{},"seconds":{:.1}}}"#,
                    p.bytes,
                    p.posts,
                    p.findings,
                    p.rejects,
                    start.elapsed().as_secs_f64()
                ));
            }
            Meter::Off => {}
        }
    }

    pub(crate) fn end(&self) {
        if let Meter::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
