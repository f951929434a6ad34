// The served page, in a real browser: inputs move the verdict, the address holds them, long runs can be cancelled.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axeViolations, launch, open, program, root, scratchFolder, shoot, widths } from './browser.mjs'

let browser, server, url

before(async () => {
  server = spawn(program, ['serve', join(root, 'examples/support-chat.toml'), '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(server.stdout, 'data')
  url = String(line).match(/http:\S+/)[0]
  browser = await launch()
})
after(async () => {
  await browser.close()
  server.kill('SIGTERM')
  const [code] = await once(server, 'exit')
  assert.equal(code, 0)
})

const settled = (page) => page.waitForFunction(() => /^8,192 draws/.test(document.querySelector('.draws')?.textContent ?? ''))

const shortVerdict = (page, pattern) =>
  page.waitForFunction((source) => new RegExp(source).test(document.querySelector('.short-verdict').textContent), pattern.source)
const enter = async (page, key, value) => {
  await page.fill(`[name="${key}"]`, String(value))
  await page.press(`[name="${key}"]`, 'Enter')
}
const drawsOf = (request) => JSON.parse(request.postData()).draws

async function set(page, key, value) {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/decision') && drawsOf(response.request()) === undefined)
  await page.fill(`[name="${key}"]`, String(value))
  await page.press(`[name="${key}"]`, 'Enter')
  await answered
  await settled(page)
}

test('inputs move the verdict, and the address reproduces it', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  const before = await page.textContent('.short-verdict')
  assert.match(before, /^GO/)
  await set(page, 'workload.requests_per_second', 1)
  const after = await page.textContent('.short-verdict')
  assert.doesNotMatch(after, /^GO/)
  assert.match(await page.title(), /^Support chat: (?!GO)/)
  assert.match(page.url(), /#workload.requests_per_second=1$/)
  const again = await open(browser, page.url(), { viewport: { width: 1280, height: 900 } })
  await again.waitForFunction((text) => document.querySelector('.short-verdict').textContent === text, after)
  assert.equal(await again.inputValue('[name="workload.requests_per_second"]'), '1')
  assert.deepEqual(page.problems, [])
  await page.click('text=Start over')
  await page.waitForFunction((text) => document.querySelector('.short-verdict').textContent === text, before)
  await page.close()
  await again.close()
})

test('a slider answers while it is dragged, roughly, then exactly', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  const slider = page.locator('[data-key="hardware.price_per_gpu_hour"]')
  const draws = []
  page.on('request', (request) => { if (request.method() === 'POST') draws.push(drawsOf(request)) })
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/decision'))
  await slider.evaluate((each) => {
    each.value = String(Math.log(0.4))
    each.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await answered
  await page.waitForFunction(() => /^Rough/.test(document.querySelector('.draws').textContent))
  assert.match(await page.textContent('.short-verdict'), /, roughly$/)
  await slider.evaluate((each) => each.dispatchEvent(new Event('change', { bubbles: true })))
  await settled(page)
  assert.deepEqual(draws, [200, undefined])
  assert.doesNotMatch(await page.textContent('.short-verdict'), /roughly/)
  assert.equal(await page.inputValue('[name="hardware.price_per_gpu_hour"]'), '0.4')
  await page.close()
})

test('who moves on does not wait for an exact answer, and does not hear it', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  const held = []
  await page.route('**/api/decision', async (route) => {
    if (drawsOf(route.request()) === undefined) await new Promise((resolve) => held.push(resolve))
    await route.continue()
  })
  const slider = page.locator('[data-key="hardware.price_per_gpu_hour"]')
  const drag = (price, kind) => slider.evaluate((each, [price, kind]) => {
    each.value = String(Math.log(price))
    each.dispatchEvent(new Event('input', { bubbles: true }))
    if (kind === 'change') each.dispatchEvent(new Event('change', { bubbles: true }))
  }, [price, kind])
  const exactAsked = async () => { while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 20)) }
  await drag(0.4, 'input')
  await page.waitForFunction(() => /^Rough/.test(document.querySelector('.draws').textContent))
  await drag(0.4, 'change')
  await exactAsked()
  const shown = await page.textContent('.short-verdict')
  await drag(9, 'input')
  await page.waitForFunction((before) => document.querySelector('.short-verdict').textContent !== before, shown)
  const moved = await page.textContent('.short-verdict')
  held.shift()()
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.match(await page.textContent('.draws'), /^Rough/)
  assert.equal(await page.textContent('.short-verdict'), moved)
  await exactAsked()
  held.shift()()
  await settled(page)
  await page.close()
})

test('what is chosen or typed is answered roughly first', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  const draws = [], held = []
  await page.route('**/api/decision', async (route) => {
    draws.push(drawsOf(route.request()))
    if (draws.at(-1) === undefined) await new Promise((resolve) => held.push(resolve))
    await route.continue()
  })
  const change = async (act) => {
    draws.length = 0
    await act()
    await shortVerdict(page, /, roughly$/)
    while (held.length === 0) await page.waitForTimeout(20)
    // What is shown is of these inputs: it stays in sight while the exact one is computed.
    await page.waitForTimeout(300)
    assert.equal(await page.$('.sheet.behind'), null)
    assert.match(await page.textContent('.draws'), /^Rough so far: 200 draws/)
    held.shift()()
    await settled(page)
    assert.deepEqual(draws, [200, undefined])
  }
  await change(() => page.selectOption('[name="hardware.device"]', 'l40s'))
  await change(() => page.selectOption('[name="option.2.scheme"]', 'w4a16-g32'))
  await change(() => enter(page, 'workload.prompt_tokens', 1500))
  await page.close()
})

test('what nobody sees is drawn once the page rests', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  const caption = () => page.textContent('#speedup-context figcaption')
  // As it is when the answer to another device is first drawn.
  const whenAnswered = (device) => page.evaluate((device) => {
    const answered = new Promise((resolve) => {
      const footer = document.querySelector('.sheet footer') // which tells the draws
      new MutationObserver(() => resolve(document.querySelector('#speedup-context figcaption').textContent)).observe(footer, { subtree: true, characterData: true })
    })
    const field = document.getElementById('hardware.device')
    field.value = device
    field.dispatchEvent(new Event('change', { bubbles: true }))
    return answered
  }, device)
  const before = await caption()
  assert.equal(await whenAnswered('l40s'), before)
  await settled(page)
  await page.waitForFunction((old) => document.querySelector('#speedup-context figcaption').textContent !== old, before)
  await page.locator('#speedup-context').scrollIntoViewIfNeeded()
  await page.waitForTimeout(300) // until the browser has told who is in sight
  assert.equal(await whenAnswered('h100-sxm'), before)
  await page.close()
})

test('a device can be chosen, and what is wrong is said', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await page.selectOption('[name="hardware.device"]', 'l40s')
  await page.waitForFunction(() => /L40S/.test(document.querySelector('.facts').textContent))
  await page.selectOption('[name="option.2.scheme"]', 'w8a8-fp8')
  await page.waitForSelector('.problems')
  assert.match(await page.textContent('.problems'), /this option is "W8A8-FP8" again/)
  await page.close()
})

const load = 'workload.requests_per_second'

test('inputs that are refused are named, and the answer before is not passed off as theirs', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await enter(page, load, -5)
  await shortVerdict(page, /^no answer$/)
  assert.match(await page.textContent('.problems'), /^Load is -5; write requests per second above 0 and at most 1000000/)
  const { y, height } = await page.locator('.problems').boundingBox()
  assert.ok(y >= 0 && y + height <= 900)
  assert.equal(await page.getAttribute(`[name="${load}"]`, 'aria-invalid'), 'true')
  assert.equal(await page.inputValue(`[name="${load}"]`), '-5')
  await page.goBack()
  await shortVerdict(page, /^GO/)
  assert.equal(await page.inputValue(`[name="${load}"]`), '120')
  assert.equal(await page.$('.problems'), null)
  await page.close()
})

test('a server that is away is asked again', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await page.route('**/api/decision', (route) => route.abort())
  await enter(page, load, 1)
  await page.waitForSelector('.problems')
  await shortVerdict(page, /^no answer$/)
  await page.unroute('**/api/decision')
  await shortVerdict(page, /^(NO-GO|MEASURE)/)
  assert.equal(await page.$('.problems'), null)
  await page.close()
})

test('until a link is answered it says so, and where it cannot be', async () => {
  const page = await browser.newPage()
  let answer
  await page.route('**/api/decision', async (route) => {
    await new Promise((resolve) => { answer = resolve })
    await route.continue()
  })
  await page.goto(`${url}#${load}=1`)
  await shortVerdict(page, /^computing…$/)
  answer()
  await shortVerdict(page, /^(NO-GO|MEASURE)/)
  await page.goto(`${url}#case=!`)
  await page.waitForSelector('.problems')
  assert.match(await page.textContent('.problems'), /cannot be read/)
  await page.close()
})

test('a slider that tells no change comes to rest by itself', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await page.locator('[data-key="hardware.price_per_gpu_hour"]').evaluate((each) => {
    each.value = String(Math.log(0.4))
    each.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await page.waitForFunction(() => /^Rough/.test(document.querySelector('.draws').textContent))
  await settled(page)
  assert.match(page.url(), /#hardware.price_per_gpu_hour=0.4$/)
  await page.close()
})

test('a case is saved and opened', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await set(page, 'money.engineering_hours', 333)
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save the case')])
  const saved = readFileSync(await download.path(), 'utf8')
  const original = readFileSync(join(root, 'examples/support-chat.toml'), 'utf8')
  assert.equal(saved, original.replace('engineering_hours = 80', 'engineering_hours = 333'))
  const file = join(scratchFolder(), 'mine.toml')
  writeFileSync(file, saved.replace('Support chat', 'Größe <b>'))
  await page.setInputFiles('input[type=file]', file)
  await page.waitForFunction(() => document.querySelector('.case-name').textContent === 'Größe <b>')
  await page.waitForURL(/#.*case/)
  const again = await open(browser, page.url())
  await again.waitForFunction(() => document.querySelector('.case-name').textContent === 'Größe <b>')
  await page.close()
  await again.close()
})

test('a long run shows its progress and can be cancelled', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await page.click('text=Draw 200,000 times')
  await page.waitForSelector('.run progress')
  await page.click('text=Cancel')
  await page.waitForSelector('text=Draw 200,000 times')
  assert.match(await page.textContent('.draws'), /^8,192/)
  await page.close()
})

test('a long run ends when an input changes, and lets the reader type', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await page.focus('text=Draw 200,000 times')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.run progress')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel')
  const field = page.locator(`[name="${load}"]`)
  await field.selectText()
  await field.pressSequentially('1.5', { delay: 300 })
  assert.equal(await field.inputValue(), '1.5')
  assert.ok(await page.$('.run progress'))
  const cancelled = page.waitForRequest((request) => request.url().endsWith('/cancel'))
  await field.press('Enter')
  await cancelled
  await shortVerdict(page, /^(NO-GO|MEASURE)/)
  assert.equal(await page.$('.run progress'), null)
  await settled(page)
  await page.close()
})

test('a file that is refused changes nothing', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await set(page, load, 60)
  await page.setInputFiles('input[type=file]', join(root, 'README.md'))
  await page.waitForSelector('.problems')
  assert.match(await page.textContent('.problems'), /^README.md: line \d+: not TOML/)
  assert.match(page.url(), /#workload.requests_per_second=60$/)
  assert.equal(await page.inputValue(`[name="${load}"]`), '60')
  await set(page, load, 70)
  assert.equal(await page.$('.problems'), null)
  await page.close()
})

const caseWithoutPrice = `name = "No price"
[model]
architecture = "llama-3.1-8b"
[hardware.device]
name = "Our GPU"
memory = "48 GB"
memory_bandwidth = "864 GB/s"
peak = { bf16 = "181 TFLOP/s", fp8 = "362 TFLOP/s" }
[workload]
requests_per_second = 12
prompt_tokens = { p50 = 1020, p95 = 4083 }
output_tokens = { p50 = 129, p95 = 451 }
[[option]]
scheme = "w8a8-fp8"
`

test('a case without a price can be given one', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  const file = join(scratchFolder(), 'no_price.toml')
  writeFileSync(file, caseWithoutPrice)
  await page.setInputFiles('input[type=file]', file)
  await page.waitForFunction(() => document.querySelector('.case-name').textContent === 'No price')
  assert.match(await page.textContent('main'), /no price is known/)
  assert.equal(await page.inputValue('[name="hardware.price_per_gpu_hour"]'), '')
  await enter(page, 'hardware.price_per_gpu_hour', 2)
  await page.waitForFunction(() => !/no price is known/.test(document.querySelector('main').textContent))
  await page.close()
})

test('an option has a scheme to choose, unless others serve it', async () => {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await page.setInputFiles('input[type=file]', join(root, 'examples/alternatives.toml'))
  await page.waitForFunction(() => document.querySelector('.case-name').textContent === 'Summaries')
  const labels = await page.$$eval('[name^="option."]', (all) => all.map((each) => each.labels[0].textContent))
  assert.equal(labels.length, 4)
  assert.match(labels[1], /^Option 2: W8A8-INT8/)
  await page.close()
})

test('it fits, and axe finds nothing', async () => {
  for (const width of widths) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(browser, url, { viewport: { width, height: 900 }, colorScheme })
      await page.waitForSelector('.plot svg')
      await shoot(page, `live-${width}-${colorScheme}`)
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px overflows`)
      await page.$$eval('details', (all) => all.forEach((each) => { each.open = true }))
      assert.deepEqual(await axeViolations(page), [], `${width} px, ${colorScheme}`)
      assert.deepEqual(page.problems, [])
      await page.close()
    }
  }
})

test('other pages get nothing', async () => {
  const page = await browser.newPage()
  await page.route('http://evil.example/', (route) => route.fulfill({ body: '<h1>evil</h1>', contentType: 'text/html' }))
  await page.goto('http://evil.example/')
  const outcome = await page.evaluate(async (target) => {
    try {
      const answer = await fetch(`${target}api/decision`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: '{}' })
      return `read ${answer.status}`
    } catch {
      return 'kept out'
    }
  }, url)
  assert.equal(outcome, 'kept out')
  await page.close()
})
