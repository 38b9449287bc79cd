/** What the client does on every runtime: each function is one program, which returns what it read. */
import { createClient, type Tokens } from '../../src/client/index.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }

/** Logs in, lists, refreshes, updates, and is refused. */
export async function session(baseUrl: string): Promise<object> {
  const kept: { tokens?: Tokens | undefined } = {}
  const storage = {
    read: () => kept.tokens,
    write: (tokens: Tokens | undefined) => {
      kept.tokens = tokens
    },
  }
  const tessera = createClient({ baseUrl, storage })
  const scopes = await tessera.logIn({ ...johndoe, scope: 'items:read items:write' })
  const first = kept.tokens?.accessToken
  const { data: items } = await tessera.GET('/users/me/items', { params: { query: { limit: 10 } } })
  if (kept.tokens) kept.tokens = { ...kept.tokens, renewAt: 0 }
  const path = { item_id: 'Foo' }
  const { data: item } = await tessera.PATCH('/users/me/items/{item_id}', {
    params: { path },
    body: { title: 'é & +' },
  })
  const isRenewed = kept.tokens?.accessToken !== first
  const refused = await tessera.GET('/users').catch(({ status, code }) => ({ status, code }))
  await tessera.logOut()
  return { scopes, ids: items.map(({ item_id }) => item_id), isRenewed, title: item.title, refused }
}

/** The error of a login. */
export async function failedLogin(baseUrl: string): Promise<object> {
  return createClient({ baseUrl })
    .logIn(johndoe)
    .catch(({ name, message }) => ({ name, message }))
}

/** The error of a call that is aborted while it waits for its tokens. */
export async function abortedCall(baseUrl: string): Promise<object> {
  const abort = new AbortController()
  const storage = { read: () => new Promise<undefined>(() => abort.abort()), write: () => {} }
  return createClient({ baseUrl, storage })
    .GET('/users/me', { signal: abort.signal })
    .catch(({ name }) => ({ name }))
}
