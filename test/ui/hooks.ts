// Root hooks of the UI scenarios.
import { Workbench } from './workbench';

export const mochaHooks: Mocha.RootHookObject = {
  async afterEach(this: Mocha.Context) {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const name = test.fullTitle().replace(/\W+/g, '-');
    for (const [index, workbench] of Workbench.opened.entries()) {
      await workbench.screenshot(`failed-${name}-${index + 1}`);
    }
  },

  async afterAll() {
    await Workbench.closeAll();
  },
};
