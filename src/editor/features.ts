import path from 'node:path';
import type { Address } from '../core/wire/address';
import type { Inspecting } from './inspect/inspecting';
import type { WindowItems } from './items/windowItems';
import type { KeyCommands } from './keys/keyCommands';
import { createPairingEntry } from './pairing/pairingEntry';
import { forwardedItem } from './received/forwarding';
import type { Receiving } from './server/receiving';
import type { Services } from './services';
import { Lazy } from './shell/lazy';
import { readSettings } from './shell/settings';
import type { Views } from './views';

/** The parts on which the features are built. */
export interface Foundation {
  readonly services: Services;
  readonly items: WindowItems;
  readonly inspecting: Inspecting;
  readonly keys: KeyCommands;
  readonly receiving: Receiving;
  readonly views: Views;
}

export type Features = ReturnType<typeof createFeatures>;

/** Features that not every use needs: each is loaded when it is first used. */
export function createFeatures({ services, items, inspecting, keys, receiving, views }: Foundation) {
  const { server } = receiving;
  const sending = new Lazy(async () => {
    const { createSending } = await import('./sending/sending');
    return createSending(services, keys, views.sent, (uri) => forwardedItem(items.items, uri));
  });
  const shared = new Lazy(async () => {
    const { SharedInboxes } = await import('./shared/sharedInboxes');
    const { keyring, log, own } = services;
    const inboxes = own(new SharedInboxes({ keyring, log, ...receiving.shared }));
    inboxes.follow();
    return inboxes;
  });
  const servers = new Lazy(async () => {
    const { createServers } = await import('./servers/servers');
    const receivers = { server, peers: items.peers, shared: await shared.get() };
    return createServers(services, await sending.get(), keys, receivers, views.servers);
  });
  const pairing = createPairingEntry(services, server, items.peers, async () =>
    (await sending.get()).targets.list().flatMap(({ source, target }) => (source === 'own' ? [] : target)),
  );
  const links = new Lazy(async () => {
    const { Links } = await import('./shell/links');
    const actions = {
      pair: pairing.pairWith,
      send: async (address: Address) => (await sending.get()).sendFilesTo(address),
    };
    return new Links(actions, services.reporter, () => readSettings().defaultPort);
  });
  const pickles = new Lazy(async () => {
    const { createPickleEditors } = await import('./pickleEditor/pickleEditor');
    return createPickleEditors(services, items.items, inspecting);
  });
  return { sending, shared, servers, pairing, links, pickles, ...smallFeatures(services, items, receiving) };
}

function smallFeatures({ context, worker }: Services, { items }: WindowItems, { server }: Receiving) {
  const snippets = new Lazy(async () => {
    const { createSnippetCommands } = await import('./snippets/snippetCommands');
    const folder = context.asAbsolutePath(path.join('media', 'snippets'));
    const listening = () => (server.state.kind === 'listening' ? server.state : undefined);
    return { commands: createSnippetCommands(folder, listening) };
  });
  const assistants = new Lazy(async () => {
    const { AssistantTools } = await import('./assistants/assistantTools');
    return new AssistantTools(() => items.inbox(), worker);
  });
  return { snippets, assistants };
}
