"""The demonstration as flat rows, which tables are made of."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "corpora" / "demo" / "posts.jsonl"


def flat(post: dict) -> dict:
    post = dict(post)
    author = post.pop("author", None) or {}
    # A column has one type: the demonstration says yes both as a word and as a truth value.
    if isinstance(post.get("platform_label"), bool):
        post["platform_label"] = str(post["platform_label"]).lower()
    return post | {f"author_{name}": value for name, value in author.items()}
