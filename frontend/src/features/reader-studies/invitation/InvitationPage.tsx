import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { localTime } from '@/shared/ages'
import { Button } from '@/shared/ui/Button'
import { Card } from '@/shared/ui/Card'
import { Found, Page } from '@/shared/ui/Page'
import { useRefusal } from '@/shared/useRefusal'
import { useSaid } from '@/shared/useSaid'

import { useAccept, useOffer } from '../api/members'
import type { Offer } from '../api/types'

/** What somebody is invited to, and whether this account can accept. */
export function InvitationPage() {
  const { token = '' } = useParams()
  const { t } = useTranslation()
  const offer = useOffer(token)
  return (
    <Page title={t('studyInvitation.title')} intro={t('studyInvitation.intro')}>
      <Found found={offer}>{(found) => <TheOffer token={token} offer={found} />}</Found>
    </Page>
  )
}

function TheOffer({ token, offer }: { token: string; offer: Offer }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const refusal = useRefusal('studies')
  const accept = useAccept(token)
  const { terms } = offer
  const details = [terms.seniority && t(`studies.seniority.${terms.seniority}`), terms.years !== null && t('studyInvitation.years', { count: terms.years }), terms.site, terms.chair && t(`studies.chair.${terms.chair}`)].filter(Boolean)
  return (
    <Card title={offer.study} data-testid="offer">
      <p>{t('studyInvitation.by', { name: offer.invited_by, part: t(`studies.part.${offer.part}`) })}</p>
      {details.length > 0 && <p>{details.join(' · ')}</p>}
      {offer.standing === 'open' && <p>{t('studyInvitation.until', { time: localTime(offer.expires_at, i18n.language) })}</p>}
      {offer.standing === 'open' ? (
        offer.fits ? (
          <Button look="primary" disabled={accept.isPending} onClick={() => accept.mutate()}>
            {t('studyInvitation.accept')}
          </Button>
        ) : (
          <p role="alert">{said(offer.why)}</p>
        )
      ) : (
        <p>{t(`studyInvitation.standing.${offer.standing}`)}</p>
      )}
      {offer.standing === 'accepted' && <Link to="/studies/">{t('studies.title')}</Link>}
      {accept.error && <p role="alert">{refusal(accept.error)}</p>}
    </Card>
  )
}
