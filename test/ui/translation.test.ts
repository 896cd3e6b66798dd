import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findFreePort } from '../../src/net/ports';
import { copyGitExtension } from '../harness/server';
import { commitAndMeasure, FILES, itSpeaks } from './language';
import { Workbench } from './workbench';

/** In English it is tested where one is anyway (places.test.ts). */
describe('Picklepost in German', () => {
  let workbench: Workbench;
  let port: number;
  const extensions = mkdtempSync(path.join(os.tmpdir(), 'picklepost-git-'));

  before(async () => {
    port = await findFreePort('127.0.0.1', 28_500);
    workbench = await Workbench.open({
      settings: {
        'picklepost.receive.port': port,
        'git.enabled': true,
        'git.openRepositoryInParentFolders': 'never',
      },
      files: FILES,
      prepare: commitAndMeasure,
      alongside: [copyGitExtension(extensions), 'git-base'],
      language: 'de',
    });
  });
  after(async () => {
    await workbench.close();
    rmSync(extensions, { recursive: true });
  });

  itSpeaks('de', () => ({ workbench, port }));
});
