import { countOf } from '../../../amounts';
import { commaList } from '../../../text';
import { Dict, InertCall, type Value } from '../../value';
import { attributes } from '../attributes';
import { dictOf, expression, hasNoItems, nameOf, shortName } from '../matching';
import type { Form } from '../registry';

const PARTS = [
  ['_parameters', 'parameter'],
  ['_buffers', 'buffer'],
  ['_modules', 'module'],
] as const;

/** A complete module of `torch.nn`: an object whose state has the dictionaries of {@link PARTS}. */
export const moduleShape: Form = (call, args) => {
  const state = dictOf(call.state);
  if (args.length > 0 || !hasNoItems(call) || call.kwargs !== undefined || state === undefined)
    return undefined;
  const parts = PARTS.map(([name]) => entriesOf(state.get(name)));
  if (!parts.every((part) => part !== undefined)) return undefined;
  const entries = parts.flat().filter(([, value]) => value !== null);
  const type = shortName(call.callable);
  const isOwn = LAYERS.has(nameOf(call.callable) ?? '');
  return {
    library: isOwn ? 'torch' : '',
    type,
    line: commaList([
      type,
      ...PARTS.flatMap(([, noun], i) => {
        const count = parts[i]?.filter(([, one]) => one !== null).length ?? 0;
        return count === 0 ? [] : [countOf(count, noun)];
      }),
    ]),
    children: attributes(entries),
    python: (limit) => (entries.length > limit ? undefined : expression(type, [Dict.from(entries)])),
    plain: () => Dict.from(entries),
    ...(!isOwn && { isRecord: true }),
  };
};

/** The entries of a dictionary, ordered or not. */
function entriesOf(value: Value | undefined): readonly (readonly [Value, Value])[] | undefined {
  if (value instanceof InertCall)
    return nameOf(value.callable) === 'collections.OrderedDict' ? value.entries : undefined;
  const dict = dictOf(value);
  return dict && [...dict];
}

/** The layers that most models are made of, by their full names. */
const LAYERS: ReadonlySet<string> = new Set(
  [
    'linear.Linear linear.Identity linear.Bilinear container.Sequential container.ModuleList container.ModuleDict',
    'container.ParameterList container.ParameterDict',
    'conv.Conv1d conv.Conv2d conv.Conv3d conv.ConvTranspose1d conv.ConvTranspose2d conv.ConvTranspose3d',
    'batchnorm.BatchNorm1d batchnorm.BatchNorm2d batchnorm.BatchNorm3d batchnorm.SyncBatchNorm',
    'normalization.LayerNorm normalization.GroupNorm normalization.RMSNorm normalization.LocalResponseNorm',
    'instancenorm.InstanceNorm1d instancenorm.InstanceNorm2d instancenorm.InstanceNorm3d',
    'activation.ReLU activation.ReLU6 activation.LeakyReLU activation.PReLU activation.GELU activation.SiLU activation.Mish',
    'activation.Sigmoid activation.Tanh activation.Hardswish activation.Hardsigmoid activation.Hardtanh activation.Softplus',
    'activation.Softmax activation.LogSoftmax activation.ELU activation.SELU activation.CELU activation.GLU activation.MultiheadAttention',
    'dropout.Dropout dropout.Dropout1d dropout.Dropout2d dropout.Dropout3d dropout.AlphaDropout',
    'sparse.Embedding sparse.EmbeddingBag flatten.Flatten flatten.Unflatten upsampling.Upsample pixelshuffle.PixelShuffle',
    'pooling.MaxPool1d pooling.MaxPool2d pooling.MaxPool3d pooling.AvgPool1d pooling.AvgPool2d pooling.AvgPool3d',
    'pooling.AdaptiveAvgPool1d pooling.AdaptiveAvgPool2d pooling.AdaptiveAvgPool3d',
    'pooling.AdaptiveMaxPool1d pooling.AdaptiveMaxPool2d padding.ZeroPad2d padding.ReflectionPad2d padding.ConstantPad2d',
    'rnn.RNN rnn.LSTM rnn.GRU rnn.LSTMCell rnn.GRUCell rnn.RNNCell transformer.Transformer transformer.TransformerEncoder',
    'transformer.TransformerEncoderLayer transformer.TransformerDecoder transformer.TransformerDecoderLayer',
    'loss.MSELoss loss.CrossEntropyLoss loss.BCELoss loss.BCEWithLogitsLoss loss.L1Loss loss.NLLLoss loss.SmoothL1Loss loss.HuberLoss',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `torch.nn.modules.${name}`),
);
