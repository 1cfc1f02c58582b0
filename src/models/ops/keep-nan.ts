import { getBackend, isNaN as isNaNOf, type Tensor } from '@tensorflow/tfjs';
import { pick } from './wide.ts';

/**
 * Puts NaN back where a function of one number was given it. A network that has diverged must not come
 * out with clean numbers, and on WebGPU `exp`, `clamp` and the like may make anything of NaN: measured,
 * sigmoid(NaN) is 0. The kernels of the other backends keep it.
 *
 * @param result of the shape of `x`
 * @see https://www.w3.org/TR/WGSL/#floating-point-evaluation
 */
export function keepNaN(x: Tensor, result: Tensor): Tensor {
  return getBackend() === 'webgpu' ? pick(isNaNOf(x), x, result) : result;
}
