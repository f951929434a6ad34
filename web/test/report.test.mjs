// The saved page, in a real browser: it needs nothing else, holds the numbers of the JSON, and is for everyone.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axeViolations, documentIn, launch, open, program, report, root, rowsOf, run, scratchFolder, shoot, widths } from './browser.mjs'

const example = join(root, 'examples/support-chat.toml')
let browser, file, document

before(async () => {
  browser = await launch()
  file = await report(example)
  document = documentIn(readFileSync(file, 'utf8'))
})
after(() => browser.close())

const number = (text) => Number(text.replace('\u2212', '-').replace(/[^0-9.eE-]/g, ''))
const near = (shown, value, what) => assert.ok(Math.abs(number(shown) - value) <= 0.0051 * Math.abs(value) + 1e-12, `${what}: ${shown} for ${value}`)

test('the page holds what decide --json prints, and the case', async () => {
  const { stdout } = await run(program, ['decide', example, '--json'], { maxBuffer: 1 << 26 })
  assert.deepEqual(document.decision, JSON.parse(stdout))
  assert.equal(document.case_toml, readFileSync(example, 'utf8'))
})

test('it opens without a network, and asks for nothing', async () => {
  const page = await open(browser, `file://${file}`)
  await page.context().setOffline(true)
  await page.reload()
  await page.waitForSelector('.plot svg')
  assert.deepEqual(page.requests, [])
  assert.deepEqual(page.problems, [])
  assert.ok(readFileSync(file).length < 2e6)
  await page.close()
})

test('the verdict comes first', async () => {
  const page = await open(browser, `file://${file}`)
  assert.equal(await page.textContent('h1 .word'), document.decision.verdict)
  assert.equal(await page.title(), `Support chat: ${document.decision.verdict} \u2013 bitworth`)
  const first = await page.$eval('main', (main) => main.firstElementChild.className)
  assert.equal(first, 'verdict')
  const best = document.decision.options.find((o) => o.name === document.decision.best_option)
  const text = await page.textContent('.verdict')
  assert.ok(text.includes(`${Math.round(best.probability_pays * 100)} %`), text)
  await page.close()
})

test('speed-up charts hold the curves, in table and picture', async () => {
  const page = await open(browser, `file://${file}`)
  for (const by of ['batch', 'context']) {
    const curves = document.charts[`speedup_by_${by}`].filter((c) => c.phase === 'decode')
    const rows = await rowsOf(page, `#speedup-${by}`)
    const expected = curves.flatMap((c) => c.points.map((p) => [c.option, p]))
    assert.equal(rows.length, expected.length)
    expected.forEach(([option, p], i) => {
      assert.equal(rows[i][0], option)
      near(rows[i][2], p.value, `${option} at ${p.at}`)
      near(rows[i][3], p.p10, 'p10')
      near(rows[i][4], p.p90, 'p90')
    })
    const panels = await page.$$eval(`#speedup-${by} .plot`, (plots) => plots.map((plot) => ({
      heights: [...plot.querySelectorAll('g[aria-label=dot] circle[r="2"]')].map((c) => Number(c.getAttribute('cy'))),
      marks: [...plot.querySelectorAll('g[aria-label=dot] circle[r="5"]')].length,
      line: plot.querySelector('g[aria-label=line] path')?.getAttribute('d') ?? '',
      area: plot.querySelector('g[aria-label=area] path')?.getAttribute('d') ?? ''
    })))
    assert.equal(panels.length, curves.length)
    curves.forEach((curve, i) => {
      const { heights, marks, line, area } = panels[i]
      assert.equal(heights.length, curve.points.length)
      assert.equal(marks, curve.crossover.median.length)
      assert.equal(line.split('L').length, curve.points.length)
      assert.ok(area.length > 0)
      // One straight scale puts every point at its value.
      const values = curve.points.map((p) => p.value)
      const low = values.indexOf(Math.min(...values)), high = values.indexOf(Math.max(...values))
      const slope = (heights[high] - heights[low]) / (values[high] - values[low])
      values.forEach((value, k) => assert.ok(Math.abs(heights[low] + slope * (value - values[low]) - heights[k]) < 0.01))
    })
  }
  await page.close()
})

test('bars, roofline and frontier hold their numbers', async () => {
  const page = await open(browser, `file://${file}`)
  const all = [document.decision.baseline, ...document.decision.options]
  const steps = ['cycle_per_output_token', 'decode_step', 'prefill_step']
  const bars = await rowsOf(page, '#resources')
  const seconds = (text) => number(text) * (text.endsWith('ms') ? 1e-3 : text.endsWith('µs') ? 1e-6 : 1)
  steps.forEach((step, s) => all.forEach((option, o) => {
    const row = bars[s * all.length + o]
    assert.equal(row[1], option.name)
    const total = option.operation[step].total_seconds
    assert.ok(Math.abs(seconds(row.at(-1)) - total) < 0.0051 * total)
    assert.ok(Math.abs(seconds(row[2]) - option.operation[step].weight_reads_seconds) < 0.0051 * total)
  }))
  const widths = await page.$$eval('#resources .plot', (plots) => plots.map((plot) =>
    [...plot.querySelectorAll('g[aria-label=bar] rect')].map((bar) => Number(bar.getAttribute('width')))))
  widths.forEach((panel, s) => {
    const sums = all.map((_, o) => panel.slice(o * 7, o * 7 + 7).reduce((a, b) => a + b, 0))
    all.forEach((option, o) => {
      const ratio = option.operation[steps[s]].total_seconds / all[0].operation[steps[s]].total_seconds
      assert.ok(Math.abs(sums[o] / sums[0] - ratio) < 0.03, `${steps[s]} of ${option.name}`)
    })
  })
  const dots = await rowsOf(page, '#roofline')
  document.charts.roofline.points.forEach((p, i) => {
    assert.deepEqual(dots[i].slice(0, 2), [p.option, p.phase])
    near(dots[i][3], p.flops_per_byte, 'intensity')
  })
  const quality = await rowsOf(page, '#quality')
  all.forEach((option, i) => near(quality[i][4], option.operation.usd_per_million_output_tokens, 'cost'))
  await page.close()
})

test('the fleet is the staircase of the JSON, and waits are its percentiles', async () => {
  const page = await open(browser, `file://${file}`)
  const all = [document.decision.baseline, ...document.decision.options]
  const steps = all.flatMap((o) => o.staircase.gpus.map((gpus, i) => [o.name, o.staircase.requests_per_second_above[i], gpus, o.staircase.usd_per_month[i]])).filter(([, load]) => load <= 3 * document.decision.case.requests_per_second.value)
  const rows = await rowsOf(page, '#fleet')
  assert.equal(rows.length, steps.length)
  steps.forEach(([name, load, gpus, cost], i) => {
    assert.deepEqual([rows[i][0], rows[i][2]], [name, String(gpus)])
    near(rows[i][1], load, 'load')
    near(rows[i][3], cost, 'cost')
  })
  const paths = await page.$$eval('#fleet .plot', (plots) => plots.map((plot) =>
    [...plot.querySelectorAll('g[aria-label=line] path')].map((path) => path.getAttribute('d').match(/V/g)?.length ?? path.getAttribute('d').split('L').length)))
  assert.deepEqual(paths.map((panel) => panel.length), [all.length, all.length])
  assert.ok(paths.flat().every((corners) => corners > 5))
  const waits = await rowsOf(page, '#latency')
  const expected = ['ttft', 'tpot'].flatMap((key) => all.flatMap((o) => ['at_mean_load', 'at_peak_load'].map((load) => [key.toUpperCase(), o.name, o.operation[load][key].p99_seconds])))
  expected.forEach(([measure, name, p99], i) => {
    assert.deepEqual(waits[i].slice(0, 2), [measure, name])
    const unit = waits[i].at(-1).endsWith('ms') ? 1e-3 : 1
    assert.ok(Math.abs(number(waits[i].at(-1)) * unit - p99) < 0.0051 * p99)
  })
  await page.close()
})

test('the cash has its fan, which ends at the net worth', async () => {
  const page = await open(browser, `file://${file}`)
  const rows = await rowsOf(page, '#cash')
  const points = document.charts.cash.flatMap((each) => each.points.map((p) => [each.option, p]))
  assert.equal(rows.length, points.length)
  points.forEach(([option, p], i) => {
    assert.equal(rows[i][0], option)
    near(rows[i][2], p.value, 'worth')
    near(rows[i][3], p.p10, 'p10')
    near(rows[i][4], p.p90, 'p90')
  })
  for (const option of document.decision.options) {
    const end = document.charts.cash.find((each) => each.option === option.name).points.at(-1)
    const worth = option.net_worth_usd
    for (const key of ['value', 'p10', 'p90']) assert.ok(Math.abs(end[key] - worth[key]) < 1e-6 * Math.abs(worth[key]) + 1e-6, key)
  }
  const [fan] = await page.$$eval('#cash g[aria-label=area] path', (paths) => paths.map((path) => path.getAttribute('d')))
  assert.equal(fan.split(/[ML]/).length - 1, 2 * (document.decision.case.horizon_months + 1))
  await page.close()
})

test('the tornado holds its swings', async () => {
  const page = await open(browser, `file://${file}`)
  const swings = document.decision.tornado.filter((s) => s.worth_at_p10 !== s.worth_at_p90)
  const rows = await rowsOf(page, '#tornado')
  assert.deepEqual(rows.map((row) => row[0]), swings.map((s) => s.input))
  const best = document.decision.options.find((o) => o.name === document.decision.best_option)
  swings.forEach((s, i) => {
    near(rows[i][3], s.worth_at_p10, s.input)
    assert.ok(Math.abs(number(rows[i][5]) - s.rank_correlation) <= 0.0051, `${s.input}: ${rows[i][5]}`)
    const worth = best.information.inputs.find((each) => each.name === s.input)?.worth ?? 0
    assert.ok(Math.abs(number(rows[i][6]) - worth) <= 0.5, `${s.input}: ${rows[i][6]}`)
  })
  await page.close()
})

const spaced = (text) => text.replaceAll('\u2212', '-').replace(/\s+/g, ' ').trim()

test('it says what decide says', async () => {
  for (const name of ['support-chat', 'internal-tool', 'reasoning-assistant', 'alternatives']) {
    const path = join(root, `examples/${name}.toml`)
    const terminal = spaced((await run(program, ['decide', path, '--all'])).stdout)
    const page = await open(browser, `file://${await report(path)}`)
    const said = await page.$$eval('.because, .reasons li', (all) => all.map((each) => each.textContent))
    const flips = await page.$$eval('[aria-labelledby=changes] .flips li', (all) => all.map((each) => [...each.children].map((child) => child.textContent).join(': ')))
    const pitfalls = await page.$$eval('[aria-labelledby=rules] .sourced', (all) => all.map((each) => each.textContent))
    const advice = await page.textContent('h1 .advice')
    assert.ok(flips.length > 3 && pitfalls.length > 0, name)
    const all = [advice.slice(1), ...said, ...flips, ...pitfalls]
    for (const text of all) assert.ok(terminal.includes(spaced(text).replace(/\.$/, '')), `${name}: ${text}`)
    for (const title of ['What would change it', 'Known pitfalls that apply', 'The article’s rules of thumb'])
      assert.ok(terminal.includes(title.replace('’', "'")) && (await page.$(`h2:text-is("${title}")`)), title)
    assert.deepEqual(page.problems, [], name)
    await page.close()
  }
})

test('it says what knowing would be worth, and offers no command where nothing is worth measuring', async () => {
  for (const name of ['support-chat', 'reasoning-assistant', 'alternatives']) {
    const file = await report(join(root, `examples/${name}.toml`))
    const { decision } = documentIn(readFileSync(file, 'utf8'))
    const best = decision.options.find((o) => o.name === decision.best_option)
    const page = await open(browser, `file://${file}`)
    const text = await page.textContent('[aria-labelledby=next]')
    const dollars = (value) => `$${Math.round(value).toLocaleString('en-US')}`
    assert.ok(text.includes(`would gain ${dollars(best.information.perfect)} on average`) || Math.round(best.information.perfect) < 1000, `${name}: ${text}`)
    const top = best.information.inputs[0]
    if (top?.worth > 1000) assert.ok(text.includes(`${top.name} ${dollars(top.worth)}`), `${name}: ${text}`)
    const useful = decision.information.measurements.filter((m) => Math.round(m.gain) > 0)
    assert.equal((await page.$$('[aria-labelledby=next] .command')).length > 0, useful.length > 0 || decision.verdict === 'MEASURE', name)
    assert.ok(!text.includes('gains $0 '), text)
    assert.ok((await page.textContent('[aria-labelledby=article]')).includes(`; ${decision.article.agreement}.`), name)
    await page.close()
  }
})

test('the net worth of the table is the mean, as in the verdict', async () => {
  const page = await open(browser, `file://${file}`)
  const row = (await rowsOf(page, '.options')).find((each) => each[0].startsWith('Net worth'))
  document.decision.options.forEach((option, i) => near(row[i + 2].split(/(?<=\d)(?=[\u2212$])/)[0], option.worth_spread_usd.mean, option.name))
  await page.close()
})

test('what others serve stands beside the rest', async () => {
  const page = await open(browser, `file://${await report(join(root, 'examples/alternatives.toml'))}`)
  await page.waitForSelector('.plot svg')
  const gpus = (await rowsOf(page, '.options')).find((row) => row[0].startsWith('GPUs'))
  assert.equal(gpus.at(-1), 'hosted')
  assert.ok(!(await rowsOf(page, '#resources')).some((row) => row[1] === 'hosted API'))
  await page.close()
})

test('pictures say on how many GPUs they are', async () => {
  const file = await report(join(root, 'examples/alternatives.toml'))
  const { decision, charts } = documentIn(readFileSync(file, 'utf8'))
  const page = await open(browser, `file://${file}`, { viewport: { width: 375, height: 900 } })
  await page.waitForSelector('#latency .plot svg')
  assert.deepEqual(await misplaced(page, '#tornado'), [])
  const options = [decision.baseline, ...decision.options]
  const row = (await rowsOf(page, '.options')).find((each) => each[0] === 'GPUs per replica')
  assert.deepEqual(row.slice(1), options.map((o) => (o.operation.served_by === 'others' ? '\u2013' : String(o.operation.gpus_per_replica))))
  for (const figure of ['#resources', '#latency']) {
    const names = await page.$$eval(`${figure} .plot text`, (all) => all.map((each) => each.textContent))
    for (const name of ['BF16, 8 GPUs', 'W8A8-INT8, 4 GPUs', 'W8A8-INT8 on 1 GPU']) assert.ok(names.includes(name), `${figure}: ${name} in ${names}`)
  }
  for (const by of ['batch', 'context'])
    assert.match(await page.textContent(`#speedup-${by} figcaption`), new RegExp(`each on ${charts.point.gpus} GPUs, whatever the option is served on`))
  assert.deepEqual(page.problems, [])
  await page.close()
})

test('each number has its source, on hover and in a table', async () => {
  const page = await open(browser, `file://${file}`, { viewport: { width: 1280, height: 900 } })
  await page.hover('.options .sourced')
  const tip = await page.textContent('.tip')
  assert.match(tip, /modelled|stated|prior|measured|imported/)
  const rows = await rowsOf(page, '#sources-table')
  const price = rows.find((row) => row[0].includes('price'))
  assert.equal(price[3], document.decision.case.price_usd_per_gpu_hour.provenance)
  await page.close()
})

const small = (gpus, price) => `name = "Small"
model = { architecture = "llama-3.1-70b" }
workload = { requests_per_second = 0.2, prompt_tokens = { p50 = 1020, p95 = 4083 }, output_tokens = { p50 = 129, p95 = 451 }, slo = { ttft_p99 = "10 s", tpot_p99 = "200 ms" } }
option = [{ scheme = "w4a16" }, { scheme = "w8a16-int8" }]
[hardware]
max_gpus_per_replica = ${gpus}
${price ? 'device = "rtx-4090"' : 'device = { name = "Our GPU", memory = "80 GB", memory_bandwidth = "2 TB/s", peak = { bf16 = "300 TFLOP/s" } }'}
`

async function openCase(text) {
  const path = join(scratchFolder(), 'case.toml')
  writeFileSync(path, text)
  return open(browser, `file://${await report(path)}`)
}

test('what cannot serve is in no picture', async () => {
  const some = await openCase(small(2, true))
  await some.waitForSelector('.plot svg')
  for (const [figure, column] of [['#resources', 1], ['#roofline', 0]])
    assert.deepEqual([...new Set((await rowsOf(some, figure)).map((row) => row[column]))], ['W4A16'])
  const speedup = (await rowsOf(some, '.options')).find((row) => row[0].startsWith('Speed-up'))
  assert.equal(speedup[1], '\u2013')
  await some.close()
  const none = await openCase(small(1, true))
  assert.equal(await none.$('figure, .options .best'), null)
  assert.ok(!(await none.isVisible('#pictures')))
  assert.equal(await none.textContent('h2.why'), 'Why')
  assert.deepEqual(none.problems, [])
  await none.close()
})

test('without a price it asks for one', async () => {
  const page = await openCase(small(4, false))
  assert.match(await page.textContent('.advice'), /^No price is known for Our GPU/)
  await page.close()
})

// What stands beside its place: outside the window, or on another text.
const misplaced = (page, figure) => page.$$eval(`${figure} .plot g:not([aria-label*=axis]) > text`, (all) => {
  const boxes = all.filter((each) => each.textContent).map((each) => [each.textContent, each.getBoundingClientRect()])
  return boxes.filter(([, a], i) => a.left < 0 || a.right > innerWidth || boxes.slice(0, i).some(([, b]) =>
    a.left + 1 < b.right && b.left + 1 < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom)).map(([text]) => text)
})

test('nobody is kept out: axe finds nothing, nothing overflows', async () => {
  for (const width of widths) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(browser, `file://${file}`, { viewport: { width, height: 900 }, colorScheme })
      await page.waitForSelector('.plot svg')
      await shoot(page, `report-${width}-${colorScheme}`)
      const wide = await page.evaluate(() => globalThis.document.documentElement.scrollWidth - innerWidth)
      assert.ok(wide <= 0, `${width} px: overflows by ${wide}`)
      assert.ok(await page.isVisible('.case-name'))
      for (const figure of ['#roofline', '#tornado']) assert.deepEqual(await misplaced(page, figure), [], `${figure} at ${width} px`)
      await page.$$eval('details', (all) => all.forEach((each) => { each.open = true }))
      assert.deepEqual(await axeViolations(page), [], `${width} px, ${colorScheme}`)
      await page.close()
    }
  }
})

test('paper shows the tables and the case, on few pages; the screen is as before', async () => {
  const page = await open(browser, `file://${file}`)
  await page.evaluate(() => addEventListener('beforeprint', () => {
    globalThis.printed = [window.document.querySelectorAll('details:not([open])').length, getComputedStyle(window.document.querySelector('.case-name')).display]
  }))
  await page.$eval('#cash details', (each) => { each.open = true })
  const pdf = await page.pdf({ format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } })
  const [closed, name] = await page.evaluate(() => globalThis.printed)
  assert.equal(closed, 0)
  assert.notEqual(name, 'none')
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length
  assert.ok(pages <= 16, `${pages} pages`)
  assert.deepEqual(await page.$$eval('main details[open]', (open) => open.map((each) => each.parentElement.id)), ['cash'])
  await page.close()
})

test('hostile text is shown as text', async () => {
  const folder = scratchFolder()
  const name = `<img src=x onerror="window.broken=1"></script><script>window.broken=1</script>${'long'.repeat(20)}`
  const hostile = readFileSync(example, 'utf8')
    .replace('name = "Support chat"', `name = '${name}'`).replace('[[option]]\n', `[[option]]\nname = '${name}'\n`)
  writeFileSync(join(folder, 'case.toml'), hostile)
  const page = await open(browser, `file://${await report(join(folder, 'case.toml'))}`, { viewport: { width: 375, height: 900 } })
  await page.waitForSelector('#latency .plot svg')
  assert.equal(await page.textContent('.case-name'), name)
  assert.ok(await page.evaluate(() => globalThis.document.documentElement.scrollWidth <= innerWidth))
  for (const figure of ['#resources', '#roofline', '#latency', '#quality']) assert.deepEqual(await misplaced(page, figure), [], figure)
  assert.ok((await rowsOf(page, '#resources')).some((row) => row[1] === name))
  assert.equal(await page.evaluate(() => globalThis.broken), undefined)
  assert.equal(await page.$('img'), null)
  await page.close()
})
