import { describe, expect, it } from 'vitest'
import { pathTree } from '../../../src/contract/routing/path-tree.ts'

const treeOf = (...templates: readonly string[]) => {
  const tree = pathTree<string>()
  for (const template of templates) tree.add(template, template)
  return tree
}

describe('pathTree finds', () => {
  const tree = treeOf(
    '/{owner}/{repo}',
    '/users/{name}',
    '/users/{name}.json',
    '/users/me',
    '/{owner}/settings/keys',
    '/users/{name}/keys/{id}',
    '/',
  )
  it.each([
    ['/', '/'],
    ['/a/b', '/{owner}/{repo}'],
    ['/users/a', '/users/{name}'],
    ['/users/a.json', '/users/{name}.json'],
    ['/users/me', '/users/me'],
    // The literal leads nowhere.
    ['/users/settings/keys', '/{owner}/settings/keys'],
    ['/users/a/keys/1', '/users/{name}/keys/{id}'],
  ])('%s as %s', (path, template) => {
    expect(tree.find(path)).toBe(template)
  })

  it.each(['', '/a', '/users/', '/users/a/keys', '/a/b/c/d', '//b', '/users/a/keys/1/'])(
    'nothing at %j',
    (path) => expect(tree.find(path)).toBeUndefined(),
  )

  it('the first of two templates that differ in names only', () => {
    const same = treeOf('/{a}/x', '/{b}/y', '/{b}/x')
    expect([same.find('/1/x'), same.find('/1/y')]).toEqual(['/{a}/x', '/{b}/y'])
  })

  it.each<[segment: string, template: string | undefined]>([
    ['v1.0...v2', '/{base}...{head}'],
    // A parameter ends at the first occurrence of the next literal, and the last literal is at the end.
    ['a....b', '/{base}...{head}'],
    ['...b', undefined],
    ['a...', undefined],
    ['x-a-b.json', '/x-{a}-{b}.json'],
    ['x-a-b-c.json', '/x-{a}-{b}.json'],
    ['x-a-.json', undefined],
    ['x--b.json', undefined],
    ['x-.json-b.json', '/x-{a}-{b}.json'],
    ['x-a.json', undefined],
    ['x-a-b.json.', undefined],
  ])('a segment with several parameters: %s', (segment, template) => {
    const tree = treeOf('/x-{a}-{b}.json', '/{base}...{head}')
    expect(tree.find(`/${segment}`)).toBe(template)
  })

  it('that a long segment does not match, without trying every split of it', () => {
    const tree = treeOf('/{a}-{b}-{c}-{d}.json')
    expect(tree.find(`/${'-'.repeat(15_000)}`)).toBeUndefined()
  })

  it('nothing in an empty tree', () => {
    expect(treeOf().find('/')).toBeUndefined()
  })
})
