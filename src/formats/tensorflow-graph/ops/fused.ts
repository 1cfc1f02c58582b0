import type { Context } from '#formats/tensorflow-graph/context.ts';
import type { Arrayed } from '#formats/tensorflow-graph/values.ts';
import { arithmeticOps, biasAdd, prelu } from './arithmetic.ts';

/**
 * What a fused op does after the product: `fused_ops` in order, each with the inputs that it takes.
 *
 * @see https://github.com/tensorflow/tfjs/blob/master/tfjs-converter/python/tensorflowjs/converters/fold_batch_norms.py
 */
export function fusedTail(context: Context, product: Arrayed): Arrayed {
  const { array, float, ignore, refuse, texts } = context;
  ignore('num_args', 'epsilon', 'num_host_args', 'filter_format');
  let next = 2;
  return texts('fused_ops').reduce((x, name) => {
    if (name === 'BiasAdd') return biasAdd(context, x, array(next++));
    if (name === 'Prelu') return prelu(context, x, array(next++));
    if (name === 'LeakyRelu') {
      return context.emit('leaky_relu', [x], { alpha: float('leakyrelu_alpha', 0.2) }, x);
    }
    const known = /^(?:Relu|Relu6|Elu|Sigmoid|Tanh)$/.test(name) ? arithmeticOps[name] : undefined;
    if (!known) return refuse(`${name} fused into it`);
    return known({ ...context, array: () => x }) as Arrayed;
  }, product);
}
