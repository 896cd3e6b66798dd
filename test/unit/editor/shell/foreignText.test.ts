import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withoutIcons, withoutLinks } from '../../../../src/editor/shell/foreignText';

describe('a label with text from outside', () => {
  it('shows the name of an icon as plain text', () => {
    assert.equal(withoutIcons('data["$(trash)"] $(sync~spin)'), 'data["\\$(trash)"] \\$(sync~spin)');
  });

  it('does not change texts that are not icons', () => {
    for (const text of ['$', '$()', '$(a b)', '$ (trash)', '\\$(trash)'])
      assert.equal(withoutIcons(text), text);
  });
});

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
