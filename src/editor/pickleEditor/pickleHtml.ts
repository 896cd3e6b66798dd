import * as vscode from 'vscode';

/**
 * The page of a pickle file, empty. It may load its own script and style and nothing else: no images, no connections, no content from
 * anywhere. Data comes in messages, and is only ever set as text.
 * @param scripts the folder of the bundled scripts
 * @param nonce of this page only
 */
export function pickleHtml(webview: vscode.Webview, scripts: vscode.Uri, nonce: string): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(scripts, 'pickleView.js')).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(scripts, 'pickleView.css')).toString();
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" nonce="${nonce}" href="${escapeHtml(style)}">
<title>${escapeHtml(vscode.l10n.t('Pickle'))}</title>
</head>
<body>
<header><span id="title" role="status">${escapeHtml(vscode.l10n.t('Reading...'))}</span><div id="finding" role="search" hidden><input id="find" type="search" spellcheck="false" placeholder="${escapeHtml(vscode.l10n.t('Find a key or value'))}" aria-label="${escapeHtml(vscode.l10n.t('Find a key or value; Enter goes to the next match'))}"><span id="found" role="status"></span></div><div id="buttons" class="buttons"></div></header>
<div id="notices"></div>
<div id="tree" role="tree" aria-label="${escapeHtml(vscode.l10n.t('Value of the pickle'))}" hidden></div>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
