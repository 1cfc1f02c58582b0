import { describe, expect, it } from 'vitest';
import { allowedByWeightsOnly, isHazard, isHazardToCall } from './globals.ts';

function split(path: string): [module: string, name: string] {
  const at = path.lastIndexOf('.');
  return [path.slice(0, at), path.slice(at + 1)];
}

it.each([
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  'torch.FloatStorage',
  'torch.cuda.HalfStorage',
  'torch.storage.UntypedStorage',
  'torch.float8_e4m3fn',
  'torch.uint16',
  'torch.per_channel_affine_float_qparams',
  'torch.sparse.FloatTensor',
  'builtins.set',
])('torch.load(weights_only=True) takes %s', (path) => {
  expect(allowedByWeightsOnly(path)).toBe(true);
});

it.each([
  'builtins.list',
  'collections.defaultdict',
  'torch.nn.modules.linear.Linear',
  'numpy._core.multiarray._reconstruct',
  'argparse.Namespace',
  'torch.load',
  'torch.FakeStorage',
  'xtorch.FloatStorage',
  'os.system',
])('torch.load(weights_only=True) refuses %s', (path) => {
  expect(allowedByWeightsOnly(path)).toBe(false);
});

describe('data and classes of a training are no hazard, used or called', () => {
  it.each([
    '__main__.Net',
    'argparse.Namespace',
    'pathlib.PosixPath',
    'datetime.datetime',
    'functools.partial',
    'numpy.core.multiarray._reconstruct',
    'numpy._core.multiarray.scalar',
    'numpy.random._pickle.__randomstate_ctor',
    'torch.optim.adamw.AdamW',
    'transformers.training_args.TrainingArguments',
    'lightning.fabric.utilities.data.AttributeDict',
    'omegaconf.dictconfig.DictConfig',
    'pandas._libs.internals._unpickle_block',
    'builtins.ValueError',
    '__torch__.torch.nn.modules.linear.Linear',
  ])('%s', (path) => {
    expect(isHazard(...split(path))).toBe(false);
    expect(isHazardToCall(...split(path))).toBe(false);
  });
});

describe('what can do things is a hazard to name', () => {
  it.each([
    'os.system',
    'posix.system',
    'nt.system',
    'builtins.eval',
    'builtins.getattr',
    'builtins.__import__',
    'subprocess.Popen',
    'importlib.import_module',
    'pickle.loads',
    'operator.attrgetter',
    'ctypes.CDLL',
    'shutil.rmtree',
    'pip._internal.cli.main.main',
    'pkgutil.resolve_name',
    'idlelib.pyshell.ModifiedInterpreter',
    '_posixsubprocess.fork_exec',
    '_pyrepl.pager.pipe_pager',
    'asyncio.unix_events._UnixSubprocessTransport',
    'numpy.testing._private.utils.runstring',
    'numpy.f2py.crackfortran.getlincoef',
    'torch.utils.collect_env.run',
    'torch.hub.load',
    'cloudpickle.cloudpickle._make_function',
  ])('%s', (path) => {
    expect(isHazard(...split(path))).toBe(true);
    expect(isHazardToCall(...split(path))).toBe(true);
  });

  it('by a dotted name too', () => {
    expect(isHazard('torch', 'serialization.os.system')).toBe(true);
    expect(isHazard('__main__', 'Trainer.Config')).toBe(false);
  });
});

it.each([
  'torch.storage._load_from_bytes',
  'torch.load',
  '__main__.make',
  'torch.fx.graph_module.reduce_graph_module',
])('the function %s is a hazard to call only', (path) => {
  expect(isHazard(...split(path))).toBe(false);
  expect(isHazardToCall(...split(path))).toBe(true);
});
