/** A generated client in Python. It needs `python/requirements.txt`, installed for `TESSERA_PYTHON` (default: python3). */
import { type Command, succeeds } from '../run-client.ts'
import { describeClient, found } from './generated-client.ts'

const python = (...args: string[]): Command => ({
  file: process.env.TESSERA_PYTHON ?? 'python3',
  args,
  // Instead of pip install.
  environment: { PYTHONPATH: 'tessera-client' },
})

const installed = await succeeds(python('-c', 'import openapi_python_client'))

describeClient({
  generator: 'openapi-python-client',
  example: ['python', 'example.py'],
  missing: installed ? undefined : 'openapi-python-client',
  build: (example) =>
    example.generate('openapi-python-client', python('-m', 'openapi_python_client')),
  run: python('example.py'),
  runReadme: python('me.py'),
  types: (example) =>
    found(example.read('tessera-client/tessera_client/models/__init__.py'), /import (\w+)/g),
})
