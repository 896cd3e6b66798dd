import type { Child } from '../children';
import { InertCall, InertName, Tuple, type Value } from '../value';
import { dictOf, hasNoItems, isBare, nameOf, textOf } from './matching';
import type { Form } from './registry';

/** The layout of a sparse tensor. */
const layoutForm: Form = (call, [name]) => {
  const layout = isBare(call) ? textOf(name) : undefined;
  if (layout === undefined) return undefined;
  return {
    library: 'torch',
    type: 'layout',
    line: layout,
    python: () => new InertName('', layout),
    plain: () => layout,
  };
};

/** A whole module of torch: its class need not be known to show its parameters, buffers and modules. */
const moduleShape: Form = (call, args) => {
  const state = dictOf(call.state);
  const [parameters, buffers, modules] = ['_parameters', '_buffers', '_modules'].map((name) =>
    state?.get(name),
  );
  if (
    args.length !== 0 ||
    !hasNoItems(call) ||
    parameters === undefined ||
    buffers === undefined ||
    modules === undefined
  )
    return undefined;
  const entries = [parameters, buffers, modules].flatMap(entriesOf);
  const type = (nameOf(call.callable) ?? '').split('.').at(-1) ?? '';
  return {
    library: '',
    type,
    line: `${type} module, ${String(entriesOf(parameters).length)} parameters, ${String(entriesOf(modules).length)} modules`,
    isRecord: true,
    children: {
      count: entries.length,
      at: (i): Child => {
        const [name, value] = entries[i] as readonly [Value, Value];
        return {
          step: typeof name === 'string' ? { kind: 'part', name } : { kind: 'key', key: name },
          value,
        };
      },
    },
    python: () => new InertCall(call.callable, new Tuple([])),
    plain: () => state as Value,
  };
};

function entriesOf(value: Value): readonly (readonly [Value, Value])[] {
  const dict = dictOf(value);
  if (dict !== undefined) return [...dict];
  return value instanceof InertCall ? value.entries : [];
}

export const torchModules = {
  forms: { 'torch.serialization._get_layout': layoutForm },
  shapes: [moduleShape],
};
