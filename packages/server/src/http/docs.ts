/** `/api/docs`: the OpenAPI description as one plain page, without scripts. */
import { html } from "hono/html";
import type { Router } from "../router.ts";

type Description = ReturnType<Router["getOpenAPI31Document"]>;

export function renderDocs(description: Description) {
  const rows = Object.entries(description.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, { summary?: string }>).map(
      ([method, operation]) =>
        html`<tr><td><code>${method.toUpperCase()}</code></td><td><code>${path}</code></td><td>${operation.summary ?? ""}</td></tr>`,
    ),
  );
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ratchet API</title>
<style>body{font:14px system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}td,th{text-align:left;padding:.2rem .8rem .2rem 0}</style></head>
<body><h1>Ratchet API</h1>
<p>Every request names its project in the header <code>x-ratchet-project</code> (absent: <code>default</code>). Errors are
<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a> problems with a stable <code>code</code>.
Schemas: <a href="/api/openapi.json">/api/openapi.json</a>.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>What it does</th></tr></thead><tbody>${rows}</tbody></table></body></html>`;
}
