/** Two languages of one feature's words; the type holds the second to the keys of the first. */
export type Words = { [key: string]: string | Words }

type Shape<T> = { [K in keyof T]: T[K] extends string ? string : Shape<T[K]> }

export function words<const T extends Words>(en: T, zh: Shape<T>): { en: T; zh: Shape<T> } {
  return { en, zh }
}
