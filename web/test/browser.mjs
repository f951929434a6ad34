// What the browser tests share: the program, a browser, and a place for screenshots.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..')
export const program = process.env.BITWORTH ?? join(root, 'build/bitworth')
export const widths = [375, 768, 1280]
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const screenshots = process.env.BITWORTH_SCREENSHOTS ?? join(root, 'build/screenshots')

export const run = promisify(execFile)

const folders = []
process.on('exit', () => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }) })

/** A folder of its own, gone when the tests are. */
export function scratchFolder() {
  folders.push(mkdtempSync(join(tmpdir(), 'bitworth-')))
  return folders.at(-1)
}

export async function report(casePath) {
  const file = join(scratchFolder(), 'report.html')
  await run(program, ['decide', casePath, '--html', file])
  return file
}

export function documentIn(html) {
  return JSON.parse(html.match(/<script id="document" type="application\/json">(.*?)<\/script>/s)[1])
}

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
}

/** A page that notes every problem and every request that leaves it. */
export async function open(browser, url, options = {}) {
  const page = await browser.newPage(options)
  page.problems = []
  page.requests = []
  page.on('console', (message) => { if (message.type() !== 'log') page.problems.push(message.text()) })
  page.on('pageerror', (error) => page.problems.push(error.message))
  page.on('request', (request) => { if (!/^(data|blob):/.test(request.url()) && request.url() !== url) page.requests.push(request.url()) })
  await page.goto(url)
  await page.waitForSelector('h1')
  return page
}

export async function axeViolations(page) {
  // The page's policy lets no other script in, so axe comes through the debugger.
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axe })
  const found = await page.evaluate(() => axe.run())
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join('; ')}`)
}

export async function shoot(page, name) {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
}

export function rowsOf(page, selector) {
  return page.$$eval(`${selector} tbody tr`, (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)))
}
