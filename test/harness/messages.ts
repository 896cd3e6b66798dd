import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Every message of the source that is shown in the language of the editor, as a key of the translations in `l10n/`. */
export function messagesIn(folder: string): { messages: Set<string>; problems: string[] } {
  const found = { messages: new Set<string>(), problems: [] as string[] };
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = path.join(folder, name);
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    visit(source, found);
  }
  return found;
}

function visit(node: ts.Node, found: ReturnType<typeof messagesIn>): void {
  if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'say')
    found.messages.add(templateOf(node.template));
  if (ts.isCallExpression(node) && /\bl10n\.t$/.test(node.expression.getText())) {
    const [message] = node.arguments;
    if (message && ts.isStringLiteralLike(message)) found.messages.add(message.text);
    // What a message of the core says is not in this call.
    else if (!message?.getText().endsWith('words.template'))
      found.problems.push(`${placeOf(node)}: ${node.getText()}`);
  }
  ts.forEachChild(node, (child) => {
    visit(child, found);
  });
}

function templateOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  const spans = template.templateSpans.map(({ literal }, index) => `{${String(index)}}${literal.text}`);
  return template.head.text + spans.join('');
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${String(source.getLineAndCharacterOfPosition(node.getStart()).line + 1)}`;
}
