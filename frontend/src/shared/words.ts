import { words } from '@/i18n/words'

export const sharedWords = words(
  {
    tier: {
      positive: 'positive',
      suspicious: 'suspicious',
      negative: 'negative',
      none: 'no advice',
    },
  },
  {
    tier: {
      positive: '阳性',
      suspicious: '可疑',
      negative: '阴性',
      none: '无建议',
    },
  },
)
