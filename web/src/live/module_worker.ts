// One instance of the module (src/app/wasm), in a worker of its own: it answers one question after the other.

export interface Start {
  module: WebAssembly.Module
  /** The case that is asked about where a question brings none. */
  caseToml: string
}
export interface Question {
  question: string
  run: boolean
}
/** What the worker says: how far a run is, its answer, or that it broke down and answers no more. */
export type Reply = { progress: number } | { status: number; text: string } | { failed: string }

interface Exports {
  memory: WebAssembly.Memory
  _initialize: () => void
  case_room: (bytes: number) => number
  question_room: (bytes: number) => number
  answer: (run: number) => number
  answer_data: () => number
  answer_size: () => number
}

const say = (reply: Reply) => postMessage(reply)

// The standard library asks for these, to print and to end the program; the core does neither.
const system = { environ_get: () => 0, environ_sizes_get: () => 0, fd_close: () => 8, fd_seek: () => 8, fd_write: () => 8, proc_exit: () => { throw new Error('ended') } }

async function started({ module, caseToml }: Start): Promise<(question: Question) => Reply> {
  const page = { progress: (progress: number) => say({ progress }) }
  const instance = await WebAssembly.instantiate(module, { page, wasi_snapshot_preview1: system })
  const core = instance.exports as unknown as Exports
  const write = (room: (bytes: number) => number, text: string) => {
    const bytes = new TextEncoder().encode(text)
    const at = room(bytes.length)
    new Uint8Array(core.memory.buffer, at, bytes.length).set(bytes)
  }
  core._initialize()
  write(core.case_room, caseToml)
  return ({ question, run }) => {
    write(core.question_room, question)
    const status = core.answer(run ? 1 : 0)
    return { status, text: new TextDecoder().decode(new Uint8Array(core.memory.buffer, core.answer_data(), core.answer_size())) }
  }
}

let answering: Promise<(question: Question) => Reply>

addEventListener('message', ({ data }: MessageEvent<Start | Question>) => {
  if ('module' in data) answering = started(data)
  else answering.then((answer) => say(answer(data))).catch((error: unknown) => say({ failed: String(error) }))
})
