import type { Decision } from './document'

/** The rules of thumb that the article would have given, with what this case says to each. */
export function ArticleView({ decision }: { decision: Decision }) {
  const { article } = decision
  const word = (holds: boolean | null) => (holds === null ? 'unknown' : holds ? 'yes' : 'no')
  return (
    <section aria-labelledby="article">
      <h2 id="article">The rules of thumb, for comparison</h2>
      <p class="lead">The decision matrix says: “{article.advice}”</p>
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
