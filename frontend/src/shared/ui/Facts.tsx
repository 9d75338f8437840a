import styles from './Facts.module.css'

type Value = string | null | false

/** Facts by name, side by side where there is room; a value that is not there takes no line. */
export function Facts({ facts }: { facts: [name: string, values: Value[]][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, values]) => (
        <div key={name}>
          <dt>{name}</dt>
          {values.map((value) => value && <dd key={value}>{value}</dd>)}
        </div>
      ))}
    </dl>
  )
}

/** A page's few figures, large, in one line. */
export function Figures({ label, figures, testId }: { label: string; figures: [name: string, value: string][]; testId: string }) {
  return (
    <dl className={styles.figures} aria-label={label} data-testid={testId}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
