import { getBackend, sum, type Tensor } from '@tensorflow/tfjs';

/**
 * Whether no number is NaN or ±∞, so that a kernel that loses those may be used. `false` as well where the
 * sum of all is too large, and on WebGPU, where to look would be to wait for the device.
 */
export function isFiniteThroughout(x: Tensor): boolean {
  if (getBackend() === 'webgpu') return false;
  return Number.isFinite(sum(x).dataSync()[0]);
}
