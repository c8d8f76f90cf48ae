#!/usr/bin/env bash
# CPU time of a whole scan on one thread beside the floor, run in turn. Only the ratio is worth keeping.
# Thời gian CPU của cả lần quét trên một luồng so với mức sàn, chạy xen kẽ. Chỉ tỉ số là đáng giữ.
#
#   benches/ratio.sh [FILE.jsonl[.zst|.gz]] [ROUNDS]
#
# Without a file: 100 MB of the demo corpus repeated. A file needs id, author_id, created_at and text in every record.
set -euo pipefail
export LC_ALL=C
input="${1:-}"
rounds="${2:-5}"
[[ -z "$input" || -f "$input" ]] || { echo "không có tệp / no such file: $input" >&2; exit 2; }
[[ "$rounds" =~ ^[1-9][0-9]*$ ]] || { echo "số vòng sai / not a number of rounds: $rounds" >&2; exit 2; }
[[ -z "$input" ]] || input="$(realpath "$input")"
cd "$(dirname "$0")/.."

target="${CARGO_TARGET_DIR:-target}"
cargo build --quiet --release --bin minhbach --example repeat_corpus
cargo build --quiet --release --locked --manifest-path benches/floor/Cargo.toml --target-dir "$target/floor"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
case "$input" in
  "") cargo run --quiet --release --example repeat_corpus -- "$work/posts.jsonl" ;;
  *.zst) zstd -qdc "$input" >"$work/posts.jsonl" ;;
  *.gz) gzip -dc "$input" >"$work/posts.jsonl" ;;
  *) ln -s "$input" "$work/posts.jsonl" ;;
esac
posts="$work/posts.jsonl"

# cpu COMMAND…: user and system seconds of a command; its output goes to $work/out.
cpu() {
  local TIMEFORMAT='%U %S'
  { time "$@" >"$work/out" 2>"$work/err"; } 2>"$work/time" || { cat "$work/err" "$work/time" >&2; exit 1; }
  awk '{ printf "%.3f\n", $1 + $2 }' "$work/time"
}

median() {
  sort -n | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); printf "%.3f\n", NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'
}

floor() { cpu "$target/floor/release/floor" "$posts" benches/floor/phrases.txt; }
scan() { cpu "$target/release/minhbach" scan "$posts" --threads 1 --out "$work/run" --progress off --quiet; }

# Both must have read the same posts, and every round must have written the same bytes.
check() {
  local read_posts written
  read_posts="$(sed -n 's/.*, \([0-9]*\) posts.*/\1/p' "$work/floor.out")"
  written="$(wc -l <"$work/run/posts.jsonl")"
  ((read_posts == written)) || { echo "floor: $read_posts posts, scan: $written" >&2; exit 1; }
  cmp -s "$work/run/manifest.sha256" "${1:-$work/run/manifest.sha256}" || { echo "two rounds differ" >&2; exit 1; }
}

echo "$(wc -c <"$posts") B, $(wc -l <"$posts") bài / posts; $rounds vòng / rounds; CPU s (user + sys)"
printf '%5s %8s %8s %6s\n' "" floor scan ratio
for ((round = 1; round <= rounds; round++)); do
  f="$(floor)"
  cp "$work/out" "$work/floor.out"
  s="$(scan)"
  check "${first:-}"
  if ((round == 1)); then
    first="$work/first.sha256"
    cp "$work/run/manifest.sha256" "$first"
    findings="$(wc -l <"$work/run/findings.jsonl")"
  fi
  rm -rf "$work/run"
  echo "$f" >>"$work/floors"
  echo "$s" >>"$work/scans"
  awk -v r="$round" -v f="$f" -v s="$s" 'BEGIN { printf "%5d %8.3f %8.3f %6.2f\n", r, f, s, s / f }' | tee -a "$work/rounds"
done
f="$(median <"$work/floors")"
s="$(median <"$work/scans")"
r="$(awk '{ print $4 }' "$work/rounds" | median)"
printf '%5s %8.3f %8.3f %6.2f  trung vị / medians; %d phát hiện / findings\n' "" "$f" "$s" "$r" "$findings"
