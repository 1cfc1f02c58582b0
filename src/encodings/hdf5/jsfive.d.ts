/** What the tests use of it; it brings no declarations. */
declare module 'jsfive' {
  export class File {
    constructor(bytes: ArrayBuffer, name: string);
    get(path: string): unknown;
  }
  export interface Dataset {
    readonly value: unknown;
  }
}
