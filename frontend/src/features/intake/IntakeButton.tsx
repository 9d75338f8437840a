import { useTranslation } from 'react-i18next'

import { Button } from '@/shared/ui/Button'

import { useIntake } from './IntakeProvider'
import { isBusy, percent } from './state'

export function IntakeButton() {
  const { t } = useTranslation()
  const { state, open, show, hide } = useIntake()
  const label = isBusy(state) ? t('intake.buttonBusy', { percent: percent(state) }) : t('intake.button')
  return (
    <Button onClick={open ? hide : show} aria-expanded={open} title={t('intake.buttonTitle')} data-testid="take-in">
      <span aria-hidden="true">⬆</span> {label}
    </Button>
  )
}
