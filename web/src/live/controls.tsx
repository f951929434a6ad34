import type { ComponentChildren } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import type { Input } from '../document'
import { labels } from './labels'
import { manyDraws, type Live } from './use_live'

const rounded = (value: number, whole: boolean) => (whole ? Math.round(value) : Number(value.toPrecision(3)))

interface ControlProps {
  input: Input
  live: Live
}

/** What surrounds each control: its label, and what is wrong with it. */
function Control({ input, live, label, children }: ControlProps & { label: ComponentChildren; children: ComponentChildren }) {
  const complaint = live.complaints.find((each) => each.key === input.key)
  return (
    <div class="control">
      <label for={input.key}>{label}</label>
      {children}
      {complaint && <p id={`${input.key}-problem`} class="problem">{complaint.text}</p>}
    </div>
  )
}

const accused = ({ input, live }: ControlProps) =>
  live.complaints.some((each) => each.key === input.key) ? { 'aria-invalid': true, 'aria-describedby': `${input.key}-problem` } : {}

/** A slider and a field for the same number. The slider counts in steps of equal ratio. */
function NumberControl({ input, live }: ControlProps) {
  // What is being typed: answers that come meanwhile leave it alone.
  const [draft, setDraft] = useState<string | null>(null)
  const { label, unit, whole = false } = labels[input.key] ?? { label: input.key }
  const low = input.low ?? 0, high = input.high ?? 1
  const changed = live.state.changes[input.key]
  const value = Number(changed ?? input.value)
  const shown = changed === undefined && input.value === null ? '' : String(changed ?? rounded(value, whole))
  const slide = (position: string, settled: boolean) =>
    live.change(input.key, rounded(Math.exp(Number(position)), whole), settled)
  const take = (text: string) => {
    setDraft(null)
    if (text !== '') live.change(input.key, Number(text), true)
  }
  return (
    <Control input={input} live={live} label={<>{label} <span class="unit">{unit}</span></>}>
      <input
        id={input.key} name={input.key} type="number" step="any" min={0} value={draft ?? shown} {...accused({ input, live })}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onChange={(event) => take(event.currentTarget.value)}
        onBlur={() => setDraft(null)}
      />
      <input
        type="range" aria-label={`${label}, slider`} data-key={input.key} step="any"
        min={Math.log(low)} max={Math.log(high)} value={Math.log(Math.max(value, low))} aria-valuetext={`${shown || 'none'} ${unit ?? ''}`}
        onInput={(event) => slide(event.currentTarget.value, false)}
        onChange={(event) => slide(event.currentTarget.value, true)}
      />
    </Control>
  )
}

function ChoiceControl({ input, live, label, choices }: ControlProps & { label: string; choices: { id: string; name: string }[] }) {
  const list = useMemo(() => choices.map((choice) => <option key={choice.id} value={choice.id}>{choice.name}</option>), [JSON.stringify(choices)])
  return (
    <Control input={input} live={live} label={label}>
      <select
        id={input.key} name={input.key} value={String(live.state.changes[input.key] ?? input.value)} {...accused({ input, live })}
        onChange={(event) => live.change(input.key, event.currentTarget.value, true)}
      >
        {list}
      </select>
    </Control>
  )
}

function save(text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/toml' }))
  link.download = 'case.toml'
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

// Where there is room the inputs stay open beside the page; else they fold away above it.
const beside = matchMedia('(min-width: 64rem)').matches

/** What the reader may change, where somebody answers. */
export function Controls({ live }: { live: Live }) {
  const file = useRef<HTMLInputElement>(null)
  const inputs = live.document.inputs ?? []
  const schemes = inputs.find((input) => input.key === 'baseline.scheme')?.choices ?? []
  const nameOf = (option: number) => live.document.decision.options[option]?.name ?? ''
  const changed = Object.keys(live.state.changes).length > 0 || live.state.caseToml !== undefined
  const drawn = !live.run && live.document.draws >= manyDraws
  const open = async () => {
    const chosen = file.current?.files?.[0]
    if (chosen) await live.open(chosen)
    if (file.current) file.current.value = ''
  }
  return (
    <aside class="live" aria-label="What if" onPointerEnter={live.expect} onFocusIn={live.expect}>
      <details open={beside}>
        <summary><h2>What if</h2></summary>
        <div class="controls">
          {inputs.map((input) => {
            const option = /^option\.(\d+)\.scheme$/.exec(input.key)
            if (option) return <ChoiceControl key={input.key} input={input} label={`Option ${Number(option[1]) + 1}: ${nameOf(Number(option[1]))}`} choices={schemes} live={live} />
            if (input.choices) return <ChoiceControl key={input.key} input={input} label={labels[input.key]?.label ?? input.key} choices={input.choices} live={live} />
            return <NumberControl key={input.key} input={input} live={live} />
          })}
        </div>
        <p class="draws" role="status">
          {live.rough ? `Rough so far: ${live.document.draws} draws, and little or nothing simulated anew.` : `${live.document.draws.toLocaleString('en-US')} draws.`}
        </p>
        <div class="run">
          {live.run && <progress aria-label="draws done" value={live.run.progress} max={1} />}
          <button type="button" aria-disabled={drawn} onClick={() => { if (live.run) live.cancel(); else if (!drawn) live.drawMany() }}>
            {live.run ? 'Cancel' : `Draw ${manyDraws.toLocaleString('en-US')} times`}
          </button>
        </div>
        <div class="files">
          <button type="button" onClick={() => file.current?.click()}>Open a case…</button>
          <button type="button" onClick={() => save(live.document.case_toml)}>Save the case</button>
          <button type="button" disabled={!changed} onClick={live.startOver}>Start over</button>
          <input ref={file} class="hidden" type="file" accept=".toml" aria-label="case file" tabIndex={-1} onChange={() => void open()} />
        </div>
      </details>
    </aside>
  )
}
