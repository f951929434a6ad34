// The core inside the page, for a report that no server answers: the same requests, the same answers.
import type { Answer, Transport } from './transport'
import type { Run } from './api'
import type { Question, Reply, Start } from './module_worker'
import ModuleWorker from './module_worker?worker&inline'

async function unpacked(base64: string): Promise<WebAssembly.Module> {
  const packed = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return WebAssembly.compile(await new Response(stream).arrayBuffer())
}

const refusal = (message: string): Answer => ({ ok: false, body: { problems: [{ message }] } })

/** A worker that computes one thing at a time. */
class Core {
  private readonly worker = new ModuleWorker()
  private hear: (reply: Reply) => void = () => {}

  constructor(start: Start) {
    this.worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.hear(data))
    this.worker.postMessage(start)
  }

  ask(question: Question, hear: (reply: Reply) => void): void {
    this.hear = hear
    this.worker.postMessage(question)
  }

  end(): void {
    this.worker.terminate()
  }
}

function answerOf(reply: { status: number; text: string } | { failed: string }): Answer {
  // Where the core breaks down (its TOML reader, its memory), the case is at fault.
  if ('failed' in reply) return refusal('this case cannot be read or computed here: try bitworth decide on it')
  return { ok: reply.status < 300, body: JSON.parse(reply.text) }
}

/** Absent: this browser cannot. */
export function moduleTransport(base64: string, caseToml: string): Transport | undefined {
  if (!('WebAssembly' in globalThis && 'DecompressionStream' in globalThis)) return undefined
  let module: Promise<WebAssembly.Module> | undefined
  const newCore = async () => new Core({ module: await (module ??= unpacked(base64)), caseToml })

  let core: Promise<Core> | undefined
  let before: Promise<unknown> = Promise.resolve()
  const decide = async (question: string): Promise<Answer> => {
    const used = await (core ??= newCore())
    const reply = await new Promise<Reply>((hear) => used.ask({ question, run: false }, hear))
    if ('progress' in reply) throw new Error('progress of what is no run')
    if ('failed' in reply) {
      used.end()
      core = undefined
    }
    return answerOf(reply)
  }

  const runs: { core: Core; view: Run }[] = []
  const startRun = async (question: string): Promise<Answer> => {
    const run = { core: await newCore(), view: { run: runs.length + 1, state: 'running', progress: 0, document: null } as Run }
    runs.push(run)
    const refused = await new Promise<Answer | undefined>((begun) => run.core.ask({ question, run: true }, (reply) => {
      if ('progress' in reply) {
        run.view.progress = reply.progress
        begun(undefined)
        return
      }
      run.core.end()
      const { ok, body } = answerOf(reply)
      run.view = { ...run.view, state: 'done', progress: 1, document: ok ? body as Run['document'] : null }
      begun(ok ? undefined : { ok, body })
    }))
    return refused ?? { ok: true, body: run.view }
  }

  const answer: Transport = async (path, body) => {
    if (path === '/api/decision' && body !== undefined) {
      // One after the other, as they come.
      const decided = before.then(() => decide(body))
      before = decided.catch(() => {})
      return decided
    }
    if (path === '/api/runs' && body !== undefined) return startRun(body)
    const [, number, cancel] = /^\/api\/runs\/(\d+)(\/cancel)?$/.exec(path) ?? []
    const run = runs[Number(number) - 1]
    if (!run) return refusal('there is no such run')
    if (cancel && run.view.state === 'running') {
      run.core.end()
      run.view = { ...run.view, state: 'cancelled' }
    }
    return { ok: true, body: run.view }
  }
  const transport: Transport = (path, body) =>
    answer(path, body).catch((error: unknown) => refusal(`this browser cannot run the core: ${String(error)}`))
  transport.warmUp = () => {
    if (!core) void transport('/api/decision', '{"changes":{}}')
  }
  return transport
}
