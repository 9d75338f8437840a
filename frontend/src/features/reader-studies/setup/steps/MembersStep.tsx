import { useTranslation } from 'react-i18next'

import { Invitations } from '../../members/Invitations'
import { MemberTable } from '../../members/MemberTable'
import { NewMember } from '../../members/NewMember'
import { Waivers } from '../../members/Waivers'
import type { StepProps } from '../Setup'
import styles from '../Setup.module.css'

/** Readers first; then who tags, codes, adjudicates, and whom to invite. */
export function MembersStep({ study }: StepProps) {
  const { t } = useTranslation()
  return (
    <>
      <section className={styles.section}>
        <h2>{t('studyPeople.readers')}</h2>
        <p className={styles.intro}>{t('studyPeople.readersIntro')}</p>
        <MemberTable study={study} parts={['reader']} />
        <NewMember study={study} parts={['reader']} />
      </section>
      <section className={styles.section}>
        <h2>{t('studyPeople.others')}</h2>
        <p className={styles.intro}>{t('studyPeople.othersIntro')}</p>
        <MemberTable study={study} parts={['investigator', 'deputy', 'tagger', 'coder', 'adjudicator']} />
        <NewMember study={study} parts={['tagger', 'coder', 'adjudicator', 'deputy']} />
      </section>
      <section className={styles.section}>
        <h2>{t('studyPeople.invitations')}</h2>
        <p className={styles.intro}>{t(study.desk.mail ? 'studyPeople.invitationsIntro' : 'studyPeople.invitationsByHand')}</p>
        <Invitations study={study} />
      </section>
      <Waivers study={study} />
    </>
  )
}
