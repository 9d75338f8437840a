import { useTranslation } from 'react-i18next'

import type { Explanation } from '@/api/types'
import { Button } from '@/shared/ui/Button'
import { useSaid } from '@/shared/useSaid'

import { useExplain } from '../api/mutations'
import { explanationOf, isOpen, type MapMethod, METHODS_ON_DEMAND } from '../explanations'

import { Problem } from './Problem'
import styles from './Why.module.css'

type Props = { uid: string; sequence: Explanation['sequence']; shown: MapMethod; explanations: Explanation[]; onShow: (method: MapMethod) => void }

/** Which map one sequence shows; those that take many passes are made when asked for. */
export function ExplanationChoice({ uid, sequence, shown, explanations, onShow }: Props) {
  const { t } = useTranslation()
  const said = useSaid()
  const explain = useExplain(uid)
  return (
    <fieldset className={styles.maps} data-testid={`maps-${sequence}`}>
      <legend>{t('viewer.explanation.map', { sequence })}</legend>
      {(['grad_cam', ...METHODS_ON_DEMAND] as const).map((method) => {
        const made = method === 'grad_cam' ? undefined : explanationOf(explanations, sequence, method)
        const ready = method === 'grad_cam' || made?.state === 'done'
        return (
          <div key={method} className={styles.map} data-testid={`map-${sequence}-${method}`} data-state={ready ? 'done' : (made?.state ?? 'none')}>
            <label>
              <input type="radio" name={`map-${sequence}`} checked={shown === method} disabled={!ready} onChange={() => onShow(method)} />
              {t(`viewer.explanation.${method}`)}
            </label>
            {isOpen(made) && <Progress made={made as Explanation} />}
            {!ready && !isOpen(made) && (
              <Button className={styles.compact} disabled={explain.isPending} onClick={() => explain.mutate({ sequence, method })} aria-label={`${t('viewer.explanation.make')}: ${t(`viewer.explanation.${method}`)}, ${sequence}`}>
                {t(made ? 'viewer.explanation.again' : 'viewer.explanation.make')}
              </Button>
            )}
            {made?.state === 'failed' && (
              <p className={`${styles.small} ${styles.wide}`} role="alert">
                {said(made.reason)} {said(made.remedy)}
              </p>
            )}
          </div>
        )
      })}
      {explain.error && <Problem error={explain.error} />}
    </fieldset>
  )
}

function Progress({ made }: { made: Explanation }) {
  const { t } = useTranslation()
  const said = useSaid()
  const words = made.state === 'running' ? t('viewer.explanation.percent', { percent: made.percent }) : t('viewer.explanation.queued')
  return (
    <span className={`${styles.muted} ${styles.small}`} role="status" title={said(made.reason) || undefined}>
      {words}
    </span>
  )
}
