import { words } from '@/i18n/words'

export const sessionWords = words(
  {
    title: 'Sign in',
    intro: 'MRI follow-up of nasopharyngeal carcinoma after radiotherapy.',
    username: 'User name',
    password: 'Password',
    submit: 'Sign in',
    submitting: 'Signing in …',
    unreachable: 'The server did not answer. Try again in a moment.',
    research: 'Research software. It advises; a radiologist decides.',
    demo: 'In the demonstration, user names and passwords stand in the terminal and in var/demo-users.json.',
    signOut: 'Sign out',
    account: 'Account of {{name}}',
    language: 'Language',
    roles: { radiologist: 'radiologist', reader: 'reader', investigator: 'investigator', administrator: 'administrator' },
  },
  {
    title: '登录',
    intro: '鼻咽癌放疗后 MRI 随访。',
    username: '用户名',
    password: '密码',
    submit: '登录',
    submitting: '正在登录 …',
    unreachable: '服务器没有响应，请稍后再试。',
    research: '研究软件。仅供参考，由放射科医师决定。',
    demo: '演示环境的用户名和密码显示在终端中，也保存在 var/demo-users.json。',
    signOut: '退出登录',
    account: '{{name}} 的账户',
    language: '语言',
    roles: { radiologist: '放射科医师', reader: '阅片者', investigator: '研究者', administrator: '管理员' },
  },
)
