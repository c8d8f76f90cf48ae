// Opens the report and the dossier in a real browser: what they ask for, what keys and buttons do, what axe-core says,
// what is printed. Mở báo cáo và hồ sơ trong trình duyệt thật.
//
//   node pages.mjs PROGRAM [SHOTS]     PROGRAM: the built minhbach; SHOTS: a folder for screenshots
//
// CHROMIUM names the browser; without it chromium, chromium-browser and google-chrome are tried.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [program, shots] = process.argv.slice(2);
assert.ok(program, "usage: node pages.mjs PROGRAM [SHOTS]");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browserPath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .find(path => path && existsSync(path));
assert.ok(browserPath, "no Chromium: install it or set CHROMIUM");

const dir = mkdtempSync(join(tmpdir(), "minhbach-pages-"));
const run = (...args) => execFileSync(program, [...args, "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
let done = 0;
const check = (what, holds) => { assert.ok(holds, what); done += 1; console.log(`ok  ${what}`); };

// What is opened: the demonstration, hostile posts, and 500 findings of one creator.
const demo = join(dir, "demo");
run("scan", "--out", demo);
run("dossier", demo, "--creator", "u_nam", "--out", join(dir, "d"));
const evil = ["<script>window.hit=1</script>", "\" onmouseover=\"window.hit=1", "' autofocus onfocus='window.hit=1", "{{ 7*7 }}",
  "<svg onload=window.hit=1>", "<img src=x onerror=window.hit=1>", "\u202egnàd\u2066", "=HYPERLINK(\"http://evil.example\")", "</script></style>"];
const lines = posts => posts.map(post => JSON.stringify(post) + "\n").join("");
const post = (id, text, author) => ({ id, author: { id: author }, platform: "tiktok", created_at: "2026-03-01T13:00:00Z", text });
writeFileSync(join(dir, "evil.jsonl"), lines(evil.map((e, i) =>
  post(`${e}${i}`, `${e} thực phẩm chức năng chữa khỏi hẳn tiểu đường ${e}, mua tại https://s.shopee.vn/abc ${e}`, evil.join("")))));
run("scan", join(dir, "evil.jsonl"), "--out", join(dir, "evil"));
run("dossier", join(dir, "evil"), "--creator", evil.join(""), "--originals", join(dir, "evil.jsonl"), "--out", join(dir, "e"));
writeFileSync(join(dir, "many.jsonl"), lines(Array.from({ length: 100 }, (_, i) =>
  post(`p${i}`, `Thực phẩm chức năng số ${i} chữa khỏi hẳn tiểu đường, cam kết khỏi sau 7 ngày, hàng về đều mỗi tuần.\n`
    + `Mua tại https://s.shopee.vn/abc${i}, giá ${i + 100}k, giao khắp nơi. `.repeat(4), "u"))));
run("scan", join(dir, "many.jsonl"), "--out", join(dir, "many"));
run("dossier", join(dir, "many"), "--creator", "u", "--originals", join(dir, "many.jsonl"), "--out", join(dir, "m"));

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });

/// Opens a page; what it asks for beyond itself and what it complains of is kept.
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const own = pathToFileURL(file).href;
  page.noise = [];
  page.on("console", m => { if (["error", "warning"].includes(m.type())) page.noise.push(m.text()); });
  page.on("pageerror", e => page.noise.push(String(e)));
  page.on("request", r => { if (r.url() !== own && !r.url().startsWith("blob:")) page.noise.push(`asks for ${r.url()}`); });
  await page.goto(own);
  return page;
}

async function faults(page) {
  // Into the page by the debugger, past its policy; the policy itself stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => `${v.id}: ${v.nodes[0].html} ${v.nodes[0].failureSummary}`);
}

// Names without a place to break: of a platform, a creator, a post.
writeFileSync(join(dir, "long.jsonl"), lines([{ ...post("p".repeat(300), "Kem trị dứt điểm nám, mua tại https://s.shopee.vn/abc", "u".repeat(300)), platform: "z".repeat(300) }]));
run("scan", join(dir, "long.jsonl"), "--out", join(dir, "long"));
for (const width of [360, 800, 1200]) {
  const page = await open(join(dir, "long", "report.html"), { viewport: { width, height: 760 } });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`long names hang out of no window of ${width} px (${wide} px)`, wide <= 0);
  await page.context().close();
}

const pages = { report: join(demo, "report.html"), dossier: join(dir, "d", "dossier.html") };
for (const [name, file] of Object.entries(pages)) {
  for (const [look, options] of Object.entries({
    light: { colorScheme: "light" }, dark: { colorScheme: "dark" },
    narrow: { colorScheme: "light", viewport: { width: 360, height: 760 } },
  })) {
    const page = await open(file, options);
    check(`${name}, ${look}: nothing asked for, no complaint ${page.noise}`, page.noise.length === 0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`${name}, ${look}: nothing hangs out of the window (${wide} px)`, wide <= 0);
    const found = await faults(page);
    check(`${name}, ${look}: axe-core finds nothing serious ${found.join("\n")}`, found.length === 0);
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}-${look}.png`) });
    }
    await page.context().close();
  }
  // Without script all words are there, and no control that could do nothing.
  const plain = await open(file, { javaScriptEnabled: false });
  check(`${name} without script: no dead control`, await plain.locator("button:visible, input:visible").count() === 0);
  if (name === "dossier") check("dossier without script: every finding", await plain.locator("article:visible").count() > 20);
  await plain.context().close();
}

{
  const page = await open(join(dir, "e", "dossier.html"));
  check("hostile posts: nothing ran, nothing asked", page.noise.length === 0 && await page.evaluate(() => globalThis.hit === undefined));
  check("hostile posts: no element of theirs", await page.locator("img, svg[onload], script:not(:last-child), [onmouseover], [onfocus]").count() === 0);
  check("hostile posts: shown as they are", (await page.locator("blockquote").allTextContents()).join().includes("<script>window.hit=1</script>"));
  await page.context().close();
}

{
  const page = await open(pages.dossier);
  const articles = page.locator("article");
  const all = await articles.count();
  await page.fill("#reviewer", "Lan");
  await page.locator("#reviewer").blur();
  await page.keyboard.press("j");
  await page.keyboard.press("c");
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.keyboard.press("j");
  await page.keyboard.press("u");
  await page.keyboard.press("k");
  const now = await page.locator("article.now").getAttribute("id");
  check("j and k go to the next and the previous finding", now === await articles.nth(1).getAttribute("id"));
  await page.locator("article.now [data-reason]").selectOption("satire");
  await page.locator("article.now [data-note]").fill("đùa \"thôi\"\n{}");
  await page.locator("article.now [data-note]").blur();
  check("one key a decision", await page.locator("#n-decided").textContent() === "3");
  await page.keyboard.press("j");
  const download = page.waitForEvent("download");
  await page.click("#download");
  const text = readFileSync(await (await download).path(), "utf8");
  const records = text.trimEnd().split("\n").map(line => JSON.parse(line));
  check("three decisions downloaded as JSON Lines", text.endsWith("\n") && records.length === 3);
  const of = async i => records.find(r => r.finding_id === null) ?? records.find(r => r.finding_id === ids[i]);
  const ids = await articles.evaluateAll(list => list.map(a => a.id));
  assert.deepEqual(Object.keys(records[0]), ["finding_id", "decision", "reason_code", "note", "reviewer"]);
  assert.deepEqual(await of(0), { finding_id: ids[0], decision: "confirm", reason_code: null, note: "", reviewer: "Lan" });
  assert.equal((await of(1)).decision, "overturn");
  assert.equal((await of(1)).reason_code, "satire");
  assert.equal((await of(2)).decision, "unsure");
  check("decisions say what was pressed, by whom, and why", true);
  check("the page asked for nothing meanwhile", page.noise.length === 0);

  writeFileSync(join(dir, "decisions.jsonl"), text);
  run("dossier", demo, "--creator", "u_nam", "--decisions", join(dir, "decisions.jsonl"), "--out", join(dir, "decided"));
  const decided = await open(join(dir, "decided", "dossier.html"));
  check("what was downloaded is taken in again", await decided.locator("[data-was]").count() === 3);
  await decided.context().close();

  await page.reload();
  check("decisions outlive the page", await page.locator("article[data-decision]").count() === 3);
  await page.selectOption("#f-state", "open");
  check("filter by decision", await page.locator("article:visible").count() === all - 3);
  await page.selectOption("#f-state", "");
  await page.selectOption("#f-severity", "critical");
  const critical = await page.locator("article[data-severity=critical]").count();
  check("filter by severity", critical > 0 && critical < all && await page.locator("article:visible").count() === critical);
  await page.selectOption("#f-severity", "");
  await page.fill("#f-text", ids[3]);
  check("search", await page.locator("article:visible").count() === 1);
  await page.focus("#f-text");
  await page.keyboard.press("c");
  check("a key in a field is a letter", await page.locator("#n-decided").textContent() === "3");
  await page.fill("#f-text", "");
  await page.locator("#f-text").blur();
  await page.keyboard.press("j");
  await page.fill("#f-text", ids[3]);
  await page.locator("#f-text").blur();
  await page.keyboard.press("c");
  check("a finding that a filter hides is not decided by a key", await page.locator("#n-decided").textContent() === "3");
  await page.context().close();
}

{
  const file = join(dir, "m", "dossier.html");
  const size = statSync(file).size;
  // The fastest of three: what else the machine does may delay any of them, never hasten one.
  let page, seconds = Infinity;
  for (let i = 0; i < 3; i += 1) {
    if (page) await page.context().close();
    const start = performance.now();
    page = await open(file);
    await page.waitForFunction(() => document.getElementById("n-shown").textContent !== "");
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  const findings = await page.locator("article").count();
  check(`${findings} findings open in ${seconds.toFixed(2)} s, ${(size / 2 ** 20).toFixed(2)} MB`, findings === 500 && seconds < 2 && size < 5 * 2 ** 20);
  await page.selectOption("#f-state", "confirm");
  check("all filtered away", await page.locator("article:visible").count() === 0);
  // What a filter hides is printed all the same: every finding's id is found in the words of the printed pages.
  await page.emulateMedia({ media: "print" });
  const ids = await page.locator("article").evaluateAll(list => list.filter(a => a.getClientRects().length > 0).map(a => a.id));
  check("print shows every finding", ids.length === findings);
  const pdf = await page.pdf({ format: "A4" });
  const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g).length;
  check(`printed to PDF: ${sheets} sheets for ${findings} findings`, sheets > 100);
  const words = pdfWords(pdf);
  if (words === null) console.log("!!! SKIPPED: pdftotext is absent, the words of the PDF are unread !!!");
  else check("the PDF names every finding", ids.every(id => words.includes(id)));
  await page.context().close();
}

/// The words of a PDF without spaces and line ends, which fall where they like; null without pdftotext.
function pdfWords(pdf) {
  const file = join(dir, "dossier.pdf");
  writeFileSync(file, pdf);
  try {
    return execFileSync("pdftotext", [file, "-"], { encoding: "utf8", maxBuffer: 1 << 28 }).replace(/\s+/g, "");
  } catch (e) {
    if (e.code === "ENOENT") return null;
    throw e;
  }
}

await browser.close();
rmSync(dir, { recursive: true });
console.log(`pages: ${done} checks hold`);
