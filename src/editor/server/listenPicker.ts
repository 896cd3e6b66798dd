import * as vscode from 'vscode';
import { isLoopback } from '../../core/wire/address';
import {
  everyNetwork,
  isEveryNetwork,
  isHere,
  networkAddresses,
  type NetworkAddress,
} from '../../net/networks';
import { withoutIcons } from '../shell/foreignText';
import { readSettings } from '../shell/settings';
import { describeExposure, exposureOf, machineName, type Exposure } from './exposure';

export interface ListenChoice extends vscode.QuickPickItem {
  /** None of a separator. */
  readonly host?: string;
}

export const EXPOSURE_ICONS: Readonly<Record<Exposure, string>> = {
  machine: '$(lock)',
  network: '$(broadcast)',
  open: '$(warning)',
};

/** Asks where to listen, in words. @param current the current host @returns the host; undefined for none */
export async function pickListenHost(current: string): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick(listenChoices(current), {
    title: vscode.l10n.t('Where should Picklepost listen on {0}?', machineName()),
    placeHolder: vscode.l10n.t('Choose who can reach the receive server'),
    matchOnDescription: true,
  });
  return picked?.host;
}

/** This machine only, each network, and all of them; also the current host if it is none of these. */
export function listenChoices(current: string, networks = networkAddresses()): ListenChoice[] {
  const choice = (host: string, label: string): ListenChoice => {
    const isCurrent = host === current || (isEveryNetwork(host) && isEveryNetwork(current));
    const chosen = isCurrent ? ` · ${vscode.l10n.t('current choice')}` : '';
    return {
      host,
      label: `${EXPOSURE_ICONS[exposureOf(host)]} ${label}`,
      description: host + chosen,
      detail: describeExposure(host),
    };
  };
  const choices = [
    choice(isLoopback(current) ? current : '127.0.0.1', vscode.l10n.t('This machine only')),
    separator(vscode.l10n.t('One network')),
    ...networks.map((network) => choice(network.host, withoutIcons(networkTitle(network)))),
    separator(vscode.l10n.t('Every network')),
    choice(everyNetwork(), vscode.l10n.t('All networks')),
  ];
  const isListed = isEveryNetwork(current) || choices.some(({ host }) => host === current);
  return isListed ? choices : [missingChoice(current), ...choices];
}

function networkTitle({ name, isIPv6, isLinkLocal }: NetworkAddress): string {
  if (isLinkLocal) return vscode.l10n.t('{0} (this link only)', name);
  return isIPv6 ? vscode.l10n.t('{0} (IPv6)', name) : name;
}

/** The host of the setting, which this machine does not have now, or which is a name. */
function missingChoice(host: string): ListenChoice {
  const { receive } = readSettings();
  return {
    host,
    label: `$(${isHere(host) === false ? 'debug-disconnect' : 'globe'}) ${withoutIcons(host)}`,
    description: receive.host === host ? vscode.l10n.t('current choice') : '',
    detail:
      isHere(host) === false
        ? vscode.l10n.t('This machine does not have this address at present.')
        : describeExposure(host),
  };
}

function separator(label: string): ListenChoice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
