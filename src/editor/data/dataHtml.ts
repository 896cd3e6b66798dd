import * as vscode from 'vscode';

/**
 * The page of tables, pictures and plots, empty. It may load its own script and style and nothing else; data comes in messages, and is
 * only ever set as text, or drawn.
 * @param scripts the folder of the bundled scripts
 * @param nonce of this page only
 */
export function dataHtml(webview: vscode.Webview, scripts: vscode.Uri, nonce: string): string {
  const [script, style] = ['dataView.js', 'dataView.css'].map((name) =>
    webview.asWebviewUri(vscode.Uri.joinPath(scripts, name)).toString().replaceAll('"', '%22'),
  );
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language.replaceAll('"', '')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" nonce="${nonce}" href="${style ?? ''}">
<title>Picklepost</title>
</head>
<body>
<header><div id="modes" role="group"></div><div id="axes"></div></header>
<div id="problem" role="alert" hidden></div>
<main id="content"></main>
<script nonce="${nonce}" src="${script ?? ''}"></script>
</body>
</html>`;
}
