import { useTranslation } from 'react-i18next'

import type { Block, Document, Section } from '../api/types'
import { Figure } from './Figure'
import { numbered } from './numbering'
import styles from './Sheet.module.css'
import { Table } from './Table'

/** A report as a typeset page. */
export function Sheet({ document }: { document: Document }) {
  const { t } = useTranslation()
  const numbers = numbered(document)
  const withContents = document.sections.length > 4
  return (
    <article className={styles.sheet} data-testid="sheet" aria-labelledby="report-title">
      {document.labels.map((label) => (
        <p key={label} className={styles.label} role="note">
          {label}
        </p>
      ))}
      <h1 id="report-title">{document.title}</h1>
      <p className={styles.subtitle}>{document.subtitle}</p>
      {withContents && <Contents sections={document.sections} />}
      {document.sections.map((section) => (
        <section key={section.name} id={`section-${section.name}`} aria-labelledby={`head-${section.name}`}>
          <h2 id={`head-${section.name}`}>{section.title}</h2>
          {section.blocks.map((block, index) => (
            <BlockView key={index} block={block} number={numbers.get(block) ?? 0} />
          ))}
        </section>
      ))}
      <Texts name="methods" title={t('reports.sheet.methods')} texts={document.methods} />
      {document.references.length > 0 && (
        <section aria-labelledby="head-references">
          <h2 id="head-references">{t('reports.sheet.references')}</h2>
          <ol className={styles.references}>
            {document.references.map((reference) => (
              <li key={reference}>{reference}</li>
            ))}
          </ol>
        </section>
      )}
      <section aria-labelledby="head-provenance" data-testid="provenance">
        <h2 id="head-provenance">{t('reports.sheet.provenance')}</h2>
        <dl className={styles.provenance}>
          {document.provenance.rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </article>
  )
}

function Contents({ sections }: { sections: readonly Section[] }) {
  const { t } = useTranslation()
  return (
    <nav className={styles.contents} aria-label={t('reports.sheet.contents')}>
      <ol>
        {sections.map((section) => (
          <li key={section.name}>
            <a href={`#section-${section.name}`}>{section.title}</a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function Texts({ name, title, texts }: { name: string; title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null
  return (
    <section aria-labelledby={`head-${name}`} data-testid={name}>
      <h2 id={`head-${name}`}>{title}</h2>
      {texts.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </section>
  )
}

function BlockView({ block, number }: { block: Block; number: number }) {
  switch (block.kind) {
    case 'table':
      return <Table table={block} number={number} />
    case 'figure':
      return <Figure figure={block} number={number} />
    case 'points':
      return block.items.length > 0 ? (
        <ul className={styles.points}>
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      ) : null
    case 'paragraph':
      return (
        <p className={block.warning ? styles.warning : undefined} role={block.warning ? 'note' : undefined}>
          {block.text}
        </p>
      )
  }
}
