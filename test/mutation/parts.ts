/** The tests that run against the mutants of a file. All tests that cover a mutant would take a day; those of its subject suffice. */

export interface Part {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

const rooms = '{accounts,oauth,passwords,throttling,keys,audit}'
const security = (...names: string[]) => names.map((name) => `src/${rooms}/${name}.ts`)
const tests = (room: string, ...names: string[]) =>
  names.map((name) => `test/${room}/${name}.test.ts`)
const ofSecurity = '{accounts,oauth,passwords,throttling,keys,audit,telemetry}'

export const parts: Readonly<Record<string, Part>> = {
  tokens: {
    mutate: security(
      'access-tokens',
      'bearer',
      'bearer-errors',
      'caller',
      'jws',
      'scopes',
      'tokens',
    ),
    tests: [
      ...tests(ofSecurity, 'access-tokens', 'bearer', 'bearer-401', 'bearer-errors'),
      ...tests(ofSecurity, 'forged-tokens', 'hs256', 'hostile-tokens', 'jws', 'key-rotation'),
      ...tests(ofSecurity, 'refusal-reasons', 'refused-claims', 'scopes', 'tokens'),
      ...tests('operations/tokens', 'introspect-token', 'introspect-token-errors', 'revoke-token'),
      ...tests('operations/account', 'read-users-me', 'while-hashing'),
      ...tests(ofSecurity, 'audit'),
    ],
  },
  keys: {
    mutate: security('secrets', 'signing-keys'),
    tests: [
      ...tests(ofSecurity, 'secrets', 'signing-key*', 'key-rotation', 'hs256'),
      ...tests('operations/tokens', 'read-jwks'),
    ],
  },
  refresh: {
    mutate: security('active-session', 'refresh-grant', 'refresh-repeats', 'refresh-tokens').concat(
      security('sessions'),
    ),
    tests: [
      ...tests(ofSecurity, 'refresh-grant', 'refresh-repeats', 'refresh-tokens', 'sessions'),
      ...tests('operations/tokens', 'issue-token-concurrent-changes', 'revoke-token'),
      ...tests('operations/account', 'list-sessions', 'revoke-session', 'revoke-sessions'),
    ],
  },
  passwords: {
    mutate: security('current-password', 'disconnect', 'hash-pool', 'password-check').concat(
      security('password-grant', 'password-policy', 'passwords', 'registration', 'stored-hash'),
      security('admission', 'fair-queue', 'share'),
      ['src/passwords/schemes/*.ts'],
    ),
    tests: [
      ...tests(ofSecurity, 'admission', 'fair-logins', 'fair-queue'),
      ...tests(ofSecurity, 'current-password', 'hash-pool', 'hash-queue', 'imported-hashes'),
      ...tests(ofSecurity, 'password-policy', 'passwords', 'registration'),
      'test/passwords/schemes/registry.test.ts',
      ...tests('operations/tokens', 'issue-token-200', 'issue-token-200-passwords'),
      ...tests('operations/tokens', 'issue-token-400', 'issue-token-401', 'issue-token-scopes'),
      ...tests('operations/tokens', 'issue-token-concurrent-changes', 'issue-token-errors'),
      ...tests('operations/users', 'register-user', 'registration-budget'),
      ...tests('operations/account', 'long-password', 'while-hashing'),
      ...tests(ofSecurity, 'audit', 'audit-accounts', 'log', 'login-budgets', 'concurrent-logins'),
      'test/telemetry/metrics.test.ts',
    ],
  },
  logins: {
    mutate: security('login-budgets', 'login-outcome', 'network*', 'budget-exhausted'),
    tests: [
      ...tests(ofSecurity, 'audit', 'login-budgets', 'login-outcome', 'concurrent-logins'),
      ...tests(ofSecurity, 'network', 'budget-exhausted'),
      ...tests('operations/users', 'registration-budget'),
      ...tests('operations/account', '{request-password-reset,reset-password}'),
    ],
  },
  clients: {
    mutate: security('clients', 'grant', 'grants', 'oauth-error-format', 'oauth-errors').concat(
      security('oauth-services'),
    ),
    tests: [
      ...tests(ofSecurity, 'clients', 'oauth-error-format'),
      ...tests('operations/tokens', 'issue-token-400', 'issue-token-401', 'issue-token-errors'),
      ...tests('operations/tokens', 'introspect-token-errors', 'issue-token-scopes'),
    ],
  },
  accounts: {
    mutate: security(
      'account-changes',
      'account-rules',
      'account-services',
      'administered-address',
      'added-account',
      'contract-scopes',
      'email-rules',
      'grantable-scopes',
      'new-user',
      'profile',
      'text-rules',
    ).concat(security('user-body')),
    tests: [
      ...tests('accounts', 'account-changes', 'account-rules', 'contract-scopes', 'new-user'),
      ...tests('accounts', 'added-account', 'email-rules'),
      ...tests('commands', 'user', 'user-changes', 'user-import'),
      ...tests('contract', 'text-patterns'),
      ...tests('operations/account', 'read-users-me', 'update-users-me'),
      ...tests('operations/users', 'list-users', 'register-user', 'update-user'),
      ...tests('operations/users', 'email-verified', 'update-user-403'),
    ],
  },
  mails: {
    mutate: security('email-confirmation', 'email-requests', 'password-reset').concat(
      security('event-details'),
      'src/mail/*.ts',
    ),
    tests: [
      ...tests('mail', '{compose,mail-limits,proof-mail,proofs,recovery,reset-request,transport}'),
      ...tests('operations/account', '{request-password-reset,reset-password}'),
      ...tests('operations/account', '{change-email,confirm-email}'),
      ...tests('accounts', 'invitation'),
      ...tests('serving', 'mail-delivery'),
    ],
  },
  audit: {
    mutate: security('audit', 'audited-error', 'counted-events').concat(
      security('account-writes', 'event-body', 'limited-changes'),
    ),
    tests: [
      ...tests(ofSecurity, 'audit', 'audit-accounts', 'refresh-repeats'),
      ...tests(ofSecurity, 'account-writes', 'counted-events', 'counted-refusals'),
      'test/operations/too-many-changes.test.ts',
      ...tests('commands', 'audit'),
      ...tests('operations/users', 'list-audit-events', 'update-user-events', 'update-user'),
    ],
  },
  operations: {
    mutate: ['src/operations/tokens/*.ts', ...security('server-metadata')],
    tests: [
      ...tests('operations/tokens', 'introspect-*', 'issue-token-[24]*', 'issue-token-scopes'),
      ...tests('operations/tokens', 'issue-token-errors', 'read-*', 'revoke-token'),
      ...tests('operations/tokens', 'issue-token-concurrent-changes'),
      ...tests(ofSecurity, 'audit', 'clients', 'log'),
      'test/serving/request-log.test.ts',
    ],
  },
  // By room: a test below the same folder, and those of served contracts.
  'contract: types and start': {
    mutate: ['src/contract/*.ts', 'src/contract/errors/*.ts', 'src/contract/routing/*.ts'],
    tests: [
      ...tests('contract', '{contract,handler,index,refusal}', 'errors/*', 'routing/*'),
      ...tests('operations', 'unknown-path', 'store-down', 'every-operation-broken'),
      ...tests(ofSecurity, 'log'),
    ],
  },
  'contract: documents': {
    mutate: ['src/contract/{document,checks,generate,diff}/*.ts'],
    tests: [
      ...tests('contract', '{document,checks,generate,diff}/*', 'generate', 'links', 'components'),
      ...tests('contract', 'house-rules', 'routing/methods'),
    ],
  },
  'contract: requests': {
    mutate: ['src/contract/request/*.ts'],
    tests: [
      ...tests('contract', 'request/*', 'text-patterns', 'routing/{requests,validation}'),
      ...tests('operations', 'largest-body'),
    ],
  },
  'contract: replies': {
    mutate: ['src/contract/reply/*.ts'],
    tests: tests('contract', 'reply/*', 'routing/{handlers,replies,streams}'),
  },
  'contract: the kit': {
    mutate: ['src/contract/kit/*.ts'],
    tests: tests('contract', 'kit/*'),
  },
}

/** A build step, and code that runs in other threads: the tests of this process cannot detect mutants in them. */
export const excluded: readonly string[] = [
  'src/contract/generate.ts',
  'src/passwords/hash-worker.ts',
]

/** The files whose mutants the tests must kill: each belongs to a part or is excluded. */
export const mutatedRooms = [
  'src/{contract,accounts,oauth,passwords,throttling,keys,audit}/**/*.ts',
  'src/mail/*.ts',
  'src/operations/tokens/*.ts',
] as const
