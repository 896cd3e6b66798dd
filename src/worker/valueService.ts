import type { Decoded as DecodedValue } from '../core/codecs/codec';
import { codecs } from '../core/codecs/codecs';
import { textForms, type TextForm } from '../core/codecs/forms';
import { parseJson } from '../core/codecs/json/codec';
import type { PickleActions } from '../core/codecs/pickle/codec';
import { messageOf } from '../core/errors';
import { summarizeCheckpoint } from '../core/files/checkpoint';
import { decodeFile, fileKindOf, unpackFile, type DecodedFile } from '../core/files/fileDecoder';
import { DiskFile } from '../disk/diskFile';
import { Inspection } from '../core/inspection/inspection';
import { DEFAULT_LIMITS } from '../core/limits';
import { formatHex } from '../core/render/hexDump';
import type { Search } from '../core/inspection/search';
import type {
  Decoded,
  DecodedPickleFile,
  FileHandle,
  Handle,
  OperationName,
  Operations,
  SearchStep,
} from './protocol';
import { Looks } from './looks';
import { RemoteSource } from './remoteContent';
import { ValueStore } from './valueStore';

type Handlers = {
  [Name in OperationName]: (
    parameters: Operations[Name]['parameters'],
  ) => Name extends 'openFile' ? Promise<Operations[Name]['result']> : Operations[Name]['result'];
};

const NO_ACTIONS: PickleActions = { level: 'plain', effects: [], unlisted: 0, isTwofold: false };

/** Decodes values and answers questions about them. Runs in the worker; knows nothing of threads. */
export class ValueService {
  private readonly arriving = new Map<Handle, Uint8Array[]>();
  private readonly searches = new Map<number, { search: Search; told: number }>();
  private readonly values: ValueStore;
  private readonly looks = new Looks((handle, path) => this.inspection(handle).value(path));

  /** @param memory bytes that all values together may take, as estimated */
  constructor(memory?: number) {
    this.values = new ValueStore(memory);
  }

  readonly handlers: Handlers = {
    append: ({ handle, bytes }) => {
      const parts = this.arriving.get(handle);
      if (parts) parts.push(bytes);
      else this.arriving.set(handle, [bytes]);
      return undefined;
    },
    decode: (parameters) => this.decode(parameters),
    openFile: ({ handle, content }) => this.openFile(handle, content),
    node: ({ handle, path }) => this.inspection(handle).node(path),
    nodesAlong: ({ handle, path }) =>
      this.inspection(handle)
        .nodesAlong(path)
        .map((node) => ({ ...node, path: [] })),
    children: ({ handle, path, start, count }) => this.inspection(handle).children(path, start, count),
    text: ({ handle, path, form, maxLength }) => this.inspection(handle).text(path, form, { maxLength }),
    plainText: ({ handle, path, maxLength }) => this.inspection(handle).plainText(path, { maxLength }),
    encodeNode: ({ handle, path, form, maxLength }) => this.encodeNode(handle, path, form, maxLength),
    bytes: ({ handle, path, start, count }) => {
      const run = this.inspection(handle).bytes(path, start, count);
      // A copy, as a view would be cloned with all of the memory behind it.
      return run && { ...run, bytes: new Uint8Array(run.bytes) };
    },
    search: (parameters) => this.search(parameters),
    look: (parameters) => this.looks.advance(parameters),
    endLook: ({ look }) => {
      this.looks.end(look);
      return undefined;
    },
    endSearch: ({ search }) => {
      this.searches.delete(search);
      return undefined;
    },
    hexDump: ({ bytes, offset, total }) => Buffer.from(formatHex(bytes, offset, total), 'latin1'),
    release: ({ handle }) => {
      this.arriving.delete(handle);
      this.values.delete(handle);
      return undefined;
    },
    encode: ({ text, format, nestingDepth }) =>
      codecs[format].encode(parseJson(text, { comments: true, nestingDepth }), { nestingDepth }),
  };

  private encodeNode(
    handle: Handle,
    path: readonly number[],
    form: Operations['encodeNode']['parameters']['form'],
    maxLength: number,
  ): Uint8Array {
    const inspection = this.inspection(handle);
    if (isTextForm(form)) return Buffer.from(inspection.text(path, form, { maxLength }));
    return codecs[form].encode(inspection.value(path), DEFAULT_LIMITS);
  }

  private search(parameters: Operations['search']['parameters']): SearchStep {
    const { handle, path, query, limit, budget } = parameters;
    const inspection = this.inspection(handle);
    let running = this.searches.get(parameters.search);
    if (!running) {
      running = { search: inspection.search(path, query, limit), told: 0 };
      this.searches.set(parameters.search, running);
    }
    running.search.advance(budget);
    const { paths, count, visited, isDone } = running.search.state;
    const found = paths.slice(running.told).map((place) => inspection.node(place));
    running.told = paths.length;
    return { found, count, visited, isDone };
  }

  private decode({ handle, format, nestingDepth }: Operations['decode']['parameters']): Decoded {
    const bytes = this.take(handle);
    let decoded: DecodedValue = { value: null };
    this.values.add(handle, (budget) => {
      decoded = codecs[format].decode(bytes, { nestingDepth, budget });
      return new Inspection(decoded.value);
    });
    const { actions, notices = [] } = decoded;
    return { root: this.inspection(handle).node([]), ...(actions && { actions }), notices };
  }

  private async openFile(handle: Handle, content: FileHandle): Promise<DecodedPickleFile> {
    const source = 'path' in content ? new DiskFile(content.path) : new RemoteSource(content);
    const unpacked = await unpackFile(source);
    let file: DecodedFile = { kind: 'pickle', values: [], actions: NO_ACTIONS };
    this.values.add(handle, (budget) => {
      // What was unpacked, and a pickle, stay in memory as long as the value does.
      if (unpacked !== source || fileKindOf(unpacked) === 'pickle') budget.spend(unpacked.size);
      file = decodeFile(unpacked, budget);
      const [first] = file.values;
      return new Inspection(file.values.length === 1 && first !== undefined ? first : [...file.values]);
    });
    const { kind, values, actions, problem } = file;
    const checkpoint = summarizeCheckpoint(file);
    return {
      kind,
      ...(checkpoint && { checkpoint }),
      root: this.inspection(handle).node([]),
      count: values.length,
      actions,
      ...(problem && { problem: messageOf(problem), isBeyondLimit: problem.code === 'limit-exceeded' }),
    };
  }

  /** What has been appended. */
  private take(handle: Handle): Buffer {
    const bytes = Buffer.concat(this.arriving.get(handle) ?? []);
    this.arriving.delete(handle);
    return bytes;
  }

  private inspection(handle: Handle): Inspection {
    return this.values.get(handle);
  }
}

function isTextForm(form: string): form is TextForm {
  return Object.hasOwn(textForms, form);
}
