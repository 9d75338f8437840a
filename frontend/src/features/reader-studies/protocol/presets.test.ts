import { describe, expect, it } from 'vitest'

import { aimWith } from './presets'
import { paperProtocol } from './protocol.fixture'

const paper = paperProtocol()
const sequential = { ...paper, aim: { ...paper.aim, hypothesis: 'Do the networks help?', primary: 'auc_with_aid', analyses: [{ ...paper.aim.analyses[0]!, key: 'auc_with_aid', first: 'stage:aided', second: 'stage:unaided' }] } }
const presets = [paper, sequential]

describe('a preset chosen for a draft', () => {
  it('brings its question and analyses where the draft has those of another preset', () => {
    expect(aimWith(paper.aim, sequential, presets)).toEqual(sequential.aim)
  })

  it('brings its analyses and leaves a hypothesis that somebody wrote', () => {
    const aim = aimWith({ ...paper.aim, hypothesis: 'Ours.' }, sequential, presets)
    expect(aim).toEqual({ ...sequential.aim, hypothesis: 'Ours.' })
  })

  it('leaves analyses that somebody chose, and α', () => {
    const own = { ...paper.aim, alpha: 0.01, analyses: [{ ...paper.aim.analyses[0]!, endpoint: 'time' as const }] }
    expect(aimWith(own, sequential, presets)).toEqual({ ...own, hypothesis: sequential.aim.hypothesis })
  })
})
