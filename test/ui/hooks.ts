// Root hooks of the UI scenarios.
import { Workbench } from './workbench';

export const mochaHooks: Mocha.RootHookObject = {
  async afterEach(this: Mocha.Context) {
    const test = this.currentTest;
    // One that is tried again has no state.
    if (!test || test.state === 'passed') return;
    const name = `${test.fullTitle().replace(/\W+/g, '-')}-${Date.now()}`;
    for (const [index, workbench] of Workbench.opened.entries()) {
      await workbench.screenshot(`failed-${name}-${index + 1}`);
      // An open menu would be in the way of the second try.
      await workbench.page.keyboard.press('Escape');
    }
  },

  async afterAll() {
    await Workbench.closeAll();
  },
};
