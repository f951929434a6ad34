import { useState } from 'preact/hooks'
import type { FiredRule, Flip, Information, Measurement, PageDocument } from './document'
import { dollars } from './format'
import { Sourced } from './number'
import { bestOf } from './verdict'

/** A command line, and a button that copies it. */
export function Command({ line }: { line: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard?.writeText(line).then(() => {
      setCopied(true)
      setTimeout(() => setCopied(false), 2000)
    })
  }
  return (
    <div class="command">
      <pre tabIndex={0} aria-label="command"><code>{line}</code></pre>
      <button type="button" onClick={copy}>{copied ? 'Copied' : 'Copy'}</button>
    </div>
  )
}

function Flips({ flips }: { flips: Flip[] }) {
  return (
    <ul class="flips">
      {flips.map((flip) => {
        const [input, ...rest] = flip.text.split(': ')
        return <li key={flip.text}><span class="input">{input}</span><span>{rest.join(': ')}</span></li>
      })}
    </ul>
  )
}

/** What warns, holds or blocks in the data of this case. */
export function Rules({ rules }: { rules: FiredRule[] }) {
  if (rules.length === 0) return null
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">Known traps that this case meets</h2>
      <ul class="flips">
        {rules.map((rule) => (
          <li key={rule.id}>
            <span class="input">{rule.severity}</span>
            <span><Sourced text={rule.happens} tip={`${rule.evidence}, ${rule.date}; ${rule.numbers}`} />. What lifts it: {rule.lift}.</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The measurement that gains most, as commands to copy. */
export function Next({ information }: { information: Information | null | undefined }) {
  const next = information?.measurements.reduce<Measurement | undefined>((a, b) => (a && a.net >= b.net ? a : b), undefined)
  if (!next) return null
  return (
    <section aria-labelledby="next">
      <h2 id="next">What to measure next</h2>
      <p class="lead">
        {next.net > 0
          ? `${capital(next.name)}: worth ${dollars(next.gain)} to the decision, for ${dollars(next.cost)}.`
          : `Nothing has to be: no measurement is worth its cost. The nearest is ${next.name}, worth ${dollars(next.gain)} to the decision, for ${dollars(next.cost)}.`}
      </p>
      {next.commands.map((line) => <Command key={line} line={line} />)}
    </section>
  )
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** What would change the verdict: where it turns, and when to stop. */
export function Changes({ document }: { document: PageDocument }) {
  const best = bestOf(document.decision)
  const flips = best?.break_evens ?? best?.flips ?? []
  const stops = document.decision.kill_criteria ?? []
  if (!best || flips.length === 0) return null
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What would change the verdict</h2>
      <p class="lead">Each moved alone, for {best.name}:</p>
      <Flips flips={flips} />
      {stops.length > 0 && (
        <>
          <h3 class="stops">Stop when</h3>
          <ul class="reasons">{stops.map((stop) => <li key={stop.watch}>{stop.text}</li>)}</ul>
        </>
      )}
    </section>
  )
}
