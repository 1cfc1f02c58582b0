"""Programs of real networks with random weights, and what PyTorch computes with them.

    pip install torch torchvision transformers
    python write-fixtures.py DIRECTORY [NAME ...]

Each NAME.pt2 comes with NAME.json: the inputs and outputs of one batch as lists of
{name, dtype, shape, values}. NAME-core.pt2 is the same after `run_decompositions()`. They are too large for
the repository: `PT2=DIRECTORY npx vitest run src/workers/evaluator-pt2-more.test.ts` walks them.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.export import Dim

torch.manual_seed(3)

# where torchvision is of another build than torch, its own ops are not there, and none of them is used
LIBRARY = torch.library.Library('torchvision', 'FRAGMENT')
for name in ('nms', 'qnms'):
    if not hasattr(torch.ops.torchvision, name):
        LIBRARY.define(f'{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')


def shaken(model):
    """Statistics and gains that are not those of a new layer."""
    generator = torch.Generator().manual_seed(5)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_mean is not None:
            module.running_mean.normal_(0, 0.3, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
    return model.eval()


def image(size=32, channels=3):
    return torch.randn(2, channels, size, size)


class Recurrent(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.rnn = kind(5, 7, **options)

    def forward(self, x):
        out, state = self.rnn(x)
        states = state if isinstance(state, tuple) else (state,)
        return {'out': out, 'states': list(states)}


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(5, 6)
        self.gru = nn.GRUCell(6, 4)
        self.rnn = nn.RNNCell(4, 3)

    def forward(self, x):
        h, c = self.lstm(x, (x.new_zeros(x.shape[0], 6), x.new_ones(x.shape[0], 6)))
        return self.rnn(self.gru(h)) + c.mean(-1, keepdim=True)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.mha = nn.MultiheadAttention(16, 4, batch_first=True)
        self.query = nn.Linear(16, 32)
        self.key = nn.Linear(16, 16)

    def forward(self, x, keep):
        a, w = self.mha(x, x, x, key_padding_mask=keep == 0)
        b, t, _ = x.shape
        q = self.query(x).view(b, t, 4, 8).transpose(1, 2)
        k = self.key(x).view(b, t, 2, 8).transpose(1, 2)
        grouped = nn.functional.scaled_dot_product_attention(q, k, k, is_causal=True, enable_gqa=True)
        mask = torch.zeros(t, t).masked_fill(torch.ones(t, t).triu(1) == 1, float('-inf'))
        masked = nn.functional.scaled_dot_product_attention(q, q, q, attn_mask=mask)
        return a, w, grouped, masked


class Shapes(nn.Module):
    def forward(self, x):
        b, c, h, w = x.shape
        f = nn.functional
        y = {
            'unfolded': x.reshape(b * h, c, w).permute(0, 2, 1)[:, 1::2, :-1],
            'tail': x[..., -3:].flip(3).roll((1, 2), (2, 3)),
            'shuffled': f.pixel_shuffle(x, 2),
            'unshuffled': f.pixel_unshuffle(x, 2),
            'channels': f.channel_shuffle(x, 2),
            'repeated': x.repeat(1, 2, 1, 1).repeat_interleave(2, dim=2),
            'parts': torch.stack(x.chunk(3, dim=2)[:2]).sum(0),
            'unbound': sum(part * (i + 1) for i, part in enumerate(x.unbind(1))),
            'reflect': f.pad(x, (1, 2, 3, 1), mode='reflect'),
            'replicate': f.pad(x, (1, 2, 0, 1), mode='replicate'),
            'circular': f.pad(x, (1, 2, 0, 1), mode='circular'),
            'constant': f.pad(x, (1, -1, 2, 0), value=3.0),
            'bicubic': f.interpolate(x, size=(7, 11), mode='bicubic', align_corners=False),
            'aligned': f.interpolate(x, size=(7, 11), mode='bilinear', align_corners=True),
            'nearest': f.interpolate(x, scale_factor=1.5, mode='nearest'),
            'linear': f.interpolate(x, scale_factor=2, mode='bilinear'),
            'picked': x[:, [2, 0, 1]][:, :, torch.tensor([1, -1]), torch.tensor([[0], [-2]])],
            'apart': x[torch.arange(b), :, torch.tensor([1]), torch.tensor([-1])],
            'moved': x.movedim(1, -1).transpose(-1, -2).unflatten(1, (2, -1)),
            'tril': x.tril(-1) + x.triu(2),
            'cumsum': x.cumsum(2),
            'diag': torch.einsum('bcij,bcjk->bik', x, x) + torch.einsum('...ij->...ji', x)[:, 0],
            'static': x.new_zeros(3, h).fill_(2.0) + torch.arange(h, dtype=x.dtype) * torch.linspace(0, 1, h),
        }
        return y


class Numbers(nn.Module):
    def forward(self, x, n):
        f = nn.functional
        return {
            'floor': x // 0.3 + x % 0.7 + torch.fmod(x, 0.4) + x.trunc() + x.round() + x.sign(),
            'ints': (n // 3) * 2 + n % 4 + torch.div(n, 3, rounding_mode='trunc') + n.float().to(torch.int64),
            'where': torch.where((x > 0) & ~(n == 2), x, -1.0).masked_fill(n.ge(3) | (n < -2), 7.0),
            'clamp': x.clamp(min=torch.tensor(-0.5), max=torch.tensor(0.5)) + x.clamp(max=1) + f.relu6(x * 9),
            'var': x.var(1) + x.std(1, unbiased=False) + torch.var_mean(x, dim=1)[1],
            'norm': f.normalize(x, dim=1) + x.norm(p=1, dim=1, keepdim=True) + x.norm(dim=0),
            'lse': x.logsumexp(1) + x.amax(1) + x.amin(1) + x.prod(1) + x.max(1).values + x.max(1).indices,
            'arg': x.argmax(1) + x.argmin(-1) + n.any(1) * 2 + (n > 0).all(1),
            'glu': f.glu(x, 1) + f.softplus(x[:, :3], beta=2) + f.celu(x[:, :3], 0.7) + f.hardshrink(x[:, :3]),
            'acts': f.softshrink(x) + f.threshold(x, 0.1, -2.0) + f.logsigmoid(x) + f.mish(x) + f.hardswish(x)
            + f.hardsigmoid(x) + f.selu(x) + f.elu(x, 0.5) + f.leaky_relu(x, 0.2) + f.tanhshrink(x) + f.softsign(x),
            'more': torch.exp2(x) + torch.log2(x.abs() + 1) + torch.log10(x.abs() + 1) + torch.log1p(x.abs())
            + torch.expm1(x) + torch.sin(x) * torch.cos(x) + torch.rsqrt(x.abs() + 1) + torch.reciprocal(x.abs() + 1),
            'pow': x**2 + x**3 + 2**x + x.abs() ** 0.5 + (x.abs() + 0.1) ** x,
            'onehot': f.one_hot(n.clamp(0, 4), 5) + torch.gather(n, 1, n.clamp(0, 4))[:, :1].unsqueeze(-1),
            'lerp': torch.lerp(x, x * 2, 0.3) + torch.addcmul(x, x, x, value=0.5) + torch.addcdiv(x, x, x.abs() + 1),
            'sel': torch.index_select(x, 1, torch.tensor([2, 0, 1])).matmul(torch.ones(3)) + x.mv(torch.ones(6)),
            'sizes': x * x.shape[0] + torch.full((x.shape[0], 1), 0.5) + x.numel(),
            'nan': torch.nan_to_num(torch.where(x > 1, x / 0, x), posinf=5.0) + torch.isnan(x / x).float(),
            'rms': f.rms_norm(x, (6,)) + f.layer_norm(x, (6,)) + f.softmin(x, 1),
        }


class Volumes(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv3d(2, 4, 3, padding=1, stride=(1, 2, 1)), nn.BatchNorm3d(4), nn.ReLU(),
            nn.MaxPool3d(2), nn.Conv3d(4, 6, (1, 3, 3), padding='same', groups=2), nn.GroupNorm(3, 6),
            nn.AdaptiveAvgPool3d((1, 2, 2)),
        )
        self.rows = nn.Sequential(
            nn.Conv1d(6, 4, 2), nn.InstanceNorm1d(4, affine=True), nn.AvgPool1d(2, ceil_mode=True),
            nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), nn.PReLU(6),
        )

    def forward(self, x):
        return self.rows(self.body(x).flatten(2))


class Planes(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(3, 6, (3, 2), stride=(2, 1), padding=(1, 0), output_padding=(1, 0), groups=3)
        self.norm = nn.InstanceNorm2d(6, track_running_stats=True)
        self.pool = nn.AdaptiveMaxPool2d((3, 2))

    def forward(self, x):
        y = self.norm(self.up(x))
        return self.pool(y), nn.functional.avg_pool2d(y, 3, 2, 1, count_include_pad=False, ceil_mode=True)


def torchvision_model(name, size=64, **options):
    def build():
        import torchvision

        model = getattr(torchvision.models, name)(weights=None, num_classes=7, **options)
        return shaken(model), (image(size),), ({0: Dim('batch', max=64)},)

    return build


def transformer(make, length=9, causal=False, mask=True):
    def build():
        model = make().eval()
        ids = torch.randint(0, 50, (2, length))
        keep = torch.ones(2, length, dtype=torch.int64)
        keep[1, -2:] = 0
        batch, tokens = Dim('batch', max=64), Dim('tokens', max=16)

        class Wrapped(nn.Module):
            def __init__(self):
                super().__init__()
                self.model = model

            def forward(self, input_ids, attention_mask=None):
                return self.model(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).logits if causal else self.model(
                    input_ids=input_ids, attention_mask=attention_mask
                ).logits

        shapes = ({0: batch, 1: tokens}, {0: batch, 1: tokens})
        return (Wrapped().eval(), (ids, keep), shapes) if mask else (Wrapped().eval(), (ids,), shapes[:1])

    return build


SMALL = dict(vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24)


def bert():
    from transformers import BertConfig, BertForSequenceClassification

    return BertForSequenceClassification(BertConfig(**SMALL, max_position_embeddings=32, num_labels=3))


def distilbert():
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    config = DistilBertConfig(vocab_size=50, dim=16, n_layers=2, n_heads=2, hidden_dim=24, num_labels=3)
    return DistilBertForSequenceClassification(config)


def roberta():
    from transformers import RobertaConfig, RobertaForMaskedLM

    return RobertaForMaskedLM(RobertaConfig(**SMALL, max_position_embeddings=32))


def gpt2():
    from transformers import GPT2Config, GPT2LMHeadModel

    return GPT2LMHeadModel(GPT2Config(vocab_size=50, n_positions=32, n_embd=16, n_layer=2, n_head=2))


def llama():
    from transformers import LlamaConfig, LlamaForCausalLM

    return LlamaForCausalLM(LlamaConfig(**{**SMALL, 'num_attention_heads': 4}, num_key_value_heads=2))


def opt():
    from transformers import OPTConfig, OPTForCausalLM

    config = OPTConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=2, ffn_dim=24, num_attention_heads=2,
        max_position_embeddings=32, word_embed_proj_dim=16,
    )
    return OPTForCausalLM(config)


def hf_image(make):
    def build():
        return shaken(make()), (image(32),), ({0: Dim('batch', max=64)},)

    return build


def vit():
    from transformers import ViTConfig, ViTForImageClassification

    config = ViTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, image_size=32,
        patch_size=8, num_labels=4,
    )
    return ViTForImageClassification(config)


def encoder():
    layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, activation='gelu')
    model = nn.TransformerEncoder(layer, 2).eval()
    return model, (torch.randn(3, 5, 16),), ({0: Dim('batch', max=64), 1: Dim('tokens', max=64)},)


BATCH = {0: Dim('batch', max=64)}
MODELS = {
    'lstm': lambda: (Recurrent(nn.LSTM, num_layers=2, bidirectional=True, batch_first=True).eval(), (torch.randn(3, 4, 5),), (BATCH,)),
    'lstm-time-first': lambda: (Recurrent(nn.LSTM, bias=False).eval(), (torch.randn(4, 3, 5),), ({1: Dim('batch', max=64)},)),
    'gru': lambda: (Recurrent(nn.GRU, num_layers=2, bidirectional=True, batch_first=True).eval(), (torch.randn(3, 4, 5),), (BATCH,)),
    'rnn': lambda: (Recurrent(nn.RNN, nonlinearity='relu', batch_first=True).eval(), (torch.randn(3, 4, 5),), (BATCH,)),
    'cells': lambda: (Cells().eval(), (torch.randn(3, 5),), (BATCH,)),
    'attention': lambda: (Attention().eval(), (torch.randn(3, 5, 16), torch.tensor([[1] * 5, [1] * 4 + [0], [1, 1, 0, 0, 0]])), (BATCH, BATCH)),
    'encoder': encoder,
    'shapes': lambda: (Shapes().eval(), (torch.randn(2, 4, 6, 6),), (BATCH,)),
    'shapes-static': lambda: (Shapes().eval(), (torch.randn(2, 4, 6, 6),), None),
    'numbers': lambda: (Numbers().eval(), (torch.randn(3, 6), torch.tensor([[1, 2, 3, -4, 0, 2]] * 3)), (BATCH, BATCH)),
    'volumes': lambda: (shaken(Volumes()), (torch.randn(2, 2, 4, 8, 8),), (BATCH,)),
    'planes': lambda: (shaken(Planes()), (torch.randn(2, 3, 7, 6),), (BATCH,)),
    **{
        name: torchvision_model(name)
        for name in (
            'resnet18', 'resnext50_32x4d', 'mobilenet_v2', 'mobilenet_v3_small', 'efficientnet_b0', 'densenet121',
            'squeezenet1_1', 'shufflenet_v2_x0_5', 'regnet_y_400mf', 'mnasnet0_5', 'convnext_tiny', 'swin_t', 'swin_v2_t', 'maxvit_t',
        )
    },
    'googlenet': torchvision_model('googlenet', init_weights=False, aux_logits=False),
    'inception_v3': torchvision_model('inception_v3', 80, init_weights=False, aux_logits=False),
    'alexnet': torchvision_model('alexnet'),
    'vgg11_bn': torchvision_model('vgg11_bn', 32),
    'vit_b_16': torchvision_model('vit_b_16', 32, image_size=32),
    'bert': transformer(bert), 'distilbert': transformer(distilbert), 'roberta': transformer(roberta),
    'gpt2': transformer(gpt2, causal=True), 'llama': transformer(llama, causal=True), 'opt': transformer(opt, causal=True),
    'llama-no-mask': transformer(llama, causal=True, mask=False), 'gpt2-no-mask': transformer(gpt2, causal=True, mask=False),
    'vit': hf_image(vit),
}


def described(name, tensor):
    dtype = str(tensor.dtype).removeprefix('torch.')
    values = tensor.detach().double().flatten().tolist()
    shown = [v if abs(v) != float('inf') and v == v else str(v) for v in values]
    return {'name': name, 'dtype': dtype, 'shape': list(tensor.shape), 'values': shown}


def write(name, folder):
    model, inputs, shapes = MODELS[name]()
    program = torch.export.export(model, inputs, dynamic_shapes=shapes)
    names = [spec.arg.name for spec in program.graph_signature.input_specs if spec.kind.name == 'USER_INPUT']
    with torch.no_grad():
        leaves = torch.utils._pytree.tree_leaves(model(*inputs))
    document = {
        'inputs': [described(n, t) for n, t in zip(names, inputs, strict=True)],
        'outputs': [described(str(i), t) for i, t in enumerate(leaves)],
    }
    for suffix, made in (('', lambda: program), ('-core', program.run_decompositions)):
        (folder / f'{name}{suffix}.json').write_text(json.dumps(document))
        torch.export.save(made(), folder / f'{name}{suffix}.pt2')


if __name__ == '__main__':
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        try:
            write(name, folder)
            print('wrote', name, flush=True)
        except Exception as error:
            print('failed', name, repr(error)[:300], flush=True)
