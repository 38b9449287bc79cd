import { defineConfig } from 'orval'

const input = 'http://127.0.0.1:8000/openapi.yaml'

export default defineConfig({
  tessera: {
    input,
    output: {
      target: 'tessera.ts',
      client: 'fetch',
      baseUrl: 'http://127.0.0.1:8000',
      headers: true,
    },
  },
  schemas: { input, output: { target: 'schemas.ts', client: 'zod' } },
})
