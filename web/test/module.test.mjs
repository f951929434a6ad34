// The saved page answers by itself, in a real browser without a network: with the numbers of the native core.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axeViolations, documentIn, launch, open, program, report, root, scratchFolder, shoot } from './browser.mjs'

const example = (name) => join(root, `examples/${name}.toml`)
let browser, file

before(async () => {
  browser = await launch()
  file = await report(example('support-chat'))
})
after(() => browser.close())

/** The report, offline. `page.asked` gives the questions that went to the module, each with its answer. */
async function openOffline(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  await context.addInitScript(() => {
    globalThis.asked = []
    globalThis.Worker = class extends Worker {
      postMessage(message) {
        if (message.question) this.last = asked[asked.push({ question: JSON.parse(message.question) }) - 1]
        super.postMessage(message)
      }
      constructor(...all) {
        super(...all)
        this.addEventListener('message', ({ data }) => {
          if ('text' in data) Object.assign(this.last, { status: data.status, answer: JSON.parse(data.text) })
          if ('failed' in data) Object.assign(this.last, { answer: data.failed })
        })
      }
    }
  })
  await context.setOffline(true)
  const page = await open({ newPage: () => context.newPage() }, `file://${path}`)
  page.asked = () => page.evaluate(() => globalThis.asked)
  return page
}

const settled = (page) => page.waitForFunction(() =>
  asked.length > 0 && asked.every((each) => each.answer) && /^8,192 draws/.test(document.querySelector('.draws').textContent))

async function set(page, key, value) {
  await page.fill(`[name="${key}"]`, String(value))
  await page.press(`[name="${key}"]`, 'Enter')
  await page.waitForFunction(([key, value]) => asked.at(-1)?.question.changes[key] === value, [key, value])
  await settled(page)
}

async function drag(page, key, value) {
  const slider = page.locator(`[data-key="${key}"]`)
  await slider.evaluate((each, position) => {
    each.value = String(position)
    each.dispatchEvent(new Event('input', { bubbles: true }))
  }, Math.log(value))
  await page.waitForFunction(() => /^Rough/.test(document.querySelector('.draws').textContent))
  await slider.evaluate((each) => each.dispatchEvent(new Event('change', { bubbles: true })))
  await settled(page)
}

/** A server of the native core with that case, while the work goes on. */
async function beside(casePath, work) {
  const server = spawn(program, ['serve', casePath, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [line] = await once(server.stdout, 'data')
    await work(String(line).match(/http:\S+/)[0])
  } finally {
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
}

/** Numbers may differ by 1e-9 of themselves, nothing else may. Returns how many numbers there were. */
function assertSame(a, b, where = '') {
  if (typeof a === 'number' && typeof b === 'number') {
    assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)), `${where}: ${a}, natively ${b}`)
    return 1
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    assert.equal(a, b, where)
    return 0
  }
  assert.deepEqual(Object.keys(a), Object.keys(b), where)
  return Object.keys(a).reduce((count, key) => count + assertSame(a[key], b[key], `${where}/${key}`), 0)
}

test('what all answers rest on is computed when somebody is about to ask, once', async () => {
  const page = await openOffline(file)
  const before = await page.textContent('.short-verdict')
  await page.hover('.live')
  await page.waitForFunction(() => asked.length === 1 && asked[0].answer)
  assert.deepEqual((await page.asked())[0].question, { changes: {} })
  await page.hover('main')
  await page.hover('.live')
  await page.focus('[name="workload.requests_per_second"]')
  assert.equal((await page.asked()).length, 1)
  assert.equal(await page.textContent('.short-verdict'), before)
  await page.context().close()
})

for (const name of ['support-chat', 'reasoning-assistant', 'internal-tool']) {
  test(`${name}: the module and the native core agree to 1e-9`, async () => {
    const page = await openOffline(await report(example(name)))
    await set(page, 'workload.requests_per_second', 7)
    await drag(page, 'money.engineering_hours', 240)
    await set(page, 'workload.output_tokens', 700)
    await page.selectOption('[name="hardware.device"]', 'h200-sxm')
    await page.waitForFunction(() => asked.some((each) => each.question.changes['hardware.device']))
    await settled(page)
    await page.click('text=Start over')
    await page.waitForFunction(() => Object.keys(asked.at(-1).question.changes).length === 0)
    await settled(page)
    const asked = await page.asked()
    assert.ok(asked.length >= 6)
    await beside(example(name), async (url) => {
      for (const { question, status, answer } of asked) {
        const response = await fetch(`${url}api/decision`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(question) })
        assert.equal(status, response.status)
        assert.ok(assertSame(answer, await response.json()) > (response.ok ? 1000 : 0))
      }
    })
    assert.deepEqual(page.problems, [])
    assert.deepEqual(page.requests, [])
    await page.context().close()
  })
}

test('sliders move the verdict, offline, and the address reproduces it', async () => {
  const page = await openOffline(file)
  const before = await page.textContent('.short-verdict')
  assert.match(before, /^GO/)
  await drag(page, 'workload.requests_per_second', 1)
  const after = await page.textContent('.short-verdict')
  assert.doesNotMatch(after, /^GO/)
  await page.waitForURL(/#workload.requests_per_second=1$/)
  await page.reload()
  await page.waitForFunction((text) => document.querySelector('.short-verdict').textContent === text, after)
  assert.deepEqual(page.problems, [])
  assert.deepEqual(page.requests, [])
  await page.context().close()
})

test('a long run shows its progress, and can be cancelled', async () => {
  const page = await openOffline(file)
  await page.click('text=Draw 200,000 times')
  await page.waitForSelector('.run progress')
  await page.click('text=Cancel')
  await page.waitForSelector('text=Draw 200,000 times')
  assert.match(await page.textContent('.draws'), /^8,192/)
  await page.click('text=Draw 200,000 times')
  await page.waitForFunction(() => document.querySelector('.run progress')?.value > 0)
  await page.waitForFunction(() => /^200,000 draws/.test(document.querySelector('.draws').textContent), undefined, { timeout: 120000 })
  await page.context().close()
})

test('what is wrong with a case is said, even where it breaks the core', async () => {
  const folder = scratchFolder()
  const page = await openOffline(file)
  const bad = {
    'assertion.toml': ['[=\n', /cannot be read/],
    'unknown.toml': ['[model]\narchitecture = "nope"\n', /line 2.*nope/],
    'deep.toml': [`a${'.a'.repeat(3900)} = 1\n`, /cannot be read/]
  }
  for (const [name, [text, said]] of Object.entries(bad)) {
    writeFileSync(join(folder, name), text)
    await page.setInputFiles('input[type=file]', join(folder, name))
    await page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector('.problems')?.textContent), said.source)
  }
  await set(page, 'money.engineering_hours', 333)
  await page.waitForFunction(() => !document.querySelector('.problems'))
  await page.context().close()
})

test('a case that names files makes a page that holds still', async () => {
  const folder = scratchFolder()
  copyFileSync(example('requests').replace('.toml', '.csv'), join(folder, 'requests.csv'))
  const toml = readFileSync(example('support-chat'), 'utf8').replace('[workload]\n', '[workload]\ntrace = "requests.csv"\n')
  writeFileSync(join(folder, 'case.toml'), toml)
  const page = await openOffline(await report(join(folder, 'case.toml')))
  assert.equal(await page.$('.live'), null)
  assert.equal(await page.textContent('#module'), '')
  await page.context().close()
})

test('only the page with a module may run one, and it stays small', async () => {
  const html = readFileSync(file, 'utf8')
  assert.ok(html.length < 2e6, `${html.length} bytes`)
  assert.match(html, /script-src 'wasm-unsafe-eval' 'sha256-[^']+';/)
  await beside(example('support-chat'), async (url) => {
    const response = await fetch(url)
    const served = await response.text()
    assert.doesNotMatch(served + response.headers.get('Content-Security-Policy'), /wasm-unsafe-eval'|worker-src/)
    assert.deepEqual(Object.keys(documentIn(html)), Object.keys(documentIn(served)))
  })
})

test('it fits, and axe finds nothing', async () => {
  for (const width of [375, 1280]) {
    const page = await openOffline(file, { viewport: { width, height: 900 } })
    await page.waitForSelector('.plot svg')
    await shoot(page, `module-${width}`)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px overflows`)
    assert.deepEqual(await axeViolations(page), [], `${width} px`)
    assert.deepEqual(page.problems, [])
    await page.context().close()
  }
})
