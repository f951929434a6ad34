import { useState } from 'preact/hooks'
import type { Decision, FiredRule, Flip, Measurement, OptionDecision, PageDocument } from './document'
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

function Flips({ flips }: { flips: Pick<Flip, 'text'>[] }) {
  return (
    <ul class="flips">
      {flips.map((flip) => {
        const [input, ...rest] = flip.text.split(': ')
        return <li key={flip.text}><span class="input">{input}</span><span>{rest.join(': ')}</span></li>
      })}
    </ul>
  )
}

const severities = ['block', 'warn', 'info']

interface Pitfall extends FiredRule {
  options: string[]
}

/** Each rule once, with the options that it is about; what blocks comes first. */
function pitfalls(options: OptionDecision[]): Pitfall[] {
  const all = options.flatMap((option) => option.rules ?? [])
  const once = all.filter((rule, i) => all.findIndex((other) => other.id === rule.id) === i)
  return once
    .map((rule) => ({ ...rule, options: options.filter((o) => o.rules?.some((own) => own.id === rule.id)).map((o) => o.name) }))
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}

/** What blocks, warns or informs in the data of this case. */
export function Rules({ document: { decision } }: { document: PageDocument }) {
  const found = pitfalls(decision.options)
  if (found.length === 0) return null
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">Known pitfalls that apply</h2>
      <ul class="flips">
        {found.map((rule) => (
          <li key={rule.id}>
            <span class="input"><b class="severity" data-severity={rule.severity}>{rule.severity}</b> {rule.options.join(', ')}</span>
            <span><Sourced text={rule.happens} tip={`${rule.id}: ${rule.evidence}, ${rule.date}; ${rule.numbers}`} />. To lift it: {rule.lift}.</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

// Programs of ours inside an instruction, with what stands for files and flags behind them: a name alone does nothing.
const ownCommand = /\bbitworth [a-z]+(?: (?:-\w+|[\w/-]*[A-Z.][\w./-]*))+/g

/** How a measurement is made: what can be typed, to copy, and the words around it. */
function Instruction({ text }: { text: string }) {
  const commands = [...new Set(text.match(ownCommand) ?? [])]
  return (
    <>
      {!commands.includes(text) && <p class="instruction">{text}.</p>}
      {commands.map((line) => <Command key={line} line={line} />)}
    </>
  )
}

/** What it would be worth to know, as far as no measurement can do better. */
function Knowing({ decision }: { decision: Decision }) {
  const best = bestOf(decision)
  const information = best?.information
  if (!information || Math.round(information.perfect) <= 0) return null
  const inputs = information.inputs.filter((input) => Math.round(input.worth) > 0).slice(0, mostMeasurements)
  return (
    <p class="lead knowing">
      To know everything about {best.name} exactly would gain {worth(information.perfect)} on average, and no measurement gains more
      {inputs.length > 0 && `; to know one thing alone: ${inputs.map((input) => `${input.name} ${worth(input.worth)}`).join(', ')}`}.
    </p>
  )
}

const told = (m: Measurement) =>
  `${m.name}: gains ${worth(m.gain)} on average for ${worth(m.cost)}${m.delay > 0 ? ` and ${worth(m.delay)} of waiting` : ''}, ${worth(m.net)} net`
const worth = (value: number) => dollars(Math.round(value))
const mostMeasurements = 4

/** What measuring would bring, and how the best of it is made. */
export function Next({ document: { decision } }: { document: PageDocument }) {
  const all = decision.information?.measurements ?? []
  const useful = all.filter((m) => Math.round(m.gain) > 0).slice(0, mostMeasurements)
  const next = (decision.verdict === 'MEASURE' ? bestOf(decision)?.information?.measurements[0] : undefined) ?? useful[0]
  if (all.length === 0) return null
  return (
    <section aria-labelledby="next">
      <h2 id="next">What could be measured first</h2>
      {useful.length > 0
        ? <ul class="reasons">{useful.map((m) => <li key={m.name}>{told(m)}</li>)}</ul>
        : <p class="lead">Nothing has to be: no measurement would change what is chosen.</p>}
      <Knowing decision={decision} />
      {next && (
        <>
          <h3 class="stops">{capital(next.name)}</h3>
          {next.commands.map((text) => <Instruction key={text} text={text} />)}
        </>
      )}
    </section>
  )
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** What would change the verdict: where it turns, and when to stop. */
export function Changes({ document }: { document: PageDocument }) {
  const best = bestOf(document.decision)
  const fleet = best?.saving_by_load ? [{ text: `fleet: it ${best.saving_by_load.text}` }] : []
  const flips = [...fleet, ...(best?.break_evens ?? [])]
  const stops = document.decision.kill_criteria ?? []
  if (!best || flips.length === 0) return null
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What would change it</h2>
      <p class="lead">Each moved alone, for {best.name}:</p>
      <Flips flips={flips} />
      {stops.length > 0 && (
        <>
          <h3 class="stops">Roll back if</h3>
          <ul class="reasons">{stops.map((stop) => <li key={stop.watch}>{stop.text}</li>)}</ul>
        </>
      )}
    </section>
  )
}
