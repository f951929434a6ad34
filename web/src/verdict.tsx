import { serves, type Decision, type Estimate, type OptionDecision, type PageDocument } from './document'
import { dollars, probability, shortDollars } from './format'
import { origin, Sourced } from './number'

/** The option that the verdict is about, if it serves at all. */
export function bestOf(decision: Decision): OptionDecision | undefined {
  return decision.options.find((option) => option.name === decision.best_option && serves(option))
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** The net worth's interval on a line through zero. */
function WorthBar({ worth, mean }: { worth: Estimate; mean: number }) {
  const low = Math.min(0, worth.p10, mean), high = Math.max(0, worth.p90, mean)
  const reach = high - low || 1
  const at = (value: number) => 3 + (94 * (value - low)) / reach
  return (
    <svg class="worth-bar" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2="100" y1="8" y2="8" class="axis" />
      <rect x={at(worth.p10)} width={Math.max(0.6, at(worth.p90) - at(worth.p10))} y="4" height="8" class="interval-bar" />
      <rect x={at(mean) - 0.4} width="0.8" y="2" height="12" class="mean-bar" />
      <line x1={at(0)} x2={at(0)} y1="0" y2="16" class="zero" />
    </svg>
  )
}

export function VerdictView({ document }: { document: PageDocument }) {
  const { decision, conclusion } = document
  const best = bestOf(decision)
  const worth = best?.net_worth_usd
  const mean = best?.worth_spread_usd?.mean ?? worth?.value ?? 0
  return (
    <section class="verdict" aria-labelledby="verdict" data-verdict={decision.verdict}>
      <h1 id="verdict">
        <span class="word">{decision.verdict}</span>
        <span class="advice">{conclusion.advice ? `${capital(conclusion.advice)}.` : 'No option can be judged here.'}</span>
      </h1>
      {best && worth && best.probability_pays !== null && (
        <div class="odds">
          <div class="odd">
            <span class="label">probability that it pays</span>
            <span class="figure">{probability(best.probability_pays)}</span>
          </div>
          <div class="odd wide">
            <span class="label">worth over {decision.case.horizon_months} months, on average</span>
            <span class="figure"><Sourced text={dollars(Math.round(mean))} tip={origin(worth)} /></span>
            <WorthBar worth={worth} mean={mean} />
            <span class="note">{shortDollars(worth.p10)} to {shortDollars(worth.p90)} in 80 % of the draws; {shortDollars(worth.value)} at the medians of all inputs. The long tick is zero.</span>
          </div>
        </div>
      )}
      {conclusion.because && <p class="because">{conclusion.because}.</p>}
      {(decision.conditions ?? []).map((condition) => <p class="condition" key={condition}>On condition: {condition}.</p>)}
      <h2 class="why">Why{best && `, for ${best.name}`}</h2>
      <ul class="reasons">
        {decision.reasons.map((reason) => <li key={reason}>{reason}</li>)}
      </ul>
    </section>
  )
}
