/** The current tokens of a client: those in its storage, or newer ones in memory if the storage could not be written. */
import { readTokens, type TokenStorage, type Tokens } from './token-storage.ts'

export function currentTokens(storage: TokenStorage) {
  /** Tokens in memory only, and the access token in the storage that they replace. */
  let unwritten: { readonly tokens: Tokens; readonly replaces: string } | undefined

  async function read(): Promise<Tokens | undefined> {
    const stored = await readTokens(storage)
    return stored && stored.accessToken === unwritten?.replaces ? unwritten.tokens : stored
  }

  /** Throws what the storage throws; the current tokens are then unchanged. */
  async function write(tokens: Tokens | undefined): Promise<void> {
    await storage.write(tokens)
    unwritten = undefined
  }

  /** Writes the tokens of a refresh. If the storage fails, they are kept in memory: the server no longer accepts the old ones. */
  async function replace({ accessToken }: Tokens, renewed: Tokens): Promise<void> {
    const replaces =
      unwritten?.tokens.accessToken === accessToken ? unwritten.replaces : accessToken
    await write(renewed).catch(() => {
      unwritten = { tokens: renewed, replaces }
    })
  }

  /** Retries a failed write, unless the storage has changed since. Does not throw if it fails again. */
  async function writePending(): Promise<void> {
    const current = await read()
    if (current !== unwritten?.tokens) unwritten = undefined
    if (unwritten) await write(unwritten.tokens).catch(() => {})
  }

  return { read, write, replace, hasUnwritten: () => unwritten !== undefined, writePending }
}
