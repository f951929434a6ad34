// How fast the page is, on this machine: node web/test/bench.mjs. Other work on it slows all of these but the CPU time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { launch, open, program, root, run, scratchFolder } from './browser.mjs'

const caseFile = (name) => join(root, `examples/${name}.toml`)
const example = caseFile('support-chat')
const others = ['internal-tool', 'reasoning-assistant', 'alternatives']
const sliders = ['workload.requests_per_second', 'hardware.price_per_gpu_hour', 'workload.prompt_tokens', 'workload.output_tokens', 'engine.max_num_seqs']
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1]

/** Seconds of CPU that a command takes. */
async function cpu(...command) {
  const { stderr } = await run('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', 'bash', ...command])
  return stderr.trim().split(/\s+/).slice(-2).reduce((sum, each) => sum + Number(each), 0)
}

async function reports() {
  const file = join(scratchFolder(), 'report.html')
  const without = [], with_ = []
  for (let i = 0; i < 9; i++) {
    without.push(await cpu(program, 'decide', example))
    with_.push(await cpu(program, 'decide', example, '--html', file))
  }
  console.log(`report: ${((median(with_) - median(without)) * 1e3).toFixed(0)} ms of CPU after a decision of ${(median(without) * 1e3).toFixed(0)} ms`)
  console.log(`file: ${(statSync(file).size / 1e6).toFixed(2)} MB`)
}

/** Milliseconds of CPU that the page's own thread has taken so far. */
async function cpuOf(page) {
  page.session ??= await page.context().newCDPSession(page)
  await page.session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const { metrics } = await page.session.send('Performance.getMetrics')
  return metrics.find((each) => each.name === 'TaskDuration').value * 1e3
}

async function paints(browser, url) {
  const paints = [], charts = [], cpus = []
  for (let i = 0; i < 5; i++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await cpuOf(page)
    await page.goto(url)
    await page.waitForSelector('.plot svg')
    cpus.push(await cpuOf(page))
    charts.push(await page.evaluate(() => performance.now()))
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime))
    await page.close()
  }
  console.log(`live page: first paint after ${median(paints).toFixed(0)} ms, charts after ${median(charts).toFixed(0)} ms, of which ${median(cpus).toFixed(0)} ms of CPU`)
}

/**
 * When the page has its first answer and has drawn it, from change to change of an input: its slider moves, which counts in
 * logarithms (`share` of the way to an end, or by a `factor`), or another value is chosen or typed (`to`).
 */
async function timesOf(page, key, changes) {
  return await page.evaluate(async ([key, changes]) => {
    const slider = document.querySelector(`[data-key="${key}"]`), field = document.getElementById(key), times = []
    const low = Number(slider?.min), high = Number(slider?.max), now = Number(slider?.value)
    for (const { share, factor, to } of changes) {
      const begun = performance.now()
      const answered = new Promise((resolve) => {
        new PerformanceObserver((list, observer) => { observer.disconnect(); resolve(list.getEntries()[0].responseEnd) }).observe({ entryTypes: ['resource'] })
      })
      if (to) {
        field.value = to
        field.dispatchEvent(new Event('change', { bubbles: true }))
      } else {
        slider.value = String(factor ? now + Math.log(factor) : now + share * (share > 0 ? high - now : now - low))
        slider.dispatchEvent(new Event('input', { bubbles: true }))
      }
      const answer = await answered
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
      times.push([answer - begun, performance.now() - begun])
    }
    return times
  }, [key, changes])
}

async function moves(browser, url, name, key) {
  const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
  await page.waitForSelector('.plot svg')
  const before = await cpuOf(page)
  const times = await timesOf(page, key, Array.from({ length: 15 }, (_, i) => ({ share: (0.3 * (i + 1) / 15) * (i % 2 ? 1 : -1) })))
  const cpu = (await cpuOf(page) - before) / times.length
  console.log(`${name}, slider of ${key}: answered after ${median(times.map((t) => t[0])).toFixed(0)} ms, shown after ${median(times.map((t) => t[1])).toFixed(0)} ms (at most ${Math.max(...times.map((t) => t[1])).toFixed(0)}), of which ${cpu.toFixed(0)} ms of the page's CPU`)
  await page.close()
}

/** One change of a page at rest. Returns when it was shown. */
async function atOnce(browser, name, key, change) {
  return await served(name, async (url) => {
    const page = await open(browser, url, { viewport: { width: 1280, height: 900 } })
    await page.waitForSelector('.plot svg')
    await page.waitForTimeout(1000) // until it has come to rest
    const [[answered, shown]] = await timesOf(page, key, [change])
    console.log(`${name}, ${key} at once ${change.to ?? `times ${change.factor}`}: answered after ${answered.toFixed(0)} ms, shown after ${shown.toFixed(0)} ms`)
    await page.close()
    return shown
  })
}

/** A server of that case, while the work goes on. */
async function served(name, work) {
  const server = spawn(program, ['serve', caseFile(name), '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(server.stdout, 'data')
  try {
    return await work(String(line).match(/http:\S+/)[0])
  } finally {
    server.kill('SIGTERM')
  }
}

/** The module that reports carry, without a browser. */
async function module(name) {
  const nothing = () => 8
  const system = { environ_get: () => 0, environ_sizes_get: () => 0, fd_close: nothing, fd_seek: nothing, fd_write: nothing, proc_exit: nothing }
  const { instance: { exports: core } } = await WebAssembly.instantiate(readFileSync(join(root, 'build/wasm/module.wasm')), { page: { progress: () => {} }, wasi_snapshot_preview1: system })
  const write = (room, text) => {
    const bytes = new TextEncoder().encode(text), at = room(bytes.length)
    new Uint8Array(core.memory.buffer, at, bytes.length).set(bytes)
  }
  core._initialize()
  write(core.case_room, readFileSync(caseFile(name), 'utf8'))
  const ask = (changes, draws) => {
    const begun = performance.now()
    write(core.question_room, JSON.stringify({ changes, draws }))
    if (core.answer(0) !== 200) throw new Error('refused')
    return performance.now() - begun
  }
  const seven = (key, first, draws) => median([0, 1, 2, 3, 4, 5, 6].map((i) => ask({ [key]: first + i }, draws))).toFixed(0)
  console.log(`${name}, module: first answer after ${ask({}).toFixed(0)} ms; load ${seven('workload.requests_per_second', 100, 200)} ms, exact ${seven('workload.requests_per_second', 200)} ms; prompt length ${seven('workload.prompt_tokens', 950, 200)} ms, exact ${seven('workload.prompt_tokens', 960)} ms`)
}

await reports()
const browser = await launch()
try {
  await served('support-chat', async (url) => {
    await paints(browser, url)
    for (const key of sliders) await moves(browser, url, 'support-chat', key)
  })
  for (const name of others) {
    await served(name, async (url) => {
      for (const key of sliders) await moves(browser, url, name, key)
    })
  }
  const told = (what, shown) => console.log(`${what}: shown after ${Math.min(...shown).toFixed(0)} to ${Math.max(...shown).toFixed(0)} ms, ${shown.filter((each) => each <= 100).length} of ${shown.length} within 100`)
  const far = [], chosen = [], typed = []
  for (const name of ['support-chat', ...others]) {
    for (const key of ['workload.prompt_tokens', 'workload.output_tokens']) {
      for (const factor of [1 / 8, 3, 8]) far.push(await atOnce(browser, name, key, { factor }))
    }
    for (const to of ['a100-40-pcie', 'h200-sxm', 'mi300x']) chosen.push(await atOnce(browser, name, 'hardware.device', { to }))
    for (const key of ['baseline.scheme', 'option.0.scheme']) {
      for (const to of ['fp16', 'w4a16-g32', 'w8a16-int8']) chosen.push(await atOnce(browser, name, key, { to }))
    }
    for (const to of ['700', '3000']) typed.push(await atOnce(browser, name, 'workload.prompt_tokens', { to }))
  }
  told('sliders far at once', far)
  told('another device or scheme', chosen)
  told('a length that is typed', typed)
} finally {
  await browser.close()
}
for (const name of ['support-chat', 'reasoning-assistant']) await module(name)
