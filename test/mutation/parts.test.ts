import { globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { excluded, mutatedRooms, parts } from './parts.ts'

const filesOf = (...patterns: readonly string[]) => patterns.flatMap((pattern) => globSync(pattern))

it('each file of the mutated rooms belongs to one part, or is excluded', () => {
  const assigned = Object.values(parts).flatMap(({ mutate }) => filesOf(...mutate))
  const distinct = new Set([...assigned, ...excluded])
  expect(filesOf(...mutatedRooms).filter((file) => !distinct.has(file))).toEqual([])
  expect(assigned.filter((file, at) => assigned.indexOf(file) < at)).toEqual([])
})

it('each pattern of tests finds a test', () => {
  const patterns = Object.values(parts).flatMap(({ tests }) => tests)
  expect(patterns.filter((pattern) => filesOf(pattern).length === 0)).toEqual([])
})
