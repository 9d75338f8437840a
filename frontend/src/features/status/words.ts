import { words } from '@/i18n/words'

export const statusWords = words(
  {
    workers: 'workers',
    worker: '{{name}}, last heard {{age}}',
    noWorker: 'No worker answers: studies are taken in and wait; triage goes on by itself once one is back.',
    lost: 'not live',
    lostTitle: 'The connection for live changes is lost; the page keeps trying. What it shows may be old.',
    queue: '{{running}} running, {{queued}} queued',
    demo: {
      title: 'Preparing the demonstration',
      progress: '{{triaged}} of {{expected}} synthetic patients carry a result, {{studies}} taken in',
    },
  },
  {
    workers: '计算节点',
    worker: '{{name}}，最近响应：{{age}}',
    noWorker: '没有计算节点响应：检查会被接收并等待，节点恢复后自动继续。',
    lost: '未实时',
    lostTitle: '实时更新连接已断开，页面正在重试。所显示内容可能不是最新。',
    queue: '{{running}} 个运行中，{{queued}} 个排队',
    demo: {
      title: '正在准备演示数据',
      progress: '{{expected}} 例合成病例中 {{triaged}} 例已有结果，已接收 {{studies}} 例',
    },
  },
)
