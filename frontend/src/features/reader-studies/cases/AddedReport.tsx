import { useTranslation } from 'react-i18next'

import { useSaid } from '@/shared/useSaid'

import type { Added } from '../api/types'

/** What became of what was to be added. */
export function AddedReport({ added }: { added: Added }) {
  const { t } = useTranslation()
  const said = useSaid()
  return (
    <div role="status" data-testid="added">
      <p>
        {t('studyCases.added', { count: added.added })} {added.excluded > 0 && t('studyCases.addedExcluded', { count: added.excluded })}
      </p>
      {added.refused.length > 0 && (
        <ul>
          {added.refused.slice(0, 20).map((one) => (
            <li key={one.uid}>
              {one.accession_number || one.uid}: {one.bars.map((bar) => said(bar.detail)).join(' ')}
            </li>
          ))}
        </ul>
      )}
      {added.not_found.length > 0 && <p>{t('studyCases.notFound', { numbers: added.not_found.join(', ') })}</p>}
    </div>
  )
}
