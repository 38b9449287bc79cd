import { defineConfig } from 'orval'

export default defineConfig({
  tessera: {
    input: 'http://127.0.0.1:8000/openapi.yaml',
    // Without baseUrl it calls the host of the page; without headers it cannot send If-Match.
    output: {
      target: 'tessera.ts',
      client: 'fetch',
      baseUrl: 'http://127.0.0.1:8000',
      headers: true,
    },
  },
})
