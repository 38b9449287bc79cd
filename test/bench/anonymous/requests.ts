/** Requests without credentials that a server must refuse or serve cheaply: each as large as the limits allow. */
import { contractOperations } from '../../harness/contract-operations.ts'
import { formHeaders, get, post } from '../load.ts'

export interface AnonymousRequest {
  readonly name: string
  /** The bytes of the request. */
  readonly bytes: string
  /** How many per network and window: a password is estimated or hashed, or a count is written. */
  readonly isBudgeted?: boolean
  /** The response closes the connection. */
  readonly closes?: boolean
}

const maxBody = 65_536
const maxHead = 15_500
const fill = (text: string, length = maxBody - 200) =>
  text.repeat(Math.floor(length / Buffer.byteLength(text)))
const numbered = (text: (at: number) => string, length = maxBody - 200) => {
  let all = ''
  for (let at = 0; all.length < length - 30; at++) all += text(at)
  return all
}

const json = { 'Content-Type': 'application/json' }
const account = { username: 'newcomer', password: 'vq7-tzklw-0rq-pfmx' }
const fields = (more: string) => `{"username":"a","password":"short",${more}"z":1}`

const bodies: Readonly<Record<string, string>> = {
  'unknown fields': fields(numbered((at) => `"${at.toString(36)}":1,`)),
  'unknown fields with escapes': fields(numbered((at) => `"\\ud83d\\ude00${at}":1,`)),
  'one field repeated': fields(fill('"a":1,')),
  'deep lists': fields(`"a":${'['.repeat(32_000)}${']'.repeat(32_000)},`),
  'deep objects': fields(`"a":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},`),
  'a long list': fields(`"a":[${fill('1,')}1],`),
  'a list of objects': `[${fill('{},')}{}]`,
  'a list as the username': `{"username":[${fill('{},')}{}],"password":"a"}`,
  'a long number': fields(`"a":${fill('7')},`),
  'white space': fields(fill(' ')),
  escapes: fields(`"a":"${fill('\\n')}",`),
  'surrogate pairs': fields(`"a":"${fill('\\ud83d\\ude00')}",`),
  'escaped backslashes, then a surrogate': fields(`"a":"${fill('\\\\')}\\ud83d\\ude00",`),
  'a long username': JSON.stringify({ ...account, username: fill('a') }),
  'a long username of emoji': JSON.stringify({ ...account, username: fill('😀') }),
  'a long password': JSON.stringify({ ...account, password: fill('a') }),
  'a long e-mail address': JSON.stringify({ ...account, email: `${fill('a.')}@${'a'.repeat(99)}` }),
  'a long e-mail domain': JSON.stringify({ ...account, email: `a@${fill('a-')}` }),
  'a long full name': JSON.stringify({ ...account, full_name: fill('\u0301') }),
  'malformed at its end': `{"a":"${fill('a')}`,
  'not UTF-8 at its end': `{"a":"${fill('é')}\u0000`,
}

const values: Readonly<Record<string, string>> = {
  letters: fill('a', maxBody - 400),
  'plus signs': fill('+', maxBody - 400),
  'percent signs': fill('%41', maxBody - 400),
  'encoded emoji': fill('%F0%9F%98%80', maxBody - 400),
  dots: fill('.', maxBody - 400),
  'short scopes': fill('a+', maxBody - 400),
  'a token in parts': fill('eyJhbGciOiJSUzI1NiJ9.', maxBody - 400),
}

const login = 'grant_type=password&username=johndoe'
const forms: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(values).flatMap(([what, value]) => [
      [`/token, username of ${what}`, `${login}x&password=&username=${value}`],
      [`/token, scope of ${what}`, `${login}&scope=${value}`],
      [`/token, refresh token of ${what}`, `grant_type=refresh_token&refresh_token=${value}`],
      [`/token, client of ${what}`, `${login}&password=a&client_secret=a&client_id=${value}`],
      [`/token, grant of ${what}`, `grant_type=${value}`],
      [`/revoke, token of ${what}`, `token=${value}`],
      [`/introspect, token of ${what}`, `token=${value}`],
    ]),
  ),
  '/token, many fields': numbered((at) => `${at.toString(36)}=1&`),
  '/token, many empty fields': fill('&'),
  '/token, one field repeated': fill('a=1&'),
  '/token, nested names': fill('a[a]=1&'),
  '/token, an unknown client': 'grant_type=password&client_id=unknown&client_secret=a',
  '/token, an unknown refresh token': 'grant_type=refresh_token&refresh_token=unknown',
  '/token, a refresh token of a forged session':
    'grant_type=refresh_token&refresh_token=s_aaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  '/revoke, an unknown token': 'token=unknown',
}

const head = (text: string) => fill(text, maxHead)
const headers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a long header': { 'X-A': head('a') },
  'a long cookie': { Cookie: head('a=1; ') },
  'a long bearer token': { Authorization: `Bearer ${head('a')}` },
  'a bearer token of dots': { Authorization: `Bearer ${head('.')}` },
  'a bearer token of spaces': { Authorization: `Bearer ${head(' a')}` },
  'a bearer token with a long header': { Authorization: `Bearer ${head('eyJh')}.e30.AAAA` },
  'a bearer token of nested JSON': {
    Authorization: `Bearer ${Buffer.from('['.repeat(11_000)).toString('base64url')}.e30.AAAA`,
  },
  'long Basic credentials': {
    Authorization: `Basic ${Buffer.from(head('a:')).toString('base64').slice(0, maxHead)}`,
  },
  'Basic credentials of an unknown client': { Authorization: `Basic ${btoa('unknown:secret')}` },
  'Basic credentials of escapes': {
    Authorization: `Basic ${btoa(fill('%41', 11_000))}`,
  },
  'a long Accept-Encoding': { 'Accept-Encoding': head('a;q=0.1,') },
  'a long Accept': { Accept: head('a/a;q=0.1,') },
  'a long If-None-Match': { 'If-None-Match': head('"a",') },
  'an If-None-Match of commas': { 'If-None-Match': head(', ') },
  'many ranges': { Range: `bytes=${head('0-0,')}0-0` },
  'a long Origin': { Origin: `https://${head('a.')}example.com` },
  'a long traceparent': { traceparent: `00-${'a'.repeat(32)}-${'a'.repeat(16)}-00-${head('a')}` },
  'a long X-Forwarded-For': { 'X-Forwarded-For': head('1.1.1.1,') },
  'a Content-Type of parameters': { 'Content-Type': `application/json${head(';a=b')}` },
  multipart: { 'Content-Type': 'multipart/form-data; boundary=a' },
}
const manyHeaders = Object.fromEntries(
  Array.from({ length: 900 }, (_, at) => [at.toString(36), 'a'] as const),
)

const queries: Readonly<Record<string, string>> = {
  'many parameters': numbered((at) => `${at.toString(36)}&`, maxHead),
  'a long parameter': `limit=${head('a')}`,
  'encoded letters': `limit=${head('%41')}`,
  brackets: numbered((at) => `a[${at}]=1&`, maxHead),
  'deep brackets': `a${head('[a]')}=1`,
  'a long cursor': `cursor=${head('a')}`,
  'two tokens': 'access_token=a&access_token=b',
}

const documents = ['/', '/redoc', '/docs', '/problems', '/openapi.yaml', '/openapi.json'] as const
const encodings = ['br', 'gzip', 'identity', '*;q=0.1'] as const

/** @param tokens forged access tokens, by name */
export function anonymousRequests(tokens: Readonly<Record<string, string>>): AnonymousRequest[] {
  const of = (
    prefix: string,
    all: Readonly<Record<string, string>>,
    bytes: (text: string) => string,
  ) => Object.entries(all).map(([name, text]) => ({ name: `${prefix}${name}`, bytes: bytes(text) }))
  return [
    ...contractOperations.map(({ method, somePath }) => ({
      name: `${method} ${somePath}, nothing else`,
      bytes: withMethod(method, somePath),
    })),
    ...of('POST /users, ', bodies, (body) => post('/users', body, json)),
    ...of('PATCH /users/me, ', { 'unknown fields': bodies['unknown fields'] ?? '' }, (body) =>
      withMethod('PATCH', '/users/me', body, json),
    ),
    ...Object.entries(forms).map(([name, form]) => ({
      name: `POST ${name}`,
      bytes: post(name.split(',', 1)[0] ?? '', form, formHeaders),
    })),
    ...Object.entries(headers).flatMap(([name, lines]) =>
      ['/users/me', '/openapi.yaml', '/nowhere', '/token'].map((path) => ({
        name: `${path}, ${name}`,
        bytes:
          path === '/token' ? post(path, login, { ...formHeaders, ...lines }) : get(path, lines),
      })),
    ),
    { name: '/users/me, many headers', bytes: get('/users/me', manyHeaders) },
    { name: '/nowhere, many headers', bytes: get('/nowhere', manyHeaders) },
    ...Object.entries(queries).flatMap(([name, query]) =>
      ['/users/me', '/.well-known/jwks.json', '/openapi.yaml', '/nowhere'].map((path) => ({
        name: `${path}?${name}`,
        bytes: get(`${path}?${query}`),
      })),
    ),
    ...of('a path of ', { letters: head('a'), slashes: head('/'), escapes: head('%41') }, (path) =>
      get(`/users/${path}`),
    ),
    ...of('a forged token, ', tokens, (token) =>
      get('/users/me', { Authorization: `Bearer ${token}` }),
    ),
    ...documents.flatMap((path) => [
      ...encodings.map((coding) => ({
        name: `${path}, ${coding}`,
        bytes: get(path, { 'Accept-Encoding': coding }),
      })),
      { name: `${path}, a range`, bytes: get(path, { Range: 'bytes=0-1' }) },
    ]),
    ...['OPTIONS', 'PUT', 'QUERY', 'TRACE'].map((method) => ({
      name: `${method} /token`,
      bytes: withMethod(method, '/token'),
    })),
    ...[
      {
        name: 'POST /users, a guessable password',
        body: { ...account, password: 'passwordpassword1' },
      },
      {
        name: 'POST /users, a password of repetitions',
        body: { ...account, password: 'abcd1234'.repeat(100) },
      },
      { name: 'POST /users, a taken name', body: { ...account, username: 'johndoe' } },
    ].map(({ name, body }) => ({
      name,
      bytes: post('/users', JSON.stringify(body), json),
      isBudgeted: true,
    })),
    {
      name: 'a head that is too long',
      bytes: get('/', { 'X-A': fill('a', 17_000) }),
      closes: true,
    },
    { name: 'no HTTP', bytes: `${fill('a', 8_000)}\r\n\r\n`, closes: true },
    { name: 'a body that is too large', bytes: post('/users', fill('a', 70_000), json) },
  ]
}

function withMethod(
  method: string,
  path: string,
  body = '',
  lines: Readonly<Record<string, string>> = {},
): string {
  return post(path, body, lines).replace('POST', method)
}
