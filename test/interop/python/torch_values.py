"""Writes tensors and checkpoints of torch as files, with what torch says of each, a JSON object a line; then evaluates what was copied from them.

The files are archives, files in the format before torch 1.6 (`legacy`), pickles, and safetensors where that library is installed. After the
line `null`, lines of the input are evaluated: the expression that Picklepost copied from a sample. For each, a line says what is wrong with it.
"""
import base64, collections, io, json, math, pickle, sys, warnings
import torch
from torch import nn

try:
    import safetensors.torch as safetensors
except ImportError:
    safetensors = None

warnings.simplefilter("ignore")
TYPES = [name for name, kind in vars(torch).items() if isinstance(kind, torch.dtype) and str(kind) == "torch." + name]
BYTES = (torch.arange(64) * 37 + 5).to(torch.uint8)
COMPLEX = torch.tensor([1 + 2j, 3 - 4j])
TABLE = torch.arange(24.0).reshape(2, 3, 4)
MATRIX = torch.tensor([[0.0, 1, 0], [2, 0, 3]])


class Own(torch.Tensor):
    pass


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.LSTM(2, 3))
        self.register_buffer("mask", torch.tensor([True, False]))


def with_attributes(tensor):
    tensor.tag = "x"
    return tensor


def maker(function):
    """None where this version of torch cannot make it."""
    try:
        return function()
    except (RuntimeError, NotImplementedError, TypeError, AttributeError):
        return None


def quantized(tensor, kind):
    return torch.quantize_per_channel(tensor, torch.tensor([0.1, 0.2]), torch.tensor([1, 2]), 0, kind)


def partly_frozen():
    model = Model()
    model.layers[0].weight.requires_grad = False
    return model


def tied():
    layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
    layers[1].weight = layers[0].weight
    return layers


def optimizer():
    model = nn.Linear(2, 2)
    adam = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    adam.step()
    return {"epoch": 3, "state_dict": {"model." + name: one for name, one in model.state_dict().items()}, "optimizer_states": [adam.state_dict()]}


SAMPLES = {}
for name in TYPES:
    kind = getattr(torch, name)
    SAMPLES[name] = kind
    if not name.startswith("q"):
        SAMPLES["elements of " + name] = maker(lambda: BYTES[: 4 * kind.itemsize].clone().view(kind))
        SAMPLES["no elements of " + name] = maker(lambda: torch.empty((0, 2), dtype=kind))
SAMPLES.update({
    "elements of bool": torch.tensor([True, False]),
    "special floats": torch.tensor([0.0, -0.0, math.inf, -math.inf, math.nan, 1e-45, 0.1]),
    "0-d": torch.tensor(3),
    "permuted": TABLE.permute(2, 0, 1),
    "expanded": torch.ones(2, 1).expand(2, 5),
    "offset and step": TABLE.flatten()[1::5],
    "overlapping": torch.arange(6).unfold(0, 3, 1),
    "channels last": torch.arange(24.0).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
    "of a file": torch.arange(40_000),
    "conjugated": COMPLEX.conj(),
    "conjugated of a file": torch.complex(torch.arange(9_000.0), torch.arange(9_000.0)).conj(),
    "negated": COMPLEX.conj().imag,
    "conjugated and negated": torch._neg_view(COMPLEX.conj()),
    "negated complex": torch._neg_view(COMPLEX),
    "negated bfloat16": torch._neg_view(torch.tensor([1.5, -2.0], dtype=torch.bfloat16)),
    "conjugated, transposed": torch.stack([COMPLEX, COMPLEX]).conj().T,
    "parameter": nn.Parameter(torch.ones(2)),
    "frozen parameter": nn.Parameter(torch.ones(2), requires_grad=False),
    "parameter with attributes": with_attributes(nn.Parameter(torch.ones(2))),
    "tensor with attributes": with_attributes(torch.ones(2)),
    "sparse parameter": nn.Parameter(MATRIX.to_sparse()),
    "meta parameter": nn.Parameter(torch.empty(2, device="meta")),
    "meta": torch.empty(2, 3, device="meta"),
    "meta bits": maker(lambda: torch.empty(2, dtype=torch.bits8, device="meta")),
    "subclass": torch.ones(2).as_subclass(Own),
    "subclass with attributes": with_attributes(torch.ones(2).as_subclass(Own)),
    "buffer": maker(lambda: nn.Buffer(torch.ones(2))),
    "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 10, torch.quint8),
    "quantized by channel": quantized(MATRIX, torch.qint8),
    "COO": MATRIX.to_sparse(),
    "CSR": MATRIX.to_sparse_csr(),
    "CSC": maker(lambda: MATRIX.to_sparse_csc()),
    "BSR": maker(lambda: torch.eye(4).to_sparse_bsr((2, 2))),
    "nested": maker(lambda: torch.nested.nested_tensor([torch.ones(2, 3), torch.zeros(1, 3)])),
    "jagged": maker(lambda: torch.nested.nested_tensor_from_jagged(TABLE[0], torch.tensor([0, 1, 3]))),
    "jagged with lengths": maker(lambda: torch.nested.nested_tensor_from_jagged(TABLE[0], torch.tensor([0, 1, 3]), torch.tensor([1, 1]))),
    "jagged along the second axis": maker(lambda: torch.nested.nested_tensor_from_jagged(TABLE[0], torch.tensor([0, 1, 4]), jagged_dim=2)),
    "result": torch.topk(torch.arange(3.0), 2),
    "version": torch.__version__,
    "generator": torch.Generator(),
    "Size": torch.Size((2, 3)),
    "device": torch.device("cuda", 1),
    "layout": torch.sparse_coo,
    "scheme": torch.per_channel_affine_float_qparams,
    "lazy parameter": nn.parameter.UninitializedParameter(),
    "optimizer": torch.optim.Adam([nn.Parameter(torch.ones(2))]),
    "scheduler": torch.optim.lr_scheduler.StepLR(torch.optim.SGD([nn.Parameter(torch.ones(2))], lr=0.1), 2),
    "data set": torch.utils.data.TensorDataset(torch.ones(2)),
    "layers": nn.Sequential(nn.TransformerEncoderLayer(4, 2, 8, activation="gelu"), nn.utils.weight_norm(nn.Conv1d(1, 1, 1)), nn.ZeroPad1d(1)),
    "model": partly_frozen(),
    "state_dict": Model().state_dict(),
    "checkpoint": optimizer(),
    "tied": tied(),
})


def elements(tensor):
    """As JSON has them; None for types of which torch shows none."""
    try:
        values = tensor.int_repr().tolist() if tensor.is_quantized else tensor.tolist()
    except (RuntimeError, NotImplementedError, TypeError):
        values = maker(lambda: tensor.to(torch.float32).tolist())
    def plain(value):
        if isinstance(value, list):
            return [plain(one) for one in value]
        if isinstance(value, complex):
            return str(value).strip("()")
        return None if isinstance(value, float) and not math.isfinite(value) else value
    return plain(values)


def tensor(value):
    value = value.detach()
    said = {"dtype": str(value.dtype)[6:], "shape": list(value.shape)}
    value = value.as_subclass(torch.Tensor).resolve_conj().resolve_neg()
    array = None if value.is_quantized else maker(lambda: value.numpy().copy(order="C"))
    return {**said, "values": elements(value), "bytes": None if array is None else array.tobytes().hex()}


def tensors(value, path):
    if isinstance(value, torch.Tensor):
        return [[path, str(value.dtype)[6:], list(value.shape)]]
    if isinstance(value, nn.Module):
        value = value.state_dict()
        return [[path + "." + name, str(one.dtype)[6:], list(one.shape)] for name, one in value.items()]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return [line for key, one in items for line in tensors(one, f"{path}[{json.dumps(key)}]")]


def describe(value):
    if isinstance(value, (nn.Module, dict)):
        parameters = {id(one): one.numel() for one in ([*value.parameters(), *value.buffers()] if isinstance(value, nn.Module) else ())}
        return {"tensors": tensors(value, "data"), **({"parameters": sum(parameters.values())} if parameters else {})}
    if not isinstance(value, torch.Tensor) or nn.parameter.is_lazy(value) or value.is_nested or value.is_meta:
        return {}
    return tensor(value) if value.layout == torch.strided else {}


def files(name, value):
    for kind in "archive", "legacy":
        file = io.BytesIO()
        torch.save(value, file, _use_new_zipfile_serialization=kind == "archive")
        yield kind, file.getvalue(), lambda content, weights: torch.load(io.BytesIO(content), weights_only=weights)
    for protocol in 2, 5:
        yield f"pickle {protocol}", pickle.dumps(value, protocol), lambda content, weights: pickle.loads(content)
    if safetensors is not None and "elements of" in name:
        yield "safetensors", safetensors.save({"x": value}), lambda content, weights: safetensors.load(content)["x"]


for name, value in SAMPLES.items():
    try:
        for kind, content, load in files(name, value) if value is not None else ():
            try:
                loaded = load(content, False)
            except Exception:  # what torch writes but cannot read
                continue
            try:
                load(content, True)
                is_data = kind == "archive"
            except Exception:
                is_data = False
            print(json.dumps({"name": name, "kind": kind, "file": base64.b64encode(content).decode(), "isData": is_data, **describe(loaded)}))
    except Exception:  # a type that torch cannot save
        continue
print("null", flush=True)


def same(a, b):
    if not isinstance(a, torch.Tensor):
        return type(a) is type(b) and all(map(same, a, b)) if isinstance(a, torch.return_types.topk) else a == b
    if isinstance(a, nn.Parameter) and (not isinstance(b, nn.Parameter) or a.requires_grad != b.requires_grad):
        return False
    a, b = a.detach(), b.detach()
    if a.is_nested:
        return b.is_nested and a.layout == b.layout and all(same(one, other) for one, other in zip(a.unbind(), b.unbind()))
    if a.dtype != b.dtype or a.shape != b.shape or a.is_meta:
        return a.dtype == b.dtype and a.shape == b.shape and b.is_meta
    if a.layout != torch.strided:
        return a.layout == b.layout and torch.equal(a.to_dense(), b.to_dense())
    return json.dumps(elements(a)) == json.dumps(elements(b))


for line in sys.stdin:
    sample = json.loads(line)
    try:
        value = eval(sample["source"], {"torch": torch, "inf": math.inf, "nan": math.nan})
        problem = None if same(SAMPLES[sample["name"]], value) else f"{value!r} is another value"
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    print(json.dumps({**sample, "problem": problem}), flush=True)
