/** Pickles for tests, as Python wrote them. */

/**
 * `pickletools.optimize(pickle.dumps(data, 4))` of
 *
 *     jar = shop.Jar("dill", [1, 2.5, None])  # an ordinary class with two attributes
 *     data = {"name": "pickling", "jar": jar, "again": jar, "opened": datetime.datetime(2026, 1, 31, 12, 30),
 *             "counts": collections.OrderedDict(a=1, b=True), "point": (1, -2.5), "raw": b"\x00\xffpickle",
 *             "tags": {"sour"}, "samples": list(range(250))}
 */
export const PICKLE_WITH_CLASSES = Buffer.concat([
  Buffer.from(
    '800495e6020000000000007d288c046e616d658c087069636b6c696e678c036a61728c0473686f708c034a6172932981947d288c056c61' +
      '62656c8c0464696c6c8c077069636b6c65735d284b014740040000000000004e6575628c05616761696e68008c066f70656e65648c08' +
      '6461746574696d658c086461746574696d6593430a07ea011f0c1e0000000085528c06636f756e74738c0b636f6c6c656374696f6e73' +
      '8c0b4f72646572656444696374932952288c01614b018c016288758c05706f696e744b0147c004000000000000868c03726177430800' +
      'ff7069636b6c658c04746167738f288c04736f7572908c0773616d706c65735d28',
    'hex',
  ),
  Buffer.from(Array.from({ length: 250 }, (_, i) => [0x4b, i]).flat()),
  Buffer.from('65752e', 'hex'),
]);

/** `{"a": 1}`, before which Python would call `os.system` and drop the result. */
export const PICKLE_THAT_DROPS_A_CALL = Buffer.concat([
  Buffer.from("cos\nsystem\n(S'touch /tmp/picklepost-was-here'\ntR0", 'latin1'),
  Buffer.from('7d8c0161944b01732e', 'hex'),
]);

/** `{"a": 1}` */
export const PLAIN_PICKLE = Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex');

/** Lists of ten times the same list, `depth` deep, so that few bytes are 10 ** `depth` strings when they are written out. */
export function pickleBomb(depth: number): Buffer {
  const level = Buffer.from(`](${'h\0'.repeat(10)}e\x94`, 'latin1');
  const parts = [Buffer.from('\x80\x04\x8c\x03lol\x94', 'latin1')];
  for (let i = 0; i < depth; i++) {
    const again = Buffer.from(level);
    for (let at = 3; at < 22; at += 2) again[at] = i;
    parts.push(again);
  }
  return Buffer.concat([...parts, Buffer.from('.')]);
}
