import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodePickle } from '../../../../../src/core/codecs/pickle/codec';
import { reprOf } from '../../../../../src/core/values/known/pythonText';
import { InertCall, InertName, Tuple } from '../../../../../src/core/values/value';

describe('A value as Python prints it', () => {
  it('is the stored call if it is not recognized', () => {
    const system = new InertCall(new InertName('os', 'system'), new Tuple(['ls', 1n]));
    assert.equal(reprOf(system), "os.system('ls', 1)");
    assert.equal(reprOf([new InertCall(system, new Tuple([]))]), "[os.system('ls', 1)()]");
  });

  it('is what Python 3.11, numpy 1.24 and pandas 1.5 print for values of many types', () => {
    const values = decodePickle(Buffer.from(PICKLE, 'base64')).value;
    assert.ok(Array.isArray(values));
    assert.deepEqual(values.map(reprOf), [
      'datetime.date(2024, 1, 2)',
      "datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo(key='Europe/Berlin'))",
      'datetime.timedelta(0)',
      'datetime.timezone.utc',
      "zoneinfo.ZoneInfo(key='UTC')",
      "Decimal('1.50')",
      'Fraction(1, 3)',
      "UUID('00000000-0000-0000-0000-000000000001')",
      "PurePosixPath('a')",
      "IPv4Address('0.0.0.1')",
      'OrderedDict()',
      '"it\'s"',
      'namespace(a=1)',
      "KeyError('k')",
      "'x'",
      "numpy.datetime64('2024-01-01')",
      "numpy.datetime64('NaT','h')",
      "numpy.timedelta64(3,'s')",
      "Timestamp('2024-01-01 00:00:00.500000+0100', tz='Europe/Berlin')",
      "Timestamp('2024-01-01 00:00:00')",
      "Timedelta('0 days 00:00:00')",
      "Period('2024-01', 'M')",
      "Interval(0, 1, closed='right')",
    ]);
  });
});

/** In base64. */
const PICKLE =
  'gASV1wQAAAAAAABdlCiMCGRhdGV0aW1llIwEZGF0ZZSTlEMEB+gBApSFlFKUaAGMCGRhdGV0aW1llJOUQwoH6IobAh4AAAAAlIwI' +
  'YnVpbHRpbnOUjAdnZXRhdHRylJOUjAh6b25laW5mb5SMCFpvbmVJbmZvlJOUjAlfdW5waWNrbGWUhpRSlIwNRXVyb3BlL0Jlcmxp' +
  'bpRLAYaUUpSGlFKUaAGMCXRpbWVkZWx0YZSTlEsASwBLAIeUUpRoAYwIdGltZXpvbmWUk5RoGUsASwBLAIeUUpSFlFKUaAxoD4wJ' +
  'X3VucGlja2xllIaUUpSMA1VUQ5RLAYaUUpSMB2RlY2ltYWyUjAdEZWNpbWFslJOUjAQxLjUwlIWUUpSMCWZyYWN0aW9uc5SMCEZy' +
  'YWN0aW9ulJOUSwFLA4aUUpSMBHV1aWSUjARVVUlElJOUKYGUfZSMA2ludJRLAXNijAdwYXRobGlilIwNUHVyZVBvc2l4UGF0aJST' +
  'lIwBYZSFlFKUjAlpcGFkZHJlc3OUjAtJUHY0QWRkcmVzc5STlEsBhZRSlIwLY29sbGVjdGlvbnOUjAtPcmRlcmVkRGljdJSTlClS' +
  'lGhEjApVc2VyU3RyaW5nlJOUjARpdCdzlIWUgZR9lIwEZGF0YZRoSnNijAV0eXBlc5SMD1NpbXBsZU5hbWVzcGFjZZSTlClSlH2U' +
  'aDxLAXNijAhidWlsdGluc5SMCEtleUVycm9ylJOUjAFrlIWUUpR9lIwJX19ub3Rlc19flF2UjAFulGFzYowVbnVtcHkuY29yZS5t' +
  'dWx0aWFycmF5lIwGc2NhbGFylJOUjAVudW1weZSMBWR0eXBllJOUjAJVMZSJiIeUUpQoSwOMATyUTk5OSwRLBEsIdJRiQwR4AAAA' +
  'lIaUUpRoYGhjjAJNOJSJiIeUUpQoSwRoZ05OTkr/////Sv////9LAH2UKEMBRJRLAUsBSwF0lIaUdJRiQwgLTQAAAAAAAJSGlFKU' +
  'aGBoY4wCTTiUiYiHlFKUKEsEaGdOTk5K/////0r/////SwB9lChDAWiUSwFLAUsBdJSGlHSUYkMIAAAAAAAAAICUhpRSlGhgaGOM' +
  'Am04lImIh5RSlChLBGhnTk5OSv////9K/////0sAfZQoQwFzlEsBSwFLAXSUhpR0lGJDCAMAAAAAAAAAlIaUUpSMHnBhbmRhcy5f' +
  'bGlicy50c2xpYnMudGltZXN0YW1wc5SME191bnBpY2tsZV90aW1lc3RhbXCUk5QoiggAxXnu0AymF06MBHB5dHqUjAJfcJSTlCiM' +
  'DUV1cm9wZS9CZXJsaW6UTRAOSwCMA0NFVJR0lFKUSwp0lFKUaI8oiggAAGUBFxCmF05OSwp0lFKUjB5wYW5kYXMuX2xpYnMudHNs' +
  'aWJzLnRpbWVkZWx0YXOUjBNfdGltZWRlbHRhX3VucGlja2xllJOUSwBLCoaUUpSMGnBhbmRhcy5fbGlicy50c2xpYnMucGVyaW9k' +
  'lIwGUGVyaW9klJOUTowbcGFuZGFzLl9saWJzLnRzbGlicy5vZmZzZXRzlIwITW9udGhFbmSUk5RLAYmGlFKUTYgCh5RSlIwVcGFu' +
  'ZGFzLl9saWJzLmludGVydmFslIwISW50ZXJ2YWyUk5RLAEsBjAVyaWdodJSHlFKUZS4=';
