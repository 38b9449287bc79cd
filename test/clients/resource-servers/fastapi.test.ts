/** A resource server with FastAPI and PyJWT. It needs `fastapi/requirements.txt`, installed for `TESSERA_PYTHON` (default: python3). */
import { type Command, succeeds } from '../run-client.ts'
import { describeResourceServer } from './describe-resource-server.ts'

const python = (...args: string[]): Command => ({
  file: process.env.TESSERA_PYTHON ?? 'python3',
  args,
})

const installed = await succeeds(python('-c', 'import cryptography, fastapi, jwt, uvicorn'))

describeResourceServer({
  name: 'FastAPI and PyJWT',
  folder: 'fastapi',
  missing: installed ? undefined : 'FastAPI, PyJWT or uvicorn',
  start: python('-m', 'uvicorn', 'server:app', '--port', '3000'),
})
