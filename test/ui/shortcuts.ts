/**
 * Commands that prepare a window or tidy it up, by the titles that they have in the palette. Each has a key of its own in the windows of
 * tests, as the palette takes a second of a processor to open.
 */
const COMMANDS: Record<string, string> = {
  'Developer: Open URL': 'workbench.action.url.openUrl',
  'Notifications: Clear All Notifications': 'notifications.clearAll',
  'Picklepost: Clear filter': 'picklepost.clearFilter',
  'Picklepost: Clear list': 'picklepost.clearSent',
  'Picklepost: Delete all': 'picklepost.deleteAllItems',
  'Picklepost: Filter...': 'picklepost.filterItems',
  'Picklepost: Focus on Received View': 'picklepost.received.focus',
  'Picklepost: Focus on Sent View': 'picklepost.sent.focus',
  'Picklepost: Import encryption key from file': 'picklepost.importKey',
  'Picklepost: Manage encryption keys': 'picklepost.manageKeys',
  'Picklepost: Mark all as read': 'picklepost.markAllRead',
  'Picklepost: Start receive server': 'picklepost.startServer',
  'Picklepost: Stop receive server': 'picklepost.stopServer',
  'View: Close All Editors': 'workbench.action.closeAllEditors',
  'Welcome: Open Walkthrough...': 'welcome.showAllWalkthroughs',
};

const MODIFIERS = ['Control+Alt+Shift', 'Control+Alt'];

/** Without F10, which is the key of context menus, and F11. */
const KEYS = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F12'];

/** The content of a keybindings.json. */
export const KEYBINDINGS = Object.values(COMMANDS).map((command, index) => ({
  key: keyAt(index).toLowerCase().replace('control', 'ctrl'),
  command,
}));

/** The key of a command, as Playwright writes it. */
export function shortcutOf(title: string): string | undefined {
  const index = Object.keys(COMMANDS).indexOf(title);
  return index < 0 ? undefined : keyAt(index);
}

function keyAt(index: number): string {
  const modifiers = MODIFIERS[Math.floor(index / KEYS.length)];
  const key = KEYS[index % KEYS.length];
  if (modifiers === undefined || key === undefined) throw new Error('There are more commands than keys');
  return `${modifiers}+${key}`;
}
