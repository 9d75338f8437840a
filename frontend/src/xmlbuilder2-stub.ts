/** Stands in for xmlbuilder2, which vtk's XML reader imports and this application never reaches. */
export function create(): never {
  throw new Error('XML volumes are not supported: DICOM only.')
}
export const fragment = create
export const convert = create
