import { useRef } from 'preact/hooks'
import type { Input } from '../document'
import { manyDraws, type Live } from './use_live'

const labels: Record<string, { label: string; unit?: string; whole?: boolean }> = {
  'workload.requests_per_second': { label: 'Load', unit: 'requests/s' },
  'workload.peak_to_mean': { label: 'Peak over mean', unit: 'times' },
  'workload.prompt_tokens': { label: 'Prompt, median', unit: 'tokens', whole: true },
  'workload.output_tokens': { label: 'Answer, median', unit: 'tokens', whole: true },
  'engine.max_num_seqs': { label: 'Largest batch', unit: 'sequences', whole: true },
  'hardware.price_per_gpu_hour': { label: 'Price', unit: '$ per GPU-hour' },
  'quality.margin': { label: 'Quality margin', unit: 'share of answers' },
  'money.engineering_hours': { label: 'Engineering', unit: 'hours' },
  'hardware.device': { label: 'Device' },
  'baseline.scheme': { label: 'Baseline' }
}

const rounded = (value: number, whole: boolean) => (whole ? Math.round(value) : Number(value.toPrecision(3)))

/** A slider and a field for the same number. The slider counts in steps of equal ratio. */
function NumberControl({ input, live }: { input: Input; live: Live }) {
  const { label, unit, whole = false } = labels[input.key] ?? { label: input.key }
  const value = Number(live.state.changes[input.key] ?? input.value)
  const low = input.low ?? 0, high = input.high ?? 1
  const change = (position: string, settled: boolean) =>
    live.change(input.key, rounded(Math.exp(Number(position)), whole), settled)
  return (
    <div class="control">
      <label for={input.key}>{label} <span class="unit">{unit}</span></label>
      <input
        id={input.key} name={input.key} type="number" step="any" min={0} value={rounded(value, whole)}
        onChange={(event) => { if (event.currentTarget.value !== '') live.change(input.key, Number(event.currentTarget.value), true) }}
      />
      <input
        type="range" aria-label={`${label}, slider`} data-key={input.key} step="any"
        min={Math.log(low)} max={Math.log(high)} value={Math.log(Math.max(value, low))} aria-valuetext={`${rounded(value, whole)} ${unit ?? ''}`}
        onInput={(event) => change(event.currentTarget.value, false)}
        onChange={(event) => change(event.currentTarget.value, true)}
      />
    </div>
  )
}

function ChoiceControl({ input, label, choices, live }: { input: Input; label: string; choices: { id: string; name: string }[]; live: Live }) {
  return (
    <div class="control">
      <label for={input.key}>{label}</label>
      <select id={input.key} name={input.key} value={String(live.state.changes[input.key] ?? input.value)} onChange={(event) => live.change(input.key, event.currentTarget.value, true)}>
        {choices.map((choice) => <option key={choice.id} value={choice.id}>{choice.name}</option>)}
      </select>
    </div>
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
  const changed = Object.keys(live.state.changes).length > 0 || live.state.caseToml !== undefined
  const open = async () => {
    const chosen = file.current?.files?.[0]
    if (chosen) live.replace({ caseToml: await chosen.text(), changes: {} })
    if (file.current) file.current.value = ''
  }
  return (
    <aside class="live" aria-label="What if">
      <details open={beside}>
        <summary><h2>What if</h2></summary>
        <div class="controls">
          {inputs.map((input) => {
            const option = /^option\.(\d+)\.scheme$/.exec(input.key)
            if (option) return <ChoiceControl key={input.key} input={input} label={`Option ${Number(option[1]) + 1}`} choices={schemes} live={live} />
            if (input.choices) return <ChoiceControl key={input.key} input={input} label={labels[input.key]?.label ?? input.key} choices={input.choices} live={live} />
            return <NumberControl key={input.key} input={input} live={live} />
          })}
        </div>
        {live.problems.length > 0 && (
          <ul class="problems" role="alert">
            {live.problems.map((p) => <li key={p.message}>{p.line ? `line ${p.line}: ` : ''}{p.message}{p.hint ? `; ${p.hint}` : ''}</li>)}
          </ul>
        )}
        <p class="draws" role="status">
          {live.rough ? `Rough: ${live.document.draws} draws and little traffic while you drag.` : `${live.document.draws.toLocaleString('en-US')} draws.`}
        </p>
        {live.run
          ? (
            <div class="run">
              <progress aria-label="draws done" value={live.run.progress} max={1} />
              <button type="button" onClick={live.cancel}>Cancel</button>
            </div>
          )
          : live.document.draws < manyDraws && <button type="button" onClick={live.drawMany}>Draw {manyDraws.toLocaleString('en-US')} times</button>}
        <div class="files">
          <button type="button" onClick={() => file.current?.click()}>Open a case…</button>
          <button type="button" onClick={() => save(live.document.case_toml)}>Save the case</button>
          <button type="button" disabled={!changed} onClick={() => live.replace({ changes: {} })}>Start over</button>
          <input ref={file} class="hidden" type="file" accept=".toml" aria-label="case file" tabIndex={-1} onChange={() => void open()} />
        </div>
      </details>
    </aside>
  )
}
