#!/usr/bin/env python3
"""minhbach beside other search programs: the same phrases, the same posts, processor seconds, hits compared.

minhbach bên cạnh các chương trình tìm kiếm khác: cùng cụm từ, cùng bài, giây bộ xử lý, so số lần trúng.

    python3 -m venv venv && venv/bin/pip install -r benches/peers/requirements.txt
    cargo build --release --bin minhbach --example phrases
    venv/bin/python benches/peers/peers.py posts.jsonl --megabytes 20 --plot benches/results/peers.svg

What each does: a peer reads JSON Lines and finds phrases, nothing else. minhbach does a whole scan, from bytes to a
finished folder. Every program runs by itself, on one thread; building its tables is timed apart and left out of MB/s.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata

PEERS = ["FlashText", "spaCy PhraseMatcher", "spaCy Matcher", "pyahocorasick", "Hyperscan", "ripgrep -F -f"]
PACKAGES = {"FlashText": "flashtext", "spaCy PhraseMatcher": "spacy", "spaCy Matcher": "spacy",
            "pyahocorasick": "pyahocorasick", "Hyperscan": "hyperscan"}


def cpu(who=resource.RUSAGE_SELF):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def is_word(char):
    return char.isalnum() or char == "_"


def at_edges(text, start, end):
    """Whether text[start:end] neither begins nor ends inside a word."""
    return not (start > 0 and is_word(text[start - 1]) and is_word(text[start])) and not (
        end < len(text) and is_word(text[end]) and is_word(text[end - 1]))


def flashtext(phrases):
    from flashtext import KeywordProcessor

    search = KeywordProcessor(case_sensitive=False)
    # It takes only A to Z for letters, and would find "an" in "bạn" otherwise.
    search.non_word_boundaries |= {c for phrase in phrases for c in phrase + phrase.upper() if c.isalpha()}
    for phrase in phrases:
        search.add_keyword(phrase)
    return lambda text: len(search.extract_keywords(text))


def spacy_phrase_matcher(phrases):
    import spacy
    from spacy.matcher import PhraseMatcher

    make = spacy.blank("xx").make_doc
    search = PhraseMatcher(make("").vocab, attr="LOWER")
    search.add("phrase", [make(phrase) for phrase in phrases])
    return lambda text: len(search(make(text)))


def spacy_matcher(phrases):
    import spacy
    from spacy.matcher import Matcher

    make = spacy.blank("xx").make_doc
    search = Matcher(make("").vocab)
    search.add("phrase", [[{"LOWER": token.lower_} for token in make(phrase)] for phrase in phrases])
    return lambda text: len(search(make(text)))


def pyahocorasick(phrases):
    import ahocorasick

    search = ahocorasick.Automaton()
    for phrase in phrases:
        search.add_word(phrase, len(phrase))
    search.make_automaton()

    def count(text):
        text = text.lower()
        return sum(at_edges(text, end + 1 - length, end + 1) for end, length in search.iter(text))

    return count


def hyperscan(phrases):
    import hyperscan as hs

    encoded = [phrase.encode() for phrase in phrases]
    search = hs.Database(mode=hs.HS_MODE_BLOCK)
    search.compile(expressions=encoded, ids=list(range(len(encoded))), elements=len(encoded), literal=True,
                   flags=[0] * len(encoded))
    scratch = hs.Scratch(search)
    search.scratch = scratch
    lengths = [len(phrase) for phrase in encoded]

    def count(text):
        raw = text.lower().encode()
        ends = []
        search.scan(raw, match_event_handler=lambda id, start, end, flags, context: ends.append((id, end)))
        # A byte above 0x7F belongs to a letter here: near enough, and as cheap as it can be.
        inside = lambda at: 0 < at < len(raw) and _WORD[raw[at - 1]] and _WORD[raw[at]]
        return sum(not inside(end) and not inside(end - lengths[id]) for id, end in ends)

    return count


_WORD = [byte >= 0x80 or chr(byte).isalnum() or byte == ord("_") for byte in range(256)]
SEARCHES = {"FlashText": flashtext, "spaCy PhraseMatcher": spacy_phrase_matcher, "spaCy Matcher": spacy_matcher,
            "pyahocorasick": pyahocorasick, "Hyperscan": hyperscan}


def one(name, phrases_file, posts_file):
    """Runs one peer in this process and prints what came of it."""
    with open(phrases_file, encoding="utf-8") as lines:
        phrases = lines.read().splitlines()
    start = cpu()
    count = SEARCHES[name](phrases)
    built = cpu()
    with open(posts_file, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    read = cpu()
    hits = sum(count(text) for text in texts)
    print(json.dumps({"hits": hits, "build": built - start, "read": read - built, "search": cpu() - read}))


def run_peer(name, phrases, posts):
    done = subprocess.run([sys.executable, __file__, posts, "--one", name, "--phrases", phrases],
                          stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout)
    return {"name": name, "version": metadata.version(PACKAGES[name]), "hits": told["hits"], "build": told["build"],
            "seconds": told["read"] + told["search"]}


def run_ripgrep(phrases, posts):
    """Over lower-case posts, as its -i turns ten thousand phrases into one great regular expression (minutes)."""
    version = subprocess.run(["rg", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[1]

    def timed(arguments):
        start = cpu(resource.RUSAGE_CHILDREN)
        done = subprocess.run(["rg", "--threads", "1", "--no-messages", "--fixed-strings",
                               "--count-matches", "--file", phrases, *arguments],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
        return cpu(resource.RUSAGE_CHILDREN) - start, int(done.stdout or 0)

    lower = posts + ".lower"
    with open(posts, encoding="utf-8") as lines, open(lower, "w", encoding="utf-8") as out:
        out.writelines(line.lower() for line in lines)
    build, _ = timed([os.devnull])
    seconds, hits = timed([lower])
    return {"name": "ripgrep -F -f", "version": version, "hits": hits, "build": build,
            "seconds": max(seconds - build, 1e-9)}


def run_minhbach(program, phrases_program, posts):
    version = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-1]

    def scan(what, home):
        start = cpu(resource.RUSAGE_CHILDREN)
        subprocess.run([program, "scan", what, "--threads", "1", "--posts", "commercial", "--quiet", "--progress",
                        "off", "--out", os.path.join(home, "run")], check=True, stdout=subprocess.DEVNULL)
        return cpu(resource.RUSAGE_CHILDREN) - start

    with tempfile.TemporaryDirectory() as home:
        empty = os.path.join(home, "empty.jsonl")
        with open(posts, "rb") as lines, open(empty, "wb") as first:
            first.write(lines.readline())
        build = scan(empty, os.path.join(home, "a"))
        seconds = scan(posts, os.path.join(home, "b")) - build
    cues = json.loads(subprocess.run([phrases_program, posts], stdout=subprocess.PIPE, text=True, check=True).stdout)
    return {"name": "minhbach scan", "version": version, "hits": cues["as_written"], "build": build,
            "seconds": seconds, "folded": cues["folded"]}


def plot(rows, megabytes, path):
    """Speeds as bars on a scale of powers of ten."""
    from math import log10

    speeds = [megabytes / row["seconds"] for row in rows]
    low = min(0.1, *speeds)
    scale = lambda speed: 420 * (log10(speed) - log10(low)) / (log10(max(100.0, *speeds)) - log10(low))
    height = 60 + 30 * len(rows)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" role="img" font-family="sans-serif" '
           'font-size="13">',
           "<title>MB/s trên một nhân, thang lôga / MB/s on one core, logarithmic scale</title>",
           "<desc>" + "; ".join(f"{row['name']} {speed:.1f}" for row, speed in zip(rows, speeds)) + "</desc>",
           f'<rect width="760" height="{height}" fill="#fff"/>',
           '<text x="10" y="22" font-weight="bold">MB/s trên một nhân, thang lôga / on one core, logarithmic</text>']
    for place, (row, speed) in enumerate(zip(rows, speeds)):
        y = 40 + 30 * place
        fill = "#0b6e4f" if row["name"].startswith("minhbach") else "#9aa5b1"
        out.append(f'<text x="190" y="{y + 15}" text-anchor="end">{row["name"]}</text>'
                   f'<rect x="200" y="{y}" width="{max(scale(speed), 1):.1f}" height="20" fill="{fill}"/>'
                   f'<text x="{208 + max(scale(speed), 1):.1f}" y="{y + 15}">{speed:.1f}</text>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n</svg>\n")


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("posts", help="JSON Lines with id, author_id, created_at and text")
    options.add_argument("--megabytes", type=float, default=20, help="how much of it is used")
    options.add_argument("--bin", default="target/release", help="the folder with minhbach and examples/phrases")
    options.add_argument("--only", default=",".join(PEERS), help="peers, with commas between")
    options.add_argument("--plot", help="where the plot goes")
    options.add_argument("--phrases", help=argparse.SUPPRESS)
    options.add_argument("--one", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        one(given.one, given.phrases, given.posts)
        return
    program, phrases_program = os.path.join(given.bin, "minhbach"), os.path.join(given.bin, "examples", "phrases")
    with tempfile.TemporaryDirectory() as home:
        phrases, posts = os.path.join(home, "phrases.txt"), os.path.join(home, "posts.jsonl")
        with open(phrases, "wb") as out:
            subprocess.run([phrases_program], stdout=out, check=True)
        size = 0
        with open(given.posts, "rb") as lines, open(posts, "wb") as out:
            for line in lines:
                if size + len(line) > given.megabytes * 1e6:
                    break
                size += out.write(line)
        with open(phrases, encoding="utf-8") as lines:
            many = len(lines.read().splitlines())
        rows = [run_minhbach(program, phrases_program, posts)]
        for name in given.only.split(","):
            if name == "ripgrep -F -f":
                if shutil.which("rg") is None:
                    print("SKIPPED: ripgrep is not installed", file=sys.stderr)
                    continue
                rows.append(run_ripgrep(phrases, posts))
            else:
                rows.append(run_peer(name, phrases, posts))
    ours = rows[0]
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())} · {processor()} · Python {platform.python_version()} · "
          f"{size / 1e6:.1f} MB · {many} cụm từ / phrases\n")
    print("| chương trình / program | bản / version | dựng / build s | CPU s | MB/s | minhbach nhanh gấp / is so many "
          "times as fast | trúng / hits | so với / of minhbach's |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    for row in rows:
        print(f"| {row['name']} | {row['version']} | {row['build']:.2f} | {row['seconds']:.2f} | "
              f"{size / 1e6 / row['seconds']:.2f} | {row['seconds'] / ours['seconds']:.2f} | {row['hits']} | "
              f"{row['hits'] / max(ours['hits'], 1):.2f} |")
    print(f"\nminhbach: thêm {ours['folded']} lần trúng chỉ thấy được sau khi quy đổi / more hits through folds.")
    if given.plot:
        plot(rows, size / 1e6, given.plot)


if __name__ == "__main__":
    main()
