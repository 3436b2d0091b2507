import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'
import type { SnippetFolder } from './snippet-folder.ts'
import type { Snippet } from './snippets.ts'

/** Executes snippets on the packages' sources. */
export interface SnippetRunner {
  /** Executes a snippet, once; gives what it exports. Rejects with what it throws. */
  run(snippet: Snippet): Promise<Readonly<Record<string, unknown>>>
  close(): Promise<void>
}

const CONDITIONS = ['@xconnector/source', 'node', 'import']

/** Starts a runner for the snippets of a folder. */
export const snippetRunner = async (folder: SnippetFolder): Promise<SnippetRunner> => {
  const server: ViteDevServer = await createServer({
    configFile: false,
    root: folder.path,
    logLevel: 'silent',
    appType: 'custom',
    cacheDir: join(folder.path, '.vite'),
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true, include: [] },
    resolve: { conditions: CONDITIONS },
    ssr: { resolve: { conditions: CONDITIONS } },
  })
  return {
    run: (snippet) => server.ssrLoadModule(join(folder.path, snippet.file)),
    close: () => server.close(),
  }
}
