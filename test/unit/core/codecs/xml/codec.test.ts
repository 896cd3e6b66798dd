import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { formatXml, xmlCodec } from '../../../../../src/core/codecs/xml/codec';
import { DecodeError, EncodeError, LimitError } from '../../../../../src/core/errors';
import { formatPython } from '../../../../../src/core/render/pythonLiteral';
import { ByteArray, Dict, ValueSet, type Value } from '../../../../../src/core/values/value';
import { arbitraryText, arbitraryValue } from '../../values/arbitraryValue';
import { assertSameValue } from '../../values/sameValue';
import { dict, nested, systemCall, tuple } from '../../values/values';
import { inEnglish } from '../../../../../src/core/text';

const limits = { nestingDepth: 1000 };

function encode(value: Value): string {
  return Buffer.from(xmlCodec.encode(value, limits)).toString();
}

function decode(xml: string): Value {
  return withoutRoot(xmlCodec.decode(Buffer.from(xml), limits).value);
}

function format(value: Value, maxLength = 1_000_000): string {
  return formatXml(value, { indent: 2, maxLength });
}

/** The value of foreign XML, without the name of the root. */
function withoutRoot(value: Value): Value {
  if (!(value instanceof Dict) || value.keys[0] !== '#root') return value;
  if (value.size === 2 && value.keys[1] === '#text') return value.values[1]!;
  return Dict.from(value.keys.slice(1).map((key, i): [Value, Value] => [key, value.values[i + 1]!]));
}

describe('xmlCodec', () => {
  const golden: [value: Value, xml: string][] = [
    [dict(['a', '1'], ['b', 'x<y']), '<root><a>1</a><b>x&lt;y</b></root>'],
    [dict(['a', 1n]), '<root><a type="int">1</a></root>'],
    [new Dict(), '<root/>'],
    [dict(['a', ''], ['b', new Dict()]), '<root><a/><b type="dict"/></root>'],
    [
      dict(['a', -1.5], ['b', NaN], ['c', -Infinity]),
      '<root><a type="float">-1.5</a><b type="float">nan</b><c type="float">-inf</c></root>',
    ],
    [
      dict(['a', true], ['b', false], ['c', null]),
      '<root><a type="bool">True</a><b type="bool">False</b><c type="null"/></root>',
    ],
    [dict(['a', Uint8Array.of(255, 0)]), '<root><a type="bytes">/wA=</a></root>'],
    [dict(['a', new ByteArray(Uint8Array.of(1))]), '<root><a type="bytearray">AQ==</a></root>'],
    [
      dict(['a', [1n, 'x', []]]),
      '<root><a type="list"><item type="int">1</item><item>x</item><item type="list"/></a></root>',
    ],
    [dict(['a', tuple(null)]), '<root><a type="tuple"><item type="null"/></a></root>'],
    [dict(['a', ValueSet.from(['x'])]), '<root><a type="set"><item>x</item></a></root>'],
    [dict(['a', ValueSet.from([], true)]), '<root><a type="frozenset"/></root>'],
    [
      dict(['two words', '"&\t'], ['', ' ']),
      '<root><entry key="two words">"&amp;\t</entry><entry key=""> </entry></root>',
    ],
    [
      dict(['a:b', '1'], ['1a', '1'], ['"<&>\t\n\r', '1']),
      '<root><entry key="a:b">1</entry><entry key="1a">1</entry><entry key="&quot;&lt;&amp;&gt;&#9;&#10;&#13;">1</entry></root>',
    ],
    [
      dict(['größe', '1'], ['名前', '1'], ['xml', '1'], ['entry', '1'], ['item', '1']),
      '<root><größe>1</größe><名前>1</名前><xml>1</xml><entry>1</entry><item>1</item></root>',
    ],
    [
      dict([3n, 'x'], [1.5, 'x'], [true, 'x'], [null, 'x']),
      '<root><entry key="3" key-type="int">x</entry><entry key="1.5" key-type="float">x</entry><entry key="True" key-type="bool">x</entry><entry key="" key-type="null">x</entry></root>',
    ],
    [dict([Uint8Array.of(1), 1n]), '<root><entry key="AQ==" key-type="bytes" type="int">1</entry></root>'],
    [
      dict([tuple(1n, 'b'), 'x']),
      '<root><entry key-type="compound"><key type="tuple"><item type="int">1</item><item>b</item></key><value>x</value></entry></root>',
    ],
    [
      dict(['a', '\0\\\ud800\ufffe\r\n']),
      '<root><a type="str" escape="backslash">\\u0000\\\\\\ud800\\ufffe&#13;\n</a></root>',
    ],
    [dict(['\0', 'a\\b']), '<root><entry key="\\u0000" key-escape="backslash">a\\b</entry></root>'],
    [
      ['\ufffe', '\ud800', '\x1f'],
      '<root type="list"><item type="str" escape="backslash">\\ufffe</item><item type="str" escape="backslash">\\ud800</item><item type="str" escape="backslash">\\u001f</item></root>',
    ],
    ['x', '<root type="str">x</root>'],
    ['', '<root type="str"/>'],
    [null, '<root type="null"/>'],
    [[], '<root type="list"/>'],
  ];
  for (const [value, xml] of golden) {
    it(`writes and reads ${JSON.stringify(xml).slice(0, 90)}`, () => {
      assert.equal(encode(value), xml);
      assertSameValue(decode(xml), value);
    });
  }

  it('writes references for shared values, and for values inside of themselves', () => {
    const shared: Value[] = [];
    const cyclic = dict(['a', shared], ['b', shared]);
    cyclic.set('self', cyclic);
    const xml = '<root type="dict" id="1"><a type="list" id="2"/><b ref="2"/><self ref="1"/></root>';
    assert.equal(encode(cyclic), xml);
    assertSameValue(decode(xml), cyclic);
  });

  it('gives no id to empty tuples, which Python cannot tell from each other', () => {
    const empty = tuple();
    assert.equal(encode([empty, empty]), '<root type="list"><item type="tuple"/><item type="tuple"/></root>');
  });

  it('writes and reads every value except inert objects', () => {
    fc.assert(
      fc.property(arbitraryValue(), (value) => {
        assertSameValue(decode(encode(value)), value);
      }),
      { numRuns: 150 },
    );
  });

  it('writes and reads it in several lines, too', () => {
    fc.assert(
      fc.property(arbitraryValue(), (value) => {
        assertSameValue(decode(format(value)), value);
      }),
      { numRuns: 100 },
    );
  });

  it('writes and reads any text as value, key and member', () => {
    fc.assert(
      fc.property(arbitraryText(), (text) => {
        const value = dict([text, [text, tuple(text)]]);
        assertSameValue(decode(encode(value)), value);
      }),
      { numRuns: 150 },
    );
  });

  it('names the path of an inert object', () => {
    const call = systemCall();
    const refuse = (value: Value, message: RegExp): void => {
      assert.throws(
        () => encode(value),
        (error) => error instanceof EncodeError && message.test(error.message),
      );
    };
    refuse(
      dict(['a', [0n, call]]),
      /^XML cannot hold data\["a"\]\[1\]: it is an object, os\.system\("echo"\)\. Send it as pickle/,
    );
    refuse(dict([tuple(1n, call), 1n]), /cannot hold list\(data\)\[0\]\[1\]:/);
    refuse(dict([tuple(1n), call]), /cannot hold data\[\(1,\)\]:/);
    assert.throws(() => format([call]), /Show it as a Python literal instead\.$/);
  });

  describe('reads foreign XML', () => {
    const foreign: [xml: string, value: Value][] = [
      ['<any><a>1</a><b/></any>', dict(['a', '1'], ['b', ''])],
      ['<r>\n  <a> x </a>\n  <b>\n</b>\n</r>', dict(['a', ' x '], ['b', '\n'])],
      ['<r><a>1</a><a>3</a><b>2</b></r>', dict(['a', ['1', '3']], ['b', '2'])],
      [
        '<r><a>1</a><b>2</b><a>3</a><a>4</a></r>',
        dict(['#children', [dict(['a', '1']), dict(['b', '2']), dict(['a', '3']), dict(['a', '4'])]]),
      ],
      ['<r><a type="list"><item>1</item></a><a>2</a></r>', dict(['a', [['1'], '2']])],
      [
        '<r><p>Hello <b>x</b> <c/> world</p></r>',
        dict(['p', dict(['#children', ['Hello ', dict(['b', 'x']), ' ', dict(['c', '']), ' world']])]),
      ],
      [
        '<r> <p n="1"> <b>x</b> <c/> world</p></r>',
        dict(['p', dict(['@n', '1'], ['#children', [dict(['b', 'x']), dict(['c', '']), ' world']])]),
      ],
      [
        '<r x="1" type="other"><a id="7">t</a></r>',
        dict(['@x', '1'], ['@type', 'other'], ['a', dict(['@id', '7'], ['#text', 't'])]),
      ],
      [
        '<r><a type="int" unit="m">5</a></r>',
        dict(['a', dict(['@type', 'int'], ['@unit', 'm'], ['#text', '5'])]),
      ],
      [
        '<r><a type="int" id="5">3</a></r>',
        dict(['a', dict(['@type', 'int'], ['@id', '5'], ['#text', '3'])]),
      ],
      [
        '<r><entry key="k" lang="en">v</entry></r>',
        dict(['entry', dict(['@key', 'k'], ['@lang', 'en'], ['#text', 'v'])]),
      ],
      ['<r><a ref="5"/></r>', dict(['a', dict(['@ref', '5'])])],
      ['<entry key="k"><a>1</a></entry>', dict(['@key', 'k'], ['a', '1'])],
      [
        '<s:r xmlns:s="urn:x"><s:a s:b="1"/><u:c/></s:r>',
        dict(['@xmlns:s', 'urn:x'], ['s:a', dict(['@s:b', '1'])], ['u:c', '']),
      ],
      [
        '<r><__proto__>1</__proto__><a __proto__="2" constructor="3"/></r>',
        dict(['__proto__', '1'], ['a', dict(['@__proto__', '2'], ['@constructor', '3'])]),
      ],
      ['<greeting>hello</greeting>', 'hello'],
      ['<greeting> \n </greeting>', new Dict()],
      [
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- c --><r><a>x<!-- c -->y<![CDATA[<z>]]><?pi?></a></r>\n',
        dict(['a', 'xy<z>']),
      ],
      ['<r><a>&lt;&#65;&#x1F600;&amp;lt;</a></r>', dict(['a', '<A😀&lt;'])],
      [
        '<r><a type="int"> +7\n</a><b type="bool">true</b><c type="float">1e3</c><d type="bytes">\nAQ\n==\n</d></r>',
        dict(['a', 7n], ['b', true], ['c', 1000], ['d', Uint8Array.of(1)]),
      ],
    ];
    for (const [xml, value] of foreign) {
      it(JSON.stringify(xml).slice(0, 90), () => {
        assertSameValue(decode(xml), value);
      });
    }

    it('in UTF-8 with a byte order mark, and in UTF-16', () => {
      const wide = Buffer.from('\ufeff<?xml version="1.0" encoding="utf-16"?><r><a>é😀</a></r>', 'utf16le');
      for (const bytes of [Buffer.from('\ufeff<r><a>é😀</a></r>'), wide, Buffer.from(wide).swap16()]) {
        assertSameValue(withoutRoot(xmlCodec.decode(bytes, limits).value), dict(['a', 'é😀']));
      }
    });

    it('in the encoding that its declaration names', () => {
      const cases: [encoding: string, bytes: string, text: string][] = [
        ['ISO-8859-1', '\xe9\x80', 'é\x80'],
        ['windows-1252', '\x80\x93', '€“'],
        ['windows-1251', '\xe4\xe0', 'да'],
        ['Shift_JIS', '\x93\xfa', '日'],
        ['us-ascii', 'a', 'a'],
      ];
      for (const [encoding, bytes, text] of cases) {
        const xml = Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><r>${bytes}</r>`, 'latin1');
        assertSameValue(withoutRoot(xmlCodec.decode(xml, limits).value), text);
      }
      const wide = Buffer.from('<?xml version="1.0" encoding="UTF-16"?><r><a>é</a></r>', 'utf16le');
      for (const bytes of [wide, Buffer.from(wide).swap16()])
        assertSameValue(withoutRoot(xmlCodec.decode(bytes, limits).value), dict(['a', 'é']));
    });

    it('but not in an unknown encoding, or in another one than it declares', () => {
      const declared = (encoding: string, text: string): Buffer =>
        Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><r>${text}</r>`, 'latin1');
      assert.throws(
        () => xmlCodec.decode(declared('klingon', 'x'), limits),
        /its encoding klingon is not known here/,
      );
      assert.throws(
        () => xmlCodec.decode(declared('UTF-16', 'x'), limits),
        /not encoded in UTF-16, as it claims/,
      );
      assert.throws(() => xmlCodec.decode(declared('Shift_JIS', '\xff'), limits), /its bytes do not fit/);
      assert.throws(
        () => xmlCodec.decode(Buffer.from('<r>é</r>', 'latin1'), limits),
        /the byte e9 is not UTF-8/,
      );
      const lone = Buffer.from('\ufeff<r>\ud800</r>', 'utf16le');
      assert.throws(() => xmlCodec.decode(lone, limits), /not valid UTF-16/);
    });
  });

  describe('writes foreign XML as it was', () => {
    const documents = [
      '<ProfAlign name="Layout"><PVI>0.7</PVI><Curve length="200.">247.13 91.807</Curve><PVI>1658.6 104.8</PVI></ProfAlign>',
      '<plist version="1.0"><dict><key>k</key><integer>1</integer><key>k2</key><string>s</string></dict></plist>',
      '<tree><node> text <sub> one </sub> tail <sub> two </sub></node></tree>',
      '<s:r xmlns:s="urn:x"><s:a s:b="1"/><u:c/></s:r>',
      '<r><a>1</a><a>2</a><b x="&quot;&amp;&#10;"/></r>',
      '<greeting>hello</greeting>',
      '<empty/>',
    ];
    for (const xml of documents) {
      it(xml.slice(0, 90), () => {
        const { value } = xmlCodec.decode(Buffer.from(xml), limits);
        assert.equal(format(value), xml);
        assert.equal(encode(value), xml);
      });
    }

    it('and any value with such keys so that it is read as the same value', () => {
      const name = fc.constantFrom(
        'a',
        'b',
        'item',
        '@x',
        '@type',
        '#text',
        '#children',
        '#root',
        'two words',
      );
      const text = fc.constantFrom('', ' ', 'x', ' y ', '<&>', '\0', '\r');
      const { value } = fc.letrec<{ value: Value }>((tie) => ({
        value: fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          text,
          fc.constant<Value>(1n),
          fc.array(tie('value'), { maxLength: 4 }),
          fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries) => Dict.from(entries)),
        ),
      }));
      const root = fc.constantFrom('doc', 'root', 'no name', '');
      const document = fc
        .tuple(root, fc.array(fc.tuple(name, value), { maxLength: 4 }))
        .map(([rootName, entries]) =>
          Dict.from([['#root', rootName], ...entries.filter(([key]) => key !== '#root')]),
        );
      fc.assert(
        fc.property(document, (original) => {
          const bytes = xmlCodec.encode(original, limits);
          assertSameValue(xmlCodec.decode(bytes, limits).value, original);
        }),
        { numRuns: 3000 },
      );
    });
  });

  it('reads a document with a DOCTYPE, such as a property list, and says that the DOCTYPE is left out', () => {
    const plist =
      '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><true/></plist>';
    const { value, notices } = xmlCodec.decode(Buffer.from(plist), limits);
    assert.ok(value instanceof Dict && value.get('@version') === '1.0');
    assert.deepEqual(notices?.map(inEnglish), ['Its DOCTYPE is left out.']);
  });

  describe('refuses', () => {
    const refused: [xml: string, reason: RegExp][] = [
      ['', /must contain a root element, in line 1, column 1/],
      ['<r>', /unclosed tag: r/],
      ['<r>\n  <a></b></r>', /unexpected close tag, in line 2, column 9/],
      ['<r/><r/>', /only one root/],
      ['<r>&eacute;</r>', /undefined entity/],
      ['<r>&constructor;</r>', /undefined entity/],
      ['<r a="1" a="2"/>', /duplicate attribute/],
      ['<root>\0</root>', /disallowed character/],
      ['<r>&#0;</r>', /malformed character entity/],
      ['<!DOCTYPE r []><r/>', /it has a DOCTYPE with declarations/],
      ['<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><r>&b;</r>', /it has a DOCTYPE/],
    ];
    const contradictions: [xml: string, reason: RegExp][] = [
      [
        '<root><a type="int">1.5</a></root>',
        /element of type int holds something else, in line 1, column 27/,
      ],
      ['<root><a type="int"/></root>', /of type int/],
      ['<root><a type="float">1,5</a></root>', /of type float/],
      ['<root><a type="bool">constructor</a></root>', /of type bool/],
      ['<root><a type="null">None</a></root>', /of type null/],
      ['<root><a type="bytes">AQ=</a></root>', /of type bytes/],
      ['<root><a type="bytes">A*==</a></root>', /of type bytes/],
      ['<root><a type="str" escape="backslash">\\x</a></root>', /of type str/],
      ['<root><a type="int"><b/></a></root>', /cannot have children has a child <b>/],
      ['<root><a type="list"><b/></a></root>', /<b> instead of <item>/],
      ['<root><a type="list">x</a></root>', /text where only elements belong/],
      ['<root><a type="dict">x</a></root>', /text where only elements belong/],
      ['<root type="dict"><a/><entry key="a"/></root>', /the same key twice/],
      [
        '<root><a type="set"><item type="list"/></a></root>',
        /a list cannot be a dictionary key or a member of a set/,
      ],
      ['<root><entry key="x" key-type="int"/></root>', /a key does not match its type/],
      ['<root><entry key="x" key-type="list"/></root>', /a key does not match its type/],
      ['<root><entry key-type="compound"/></root>', /must hold <key> and then <value>/],
      [
        '<root><entry key-type="compound"><value/></entry></root>',
        /must hold <key> and then <value>, but holds <value>/,
      ],
      [
        '<root><entry key-type="compound"><key/><value/><value/></entry></root>',
        /must hold <key> and then <value>/,
      ],
      [
        '<root><entry key-type="compound"><key type="list"/><value/></entry></root>',
        /a list cannot be a dictionary key/,
      ],
      ['<root><a type="list" id="1"/><b type="list" id="1"/></root>', /two elements have the same id/],
      ['<root><a type="list" id="1"/><b ref="1">x</b></root>', /text where only elements belong/],
    ];
    for (const [xml, reason] of [...refused, ...contradictions]) {
      it(JSON.stringify(xml).slice(0, 90), () => {
        assert.throws(
          () => decode(xml),
          (error) => error instanceof DecodeError && reason.test(inEnglish(error.reason)),
        );
      });
    }

    it('not a document that contradicts its own types and has another root, which is read as foreign XML', () => {
      const view = { indent: 0, maxLength: 1000 };
      for (const [xml] of contradictions) {
        const foreign = xml.replace('<root', '<r').replace('</root>', '</r>');
        const untyped = foreign.replaceAll(/ (type|id|ref|key|key-type|escape)=/g, ' x-$1=');
        const shown = formatPython(decode(untyped), view).replaceAll('@x-', '@');
        assert.equal(formatPython(decode(foreign), view), shown, foreign);
      }
      assertSameValue(
        decode('<form><field type="int">integer</field><n type="int">1</n></form>'),
        dict(
          ['field', dict(['@type', 'int'], ['#text', 'integer'])],
          ['n', dict(['@type', 'int'], ['#text', '1'])],
        ),
      );
      assertSameValue(decode('<a type="list"><b/></a>'), dict(['@type', 'list'], ['b', '']));
      assert.throws(() => decode('<a type="list"><b></a>'), /unexpected close tag/);
    });

    it('every truncation of a document', () => {
      const xml = encode(dict(['a', [1n, 'x<y', '\0']], [tuple(1n), Uint8Array.of(1)], ['ü', null]));
      for (let end = 0; end < xml.length; end++) assert.throws(() => decode(xml.slice(0, end)), DecodeError);
    });

    it('any bytes with no other error than DecodeError', () => {
      const piece = fc.constantFrom(
        '<',
        '>',
        '/',
        '<a',
        '</a>',
        '<item>',
        '</item>',
        ' type="',
        'list"',
        'int"',
        ' key="k"',
        ' key-type="compound"',
        '<entry',
        ' id="1"',
        ' ref="1"',
        '&',
        '&amp;',
        '1',
        ']]>',
        '<![CDATA[',
        '<!--',
        '<?xml',
        '=',
        '"',
        ' ',
        '\u0085',
      );
      const soup = fc.array(piece, { maxLength: 15 }).map((pieces) => Buffer.from(pieces.join('')));
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array(), soup), (bytes) => {
          try {
            xmlCodec.decode(bytes, limits);
          } catch (error) {
            assert.ok(error instanceof DecodeError, String(error));
          }
        }),
        { numRuns: 1000 },
      );
    });
  });

  describe('limits', () => {
    it('the depth of nesting, the same for writing and reading', () => {
      assertSameValue(decode(encode(nested(1000))), nested(1000));
      assert.throws(() => encode(nested(1002)), LimitError);
      assert.throws(() => decode('<a>'.repeat(200_000)), LimitError);
      assert.throws(() => encode(nested(5000)), LimitError);
    });

    it('the digits of an integer', () => {
      assert.throws(() => decode(`<r type="int">${'9'.repeat(1_000_000)}</r>`), LimitError);
      assert.throws(() => encode(10n ** 50_000n), LimitError);
    });

    it('the length by references, if shared lists would be exponentially long', () => {
      let bomb: Value = ['x'];
      for (let i = 0; i < 100; i++) bomb = [bomb, bomb];
      assertSameValue(decode(encode(bomb)), bomb);
      assert.throws(() => format('x'.repeat(1000), 1000), LimitError);
    });

    it('the time for hostile input', () => {
      const size = 300_000;
      const texts = [
        `<r>${'x'.repeat(size)}`,
        `<r>${'&amp;'.repeat(size / 5)}</r>`,
        `<r>${'<!---->'.repeat(size / 7)}</r>`,
        `<r>${'\r'.repeat(size)}</r>`,
        `<r ${'a="1" '.repeat(size / 6)}/>`,
        `<r>${'<a/>'.repeat(size / 4)}</r>`,
        `<r type="int">1${' '.repeat(size)}1</r>`,
        `<r type="float">${'1'.repeat(size)}x</r>`,
        `<r type="bytes">${'A '.repeat(size / 2)}</r>`,
        `<r>${'x '.repeat(size / 2)}<a/></r>`,
        `<r>&${'a'.repeat(size)};</r>`,
      ];
      for (const text of texts) {
        try {
          decode(text);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }
    }).timeout(8000);
  });
});

describe('formatXml', () => {
  it('writes each element on its own line', () => {
    const value = dict(['a', [1n, ' x\n']], ['b', new Dict()]);
    assert.equal(
      format(value),
      '<root>\n  <a type="list">\n    <item type="int">1</item>\n    <item> x\n</item>\n  </a>\n  <b type="dict"/>\n</root>',
    );
  });
});
