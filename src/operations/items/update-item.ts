/** PATCH /users/me/items/{item_id}: changes one of the caller's items by a merge patch (RFC 7396). */

import { requireReadable } from '../../accounts/text-rules.ts'
import type { Services } from '../../services.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { itemBody } from './item-body.ts'

export const updateItem =
  ({ store }: Services): Handler<'updateItem'> =>
  async ({ principal: { user }, path, header, body }, respond, refuse) => {
    requireReadable(body)
    const item = await store.items.change(user.userId, path.item_id, (current) => {
      requireMatch(header['If-Match'], current, refuse)
      return {
        ...current,
        title: patched(current.title, body.title),
        description: patched(current.description, body.description),
      }
    })
    if (!item) throw refuse[404]('not_found', 'Not found')
    return respond[200]({
      headers: { ...noStore, ETag: etagOf(item) },
      body: itemBody(item, user),
    })
  }

function patched(current: string | undefined, change: string | null | undefined) {
  return change === undefined ? current : (change ?? undefined)
}
