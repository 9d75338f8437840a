import { afterAll, expect, it, vi } from 'vitest'

const loadImage = vi.fn<(imageId: string) => Promise<unknown>>()
vi.mock('@cornerstonejs/core', () => ({
  imageLoader: { loadImage: (imageId: string) => loadImage(imageId) },
  // As the real one: a promise of its own, which is refused when the image is.
  cache: { getImageLoadObject: () => undefined, putImageLoadObject: async (_: string, { promise }: { promise: Promise<unknown> }) => void (await promise) },
}))

// Files share their modules (vite.config.ts): another one may have loaded this one's with the real Cornerstone.
vi.resetModules()
afterAll(() => {
  vi.resetModules()
})
const { loadFrames, outwardFrom } = await import('./frameLoader')

it('loads outwards from where the reader is', () => {
  expect(outwardFrom(2, 5)).toEqual([2, 1, 3, 0, 4])
})

it('tries a failed frame once more, then counts it and goes on', async () => {
  const tries = new Map<string, number>()
  loadImage.mockImplementation((imageId) => {
    const count = (tries.get(imageId) ?? 0) + 1
    tries.set(imageId, count)
    const fails = imageId === 'broken' || (imageId === 'shaky' && count === 1)
    return fails ? Promise.reject(new Error('404')) : Promise.resolve({})
  })
  const unheard = vi.fn()
  process.on('unhandledRejection', unheard)
  const progress = await loadFrames(['a', 'broken', 'shaky', 'b', 'c'], 0, () => undefined, new AbortController().signal)
  expect(progress).toEqual({ done: 4, failed: 1, total: 5 })
  expect(tries.get('broken')).toBe(2)
  await new Promise((resolve) => setTimeout(resolve))
  process.off('unhandledRejection', unheard)
  expect(unheard).not.toHaveBeenCalled()
})
