import { useEffect, useRef, useState } from 'preact/hooks'
import type { PageDocument } from '../document'
import { Refused, type Api } from './api'
import { complaintsOf, type Complaint } from './complaints'
import { changedKeys, fromHash, toHash, type State } from './state'

export const roughDraws = 200
export const manyDraws = 200000
// Milliseconds.
const glance = 200 // between looks at a run
const soon = 150 // an answer that takes longer is said to be under way
const rest = 500 // a slider that has not moved for so long has come to rest
const patience = 3000 // until a server that is away is asked again

/** When the browser has drawn what it was given, or has something better to do. */
const drawn = () => new Promise<void>((resolve) => {
  setTimeout(resolve, soon)
  requestAnimationFrame(() => setTimeout(resolve))
})

/** A question to ask; without draws the settled one. */
interface Wanted {
  state: State
  draws?: number
}

export interface Live {
  document: PageDocument
  state: State
  complaints: Complaint[]
  /** Whether the document answers the inputs. */
  standing: 'answered' | 'computing' | 'unanswered'
  /** An answer with few draws is shown while the exact one is under way. */
  rough: boolean
  run: { progress: number } | null
  change: (key: string, value: number | string, settled: boolean) => void
  open: (file: File) => Promise<void>
  startOver: () => void
  drawMany: () => void
  cancel: () => void
  /** Somebody is about to change something. */
  expect: () => void
}

/** The document that the core makes of what the reader changed. */
export function useLive(first: PageDocument, api: Api): Live {
  const [document, setDocument] = useState(first)
  const [state, setState] = useState<State>({ changes: {} })
  const [complaints, setComplaints] = useState<Complaint[]>([])
  const [standing, setStanding] = useState<Live['standing']>(location.hash.length > 1 ? 'computing' : 'answered')
  const [rough, setRough] = useState(false)
  const [run, setRun] = useState<Live['run']>(null)
  const latest = useRef(state)
  const answered = useRef(state)
  const settled = useRef<string | undefined>('')
  const unnoted = useRef<string | undefined>()
  const resting = useRef(0)
  const wanted = useRef<Wanted[]>([])
  const underWay = useRef<'nothing' | 'rough' | 'exact'>('nothing')
  const turn = useRef(0)
  const wake = useRef(() => {})
  const running = useRef<{ dropped: boolean } | null>(null)

  const move = (next: State) => {
    latest.current = next
    setState(next)
  }

  const show = (answer: PageDocument, { state, draws }: Wanted) => {
    answered.current = state
    setDocument(answer)
    setRough(draws !== undefined)
    setComplaints([])
    setStanding('answered')
  }

  const dropRun = () => {
    if (running.current) running.current.dropped = true
    running.current = null
    setRun(null)
  }

  // In the address, once it is answered, roughly at least: the browser takes its time over that.
  const note = () => {
    const hash = unnoted.current
    unnoted.current = undefined
    if (hash !== undefined && hash !== location.hash.slice(1)) history.pushState(null, '', hash ? `#${hash}` : location.pathname)
  }

  // While a rough answer is under way the newest questions wait, and those between are never asked. For an exact one, which
  // may take a second, nobody waits who has moved on: it is the next one's turn, and what it says is not heard.
  const ask = async (...next: Wanted[]) => {
    dropRun()
    wanted.current = next
    wake.current()
    if (underWay.current === 'rough') return
    const mine = ++turn.current
    for (let asked = wanted.current.shift(); asked; asked = wanted.current.shift()) {
      const { state } = asked
      underWay.current = asked.draws === undefined ? 'exact' : 'rough'
      const slow = setTimeout(() => { if (turn.current === mine && answered.current !== state) setStanding('computing') }, soon)
      try {
        const answer = await api.decide(state, asked.draws).finally(() => clearTimeout(slow))
        if (turn.current !== mine) return
        show(answer, asked)
        const shown = drawn()
        void shown.then(note)
        // The exact one keeps all cores busy.
        if (wanted.current.length > 0) await shown
        if (turn.current !== mine) return
      } catch (error) {
        if (turn.current !== mine) return
        note()
        setStanding('unanswered')
        if (error instanceof Refused) {
          setComplaints(complaintsOf(error.problems, changedKeys(answered.current, state)))
          wanted.current = wanted.current.filter((other) => other.state !== state)
          continue
        }
        setComplaints([{ text: 'The server does not answer. Is it still running? It is asked again every few seconds.' }])
        if (wanted.current.length === 0) {
          await new Promise<void>((resolve) => {
            wake.current = resolve
            setTimeout(resolve, patience)
          })
          if (turn.current !== mine) return
        }
        if (wanted.current.length === 0) wanted.current = [asked]
      }
    }
    underWay.current = 'nothing'
  }

  // A rough answer first, unless it is on the page already.
  const askAll = (state: State) => {
    const exact = { state }
    void (answered.current === state ? ask(exact) : ask({ state, draws: roughDraws }, exact))
  }

  const settle = () => {
    clearTimeout(resting.current)
    const hash = toHash(latest.current)
    if (hash === settled.current) return
    settled.current = unnoted.current = hash
    askAll(latest.current)
    if (answered.current === latest.current) note()
  }

  const change = (key: string, value: number | string, isSettled: boolean) => {
    if (latest.current.changes[key] !== value) move({ ...latest.current, changes: { ...latest.current.changes, [key]: value } })
    if (isSettled) return settle()
    settled.current = undefined
    void ask({ state: latest.current, draws: roughDraws })
    // A slider that is brought back to where it was tells no change.
    clearTimeout(resting.current)
    resting.current = window.setTimeout(settle, rest)
  }

  const replace = (next: State) => {
    move(next)
    settle()
  }

  // A file that is refused changes nothing.
  const open = async (file: File) => {
    const next = { caseToml: await file.text(), changes: {} }
    try {
      await api.decide(next, roughDraws)
      replace(next)
    } catch (error) {
      const said = error instanceof Refused ? complaintsOf(error.problems, []) : [{ text: 'the server does not answer' }]
      setComplaints(said.map(({ text }) => ({ text: `${file.name}: ${text}` })))
    }
  }

  const drawMany = async () => {
    if (running.current) return
    const mine = { dropped: false }
    const asked = { state: latest.current }
    running.current = mine
    setRun({ progress: 0 })
    try {
      const { run } = await api.startRun(asked.state, manyDraws)
      for (;;) {
        if (mine.dropped) return void await api.cancelRun(run)
        const view = await api.lookAtRun(run)
        if (mine.dropped) continue
        if (view.document) show(view.document, asked)
        if (view.state !== 'running') break
        setRun({ progress: view.progress })
        await new Promise((resolve) => setTimeout(resolve, glance))
      }
    } catch (error) {
      if (mine.dropped) return
      if (error instanceof Refused) setComplaints(complaintsOf(error.problems, changedKeys(answered.current, asked.state)))
      else void ask(asked)
    }
    dropRun()
  }

  useEffect(() => {
    const follow = () => {
      const next = fromHash(location.hash)
      if (!next) {
        setComplaints([{ text: 'The case in this link cannot be read: the link is cut short or changed.' }])
        setStanding('answered')
        return
      }
      clearTimeout(resting.current)
      settled.current = toHash(next)
      unnoted.current = undefined
      move(next)
      askAll(next)
    }
    if (location.hash.length > 1) follow()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])

  return {
    document, state, complaints, standing, rough, run, change, open,
    startOver: () => replace({ changes: {} }),
    drawMany: () => void drawMany(),
    cancel: dropRun,
    expect: api.warmUp
  }
}
