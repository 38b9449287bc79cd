/** A client in Python. It needs `python/requirements.txt`, installed for `TESSERA_PYTHON` (python3 unless set). */
import { type Command, succeeds } from '../client-report.ts'
import { describeClient, found } from './generated-client.ts'

const python = (...args: string[]): Command => ({
  file: process.env.TESSERA_PYTHON ?? 'python3',
  args,
  // As if it had been installed with pip.
  environment: { PYTHONPATH: 'tessera-client' },
})

const installed = await succeeds(python('-c', 'import openapi_python_client'))

describeClient({
  generator: 'openapi-python-client',
  example: ['python', 'example.py'],
  lacks: installed ? undefined : 'openapi-python-client',
  make: (made) => made.generate('openapi-python-client', python('-m', 'openapi_python_client')),
  run: python('example.py'),
  runReadme: python('me.py'),
  types: (made) =>
    found(made.read('tessera-client/tessera_client/models/__init__.py'), /import (\w+)/g),
})
