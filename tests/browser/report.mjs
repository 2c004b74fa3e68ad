// Opens a report in headless Chromium as a reader would. Prints one JSON object: what the page asked for, what its console
// said, what an accessibility checker found, and what a click on a heading did.
//
// node report.mjs REPORT.html FOLDER, where FOLDER/node_modules holds playwright-core and axe-core.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const [report, folder] = process.argv.slice(2);
const require = createRequire(resolve(folder, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const said = { requests: [], console: [], violations: [], sorted: null, width: null };
for (const colorScheme of ["light", "dark"]) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
  page.on("request", (request) => { if (request.url() !== address) said.requests.push(request.url()); });
  page.on("console", (message) => said.console.push(message.text()));
  page.on("pageerror", (error) => said.console.push(String(error)));
  const address = pathToFileURL(resolve(report)).href;
  await page.goto(address);
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of found.violations) {
    if (["serious", "critical"].includes(violation.impact)) {
      said.violations.push(`${colorScheme}: ${violation.id}: ${violation.nodes.length}: ${violation.nodes[0].html.slice(0, 200)}`);
    }
  }
  if (colorScheme === "light") {
    const heading = page.locator("table.sortable thead th.n button:visible").first();
    await heading.focus();
    await page.keyboard.press("Enter");
    said.sorted = await page.evaluate(() => {
      const table = document.querySelector("table.sortable:has(th[aria-sort=descending])");
      const place = Array.from(table.tHead.rows[0].cells).findIndex((cell) => cell.getAttribute("aria-sort") === "descending");
      const cells = Array.from(table.tBodies[0].rows).map((row) => parseFloat(row.cells[place].textContent.replace(/,/g, "")));
      const numbers = cells.filter((number) => !Number.isNaN(number));
      return numbers.every((number, at) => at === 0 || numbers[at - 1] >= number);
    });
    await page.setViewportSize({ width: 400, height: 800 });
    said.width = await page.evaluate(() => document.documentElement.scrollWidth);
  }
  await page.close();
}
await browser.close();
console.log(JSON.stringify(said));
