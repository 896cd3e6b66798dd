import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withoutIcons } from '../../../../src/editor/shell/iconLabels';

describe('a label with text from elsewhere', () => {
  it('shows the name of an icon as the text that it is', () => {
    assert.equal(withoutIcons('data["$(trash)"] $(sync~spin)'), 'data["\\$(trash)"] \\$(sync~spin)');
  });

  it('leaves what is no icon, or is one no longer, as it is', () => {
    for (const text of ['$', '$()', '$(a b)', '$ (trash)', '\\$(trash)'])
      assert.equal(withoutIcons(text), text);
  });
});
