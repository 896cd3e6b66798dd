"""Writes tensors of torch, a JSON object a line: archives, files in the format before torch 1.6 (`legacy`), and by `pickle.dumps`."""
import io, json, pickle, warnings
import torch

warnings.simplefilter("ignore")
SAMPLES = {
    "tensor": torch.arange(6.0).reshape(2, 3),
    "bfloat16": torch.ones(2, dtype=torch.bfloat16),
    "Parameter": torch.nn.Parameter(torch.zeros(2)),
    "sparse COO": torch.eye(2).to_sparse(),
    "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 1, torch.qint8),
    "quantized by channel": torch.quantize_per_channel(torch.ones(2, 2), torch.tensor([0.1, 0.2]), torch.tensor([0, 1]), 0, torch.quint8),
    "frozen parameter": torch.nn.Parameter(torch.zeros(2), requires_grad=False),
    "module": torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.BatchNorm1d(1)),
    "large": torch.arange(300.0),
    "meta": torch.empty(2, device="meta"),
    "view": torch.arange(12).reshape(3, 4)[:, 1:3],
    "expanded": torch.ones(1).expand(4),
    "complex": torch.tensor([1 + 2j]),
    "scalar": torch.tensor(3),
    "Size": torch.Size((2, 3)),
    "device": torch.device("cpu"),
    "dtype": torch.float32,
}
TYPES = "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool complex64 complex128 uint16 uint32 uint64 float8_e4m3fn float8_e5m2".split()
SAMPLES["types"] = {name: torch.tensor([1, 0]).to(getattr(torch, name)) for name in TYPES if hasattr(torch, name)}
SAMPLES["quantized types"] = [torch.quantize_per_tensor(torch.ones(2), 0.5, 0, dtype) for dtype in (torch.qint8, torch.quint8, torch.qint32)]
# Of later versions.
if hasattr(torch, "float8_e4m3fn"):
    SAMPLES["float8"] = torch.ones(2).to(torch.float8_e4m3fn)
if hasattr(torch, "uint16"):
    SAMPLES["uint16"] = torch.ones(2, dtype=torch.uint16)
if hasattr(torch.Tensor, "to_sparse_csc"):
    SAMPLES["sparse CSR"] = torch.eye(2).to_sparse_csr()
    SAMPLES["sparse CSC"] = torch.eye(2).to_sparse_csc()
if hasattr(torch, "nested"):
    SAMPLES["nested"] = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
if hasattr(torch, "_neg_view"):
    SAMPLES["conjugated"] = torch.tensor([1 + 2j]).conj()
    SAMPLES["negated"] = torch.tensor([1 + 2j]).conj().imag
    SAMPLES["conjugated and negated"] = torch._neg_view(torch.tensor([1 + 2j]).conj())
if hasattr(torch, "bits8"):
    SAMPLES["complex32"] = torch.ones(2).to(torch.complex32)
    SAMPLES["bits8"] = torch.ones(2, dtype=torch.uint8).view(torch.bits8)
    SAMPLES["buffer"] = torch.nn.Buffer(torch.ones(2))
    SAMPLES["sparse parameter"] = torch.nn.Parameter(torch.eye(2).to_sparse())
    SAMPLES["meta parameter"] = torch.nn.Parameter(torch.empty(2, device="meta"))
    SAMPLES["masked"] = torch.masked.masked_tensor(torch.ones(2), torch.tensor([True, False]))
    SAMPLES["jagged"] = torch.nested.nested_tensor_from_jagged(torch.arange(3.0), torch.tensor([0, 1, 3]))
    SAMPLES["result"] = torch.topk(torch.arange(3.0), 2)
    SAMPLES["version"] = torch.__version__
for name, value in SAMPLES.items():
    for kind in "archive", "legacy":
        file = io.BytesIO()
        torch.save(value, file, _use_new_zipfile_serialization=kind == "archive")
        print(json.dumps({"name": name, "protocol": kind, "pickle": file.getvalue().hex()}))
    for protocol in 2, 4, 5:
        try:
            print(json.dumps({"name": name, "protocol": protocol, "pickle": pickle.dumps(value, protocol).hex()}))
        except Exception:  # a storage without content cannot be pickled
            pass
