import type { PageDocument } from './document'

/** The rules of thumb that the article would have given, with what this case says to each. */
export function ArticleView({ document: { decision } }: { document: PageDocument }) {
  const { article } = decision
  const skip = article.checklist.filter((fact) => fact.holds)
  const word = (holds: boolean | null) => (holds === null ? 'unknown' : holds ? 'yes' : 'no')
  return (
    <section aria-labelledby="article">
      <h2 id="article">The article’s rules of thumb</h2>
      <p class="lead">The matrix says “{article.advice}” ({article.matrix.map((fact) => `${fact.key} ${word(fact.holds)}`).join(', ')}, volume {article.volume}); {article.agreement}.</p>
      <p class="lead">
        {skip.length === 0 ? 'Checklist: no reason to skip holds.' : `Reasons to skip: ${skip.map((fact) => `${fact.key} (${fact.because})`).join('; ')}.`}
        {skip.length > 0 && decision.verdict === 'GO' && ' The money above pays all the same.'}
      </p>
      <details>
        <summary>What it was asked</summary>
        <table class="plain">
          <thead><tr><th scope="col">question</th><th scope="col">answer</th><th scope="col">because</th></tr></thead>
          <tbody>
            {[...article.matrix, ...article.checklist].map((fact) => (
              <tr key={fact.key}><th scope="row">{fact.key.replaceAll('_', ' ').replaceAll('-', ' ')}</th><td>{word(fact.holds)}</td><td>{fact.because}</td></tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}
