import { useEffect, useRef, useState } from 'preact/hooks'
import type { PageDocument } from '../document'
import { Refused, type Api, type Problem } from './api'
import { fromHash, toHash, type State } from './state'

export const roughDraws = 200
export const manyDraws = 200000
const glance = 200 // milliseconds between looks at a run

/** A question to ask; without draws the settled one. */
interface Wanted {
  state: State
  draws?: number
}

export interface Live {
  document: PageDocument
  state: State
  problems: Problem[]
  /** An answer with few draws is shown while the exact one is under way. */
  rough: boolean
  run: { number: number; progress: number } | null
  change: (key: string, value: number | string, settled: boolean) => void
  replace: (state: State) => void
  drawMany: () => void
  cancel: () => void
}

/** The document that the core makes of what the reader changed. */
export function useLive(first: PageDocument, api: Api): Live {
  const [document, setDocument] = useState(first)
  const [state, setState] = useState<State>(() => fromHash(location.hash))
  const [problems, setProblems] = useState<Problem[]>([])
  const [rough, setRough] = useState(false)
  const [run, setRun] = useState<Live['run']>(null)
  const wanted = useRef<Wanted | null>(null)
  const busy = useRef(false)
  const running = useRef<number | null>(null)

  const tell = (error: unknown) => {
    setProblems(error instanceof Refused ? error.problems : [{ message: 'the server does not answer; is it still running?' }])
  }

  // One question at a time: while it is under way the newest waits, and those between are never asked.
  const ask = async (next: Wanted) => {
    wanted.current = next
    if (busy.current) return
    busy.current = true
    while (wanted.current) {
      const { state, draws }: Wanted = wanted.current
      wanted.current = null
      try {
        const answer = await api.decide(state, draws)
        setDocument(answer)
        setRough(draws !== undefined)
        setProblems([])
      } catch (error) {
        tell(error)
      }
    }
    busy.current = false
  }

  const settle = (next: State) => {
    const hash = toHash(next)
    history.replaceState(null, '', hash ? `#${hash}` : location.pathname)
    void ask({ state: next })
  }

  const replace = (next: State) => {
    setState(next)
    settle(next)
  }

  const change = (key: string, value: number | string, settled: boolean) => {
    const next = { ...state, changes: { ...state.changes, [key]: value } }
    setState(next)
    if (settled) settle(next)
    else void ask({ state: next, draws: roughDraws })
  }

  const watch = async () => {
    try {
      const begun = await api.startRun(state, manyDraws)
      running.current = begun.run
      setRun({ number: begun.run, progress: 0 })
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, glance))
        const view = await api.lookAtRun(begun.run)
        if (view.state === 'running') {
          setRun({ number: begun.run, progress: view.progress })
          continue
        }
        if (view.document) setDocument(view.document)
        break
      }
    } catch (error) {
      tell(error)
    }
    running.current = null
    setRun(null)
  }

  useEffect(() => {
    if (location.hash.length > 1) void ask({ state })
    const follow = () => {
      const next = fromHash(location.hash)
      setState(next)
      void ask({ state: next })
    }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])

  return {
    document, state, problems, rough, run, change, replace,
    drawMany: () => { if (!running.current) void watch() },
    cancel: () => { if (running.current) void api.cancelRun(running.current).catch(tell) }
  }
}
