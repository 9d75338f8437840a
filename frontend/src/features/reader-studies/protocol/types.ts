/** A study's protocol and its parts, as the schema has them (radapp/readerstudies/protocol.py, form_questions.py). */
import type { components } from '@/api/schema'

export type Protocol = components['schemas']['ReaderStudyProtocol']

export type Aim = Protocol['aim']
export type Analysis = Aim['analyses'][number]
export type Endpoint = Analysis['endpoint']
export type Hypothesis = Analysis['hypothesis']
export type Targets = Protocol['targets']
export type Design = Protocol['design']
export type DesignKind = Design['kind']
export type Arm = Design['arms'][number]
export type Order = Protocol['order']
export type Coding = Protocol['coding']
export type Category = Coding['categories'][number]

export type Question = Protocol['form'][number]
export type QuestionKind = Question['kind']
export type Meaning = Question['meaning']
export type Option = Question['options'][number]
export type Anchor = Question['anchors'][number]
export type Condition = NonNullable<Question['when']>
/** {language: text}; English is there, or what there is is shown. */
export type Words = Question['label']
