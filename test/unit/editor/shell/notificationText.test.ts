import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withoutLinks } from '../../../../src/editor/shell/notificationText';

describe('The text of a notification', () => {
  for (const [text, shown] of [
    ['[why](command:workbench.action.quit)', '[why] (command:workbench.action.quit)'],
    ['[a](https://a "b") [c](file:///c)', '[a] (https://a "b") [c] (file:///c)'],
    ['data["a"](1) (2) [3]', 'data["a"] (1) (2) [3]'],
  ] as const) {
    it(`has no link in ${text}`, () => {
      assert.equal(withoutLinks(text), shown);
    });
  }
});
