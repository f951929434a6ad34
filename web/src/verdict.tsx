import type { Decision, Estimate, OptionDecision } from './document'
import { dollars, probability, shortDollars } from './format'
import { origin, Sourced } from './number'

export function bestOf(decision: Decision): OptionDecision | undefined {
  return decision.options.find((option) => option.name === decision.best_option)
}

function advice(decision: Decision): string {
  const best = bestOf(decision)
  if (!best) return 'No option can be judged here.'
  if (decision.verdict === 'GO') return `Serve ${best.name} instead of ${decision.baseline.name}.`
  if (decision.verdict === 'NO-GO') return `Stay with ${decision.baseline.name}; no option pays here.`
  const money = best.net_worth_usd
  if (best.quality_bar === 'unclear' && money && money.p10 > 0)
    return `${best.name} saves money, and nobody knows what it does to your answers.`
  return `${best.name} may pay, and too little is known to say.`
}

/** The net worth's interval on a line through zero. */
function WorthBar({ worth }: { worth: Estimate }) {
  const low = Math.min(0, worth.p10), high = Math.max(0, worth.p90)
  const reach = high - low || 1
  const at = (value: number) => 3 + (94 * (value - low)) / reach
  return (
    <svg class="worth-bar" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2="100" y1="8" y2="8" class="axis" />
      <rect x={at(worth.p10)} width={Math.max(0.6, at(worth.p90) - at(worth.p10))} y="4" height="8" class="interval-bar" />
      <rect x={at(worth.value) - 0.4} width="0.8" y="2" height="12" class="median-bar" />
      <line x1={at(0)} x2={at(0)} y1="0" y2="16" class="zero" />
    </svg>
  )
}

export function VerdictView({ decision }: { decision: Decision }) {
  const best = bestOf(decision)
  const worth = best?.net_worth_usd
  return (
    <section class="verdict" aria-labelledby="verdict" data-verdict={decision.verdict}>
      <h1 id="verdict">
        <span class="word">{decision.verdict}</span>
        <span class="advice">{advice(decision)}</span>
      </h1>
      {best && worth && best.probability_pays !== null && (
        <div class="odds">
          <div class="odd">
            <span class="label">probability that it pays</span>
            <span class="figure">{probability(best.probability_pays)}</span>
          </div>
          <div class="odd wide">
            <span class="label">worth over {decision.case.horizon_months} months</span>
            <span class="figure"><Sourced text={dollars(worth.value)} tip={origin(worth)} /></span>
            <WorthBar worth={worth} />
            <span class="note">{shortDollars(worth.p10)} to {shortDollars(worth.p90)} in 80 % of the draws; the long tick is zero</span>
          </div>
        </div>
      )}
      {(decision.conditions ?? []).map((condition) => <p class="condition" key={condition}>On condition: {condition}.</p>)}
      <ul class="reasons">
        {decision.reasons.map((reason) => <li key={reason}>{reason}</li>)}
      </ul>
    </section>
  )
}
