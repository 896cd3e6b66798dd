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

/** torch's own layers: in each part, a module of `torch.nn.modules` and its classes. `*` stands for `1d`, `2d` and `3d`. */
const LAYER_NAMES =
  'linear Linear Identity Bilinear LazyLinear NonDynamicallyQuantizableLinear,adaptive AdaptiveLogSoftmaxWithLoss,' +
  'container Sequential ModuleList ModuleDict ParameterList ParameterDict,' +
  'conv Conv* ConvTranspose* LazyConv* LazyConvTranspose*,batchnorm BatchNorm* SyncBatchNorm LazyBatchNorm*,' +
  'normalization LayerNorm GroupNorm RMSNorm LocalResponseNorm,instancenorm InstanceNorm* LazyInstanceNorm*,' +
  'activation ReLU ReLU6 LeakyReLU PReLU RReLU GELU SiLU Mish Sigmoid Tanh Hardswish Hardsigmoid Hardtanh Softplus Softmax Softmax2d ' +
  'LogSoftmax ELU SELU CELU GLU MultiheadAttention Hardshrink Softshrink Tanhshrink LogSigmoid Softmin Softsign Threshold,' +
  'dropout Dropout Dropout* AlphaDropout FeatureAlphaDropout,sparse Embedding EmbeddingBag,flatten Flatten Unflatten,fold Fold Unfold,' +
  'upsampling Upsample UpsamplingBilinear2d UpsamplingNearest2d,pixelshuffle PixelShuffle PixelUnshuffle,channelshuffle ChannelShuffle,' +
  'pooling MaxPool* AvgPool* AdaptiveAvgPool* AdaptiveMaxPool* MaxUnpool* LPPool*,distance CosineSimilarity PairwiseDistance,' +
  'padding ZeroPad* ReflectionPad* ReplicationPad* ConstantPad* CircularPad*,rnn RNN LSTM GRU LSTMCell GRUCell RNNCell,' +
  'transformer Transformer TransformerEncoder TransformerEncoderLayer TransformerDecoder TransformerDecoderLayer,' +
  'loss MSELoss CrossEntropyLoss BCELoss BCEWithLogitsLoss L1Loss NLLLoss SmoothL1Loss HuberLoss KLDivLoss CTCLoss ' +
  'CosineEmbeddingLoss TripletMarginLoss';

/** By their full names. */
const LAYERS: ReadonlySet<string> = new Set([
  ...['torch.nn.parallel.data_parallel.DataParallel', 'torch.optim.swa_utils.AveragedModel'],
  ...LAYER_NAMES.split(',').flatMap((part) => {
    const [module = '', ...names] = part.split(' ');
    return names.flatMap((name) =>
      ['1d', '2d', '3d'].map((size) => `torch.nn.modules.${module}.${name.replace('*', size)}`),
    );
  }),
]);
