import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpDirectory } from './http-directory.ts';
import { collect } from './testing.ts';

let server: Server | undefined;
const requests: string[] = [];

afterEach(() => {
  server?.close();
  requests.length = 0;
});

/** A directory on a server of this machine. */
async function serve(files: Record<string, Buffer>, { ranges = true } = {}) {
  const listing = Object.entries(files).map(([path, { length: size }]) => ({
    path,
    size,
    modified: 1,
  }));
  const answer: RequestListener = (request, response) => {
    const path = decodeURIComponent(request.url?.slice('/sample/'.length) ?? '');
    requests.push(`${path} ${request.headers.range ?? 'whole'}`);
    if (path === 'listing.json') return response.end(JSON.stringify({ files: listing }));
    const file = files[path];
    if (!file) return response.writeHead(404).end();
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    if (!ranges || from === undefined) return response.end(file);
    return response.writeHead(206).end(file.subarray(Number(from), Number(to) + 1));
  };
  server = createServer(answer).listen(0);
  await new Promise((resolve) => server?.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return httpDirectory({ name: 'sample', url: `${origin}/sample`, origin });
}

const large = Buffer.from(Uint8Array.from({ length: 1_500_000 }, (_, i) => i % 251));

describe('a directory on our own server', () => {
  it('is listed by one file', async () => {
    const directory = await serve({ 'a.pth': Buffer.from('abc'), 'run/b c.pth': Buffer.from('d') });
    const listings = await collect(directory.list());
    expect(listings).toEqual([{ paths: ['a.pth', 'run/b c.pth'], seen: 2, defects: [] }]);
    expect(requests).toEqual(['listing.json whole']);
  });

  it('gives a small file in one request, whatever is read of it', async () => {
    const directory = await serve({ 'run/b c.pth': Buffer.from('abcdef') });
    const source = await directory.open(await directory.stat('run/b c.pth'));
    expect([...(await source.read(1, 3))]).toEqual([98, 99]);
    expect([...(await source.read(4, 6))]).toEqual([101, 102]);
    expect(requests.filter((request) => request.startsWith('run'))).toHaveLength(1);
  });

  it.each([true, false])(
    'gives parts of a large file (server knows ranges: %s)',
    async (ranges) => {
      const directory = await serve({ 'big.pth': large }, { ranges });
      const source = await directory.open(await directory.stat('big.pth'));
      const bytes = await source.read(1_234_567, 1_300_000);
      expect(Buffer.from(bytes).equals(large.subarray(1_234_567, 1_300_000))).toBe(true);
    },
  );

  it('lacks a file that the listing has', async () => {
    const files: Record<string, Buffer> = { 'a.pth': Buffer.from('abc') };
    const directory = await serve(files);
    const ref = await directory.stat('a.pth');
    delete files['a.pth'];
    const source = await directory.open(ref);
    await expect(source.read(0, 1)).rejects.toMatchObject({ problem: { kind: 'gone' } });
  });

  it('has another file than the listing says', async () => {
    const files: Record<string, Buffer> = { 'a.pth': Buffer.from('abc') };
    const directory = await serve(files);
    const ref = await directory.stat('a.pth');
    files['a.pth'] = Buffer.from('abcd');
    const source = await directory.open(ref);
    await expect(source.read(0, 1)).rejects.toMatchObject({ problem: { kind: 'changed' } });
  });

  it('is never on another origin', () => {
    expect(() =>
      httpDirectory({ name: 'x', url: 'https://example.com/x', origin: 'http://localhost' }),
    ).toThrow(TypeError);
  });
});
