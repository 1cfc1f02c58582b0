/** Which Resume dialog is open, as the URL says it. */
export interface ResumeView {
  /** `CheckpointRef.path`; `null`: none. */
  readonly resume: string | null;
}

export function parseResumeView({ resume }: Readonly<Record<string, unknown>>): ResumeView {
  return { resume: typeof resume === 'string' && resume !== '' ? resume : null };
}
