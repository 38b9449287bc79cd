import { describe, expect, it } from 'vitest'
import { pathTree } from '../../src/contract/path-tree.ts'

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

  it('nothing in an empty tree', () => {
    expect(treeOf().find('/')).toBeUndefined()
  })
})
