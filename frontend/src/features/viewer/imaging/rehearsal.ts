/** A first picture drawn unseen, so that its WebGL context and shaders are there when a study opens. */
import { cache, Enums, getShouldUseCPURendering, imageLoader, type Types, utilities } from '@cornerstonejs/core'

import { renderingEngine } from './cornerstone'

// No colon: Cornerstone would take it for a loader's scheme.
const ID = 'darndest-rehearsal'
const SIDE = 64

let rehearsed: Promise<void> | undefined

/** Once for the page's life. Where there is no WebGL there is nothing to make ready. */
export function rehearse(): Promise<void> {
  rehearsed ??= getShouldUseCPURendering() ? Promise.resolve() : draw()
  return rehearsed
}

async function draw(): Promise<void> {
  const engine = renderingEngine()
  const element = stage()
  try {
    engine.enableElement({ viewportId: ID, type: Enums.ViewportType.STACK, element, defaultOptions: { background: [0, 0, 0] } })
    const drawn = new Promise((resolve) => element.addEventListener(Enums.Events.IMAGE_RENDERED, resolve, { once: true }))
    const viewport = engine.getViewport(ID) as Types.IStackViewport
    await viewport.setStack([ramp()])
    viewport.render()
    await drawn
  } finally {
    engine.disableElement(ID)
    element.remove()
    if (cache.getImageLoadObject(ID)) cache.removeImageLoadObject(ID, { force: true })
  }
}

/** Beside the page; its size does not matter. */
function stage(): HTMLDivElement {
  const element = document.createElement('div')
  element.setAttribute('aria-hidden', 'true')
  Object.assign(element.style, { position: 'fixed', left: '-1000px', top: '0', width: '256px', height: '256px', visibility: 'hidden' })
  document.body.append(element)
  return element
}

/** A grey ramp of the values that most MR frames have. Without a modality Cornerstone draws nothing, and does not say so. */
function ramp(): string {
  const scalarData = Int16Array.from({ length: SIDE * SIDE }, (_, at) => at % SIDE)
  imageLoader.createAndCacheLocalImage(ID, { scalarData, dimensions: [SIDE, SIDE], spacing: [1, 1] })
  utilities.genericMetadataProvider.add(ID, { type: Enums.MetadataModules.GENERAL_SERIES, metadata: { modality: 'MR' } })
  return ID
}
