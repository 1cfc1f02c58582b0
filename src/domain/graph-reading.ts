/** How to read a file that can be read in more than one way. */
export interface GraphReading {
  /** Which of the networks in the file; left out: the usual one. */
  readonly signature?: string | undefined;
  /** The shape of one example of each input, by its name, for a `Graph` that is `laidOut`. */
  readonly lengths?: Readonly<Record<string, readonly number[]>> | undefined;
}
