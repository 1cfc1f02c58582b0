declare const __CAIRN_VERSION__: string | undefined;

/** The version in `package.json`, which the build puts here. */
export const CAIRN_VERSION: string =
  typeof __CAIRN_VERSION__ === 'string' ? __CAIRN_VERSION__ : 'development';
