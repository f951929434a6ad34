import type { Live } from './use_live'

/** What is wrong, where it is seen. It may be long, so it scrolls. */
export function Notice({ live: { complaints, standing } }: { live: Live }) {
  if (complaints.length === 0) return null
  return (
    <div class="problems" role="alert" tabIndex={0}>
      <ul>
        {complaints.map(({ text }) => <li key={text}>{text}</li>)}
      </ul>
      {standing !== 'answered' && <p>Below is the answer to what was asked before.</p>}
    </div>
  )
}
