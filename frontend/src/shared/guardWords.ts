/**
 * What guard and quality gates say of a series (ml/guard, ml/quality.py, ml/screening.py), piece by piece. Order counts: the first
 * that fits is taken. guardSentences.fixture.json holds every sentence that Python can make, and useSaid.test.ts reads it.
 */
import { words } from '@/i18n/words'

/** Each row: key, the server's words, the Chinese. */
const PIECES: readonly (readonly [string, string, string])[] = [
  // The image against the training set's
  ['like', 'The image looks like {{role}} and not like the sequence its network was trained on.', '图像更像 {{role}}，而不像其网络训练所用的序列。'],
  [
    'combination',
    'The image is unlike those that the network was trained on: no single measure, but their combination (distance {{distance}}; limit {{limit}}), most of all {{statistic}}.',
    '图像与网络训练所用的图像不同：各项单独均未超限，但其组合超限（距离 {{distance}}；限值 {{limit}}），主要在于{{statistic}}。',
  ],
  ['unlike', 'The image is unlike those that the network was trained on: {{measures}}.', '图像与网络训练所用的图像不同：{{measures}}。'],
  ['acquired', 'It was acquired unlike the training set: {{measures}}.', '采集方式与训练集不同：{{measures}}。'],
  ['unguarded', "the network's bundle keeps no training range: nothing shows whether these images are like its training images", '网络模型包未存训练范围：无从判断这些图像是否与其训练图像相似'],
  ['ungated', "the network's bundle keeps no quality gates: the images' quality was not measured", '网络模型包未存质量门限：未评估图像质量'],
  // Its statistics
  ['statistic', '{{statistic}} is {{found}} (training {{trained}})', '{{statistic}}为 {{found}}（训练集：{{trained}}）'],
  ['air', 'the share of air and bone', '空气与骨皮质所占比例'],
  ['percentile', 'the {{number}}th percentile of brightness', '亮度的第 {{number}} 百分位数'],
  ['symmetry', 'left-right symmetry', '左右对称性'],
  ['sharpness', 'sharpness within the slices', '层面内锐利度'],
  ['grain', 'noise or fine texture', '噪声或细小纹理'],
  ['through', 'the change from slice to slice', '相邻层面间的变化'],
  ['likeness', 'likeness to the average training image', '与训练图像均值的相似度'],
  ['width', "the head's width", '头部左右径'],
  ['length', "the head's length", '头部前后径'],
  ['ahead', 'the distance from the face to the middle of the region', '面部前缘至该区域中心的距离'],
  ['aside', 'the distance from the midline to the middle of the region', '中线至该区域中心的距离'],
  ['brightness', 'brightness {{level}}, {{depth}}, {{side}}', '{{level}}、{{depth}}、{{side}}的亮度'],
  ['lowerEdge', 'at the lower edge', '下缘'],
  ['belowMiddle', 'below the middle', '中部偏下'],
  ['aboveMiddle', 'above the middle', '中部偏上'],
  ['upperEdge', 'at the upper edge', '上缘'],
  ['inFront', 'in front', '前部'],
  ['inMiddle', 'in the middle', '前后居中处'],
  ['behind', 'behind', '后部'],
  ['atSides', 'at the sides', '两侧'],
  ['inMidline', 'in the midline', '正中'],
  // Its headers
  ['repetition', 'TR {{found}} ms (training {{trained}})', 'TR {{found}} ms（训练集：{{trained}}）'],
  ['echo', 'TE {{found}} ms (training {{trained}})', 'TE {{found}} ms（训练集：{{trained}}）'],
  ['inversion', 'TI {{found}} ms (training {{trained}})', 'TI {{found}} ms（训练集：{{trained}}）'],
  ['field', 'field strength {{found}} T (training {{trained}})', '场强 {{found}} T（训练集：{{trained}}）'],
  ['distance', 'distance between slices {{found}} mm (training {{trained}})', '层间距 {{found}} mm（训练集：{{trained}}）'],
  ['thickness', 'slice thickness {{found}} mm (training {{trained}})', '层厚 {{found}} mm（训练集：{{trained}}）'],
  ['pixel', 'pixel spacing {{found}} mm (training {{trained}})', '像素间距 {{found}} mm（训练集：{{trained}}）'],
  ['extent', 'extent from head to foot {{found}} mm (training {{trained}})', '头足方向范围 {{found}} mm（训练集：{{trained}}）'],
  ['weighting', 'weighting {{found}} (training {{trained}})', '加权为 {{found}}（训练集：{{trained}}）'],
  ['sequence', 'sequence {{found}} (training {{trained}})', '序列类型为{{found}}（训练集：{{trained}}）'],
  ['contrast', 'acquired {{found}} (training {{trained}})', '采集于{{found}}（训练集：{{trained}}）'],
  ['plane', 'plane {{found}} (training {{trained}})', '平面为{{found}}（训练集：{{trained}}）'],
  ['dimensions', 'dimensions {{found}} (training {{trained}})', '采集维度为 {{found}}（训练集：{{trained}}）'],
  ['manufacturer', 'manufacturer {{found}} (training {{trained}})', '设备厂商为 {{found}}（训练集：{{trained}}）'],
  ['neitherWeighting', 'neither T1 nor T2', '非 T1 亦非 T2'],
  ['preparedGradient', 'inversion-prepared gradient echo', '反转预备梯度回波'],
  ['preparedSpin', 'inversion-prepared spin echo', '反转预备自旋回波'],
  ['gradient', 'gradient echo', '梯度回波'],
  ['spin', 'spin echo', '自旋回波'],
  ['before', 'before a contrast agent', '注射对比剂前'],
  ['after', 'after a contrast agent', '注射对比剂后'],
  ['axial', 'axial', '轴位'],
  ['sagittal', 'sagittal', '矢状位'],
  ['coronal', 'coronal', '冠状位'],
  ['oblique', 'oblique', '斜位'],
  ['none', 'none', '无'],
  ['span', '{{low}} to {{high}}', '{{low}} 至 {{high}}'],
  ['spanOf', '{{low}} to {{high}} {{unit}}', '{{low}} 至 {{high}} {{unit}}'],
  // Quality gates: what was measured, what would help
  ['coverage', 'Images within 60 mm above and below the nasopharynx: {{found}} mm; at least {{limit}} mm can be accepted.', '鼻咽上下各 60 mm 范围内的图像覆盖：{{found}} mm；至少需要 {{limit}} mm。'],
  ['outside', 'Part of the region around the nasopharynx outside the field of view: {{found}} %; at most {{limit}} % can be accepted.', '鼻咽周围区域超出视野的部分：{{found}} %；至多可接受 {{limit}} %。'],
  ['cutOff', 'Edge of the head that the border of the images cuts off: {{found}} mm; at most {{limit}} mm can be accepted.', '头部边缘被图像边界截断：{{found}} mm；至多可接受 {{limit}} mm。'],
  ['filled', 'Slices that are missing around the nasopharynx and were filled in: {{found}} mm; at most {{limit}} mm can be accepted.', '鼻咽周围缺失并经插补的层面：{{found}} mm；至多可接受 {{limit}} mm。'],
  ['gap', 'Gap between slices: {{found}} mm; at most {{limit}} mm can be accepted.', '层间隔：{{found}} mm；至多可接受 {{limit}} mm。'],
  ['motion', 'Ghosts of moving tissue beside the head: {{found}} % of its signal; at most {{limit}} % of its signal can be accepted.', '头部旁的运动伪影（鬼影）：为头部信号的 {{found}} %；至多可接受 {{limit}} %。'],
  ['reach', 'Choose a series that reaches from the sella to the second cervical vertebra.', '请选择覆盖蝶鞍至第二颈椎的序列。'],
  ['wholeHead', 'Choose a series whose field of view holds the whole head.', '请选择视野包含整个头部的序列。'],
  ['wholeSeries', 'Send the whole series again.', '请重新发送整个序列。'],
  ['smallerGap', 'Choose a series with a smaller gap.', '请选择层间隔较小的序列。'],
  ['repeat', 'Repeat the series, or choose another one for this role.', '请重新采集该序列，或为此角色选择另一序列。'],
]

const language = (column: 1 | 2) => Object.fromEntries(PIECES.map((piece) => [piece[0], piece[column]]))

export const guardWords = words(language(1), language(2))
