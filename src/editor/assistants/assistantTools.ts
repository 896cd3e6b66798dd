import * as vscode from 'vscode';
import { itemsOf, runTool, type ToolName } from '../../assistant/tools';
import { withoutInvisible } from '../../core/assistant/received';
import { PicklepostError } from '../../core/errors';
import { formatSize } from '../../core/amounts';
import type { Inbox } from '../../inbox/inbox';
import type { ValueWorker } from '../../worker/valueWorker';
import { withoutLinks } from '../shell/foreignText';
import { readSettings } from '../shell/settings';

/** Tools with which language models read received items, if the person has turned them on, and agrees for each item. */
export class AssistantTools {
  /** Items that a person has been asked about. VS Code runs a tool only if the answer was yes. */
  private readonly asked = new Set<string>();

  constructor(
    private readonly inbox: () => Promise<Inbox>,
    private readonly worker: ValueWorker,
    private readonly workspace: Pick<typeof vscode.workspace, 'isTrusted'> = vscode.workspace,
  ) {}

  /** @throws PicklepostError `refused`, `no-such-item` */
  async prepare(name: ToolName, input: unknown): Promise<vscode.PreparedToolInvocation> {
    this.checkEnabled();
    const title =
      name === 'picklepost_list'
        ? vscode.l10n.t('Let the language model read the list of received items?')
        : vscode.l10n.t('Let the language model read received data?');
    const inbox = await this.inbox();
    const items = await Promise.all(itemsOf(input).map((id) => inbox.find(id)));
    for (const { id } of items) this.asked.add(id);
    const lines = items.map((item) =>
      vscode.l10n.t(
        '{0} ({1}), from {2}',
        withoutLinks(withoutInvisible(item.name)),
        formatSize(item.size),
        withoutLinks(item.from),
      ),
    );
    const warning = vscode.l10n.t('Received items may hold instructions that are meant for the model.');
    const message = [...lines, warning].join('\n\n');
    return { confirmationMessages: { title, message } };
  }

  /** @throws PicklepostError */
  async invoke(name: ToolName, input: unknown): Promise<vscode.LanguageModelToolResult> {
    this.checkEnabled();
    const allows = (id: string): boolean => name === 'picklepost_list' || this.asked.has(id);
    const text = await runTool(name, input, { inbox: await this.inbox(), worker: this.worker, allows });
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
  }

  /** VS Code hides the tools otherwise, but another extension may call them all the same. */
  private checkEnabled(): void {
    if (this.workspace.isTrusted && readSettings().assistants) return;
    throw new PicklepostError(
      'refused',
      vscode.l10n.t('Reading by language models is off. "picklepost.assistants.enabled" turns it on.'),
    );
  }
}
